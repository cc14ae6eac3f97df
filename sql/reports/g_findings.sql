-- title = "What detections said of superusers, service keys and machines' accounts"
-- reads = ["signals"]
-- empty = "No detection of privileged activity fired in the period; section A says on which days they could see anything."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- signal_count = "count(*)"
-- robot_count = "count(case when detection_id = 'QD-05' then 1 end)"
--
-- [[statements]]
-- when = "signal_count"
-- says = "{signal_count:signal|signals} of detections that look for it, {robot_count} of them about the account of a machine used by hand (QD-05)."
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- detection_id = ["Detection", "text", "QD-05: a machine's account used by hand; QD-24: a superuser's power; QD-25: service keys"]
-- severity = ["Severity", "text", "how much it matters"]
-- subject = ["About", "text", "who or what it is about"]
-- reason = ["Why", "text", "why it fired"]
-- event_count = ["Events", "count", "events behind it"]
-- suppression_id = ["Suppressed by", "text", "the suppression that takes it out; none where it counts"]
select
    day,
    detection_id,
    severity,
    subject,
    reason,
    event_count,
    suppression_id
from signals
where
    detection_id in ('QD-05', 'QD-24', 'QD-25')
    and day >= $since
    and day <= $until
order by
    day asc,
    detection_id asc,
    subject asc,
    signal_id asc
