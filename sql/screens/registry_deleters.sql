-- title = "Who deleted tags and repositories, by repository: the most first; pruning aside"
-- reads = ["mart_change_events"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "one namespace; null for all"
--
-- [columns]
-- repository = "namespace/name"
-- performer_name = "who deleted"
-- credential = "what was used to act"
-- tag_count = "tags deleted"
-- purged_count = "of these, for good"
-- repository_count = "how often the repository itself was deleted"
-- first_at = "the first deletion, UTC"
-- last_at = "the last one, UTC"
select
    repository,
    performer_name,
    credential,
    count(case when kind <> 'delete_repo' then 1 end) as tag_count,
    count(case when kind = 'permanently_delete_tag' then 1 end) as purged_count,
    count(case when kind = 'delete_repo' then 1 end) as repository_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from mart_change_events
where
    kind in ('delete_repo', 'delete_tag', 'permanently_delete_tag')
    and repository is not null
    and day >= $since
    and day <= $until
    and ($namespace is null or namespace_name = $namespace)
group by
    repository,
    performer_name,
    credential
order by
    repository_count desc,
    tag_count desc,
    repository asc,
    performer_name asc
limit 2000
