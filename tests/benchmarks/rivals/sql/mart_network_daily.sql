select
    $day::date as day,
    network,
    max(country_code) as country_code,
    sum(events)::bigint as event_count,
    coalesce(sum(events) filter (is_failure), 0)::bigint as failure_count,
    coalesce(sum(events) filter (kind = 'login_failure'), 0)::bigint as login_failure_count,
    count(distinct ip) as ip_count,
    count(distinct credential_kind || '/' || coalesce(credential_id, credential_name, '')) as credential_count,
    count(distinct namespace_name) as namespace_count,
    count(distinct user_agent_family) as user_agent_family_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from cells
group by all
