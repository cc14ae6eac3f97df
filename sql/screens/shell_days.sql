-- title = "The first and the last day that was read"
-- reads = ["mart_coverage_daily"]
--
-- [columns]
-- first_day = "the first UTC day of any window; null where there is none"
-- last_day = "the last"
select
    min(day) as first_day,
    max(day) as last_day
from mart_coverage_daily
