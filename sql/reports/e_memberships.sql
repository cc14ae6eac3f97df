-- title = "Every change of teams, accounts and ownership"
-- reads = [
--     "inventory_lists",
--     "inventory_snapshots",
--     "inventory_team_members",
--     "inventory_teams",
--     "inventory_users",
--     "mart_change_events",
-- ]
-- empty = "No team, account or ownership was changed in the period."
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
-- says = "{change_count:change|changes} of teams, accounts and ownership by {actor_count:account|accounts}: {more_count} gave more, {less_count} took something away; of {unknown_count} it is not known what was before."
--
-- [[exceptions]]
-- each = { is_self_grant = true }
-- says = "{changed_by} gave the right {new_value} on {object_name} to their own account at {occurred_at}."
--
-- [columns]
-- occurred_at = ["When", "time", "when it was changed"]
-- access_kind = ["What", "text", "team membership, team role, account or ownership"]
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
        coalesce(json_extract_string(metadata, '$.inviter'), performer_name) as changed_by,
        credential,
        ip,
        case
            when kind in ('org_create_team', 'org_delete_team', 'org_set_team_role') then 'team role'
            when kind in ('user_create', 'user_delete', 'user_disable', 'user_enable') then 'account'
            when kind = 'take_ownership' then 'ownership'
            else 'team membership'
        end as access_kind,
        -- Who makes an organization is the first of its owners.
        case kind when 'org_create' then 'owners' else json_extract_string(metadata, '$.team') end
            as team_name,
        case
            when kind = 'org_create' then performer_name
            when kind = 'take_ownership' then json_extract_string(metadata, '$.superuser')
            else
                coalesce(
                    json_extract_string(metadata, '$.member'),
                    json_extract_string(metadata, '$.username'),
                    json_extract_string(metadata, '$.team')
                )
        end as grantee_name,
        json_extract_string(metadata, '$.namespace') as said_namespace,
        case when kind in ('org_create', 'org_create_team', 'user_create') then 'none' end as said_old_value,
        case
            when kind in ('org_delete_team', 'org_remove_team_member', 'user_delete') then 'none'
            when kind = 'user_disable' then 'disabled'
            when kind in ('user_create', 'user_enable') then 'enabled'
            when kind = 'take_ownership' then 'owner'
            when kind in ('org_create_team', 'org_set_team_role')
                then coalesce(json_extract_string(metadata, '$.role'), 'not said')
            else 'member'
        end as new_value
    from mart_change_events
    where
        kind in (
            'org_add_team_member',
            'org_create',
            'org_create_team',
            'org_delete_team',
            'org_remove_team_member',
            'org_set_team_role', 'org_team_member_invite_accepted', 'take_ownership', 'user_create',
            'user_delete', 'user_disable', 'user_enable'
        )
        and day <= $until
),

access_events as (
    select
        *,
        case access_kind
            when 'ownership' then said_namespace
            when 'account' then grantee_name
            else namespace_name || '/' || team_name
        end as object_name,
        access_kind || '|' || case access_kind
            when 'ownership' then said_namespace
            when 'account' then grantee_name
            when 'team role' then namespace_name || '/' || team_name
            else namespace_name || '/' || team_name || '|' || grantee_name
        end as access_key,
        case access_kind
            when 'team membership' then 'team_members'
            when 'team role' then 'teams'
            when 'account' then 'users'
        end as table_name
    from said_events
),

-- With a team goes every membership of it, without an event of its own.
tellings as (
    select
        access_key,
        occurred_at,
        event_key,
        new_value
    from access_events
    union all
    select distinct
        access_events.access_key,
        endings.occurred_at,
        endings.event_key,
        'none' as new_value
    from access_events
    inner join access_events as endings
        on
            access_events.object_name = endings.object_name
            and endings.kind = 'org_delete_team'
    where access_events.access_kind = 'team membership'
),

listed_values as (
    select
        snapshot_date,
        'team membership|' || namespace_name || '/' || team_name || '|' || member_name as access_key,
        'member' as listed_value
    from inventory_team_members
    union all
    select
        snapshot_date,
        'team role|' || namespace_name || '/' || team_name as access_key,
        role as listed_value
    from inventory_teams
    union all
    select
        snapshot_date,
        'account|' || user_name as access_key,
        case when is_enabled then 'enabled' else 'disabled' end as listed_value
    from inventory_users
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
    ('none', 0), ('disabled', 0), ('member', 1), ('enabled', 1), ('creator', 2), ('admin', 3), ('owner', 3)
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
    coalesce(
        changed_by = grantee_name
        and direction not in ('less', 'same')
        and access_kind in ('team membership', 'ownership')
        and kind <> 'org_create',
        false
    ) as is_self_grant,
    kind,
    event_key
from directed_changes
order by
    occurred_at asc,
    event_key asc
