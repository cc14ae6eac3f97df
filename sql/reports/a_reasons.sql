-- title = "Why a detection could not see all"
-- reads = ["detection_readiness"]
-- empty = "Every detection could see all that it looks for, on every day that was judged."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [columns]
-- detection_id = ["Detection", "text", "its id"]
-- readiness = ["Readiness", "text", "degraded or blind: a blind one was not run"]
-- reasons = ["Reasons", "text", "what in the data says so"]
-- day_count = ["Days", "count", "days for which that holds"]
-- first_day = ["First day", "day", "the first of them"]
-- last_day = ["Last day", "day", "the last of them"]
select
    detection_id,
    readiness,
    array_to_string(reasons, '; ') as reasons,
    count(*) as day_count,
    min(day) as first_day,
    max(day) as last_day
from detection_readiness
where
    readiness <> 'ready'
    and day >= $since
    and day <= $until
group by
    detection_id,
    readiness,
    array_to_string(reasons, '; ')
order by
    detection_id asc,
    first_day asc,
    readiness asc,
    reasons asc
