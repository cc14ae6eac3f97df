-- title = "Every change of a role on a repository"
-- reads = [
--     "inventory_lists",
--     "inventory_repository_permissions",
--     "inventory_snapshots",
--     "mart_change_events",
-- ]
-- empty = "No role on a repository was changed in the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- change_count = "count(*)"
-- actor_count = "count(distinct changed_by)"
-- more_count = "count(case when direction = 'more' then 1 end)"
-- less_count = "count(case when direction = 'less' then 1 end)"
-- unknown_count = "count(case when direction = 'not known' then 1 end)"
--
-- [[statements]]
-- says = "{change_count:change|changes} of roles on repositories by {actor_count:account|accounts}: {more_count} gave more, {less_count} took something away; of {unknown_count} it is not known what was before."
--
-- [[exceptions]]
-- each = { is_self_grant = true }
-- says = "{changed_by} gave the right {new_value} on {object_name} to their own account at {occurred_at}."
--
-- [section]
-- name = "access-changes"
-- title = "Access changes"
-- question = "Who gave what to whom, what was before, and was it taken away when somebody left?"
-- limits = [
--     "Quay logs the new value of a permission and not the old one: the old one is folded from earlier events and snapshots, and is unknown where there are none.",
--     "Names are those of the time of reading: an account that was renamed before counts as another one.",
--     "Teams that are synchronized with a directory change without an entry in the log.",
--     "Who approved a change outside of Quay is not known; the account that made it is.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC6.2", "CC6.3"]
-- pci = ["10.2.1.5", "7.2"]
-- iso27001 = ["A.5.16", "A.5.18"]
-- nist = ["AC-2(4)"]
-- dora = ["RTS Art 21"]
-- hipaa = ["164.308(a)(3)"]
--
-- [columns]
-- occurred_at = ["When", "time", "when it was changed"]
-- access_kind = ["What", "text", "repository role, or default role: what new repositories of an organization give"]
-- object_name = ["On", "text", "the repository, team, organization or account"]
-- grantee_name = ["Whose", "text", "who has it afterwards, or has it no more"]
-- old_value = ["Before", "text", "what was before; none where nothing tells"]
-- new_value = ["After", "text", "what is now"]
-- known_from = ["Known from", "text", "what tells the value before"]
-- direction = ["Direction", "text", "more, less, same, other, or not known"]
-- changed_by = ["Changed by", "text", "the account that made the change, or the one that had invited to it, as Quay says"]
-- credential = ["With", "text", "what was used to act"]
-- ip = ["From", "text", "the address"]
-- is_self_grant = ["Own account", "flag", "whether somebody gave more to their own account"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- event_key = ["Event", "text", "which event: day, scope and place"]
with said_events as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        namespace_name,
        repository,
        performer_name as changed_by,
        credential,
        ip,
        kind like '%prototype_permission' as is_default_role,
        coalesce(
            json_extract_string(metadata, '$.delegate_user'),
            json_extract_string(metadata, '$.delegate_team'),
            case
                when kind not like '%prototype_permission'
                    then
                        coalesce(
                            json_extract_string(metadata, '$.username'),
                            json_extract_string(metadata, '$.team')
                        )
            end
        ) as grantee_name,
        case
            when json_extract_string(metadata, '$.team') is not null then 'team'
            when json_extract_string(metadata, '$.username') like '%+%' then 'robot'
            else 'user'
        end as grantee_kind,
        json_extract_string(metadata, '$.prototypeid') as prototype_id,
        case
            when kind = 'create_prototype_permission' then 'none'
            else json_extract_string(metadata, '$.original_role')
        end as said_old_value,
        case
            when kind like 'delete%' then 'none'
            else coalesce(json_extract_string(metadata, '$.role'), 'not said')
        end as new_value
    from mart_change_events
    where
        kind in (
            'add_repo_permission', 'change_repo_permission', 'create_prototype_permission',
            'delete_prototype_permission', 'delete_repo_permission', 'modify_prototype_permission'
        )
        and day <= $until
),

access_events as (
    select
        *,
        case when is_default_role then 'default role' else 'repository role' end as access_kind,
        case when is_default_role then namespace_name else repository end as object_name,
        case
            when is_default_role then namespace_name || '|' || prototype_id
            else repository || '|' || grantee_kind || '|' || grantee_name
        end as access_key,
        case when not is_default_role then 'repository_permissions' end as table_name
    from said_events
),

