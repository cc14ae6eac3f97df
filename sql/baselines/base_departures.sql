-- title = "Repositories, teams, robots and users that were deleted before the day judged"
-- grain = ["namespace_name", "thing_kind", "thing_name"]
-- reads = ["mart_change_events"]
-- units = "times are UTC; the 100 days before the day judged"
-- source = "mart_change_events; a repository that was made is in it too, as whatever had its name before is gone"
--
-- [columns]
-- namespace_name = "whose it was; null for a user"
-- thing_kind = "repository, team, robot or user"
-- thing_name = "its name; a robot's is NAMESPACE+NAME"
-- departed_at = "when that was last so"
with departures as (
    select
        case when kind <> 'user_delete' then namespace_name end as namespace_name,
        case
            when kind in ('create_repo', 'delete_repo', 'org_mirror_repo_created') then 'repository'
            when kind = 'org_delete_team' then 'team'
            when kind = 'delete_robot' then 'robot'
            else 'user'
        end as thing_kind,
        case
            when kind in ('create_repo', 'delete_repo', 'org_mirror_repo_created') then repository_name
            when kind = 'org_delete_team' then json_extract_string(metadata, '$.team')
            when kind = 'user_delete' then json_extract_string(metadata, '$.username')
            when
                json_extract_string(metadata, '$.robot') like '%+%'
                then json_extract_string(metadata, '$.robot')
            else namespace_name || '+' || json_extract_string(metadata, '$.robot')
        end as thing_name,
        occurred_at
    from mart_change_events
    where
        kind in (
            'create_repo',
            'delete_repo',
            'delete_robot',
            'org_delete_team',
            'org_mirror_repo_created',
            'user_delete'
        )
        and day >= $day - 100
        and day < $day
)

select
    namespace_name,
    thing_kind,
    thing_name,
    max(occurred_at) as departed_at
from departures
where thing_name is not null
group by
    namespace_name,
    thing_kind,
    thing_name
