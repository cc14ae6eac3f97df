-- title = "How often each kind happened in each namespace"
-- grain = ["day", "namespace_name", "kind"]
-- reads = ["stg_events"]
-- units = "event_count counts events"
-- source = "stg_events: each event once, those of workers as well"
--
-- [columns]
-- day = "the UTC day"
-- namespace_name = "whose log it is in"
-- kind = "Quay's name for what happened"
-- event_count = "events of that kind"
select
    day,
    namespace_name,
    kind,
    count(*) as event_count
from stg_events
group by
    day,
    namespace_name,
    kind
