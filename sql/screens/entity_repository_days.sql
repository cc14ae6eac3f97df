-- title = "What happened to a repository, or to all of a namespace, on each day that was read"
-- reads = ["mart_repository_daily"]
--
-- [parameters]
-- owner = "the namespace"
-- repository_name = "the repository in it; null for all"
--
-- [columns]
-- day = "the UTC day"
-- pulls = "pulls"
-- pushes = "pushes"
-- deletions = "tags deleted, for good or not"
-- other = "everything else"
-- first_at = "the first event, UTC"
-- last_at = "the last event, UTC"
select
    day,
    cast(sum(pull_count) as bigint) as pulls,
    cast(sum(push_count) as bigint) as pushes,
    cast(sum(tag_deletion_count) as bigint) as deletions,
    cast(sum(event_count - pull_count - push_count - tag_deletion_count) as bigint) as other,
    min(first_at) as first_at,
    max(last_at) as last_at
from mart_repository_daily
where
    namespace_name = $owner
    and ($repository_name is null or repository_name = $repository_name)
group by day
order by day asc
