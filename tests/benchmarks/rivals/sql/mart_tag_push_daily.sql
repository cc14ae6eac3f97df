select
    $day::date as day,
    namespace_name,
    repository_name,
    tag,
    credential_kind,
    coalesce(credential_id, credential_name) as credential_name,
    performer_name,
    count(*) as push_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from read_parquet('{events}')
where kind = 'push_repo' and repository_name is not null and tag is not null
group by all
