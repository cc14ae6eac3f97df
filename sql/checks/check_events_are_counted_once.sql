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
with crowded_groups as (
    -- Of 32 neighbours each has a bit: where none comes twice, their sum is what they are together. That is a
    -- third of what it costs to count each entry by itself.
    select
        scope,
        day,
        position - position % 32 as first_position
    from stg_events
    group by
        scope,
        day,
        position - position % 32
    having sum(cast(1 as bigint) << (position % 32)) <> bit_or(cast(1 as bigint) << (position % 32))
)

select
    events.scope,
    events.day,
    events.position,
    count(*) as event_count
from stg_events as events
inner join crowded_groups
    on
        events.scope = crowded_groups.scope
        and events.day = crowded_groups.day
        and events.position - events.position % 32 = crowded_groups.first_position
group by
    events.scope,
    events.day,
    events.position
having count(*) > 1
