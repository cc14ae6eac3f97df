-- title = "Signals of one day about these subjects that a suppression takes out"
-- reads = ["signals"]
--
-- [parameters]
-- day = "the UTC day"
-- subjects = "whom they are about"
--
-- [columns]
-- suppression_id = "the suppression"
-- detection_id = "which detection"
-- title = "its title"
-- subject = "who or what it is about"
-- score = "points that do not count"
-- reason = "why it fired"
select
    suppression_id,
    detection_id,
    title,
    subject,
    score,
    reason
from signals
where
    day = $day
    and suppression_id is not null
    and list_contains(cast($subjects as varchar[]), subject)
order by
    score desc,
    detection_id asc,
    signal_id asc
limit 1000
