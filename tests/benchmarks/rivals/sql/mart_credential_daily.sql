select
    $day::date as day,
    credential_kind,
    credential_id,
    credential_name,
    performer_name,
    sum(events)::bigint as event_count,
    coalesce(sum(events) filter (is_pull), 0)::bigint as pull_count,
    coalesce(sum(events) filter (is_push), 0)::bigint as push_count,
    coalesce(sum(events) filter (kind in ('delete_tag', 'permanently_delete_tag')), 0)::bigint as tag_deletion_count,
    coalesce(sum(events) filter (is_failure), 0)::bigint as failure_count,
    coalesce(sum(events) filter (kind_family not in ('pull', 'push', 'login')), 0)::bigint as change_count,
    count(distinct namespace_name) as namespace_count,
    count(distinct repository) as repository_count,
    count(distinct network) as network_count,
    count(distinct ip) as ip_count,
    count(distinct country_code) as country_count,
    count(distinct user_agent_family) as user_agent_family_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from cells
group by all
