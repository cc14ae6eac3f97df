-- title = "What each detection could see, by day, the newest first"
-- reads = ["detection_readiness"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [columns]
-- day = "the UTC day"
-- detection_id = "the detection"
-- readiness = "ready, degraded or blind: a blind one was not run"
-- reasons = "what in the data says so"
select
    day,
    detection_id,
    readiness,
    array_to_string(reasons, '; ') as reasons
from detection_readiness
where
    day >= $since
    and day <= $until
order by
    day desc,
    case readiness when 'blind' then 1 when 'degraded' then 2 else 3 end asc,
    detection_id asc
