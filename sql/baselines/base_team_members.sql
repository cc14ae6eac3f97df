-- title = "Who was in which team before the day judged"
-- grain = ["namespace_name", "team_name", "member_name"]
-- reads = [
--     "base_departures",
--     "base_inventory_before",
--     "base_inventory_times",
--     "mart_change_events",
--     "stg_inventory_team_members",
-- ]
-- units = "days are UTC"
-- source = "the inventory, then team events of the 100 days before the day judged that came after it"
--
-- [columns]
-- namespace_name = "the organization"
-- team_name = "the team"
-- member_name = "the user or robot"
-- joined_day = "the day of the event that tells it; null where the inventory does"
with listed_members as (
    select
        members.namespace_name,
        members.team_name,
        members.member_name,
        times.told_at
    from stg_inventory_team_members as members
    left join base_inventory_times as times on times.table_name = 'team_members'
),

-- Rows that came to the list, or left it, with the snapshot that is shown.
moved_members as (
    select
        earlier.namespace_name,
        max(
            case
                when earlier.column_name = 'team_name' then coalesce(earlier.old_value, earlier.new_value)
            end
        ) as team_name,
        max(
            case
                when earlier.column_name = 'member_name' then coalesce(earlier.old_value, earlier.new_value)
            end
        ) as member_name,
        max(case when earlier.was_there then 1 else 0 end) = 1 as is_there,
        max(times.told_at) as told_at
    from base_inventory_before as earlier
    left join base_inventory_times as times on earlier.table_name = times.table_name
    where earlier.table_name = 'team_members'
    group by
        earlier.namespace_name,
        earlier.row_key
),

tellings as (
    select
        listed_members.namespace_name,
        listed_members.team_name,
        listed_members.member_name,
        true as is_there,
        cast(null as date) as told_day,
        listed_members.told_at,
        null as event_key
    from listed_members
    left join moved_members
        on
            listed_members.namespace_name = moved_members.namespace_name
            and listed_members.team_name = moved_members.team_name
            and listed_members.member_name = moved_members.member_name
    where moved_members.member_name is null
    union all
    select
        namespace_name,
        team_name,
        member_name,
        true as is_there,
        null as told_day,
        told_at,
        null as event_key
    from moved_members
    where is_there
    union all
    select
        namespace_name,
        case kind when 'org_create' then 'owners' else json_extract_string(metadata, '$.team') end
            as team_name,
        case kind
            when 'org_create' then performer_name
            else json_extract_string(metadata, '$.member')
        end as member_name,
        kind <> 'org_remove_team_member' as is_there,
        day as told_day,
        occurred_at as told_at,
        event_key
    from mart_change_events
    where
        kind in (
            'org_add_team_member', 'org_create', 'org_remove_team_member', 'org_team_member_invite_accepted'
        )
        and day >= $day - 100
        and day < $day
),

numbered_tellings as (
    select
        namespace_name,
        team_name,
        member_name,
        is_there,
        told_day,
        told_at,
        row_number() over (
            partition by namespace_name, team_name, member_name
            order by told_at desc nulls last, event_key desc nulls last, is_there asc
        ) as place
    from tellings
    where
        team_name is not null
        and member_name is not null
),

latest_tellings as (
    select
        namespace_name,
        team_name,
        member_name,
        told_day,
        coalesce(told_at, cast(date '1970-01-01' as timestamp)) as told_at
    from numbered_tellings
    where
        place = 1
        and is_there
)

select
    members.namespace_name,
    members.team_name,
    members.member_name,
    members.told_day as joined_day
from latest_tellings as members
where
    not exists (
        select 1
        from base_departures as departures
        where
            departures.departed_at > members.told_at
            and (
                (
                    departures.thing_kind = 'team'
                    and departures.namespace_name = members.namespace_name
                    and departures.thing_name = members.team_name
                )
                or (
                    departures.thing_kind in ('robot', 'user') and departures.thing_name = members.member_name
                )
            )
    )
