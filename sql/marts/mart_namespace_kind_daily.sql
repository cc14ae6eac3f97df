-- title = "How often each kind happened in each namespace"
-- grain = ["day", "namespace_name", "kind"]
-- reads = ["int_object_uses"]
-- units = "event_count counts events"
-- source = "int_object_uses: each event once, those of workers as well"
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
    cast(sum(event_count) as bigint) as event_count
from int_object_uses
group by
    day,
    namespace_name,
    kind
