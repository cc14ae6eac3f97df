create or replace table cells as
with gone as (
    select
        position,
        namespace_name as account_name,
        true as is_gone
    from read_parquet('{entries}')
    where
        $scope = 'all'
        and (
            namespace_name is null
            or (
                length(namespace_name) = 36
                and regexp_full_match(namespace_name, '[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}')
            )
        )
)
select
    account_name,
    kind,
    kind_family,
    namespace_name,
    namespace_kind,
    repository_name,
    namespace_name || '/' || repository_name as repository,
    performer_name,
    performer_kind,
    credential_kind,
    credential_id,
    credential_name,
    case credential_kind when 'password_or_session' then 'user' else credential_kind end
    || coalesce(':' || credential_id, '') as credential,
    ip,
    network,
    country_code,
    user_agent_family,
    kind in ('pull_repo', 'repo_verb') as is_pull,
    kind = 'push_repo' as is_push,
    kind in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed', 'login_failure') as is_failure,
    events,
    first_at,
    last_at
from (
    select
        case when is_gone then account_name else namespace_name end as account_name,
        kind,
        kind_family,
        namespace_name,
        namespace_kind,
        repository_name,
        performer_name,
        performer_kind,
        credential_kind,
        credential_id,
        credential_name,
        ip,
        network,
        country_code,
        user_agent_family,
        count(*) as events,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from read_parquet('{events}')
    left join gone using (position)
    group by all
)
