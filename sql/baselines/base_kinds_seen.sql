-- title = "Which kinds of event the lake has shown lately"
-- grain = ["kind"]
-- reads = ["mart_kind_daily"]
-- units = "days are UTC; the four weeks before the day judged"
-- source = "mart_kind_daily of every scope: a kind that one window shows is logged"
--
-- [columns]
-- kind = "Quay's name for what happened"
-- day_count = "days with one of that kind"
-- first_day = "the first of them"
-- last_day = "the last of them"
select
    kind,
    count(distinct day) as day_count,
    min(day) as first_day,
    max(day) as last_day
from mart_kind_daily
where
    day >= $day - 28
    and day < $day
group by kind
