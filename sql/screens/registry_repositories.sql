-- title = "Every repository of the newest inventory or with an event in the period, the most pulled first"
-- reads = ["inventory_repositories", "inventory_snapshots", "mart_change_events", "mart_repository_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "one namespace; null for all"
--
-- [columns]
-- repository = "namespace/name"
-- visibility = "public or private in the newest inventory; not listed where that does not have it"
-- flip_count = "changes of its visibility that the log names"
-- event_count = "events"
-- pull_count = "pulls"
-- anonymous_pull_count = "pulls by nobody in particular"
-- push_count = "pushes"
-- deletion_count = "tags deleted by people"
-- last_at = "its last event, UTC"
with active_repositories as (
    select
        namespace_name || '/' || repository_name as repository,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(pull_count) as bigint) as pull_count,
        cast(sum(anonymous_pull_count) as bigint) as anonymous_pull_count,
        cast(sum(push_count) as bigint) as push_count,
        cast(sum(tag_deletion_count) as bigint) as deletion_count,
        max(last_at) as last_at
    from mart_repository_daily
    where
        day >= $since
        and day <= $until
        and namespace_name is not null
        and ($namespace is null or namespace_name = $namespace)
    group by
        namespace_name,
        repository_name
),

listed_repositories as (
    select
        namespace_name || '/' || repository_name as repository,
        case when is_public then 'public' else 'private' end as visibility
    from inventory_repositories
    where
        snapshot_date = (
            select max(inventory_snapshots.snapshot_date)
            from inventory_snapshots
            where inventory_snapshots.table_name = 'repositories'
        )
        and ($namespace is null or namespace_name = $namespace)
),

flipped_repositories as (
    select
        repository,
        count(*) as flip_count
    from mart_change_events
    where
        kind = 'change_repo_visibility'
        and day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
    group by repository
)

select
    coalesce(listed_repositories.repository, active_repositories.repository) as repository,
    coalesce(listed_repositories.visibility, 'not listed') as visibility,
    coalesce(flipped_repositories.flip_count, 0) as flip_count,
    coalesce(active_repositories.event_count, 0) as event_count,
    coalesce(active_repositories.pull_count, 0) as pull_count,
    coalesce(active_repositories.anonymous_pull_count, 0) as anonymous_pull_count,
    coalesce(active_repositories.push_count, 0) as push_count,
    coalesce(active_repositories.deletion_count, 0) as deletion_count,
    active_repositories.last_at
from active_repositories
full outer join listed_repositories on active_repositories.repository = listed_repositories.repository
left join flipped_repositories
    on
        coalesce(listed_repositories.repository, active_repositories.repository)
        = flipped_repositories.repository
order by
    pull_count desc,
    event_count desc,
    repository asc
limit 5000
