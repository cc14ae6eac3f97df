-- title = "Entries of every window with the account whose log they are in"
-- grain = ["scope", "day", "position"]
-- reads = ["stg_log_entries", "stg_windows"]
-- units = "times are UTC, whole seconds"
-- source = "Quay names the account in scope all alone; elsewhere the window's scope does (quay/quay endpoints/api/logs.py:107)"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day of the window"
-- position = "place in the window's canonical order"
-- occurred_at = "when it happened"
-- kind = "Quay's name for what happened"
-- ip = "the address it came from"
-- performer_name = "who did it, as Quay says"
-- performer_is_robot = "whether the performer is a robot, as Quay says"
-- account_name = "the account whose log it is in, by the window or as Quay says; null or a UUID once it is gone"
-- account_kind = "org or user; null where nobody said"
-- is_account_gone = "whether that account was deleted, so that only scope all still shows the entry"
-- scope_repository = "the repository that the window is about, if it is about one"
-- named_performer_kind = "user or robot, by the performer's name; null where Quay names nobody"
-- metadata = "Quay's details as JSON text"
select
    entries.scope,
    entries.day,
    entries.position,
    entries.occurred_at,
    entries.kind,
    entries.ip,
    entries.performer_name,
    entries.performer_is_robot,
    coalesce(stg_windows.scope_namespace, entries.namespace_name) as account_name,
    case
        when stg_windows.scope_kind in ('org', 'user') then stg_windows.scope_kind
        when stg_windows.scope_kind = 'all' then entries.namespace_kind
    end as account_kind,
    -- Quay renames a deleted account to a random UUID, and forgets it when it collects its garbage.
    stg_windows.scope_kind = 'all' and (
        entries.namespace_name is null
        or (
            length(entries.namespace_name) = 36
            and regexp_matches(entries.namespace_name, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
        )
    ) as is_account_gone,
    stg_windows.scope_repository,
    -- Where Quay names the performer, that alone tells; int_entries works the others out.
    case
        when entries.performer_name is null then null
        when coalesce(entries.performer_is_robot, entries.performer_name like '%+%') then 'robot'
        else 'user'
    end as named_performer_kind,
    entries.metadata
from stg_log_entries as entries
inner join stg_windows on entries.scope = stg_windows.scope and entries.day = stg_windows.day
