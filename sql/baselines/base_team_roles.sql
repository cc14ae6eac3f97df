-- title = "What the members of each team were in its organization before the day judged"
-- grain = ["namespace_name", "team_name"]
-- reads = ["base_inventory_before", "base_inventory_times", "mart_change_events", "stg_inventory_teams"]
-- units = "days are UTC"
-- source = "the inventory, then team events of the 100 days before the day judged that came after it"
--
-- [columns]
-- namespace_name = "the organization"
-- team_name = "the team"
-- role = "member, creator or admin; null where nothing says"
-- told_day = "the day of the event that tells it; null where the inventory does"
with listed_teams as (
    select
        teams.namespace_name,
        teams.team_name,
        case when earlier.row_key is null then teams.role else earlier.old_value end as role,
        times.told_at
    from stg_inventory_teams as teams
    left join base_inventory_times as times on times.table_name = 'teams'
    left join base_inventory_before as earlier
        on
            earlier.table_name = 'teams'
            and earlier.column_name = 'role'
            and earlier.row_key
            = replace(replace(teams.namespace_name, '%', '%25'), '/', '%2F') || '/' || teams.team_name
    where coalesce(earlier.was_there, true)
),

removed_teams as (
    select
        earlier.namespace_name,
        max(case when earlier.column_name = 'team_name' then earlier.old_value end) as team_name,
        max(case when earlier.column_name = 'role' then earlier.old_value end) as role,
        max(times.told_at) as told_at
    from base_inventory_before as earlier
    left join base_inventory_times as times on earlier.table_name = times.table_name
    where
        earlier.table_name = 'teams'
        and earlier.was_there
        and earlier.new_value is null
    group by
        earlier.namespace_name,
        earlier.row_key
    having max(case when earlier.column_name = 'team_name' then earlier.old_value end) is not null
),

team_events as (
    select
        namespace_name,
        case kind when 'org_create' then 'owners' else json_extract_string(metadata, '$.team') end
            as team_name,
        case kind
            when 'org_set_team_role' then json_extract_string(metadata, '$.role')
            when 'org_create' then 'admin'
        end as role,
        kind <> 'org_delete_team' as is_there,
        day as told_day,
        occurred_at as told_at,
        event_key
    from mart_change_events
    where
        kind in ('org_create', 'org_create_team', 'org_set_team_role', 'org_delete_team')
        and day >= $day - 100
        and day < $day
),

tellings as (
    select
        namespace_name,
        team_name,
        role,
        true as is_there,
        cast(null as date) as told_day,
        told_at,
        null as event_key
    from listed_teams
    union all
    select
        namespace_name,
        team_name,
        role,
        true as is_there,
        null as told_day,
        told_at,
        null as event_key
    from removed_teams
    union all
    select
        namespace_name,
        team_name,
        role,
        is_there,
        told_day,
        told_at,
        event_key
    from team_events
    where team_name is not null
),

-- Making a team tells that it is there, and not what its members are.
numbered_tellings as (
    select
        namespace_name,
        team_name,
        role,
        is_there,
        told_day,
        row_number() over (
            partition by namespace_name, team_name
            order by told_at desc nulls last, role is null, event_key desc nulls last
        ) as place
    from tellings
)

select
    namespace_name,
    team_name,
    role,
    told_day
from numbered_tellings
where
    place = 1
    and is_there
