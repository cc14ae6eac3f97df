-- title = "Rights to write to repositories or to administer them, by who has them"
-- reads = ["inventory_repository_permissions", "mart_credential_daily", "told_snapshots"]
-- empty = "No snapshot of the inventory lists such a right."
--
-- [parameters]
-- until = "the last UTC day, included"
--
-- [figures]
-- robot_count = "count(distinct case when grantee_kind = 'robot' then grantee_name end)"
-- user_count = "count(distinct case when grantee_kind = 'user' then grantee_name end)"
-- team_count = "count(distinct case when grantee_kind = 'team' then namespace_name || '/' || grantee_name end)"
-- outside_count = "count(distinct case when is_outside then grantee_name end)"
--
-- [[statements]]
-- says = "{robot_count:robot|robots}, {user_count:user|users} and {team_count:team|teams} may write to repositories or administer them."
--
-- [[exceptions]]
-- when = "outside_count"
-- says = "{outside_count:user|users} may do so without being a member of the organization."
--
-- [columns]
-- namespace_name = ["Namespace", "text", "whose repositories"]
-- grantee_kind = ["Kind", "text", "user, robot or team"]
-- grantee_name = ["Who", "text", "who has the right"]
-- right_held = ["Right", "text", "write or admin"]
-- repository_count = ["Repositories", "count", "on how many repositories"]
-- first_repository = ["For example", "text", "the first of them by letter"]
-- is_outside = ["Outside", "flag", "whether it is a user who is no member of the organization"]
-- last_event_at = ["Last event", "time", "the last that this user or robot did, up to the end of the period; none for a team"]
-- snapshot_date = ["Snapshot", "day", "the snapshot that shows it"]
with grants as (
    select
        permissions.namespace_name,
        permissions.grantee_kind,
        permissions.grantee_name,
        permissions.role as right_held,
        count(*) as repository_count,
        min(permissions.repository_name) as first_repository,
        max(case when permissions.is_organization_member is false then 1 else 0 end) = 1
        and permissions.grantee_kind = 'user' as is_outside,
        min(permissions.snapshot_date) as snapshot_date
    from inventory_repository_permissions as permissions
    inner join told_snapshots
        on
            permissions.snapshot_date = told_snapshots.snapshot_date
            and told_snapshots.table_name = 'repository_permissions'
    where permissions.role in ('write', 'admin')
    group by
        permissions.namespace_name,
        permissions.grantee_kind,
        permissions.grantee_name,
        permissions.role
),

deeds as (
    select
        performer_name,
        max(last_at) as last_event_at
    from mart_credential_daily
    where
        performer_name is not null
        and day <= $until
    group by performer_name
)

select
    grants.namespace_name,
    grants.grantee_kind,
    grants.grantee_name,
    grants.right_held,
    grants.repository_count,
    grants.first_repository,
    grants.is_outside,
    deeds.last_event_at,
    grants.snapshot_date
from grants
left join deeds
    on
        grants.grantee_name = deeds.performer_name
        and grants.grantee_kind <> 'team'
order by
    grants.namespace_name asc,
    grants.grantee_kind asc,
    grants.grantee_name asc,
    grants.right_held asc
