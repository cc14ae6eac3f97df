with refusals as (
    select
        *,
        case
            when json_valid(metadata) then metadata
            else
                (
                    select case when json_valid(readable) then readable end
                    from (select regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{{2}}', '\\ufffd', 'g') as readable)
                )
        end as details,
        kind = 'login_failure' as is_login
    from read_parquet('{events}')
    where kind in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed', 'login_failure')
)
select
    $day::date as day,
    kind,
    case when is_login then coalesce('robot:' || (details ->> '$.robot'), 'user:' || (details ->> '$.username')) end
        as tried,
    substr(tried, strpos(tried, ':') + 1) as tried_name,
    case credential_kind when 'password_or_session' then 'user' else credential_kind end
    || coalesce(':' || credential_id, '') as credential,
    performer_name,
    network,
    min(case when not is_login then details ->> '$.namespace' end) as namespace_name,
    case when not is_login then (details ->> '$.namespace') || '/' || (details ->> '$.repo') end as repository,
    count(*) as event_count,
    count(*) filter ((details ->> '$.message') like '%does not exist') as missing_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from refusals
group by all
