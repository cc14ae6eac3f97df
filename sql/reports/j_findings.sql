-- title = "What detections said of gaps in the log"
-- reads = ["signals"]
-- empty = "QD-31 (gaps and changes of the log) did not fire in the period; section A says on which days it could see anything."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- signal_count = "count(*)"
--
-- [[statements]]
-- says = "QD-31, which looks for gaps and changes of the log, fired {signal_count:time|times}."
--
-- [[exceptions]]
-- each = { counts = true }
-- says = "{day}: {reason}."
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- severity = ["Severity", "text", "how much it matters"]
-- subject = ["About", "text", "what it is about"]
-- reason = ["Why", "text", "why it fired"]
-- counts = ["Counts", "flag", "whether no suppression takes it out"]
-- suppression_id = ["Suppressed by", "text", "the suppression that does"]
select
    day,
    severity,
    subject,
    reason,
    suppression_id is null as counts,
    suppression_id
from signals
where
    detection_id = 'QD-31'
    and day >= $since
    and day <= $until
order by
    day asc,
    subject asc,
    signal_id asc
