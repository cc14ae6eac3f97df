-- title = "The detections that could see less than they should, or nothing, on the newest day that was judged"
-- reads = ["detection_readiness"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [columns]
-- day = "the newest UTC day of the period that was judged"
-- detection_id = "the detection"
-- readiness = "blind or degraded"
-- reasons = "what was seen in the data that says so"
select
    day,
    detection_id,
    readiness,
    array_to_string(reasons, '; ') as reasons
from detection_readiness
where
    readiness <> 'ready'
    and day = (
        select max(judged.day)
        from detection_readiness as judged
        where
            judged.day >= $since
            and judged.day <= $until
    )
order by
    readiness asc,
    detection_id asc
