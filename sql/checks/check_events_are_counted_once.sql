-- title = "No entry of a window is two events"
-- grain = ["scope", "day", "position"]
-- reads = ["stg_events"]
-- units = "counts are events"
-- source = "the grain of stg_events"
--
-- [columns]
-- scope = "the window that the events were taken from"
-- day = "the UTC day"
-- position = "the entry"
-- event_count = "how often it is an event"
select
    scope,
    day,
    position,
    count(*) as event_count
from stg_events
group by
    scope,
    day,
    position
having count(*) > 1
