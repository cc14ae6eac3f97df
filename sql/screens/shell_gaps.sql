-- title = "What of a period is not proven: windows by state, and days without any"
-- reads = ["mart_coverage_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [columns]
-- verified_count = "windows that equal aggregatelogs"
-- short_count = "windows that lack entries"
-- unverified_count = "windows that nothing could be compared with"
-- open_count = "windows of a day that is not over"
-- missing_entry_count = "entries that the short ones lack"
-- read_day_count = "days with a window"
-- day_count = "days of the period"
select
    cast(count(case when state = 'verified' then 1 end) as bigint) as verified_count,
    cast(count(case when state = 'short' then 1 end) as bigint) as short_count,
    cast(count(case when state = 'unverified' then 1 end) as bigint) as unverified_count,
    cast(count(case when state = 'open' then 1 end) as bigint) as open_count,
    cast(coalesce(sum(missing_count), 0) as bigint) as missing_entry_count,
    cast(count(distinct day) as bigint) as read_day_count,
    cast($until as date) - cast($since as date) + 1 as day_count
from mart_coverage_daily
where
    day >= $since
    and day <= $until
