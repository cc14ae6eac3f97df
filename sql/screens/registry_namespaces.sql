-- title = "What happened in each namespace, the busiest first"
-- reads = ["mart_credential_habit_daily", "mart_namespace_kind_daily", "mart_repository_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "one namespace; null for all"
--
-- [columns]
-- namespace_name = "the namespace"
-- event_count = "its events"
-- pull_count = "pulls"
-- push_count = "pushes"
-- deletion_count = "tags and repositories deleted, by people and by pruning"
-- repository_count = "repositories that events name"
-- credential_count = "distinct credentials that acted in it; refusals and workers aside"
with active_namespaces as (
    select
        namespace_name,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(case when kind in ('pull_repo', 'repo_verb') then event_count else 0 end) as bigint)
            as pull_count,
        cast(sum(case when kind = 'push_repo' then event_count else 0 end) as bigint) as push_count,
        cast(
            sum(
                case
                    when
                        kind in (
                            'autoprune_tag_delete', 'delete_repo', 'delete_tag', 'permanently_delete_tag'
                        )
                        then event_count
                    else 0
                end
            ) as bigint
        ) as deletion_count
    from mart_namespace_kind_daily
    where
        day >= $since
        and day <= $until
        and namespace_name is not null
        and ($namespace is null or namespace_name = $namespace)
    group by namespace_name
),

named_repositories as (
    select
        namespace_name,
        count(distinct repository_name) as repository_count
    from mart_repository_daily
    where
        day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
    group by namespace_name
),

acting_credentials as (
    select
        habit_value as namespace_name,
        count(distinct credential) as credential_count
    from mart_credential_habit_daily
    where
        habit = 'namespace'
        and day >= $since
        and day <= $until
        and ($namespace is null or habit_value = $namespace)
    group by habit_value
)

select
    active_namespaces.namespace_name,
    active_namespaces.event_count,
    active_namespaces.pull_count,
    active_namespaces.push_count,
    active_namespaces.deletion_count,
    coalesce(named_repositories.repository_count, 0) as repository_count,
    coalesce(acting_credentials.credential_count, 0) as credential_count
from active_namespaces
left join named_repositories on active_namespaces.namespace_name = named_repositories.namespace_name
left join acting_credentials on active_namespaces.namespace_name = acting_credentials.namespace_name
order by
    active_namespaces.event_count desc,
    active_namespaces.namespace_name asc
limit 5000
