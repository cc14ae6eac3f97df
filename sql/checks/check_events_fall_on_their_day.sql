-- title = "An event happened on the day of its window"
-- grain = ["scope", "day", "position"]
-- reads = ["int_object_uses", "stg_events"]
-- units = "times are UTC"
-- source = "Quay answers for [day 00:00, next day 00:00) (quay/quay endpoints/api/logs.py:56-70, ffba0c70)"
--
-- [columns]
-- scope = "the window that the event was taken from"
-- day = "the UTC day of the window"
-- position = "the entry"
-- occurred_at = "when it happened"
with strayed_windows as (
    -- The first and the last event of each count tell whether there is anything to look for.
    select distinct
        scope,
        day
    from int_object_uses
    where cast(first_at as date) <> day or cast(last_at as date) <> day
)

select
    events.scope,
    events.day,
    events.position,
    events.occurred_at
from stg_events as events
inner join strayed_windows on events.scope = strayed_windows.scope and events.day = strayed_windows.day
where cast(events.occurred_at as date) <> events.day
