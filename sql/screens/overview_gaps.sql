-- title = "What of a period is not proven, by why: windows that are not verified, and days without any"
-- reads = ["mart_coverage_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [columns]
-- state = "short, unverified, open, or missing for days without a window"
-- window_count = "windows; days where they are missing"
-- missing_entry_count = "entries that short ones lack"
-- first_day = "the first of them"
-- last_day = "the last of them"
with days as (
    select cast(series.day as date) as day
    from generate_series(cast($since as date), cast($until as date), interval 1 day) as series (day)
),

windows_of_period as (
    select
        day,
        state,
        missing_count
    from mart_coverage_daily
    where
        day >= $since
        and day <= $until
),

gaps as (
    select
        day,
        state,
        missing_count
    from windows_of_period
    where state <> 'verified'
    union all
    select
        days.day,
        'missing' as state,
        null as missing_count
    from days
    where days.day not in (select windows_of_period.day from windows_of_period)
)

select
    state,
    cast(count(*) as bigint) as window_count,
    cast(coalesce(sum(missing_count), 0) as bigint) as missing_entry_count,
    min(day) as first_day,
    max(day) as last_day
from gaps
group by state
order by state