-- Who makes a repository administers it; with it goes every role on it, without an event of its own.
tellings as (
    select
        access_key,
        occurred_at,
        event_key,
        new_value
    from access_events
    union all
    select
        repository || '|user|' || performer_name as access_key,
        occurred_at,
        event_key,
        'admin' as new_value
    from mart_change_events
    where
        kind = 'create_repo'
        and day <= $until
    union all
    select distinct
        access_events.access_key,
        endings.occurred_at,
        endings.event_key,
        'none' as new_value
    from access_events
    inner join mart_change_events as endings
        on
            access_events.repository = endings.repository
            and endings.kind = 'delete_repo'
            and endings.day <= $until
    where not access_events.is_default_role
),

listed_values as (
    select
        snapshot_date,
        namespace_name || '/' || repository_name || '|' || grantee_kind || '|' || grantee_name as access_key,
        role as listed_value
    from inventory_repository_permissions
),

folded_tellings as (
    select
        access_key,
        event_key,
        lag(new_value) over (partition by access_key order by occurred_at asc, event_key asc) as folded_value,
        lag(occurred_at) over (partition by access_key order by occurred_at asc, event_key asc) as folded_at
    from tellings
),

-- What a list does not show was not there only where every list of that table could be read.
snapshots as (
    select
        inventory_snapshots.table_name,
        inventory_snapshots.snapshot_date,
        inventory_snapshots.taken_at,
        count(inventory_lists.place) = 0 as is_whole
    from inventory_snapshots
    left join inventory_lists
        on
            inventory_snapshots.table_name = inventory_lists.table_name
            and inventory_snapshots.snapshot_date = inventory_lists.snapshot_date
            and inventory_lists.outcome in ('partial', 'refused', 'failed')
    group by
        inventory_snapshots.table_name,
        inventory_snapshots.snapshot_date,
        inventory_snapshots.taken_at
),

snapshots_before as (
    select
        access_events.event_key,
        max(snapshots.taken_at) as taken_at
    from access_events
    inner join snapshots
        on
            access_events.table_name = snapshots.table_name
            and access_events.occurred_at > snapshots.taken_at
    where access_events.day >= $since
    group by access_events.event_key
),

changes_before as (
    select
        access_events.*,
        folded_tellings.folded_value,
        snapshots.snapshot_date,
        -- Of two that tell what was before, the later one.
        case
            when coalesce(snapshots_before.taken_at > folded_tellings.folded_at, true)
                then coalesce(listed_values.listed_value, case when snapshots.is_whole then 'none' end)
        end as listed_value
    from access_events
    left join folded_tellings
        on
            access_events.access_key = folded_tellings.access_key
            and access_events.event_key = folded_tellings.event_key
    left join snapshots_before on access_events.event_key = snapshots_before.event_key
    left join snapshots
        on
            access_events.table_name = snapshots.table_name
            and snapshots_before.taken_at = snapshots.taken_at
    left join listed_values
        on
            access_events.access_key = listed_values.access_key
            and snapshots.snapshot_date = listed_values.snapshot_date
    where access_events.day >= $since
),

valued_changes as (
    select
        *,
        coalesce(said_old_value, listed_value, folded_value) as old_value,
        case
            when said_old_value is not null then 'the event itself'
            when listed_value is not null then 'the snapshot of ' || snapshot_date
            when folded_value is not null then 'an earlier event'
            else 'nothing tells'
        end as known_from
    from changes_before
),

ranks (rank_value, rank_number) as (
    values
    ('none', 0), ('read', 1), ('write', 2), ('admin', 3)
),

directed_changes as (
    select
        valued_changes.*,
        case
            when valued_changes.new_value = valued_changes.old_value then 'same'
            when valued_changes.new_value = 'none' then 'less'
            when valued_changes.old_value is null then 'not known'
            when new_ranks.rank_number > old_ranks.rank_number then 'more'
            when new_ranks.rank_number < old_ranks.rank_number then 'less'
            else 'other'
        end as direction
    from valued_changes
    left join ranks as old_ranks on valued_changes.old_value = old_ranks.rank_value
    left join ranks as new_ranks on valued_changes.new_value = new_ranks.rank_value
)

select
    occurred_at,
    access_kind,
    object_name,
    grantee_name,
    old_value,
    new_value,
    known_from,
    direction,
    changed_by,
    credential,
    ip,
    coalesce(changed_by = grantee_name and direction not in ('less', 'same'), false)
        as is_self_grant,
    kind,
    event_key
from directed_changes
order by
    occurred_at asc,
    event_key asc
