-- title = "How often each kind happened, by window: what aggregatelogs answers"
-- grain = ["scope", "day", "kind"]
-- reads = ["stg_log_entries"]
-- units = "event_count counts entries, equal ones each"
-- source = "every window as it is, so scopes overlap: never add them up"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day"
-- kind = "Quay's name for what happened"
-- event_count = "entries of that kind in the window"
select
    scope,
    day,
    kind,
    count(*) as event_count
from stg_log_entries
group by
    scope,
    day,
    kind
