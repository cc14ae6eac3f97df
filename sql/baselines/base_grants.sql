-- title = "Who may do what where, before the day judged"
-- grain = ["namespace_name", "repository", "grantee_kind", "grantee_name"]
-- reads = [
--     "base_departures",
--     "base_inventory_before",
--     "base_inventory_times",
--     "base_team_members",
--     "base_team_roles",
--     "mart_change_events",
--     "stg_inventory_repository_permissions",
-- ]
-- units = "days are UTC"
-- source = "the inventory, then grants of the 100 days before the day judged that came after it; who makes a thing owns it"
--
-- [columns]
-- namespace_name = "whose it is"
-- repository = "namespace/name; null for a role in the organization, which comes by teams"
-- grantee_kind = "user, robot or team"
-- grantee_name = "who has the role"
-- role = "read, write or admin; in the organization member, creator or admin, the highest; null where nothing says"
-- team_name = "for a role in the organization the team that gives it; of several the first by letter"
-- granted_day = "the day of the event that tells it; null where the inventory does"
with listed_grants as (
    select
        permissions.namespace_name,
        permissions.namespace_name || '/' || permissions.repository_name as repository,
        permissions.grantee_kind,
        permissions.grantee_name,
        case when earlier.row_key is null then permissions.role else earlier.old_value end as role,
        times.told_at
    from stg_inventory_repository_permissions as permissions
    left join base_inventory_times as times on times.table_name = 'repository_permissions'
    left join base_inventory_before as earlier
        on
            earlier.table_name = 'repository_permissions'
            and earlier.column_name = 'role'
            and earlier.row_key = replace(replace(permissions.namespace_name, '%', '%25'), '/', '%2F')
            || '/' || replace(replace(permissions.repository_name, '%', '%25'), '/', '%2F')
            || '/' || permissions.grantee_kind || '/' || permissions.grantee_name
    where coalesce(earlier.was_there, true)
),

withdrawn_grants as (
    select
        earlier.namespace_name,
        earlier.namespace_name
        || '/'
        || max(case when earlier.column_name = 'repository_name' then earlier.old_value end) as repository,
        max(case when earlier.column_name = 'grantee_kind' then earlier.old_value end) as grantee_kind,
        max(case when earlier.column_name = 'grantee_name' then earlier.old_value end) as grantee_name,
        max(case when earlier.column_name = 'role' then earlier.old_value end) as role,
        max(times.told_at) as told_at
    from base_inventory_before as earlier
    left join base_inventory_times as times on earlier.table_name = times.table_name
    where
        earlier.table_name = 'repository_permissions'
        and earlier.was_there
        and earlier.new_value is null
    group by
        earlier.namespace_name,
        earlier.row_key
),

told_grants as (
    select
        namespace_name,
        repository,
        coalesce(
            json_extract_string(metadata, '$.team'),
            case
                when kind = 'create_repo' then performer_name else json_extract_string(metadata, '$.username')
            end
        ) as grantee_name,
        json_extract_string(metadata, '$.team') is not null as is_team,
        case
            when kind = 'create_repo' then 'admin'
            when kind <> 'delete_repo_permission' then json_extract_string(metadata, '$.role')
        end as role,
        day as told_day,
        occurred_at as told_at,
        event_key
    from mart_change_events
    where
        kind in ('add_repo_permission', 'change_repo_permission', 'create_repo', 'delete_repo_permission')
        and day >= $day - 100
        and day < $day
),

tellings as (
    select
        namespace_name,
        repository,
        grantee_kind,
        grantee_name,
        role,
        cast(null as date) as told_day,
        told_at,
        null as event_key
    from listed_grants
    union all
    select
        namespace_name,
        repository,
        grantee_kind,
        grantee_name,
        role,
        null as told_day,
        told_at,
        null as event_key
    from withdrawn_grants
    union all
    select
        namespace_name,
        repository,
        case when is_team then 'team' when grantee_name like '%+%' then 'robot' else 'user' end
            as grantee_kind,
        grantee_name,
        role,
        told_day,
        told_at,
        event_key
    from told_grants
),

numbered_tellings as (
    select
        namespace_name,
        repository,
        grantee_kind,
        grantee_name,
        role,
        told_day,
        coalesce(told_at, cast(date '1970-01-01' as timestamp)) as told_at,
        row_number() over (
            partition by namespace_name, repository, grantee_kind, grantee_name
            order by told_at desc nulls last, event_key desc nulls last, role desc nulls last
        ) as place
    from tellings
    where
        repository is not null
        and grantee_name is not null
),

repository_grants as (
    select
        told.namespace_name,
        told.repository,
        told.grantee_kind,
        told.grantee_name,
        told.role,
        told.told_day
    from numbered_tellings as told
    left join base_departures as repositories
        on
            repositories.thing_kind = 'repository'
            and told.repository = repositories.namespace_name || '/' || repositories.thing_name
            and told.told_at < repositories.departed_at
    left join base_departures as holders
        on
            told.grantee_kind = holders.thing_kind
            and told.grantee_name = holders.thing_name
            and (told.grantee_kind <> 'team' or told.namespace_name = holders.namespace_name)
            and told.told_at < holders.departed_at
    where
        told.place = 1
        and told.role is not null
        and repositories.thing_name is null
        and holders.thing_name is null
),

ranked_memberships as (
    select
        members.namespace_name,
        members.member_name,
        members.team_name,
        members.joined_day,
        teams.role,
        row_number() over (
            partition by members.namespace_name, members.member_name
            order by
                case teams.role
                    when 'admin' then 3 when 'creator' then 2 when 'member' then 1 else 0
                end desc,
                members.team_name asc
        ) as place
    from base_team_members as members
    left join base_team_roles as teams
        on
            members.namespace_name = teams.namespace_name
            and members.team_name = teams.team_name
)

select
    namespace_name,
    repository,
    grantee_kind,
    grantee_name,
    role,
    cast(null as varchar) as team_name,
    told_day as granted_day
from repository_grants
union all
select
    namespace_name,
    null as repository,
    'team' as grantee_kind,
    team_name as grantee_name,
    role,
    team_name,
    told_day as granted_day
from base_team_roles
union all
select
    namespace_name,
    null as repository,
    case when member_name like '%+%' then 'robot' else 'user' end as grantee_kind,
    member_name as grantee_name,
    role,
    team_name,
    joined_day as granted_day
from ranked_memberships
where place = 1
