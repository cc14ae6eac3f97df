-- title = "How far each window is proven, and how much of it counts"
-- grain = ["scope", "day"]
-- reads = ["stg_windows", "stg_events"]
-- units = "counts are entries"
-- source = "stg_windows; event_count is less than row_count where another window speaks for a namespace"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day"
-- state = "verified, short, unverified or open"
-- routes = "how its entries were read, joined by +"
-- row_count = "entries in the window"
-- expected_count = "entries that aggregatelogs counts; null where there is no aggregate"
-- missing_count = "entries that aggregatelogs counts and the window lacks"
-- excess_count = "entries that the window holds and aggregatelogs does not count"
-- event_count = "entries of the window that are in events"
-- request_count = "requests that it took to read the window"
-- fetched_at = "when the window was read, UTC"
with used_entries as (
    select
        scope,
        day,
        count(*) as event_count
    from stg_events
    group by
        scope,
        day
)

select
    stg_windows.scope,
    stg_windows.day,
    stg_windows.state,
    stg_windows.routes,
    stg_windows.row_count,
    stg_windows.expected_count,
    stg_windows.missing_count,
    stg_windows.excess_count,
    coalesce(used_entries.event_count, 0) as event_count,
    stg_windows.request_count,
    stg_windows.fetched_at
from stg_windows
left join used_entries on stg_windows.scope = used_entries.scope and stg_windows.day = used_entries.day
