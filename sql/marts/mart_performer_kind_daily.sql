-- title = "How often each performer did each kind of thing, by window: what aggregatelogs answers for a performer"
-- grain = ["scope", "day", "namespace_name", "performer_name", "performer_kind", "kind"]
-- reads = ["int_entries", "int_placed_entries"]
-- units = "event_count counts entries, equal ones each"
-- source = "every window as it is, so scopes overlap: never add them up"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day"
-- namespace_name = "the account whose log the entries are in, as Quay counts it: null or a UUID once it is gone"
-- performer_name = "who did it, as Quay says; null for nobody, or an account that is gone"
-- performer_kind = "user, robot, anonymous or worker, also where the performer is gone"
-- kind = "Quay's name for what happened"
-- event_count = "entries of that performer and kind in the window"
with counted_entries as (
    -- Of most entries the name of the performer tells all: their details need not be read.
    select
        scope,
        day,
        account_name,
        performer_name,
        named_performer_kind as performer_kind,
        kind
    from int_placed_entries
    where performer_name is not null
    union all
    select
        scope,
        day,
        account_name,
        performer_name,
        performer_kind,
        kind
    from int_entries
    where performer_name is null
)

select
    scope,
    day,
    account_name as namespace_name,
    performer_name,
    performer_kind,
    kind,
    count(*) as event_count
from counted_entries
group by
    scope,
    day,
    account_name,
    performer_name,
    performer_kind,
    kind
