with tags as (
    select namespace_name, repository_name, count(distinct tag) as tag_count
    from read_parquet('{events}')
    where repository_name is not null
    group by all
),
counts as (
    select
        $day::date as day,
        namespace_name,
        repository_name,
        sum(events)::bigint as event_count,
        coalesce(sum(events) filter (is_pull), 0)::bigint as pull_count,
        coalesce(sum(events) filter (is_pull and credential_kind = 'anonymous'), 0)::bigint as anonymous_pull_count,
        coalesce(sum(events) filter (is_push), 0)::bigint as push_count,
        coalesce(sum(events) filter (kind in ('delete_tag', 'permanently_delete_tag')), 0)::bigint as tag_deletion_count,
        coalesce(sum(events) filter (is_failure and kind <> 'login_failure'), 0)::bigint as failure_count,
        coalesce(sum(events) filter (kind_family = 'permission'), 0)::bigint as permission_change_count,
        count(distinct credential_kind || '/' || coalesce(credential_id, credential_name, '')) as credential_count,
        count(distinct network) as network_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from cells
    where repository_name is not null
    group by all
)
select counts.* exclude (first_at, last_at), tag_count, first_at, last_at
from counts
join tags
    on
        counts.namespace_name is not distinct from tags.namespace_name
        and counts.repository_name = tags.repository_name
