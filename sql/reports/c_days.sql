-- title = "Every day of the period"
-- reads = ["build_state", "told_days", "windows"]
-- empty = "The period has no day."
--
-- [figures]
-- day_count = "count(*)"
-- held_count = "count(case when holding = 'held' then 1 end)"
-- after_count = "count(case when holding = 'after the newest day' then 1 end)"
-- before_count = "count(case when holding = 'before the oldest day' then 1 end)"
-- verified_count = "count(case when window_count > 0 and verified_count = window_count then 1 end)"
--
-- [[statements]]
-- says = "Of {day_count:day|days} the lake holds {held_count}; on {verified_count} of them every window is verified."
--
-- [[exceptions]]
-- each = { holding = "missing" }
-- says = "{day} is missing: no scope has a window of it, though days before and after are held."
-- [[exceptions]]
-- when = "before_count"
-- says = "{before_count:day|days} at the start of the period lie before the oldest day of the lake."
-- [[exceptions]]
-- when = "after_count"
-- says = "{after_count:day|days} at the end of the period lie after the newest day of the lake."
-- [[exceptions]]
-- each = { build = "not built" }
-- says = "{day} is held and not built: a check failed, or build has not run since."
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- holding = ["Holding", "text", "held, missing, or outside the days that the lake holds at all"]
-- window_count = ["Windows", "count", "scopes that have a window of it"]
-- verified_count = ["Verified", "count", "how many of them are verified"]
-- short_count = ["Short", "count", "how many lack entries that Quay counts"]
-- unverified_count = ["Unverified", "count", "how many cannot be compared"]
-- event_count = ["Events", "count", "events of the day, each once, whichever scopes show it"]
-- build = ["Build", "text", "whether the warehouse holds it and every check passed"]
with day_windows as (
    select
        day,
        count(*) as window_count,
        count(case when state = 'verified' then 1 end) as verified_count,
        count(case when state = 'short' then 1 end) as short_count,
        count(case when state in ('unverified', 'open') then 1 end) as unverified_count
    from windows
    group by day
),

reach as (
    select
        min(day) as first_day,
        max(day) as last_day
    from windows
)

select
    told_days.day,
    case
        when day_windows.day is not null then 'held'
        when reach.first_day is null or told_days.day > reach.last_day then 'after the newest day'
        when told_days.day < reach.first_day then 'before the oldest day'
        else 'missing'
    end as holding,
    coalesce(day_windows.window_count, 0) as window_count,
    coalesce(day_windows.verified_count, 0) as verified_count,
    coalesce(day_windows.short_count, 0) as short_count,
    coalesce(day_windows.unverified_count, 0) as unverified_count,
    coalesce(build_state.event_count, 0) as event_count,
    case
        when build_state.day is not null then 'built, every check passed'
        when day_windows.day is not null then 'not built'
    end as build
from told_days
cross join reach
left join day_windows on told_days.day = day_windows.day
left join build_state on told_days.day = build_state.day
order by told_days.day
