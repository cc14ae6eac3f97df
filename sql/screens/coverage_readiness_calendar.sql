-- title = "The worst that each detection could see, by day, week or month"
-- reads = ["detection_readiness"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- step = "day, week or month"
--
-- [columns]
-- detection_id = "the detection"
-- step_date = "the first day of the day, week or month"
-- readiness = "blind, degraded or ready: the worst of its days"
-- ready_count = "days on which it was ready"
-- day_count = "days that were judged"
select
    detection_id,
    cast(date_trunc($step, day) as date) as step_date,
    arg_max(readiness, case readiness when 'blind' then 3 when 'degraded' then 2 else 1 end) as readiness,
    count(case when readiness = 'ready' then 1 end) as ready_count,
    count(*) as day_count
from detection_readiness
where
    day >= $since
    and day <= $until
group by
    detection_id,
    cast(date_trunc($step, day) as date)
order by
    detection_id asc,
    step_date asc
