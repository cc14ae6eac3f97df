-- title = "How often each performer did each kind of thing, by window: what aggregatelogs answers for a performer"
-- grain = ["scope", "day", "namespace_name", "performer_name", "performer_kind", "kind"]
-- reads = ["int_entries", "int_object_uses", "int_placed_entries", "stg_events", "stg_windows"]
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
with event_counts as (
    select
        scope,
        day,
        sum(event_count) as event_count
    from int_object_uses
    group by
        scope,
        day
),

-- Windows of which each entry is an event: there the events tell who acted, and no entry need be read again.
whole_windows as (
    select
        stg_windows.scope,
        stg_windows.day
    from stg_windows
    inner join event_counts
        on
            stg_windows.scope = event_counts.scope
            and stg_windows.day = event_counts.day
            and stg_windows.row_count = event_counts.event_count
),

other_windows as (
    select
        stg_windows.scope,
        stg_windows.day
    from stg_windows
    left join whole_windows on stg_windows.scope = whole_windows.scope and stg_windows.day = whole_windows.day
    where whole_windows.scope is null
    union all
    -- No window is this: beside it the engine knows what to leave unread even where there are no others.
    select
        '' as scope,
        cast('1970-01-01' as date) as day
),

orphaned_windows as (
    select distinct
        int_placed_entries.scope,
        int_placed_entries.day
    from int_placed_entries
    inner join whole_windows
        on int_placed_entries.scope = whole_windows.scope and int_placed_entries.day = whole_windows.day
    where int_placed_entries.is_account_gone
),

-- Once an account is gone its events still have its name, but Quay counts its entries under what is left of it.
renamed_events as (
    select
        events.scope,
        events.day,
        entries.account_name,
        events.namespace_name,
        events.performer_name,
        events.performer_kind,
        events.kind,
        count(*) as event_count
    from int_placed_entries as entries
    inner join orphaned_windows
        on entries.scope = orphaned_windows.scope and entries.day = orphaned_windows.day
    inner join stg_events as events
        on
            entries.scope = events.scope
            and entries.day = events.day
            and entries.position = events.position
    where entries.is_account_gone
    group by
        events.scope,
        events.day,
        entries.account_name,
        events.namespace_name,
        events.performer_name,
        events.performer_kind,
        events.kind
),

counted_entries as (
    select
        uses.scope,
        uses.day,
        uses.namespace_name as account_name,
        uses.performer_name,
        uses.performer_kind,
        uses.kind,
        uses.event_count
    from int_object_uses as uses
    inner join whole_windows on uses.scope = whole_windows.scope and uses.day = whole_windows.day
    union all
    select
        scope,
        day,
        namespace_name as account_name,
        performer_name,
        performer_kind,
        kind,
        -event_count as event_count
    from renamed_events
    union all
    select
        scope,
        day,
        account_name,
        performer_name,
        performer_kind,
        kind,
        event_count
    from renamed_events
    union all
    -- Of most entries the name of the performer tells all.
    select
        entries.scope,
        entries.day,
        entries.account_name,
        entries.performer_name,
        entries.named_performer_kind as performer_kind,
        entries.kind,
        count(*) as event_count
    from int_placed_entries as entries
    inner join other_windows on entries.scope = other_windows.scope and entries.day = other_windows.day
    where entries.performer_name is not null
    group by
        entries.scope,
        entries.day,
        entries.account_name,
        entries.performer_name,
        entries.named_performer_kind,
        entries.kind
    union all
    select
        entries.scope,
        entries.day,
        entries.account_name,
        entries.performer_name,
        entries.performer_kind,
        entries.kind,
        count(*) as event_count
    from int_entries as entries
    inner join other_windows on entries.scope = other_windows.scope and entries.day = other_windows.day
    where entries.performer_name is null
    group by
        entries.scope,
        entries.day,
        entries.account_name,
        entries.performer_name,
        entries.performer_kind,
        entries.kind
)

select
    scope,
    day,
    account_name as namespace_name,
    performer_name,
    performer_kind,
    kind,
    cast(sum(event_count) as bigint) as event_count
from counted_entries
group by
    scope,
    day,
    account_name,
    performer_name,
    performer_kind,
    kind
having sum(event_count) > 0
-- In this order a column repeats what the row before it says, and takes a third less to read.
order by
    performer_name,
    kind,
    namespace_name
