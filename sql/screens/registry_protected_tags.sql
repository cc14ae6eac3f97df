-- title = "Pushes to tags that deployments rely on: versions that were pushed again first, then the busiest"
-- reads = ["mart_tag_push_daily"]
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
with pushes as (
    select
        namespace_name,
        repository_name,
        tag,
        credential_kind,
        credential_name,
        sum(push_count) as push_count,
        arg_max(performer_name, last_at) as last_pusher,
        min(first_at) as first_at,
        max(last_at) as last_at
    from mart_tag_push_daily
    where
        day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
    group by
        namespace_name,
        repository_name,
        tag,
        credential_kind,
        credential_name
),

-- A tag is compared with the expression once, however often it was pushed.
protected_names as (
    select
        tag,
        regexp_matches(tag, '^v?[0-9]+([.][0-9]+)+$') as is_version
    from (
        select distinct tag
        from pushes
    ) as tags
    where regexp_matches(tag, $protected_tags)
)

select
    pushes.namespace_name || '/' || pushes.repository_name as repository,
    pushes.tag,
    protected_names.is_version,
    cast(sum(pushes.push_count) as bigint) as push_count,
    count(*) as credential_count,
    arg_max(pushes.last_pusher, pushes.last_at) as last_pusher,
    min(pushes.first_at) as first_at,
    max(pushes.last_at) as last_at
from pushes
inner join protected_names on pushes.tag = protected_names.tag
group by
    pushes.namespace_name,
    pushes.repository_name,
    pushes.tag,
    protected_names.is_version
order by
    protected_names.is_version and sum(pushes.push_count) > 1 desc,
    sum(pushes.push_count) desc,
    repository asc,
    pushes.tag asc
limit 2000
