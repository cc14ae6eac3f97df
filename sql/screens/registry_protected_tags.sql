-- title = "Pushes to tags that deployments rely on: versions that were pushed again first, then the busiest"
-- reads = ["events"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "one namespace; null for all"
-- protected_tags = "a regular expression that such tags match"
--
-- [columns]
-- repository = "namespace/name"
-- tag = "the tag"
-- is_version = "whether the tag is a version such as v1.2, which should be pushed once"
-- push_count = "pushes of it"
-- credential_count = "distinct credentials that pushed it"
-- last_pusher = "who pushed it last"
-- first_at = "the first push of the period, UTC"
-- last_at = "the last one, UTC"
with tag_pushes as (
    select
        namespace_name || '/' || repository_name as repository,
        tag,
        regexp_matches(tag, '^v?[0-9]+([.][0-9]+)+$') as is_version,
        credential_kind || ':' || coalesce(credential_id, credential_name, '') as credential,
        performer_name,
        occurred_at
    from events
    where
        kind = 'push_repo'
        and day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
        and regexp_matches(tag, $protected_tags)
)

select
    repository,
    tag,
    is_version,
    count(*) as push_count,
    count(distinct credential) as credential_count,
    arg_max(performer_name, occurred_at) as last_pusher,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from tag_pushes
where repository is not null
group by
    repository,
    tag,
    is_version
order by
    is_version and count(*) > 1 desc,
    count(*) desc,
    repository asc,
    tag asc
limit 2000
