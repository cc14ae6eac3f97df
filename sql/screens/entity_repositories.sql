-- title = "The repositories of a namespace that something happened to, the busiest first"
-- reads = ["mart_repository_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- owner = "the namespace"
--
-- [columns]
-- repository = "namespace/name"
-- pull_count = "pulls"
-- push_count = "pushes"
-- tag_deletion_count = "tags deleted, for good or not"
-- event_count = "all its events"
-- last_at = "the last of them, UTC"
select
    namespace_name || '/' || repository_name as repository,
    cast(sum(pull_count) as bigint) as pull_count,
    cast(sum(push_count) as bigint) as push_count,
    cast(sum(tag_deletion_count) as bigint) as tag_deletion_count,
    cast(sum(event_count) as bigint) as event_count,
    max(last_at) as last_at
from mart_repository_daily
where
    namespace_name = $owner
    and day >= $since
    and day <= $until
group by
    namespace_name,
    repository_name
order by
    event_count desc,
    repository asc
limit 2000
