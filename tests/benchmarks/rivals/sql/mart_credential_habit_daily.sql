with traces as (
    select
        credential,
        performer_name,
        case performer_kind when 'robot' then 2 when 'user' then 1 else 0 end as performer_rank,
        events,
        first_at,
        last_at,
        if(is_pull, events, 0) as pulls,
        if(is_push, events, 0) as pushes,
        if(
            kind in (
                'org_mirror_sync_cancelled', 'org_mirror_sync_now_requested', 'repo_mirror_sync_now_requested'
            )
            or (
                kind not in (
                    'autoprune_tag_delete', 'build_dockerfile', 'delete_tag_failed',
                    'federated_robot_token_exchange', 'start_build_trigger', 'tag_made_immutable_by_policy',
                    'tags_made_immutable_by_policy'
                )
                and kind_family not in ('pull', 'push', 'login', 'unknown')
                and (kind_family <> 'mirror' or not contains(kind, '_sync_'))
            ),
            events, 0
        ) as changes,
        kind,
        if(is_pull, repository, null) as pulled_repository,
        if(is_push, repository, null) as pushed_repository,
        if(is_failure, null, namespace_name) as namespace_name,
        if(is_failure, null, network) as network,
        if(is_failure, null, country_code) as country_code,
        if(is_failure, null, user_agent_family) as client,
        case
            when is_failure then null
            when network like '%/24' then array_to_string(string_split(network, '.')[:2], '.') || '.0.0/16'
            when network is not null then array_to_string(string_split(network, ':')[:3], ':') || '::/48'
        end as ip_block
    from cells
    where performer_kind <> 'worker'
),
habits as (
    select
        credential,
        performer_name,
        case
            when grouping(client) = 0 then 'client'
            when grouping(country_code) = 0 then 'country'
            when grouping(ip_block) = 0 then 'ip_block'
            when grouping(kind) = 0 then 'kind'
            when grouping(namespace_name) = 0 then 'namespace'
            when grouping(network) = 0 then 'network'
            when grouping(pushed_repository) = 0 then 'pushed_repository'
            else 'repository'
        end as habit,
        coalesce(client, country_code, ip_block, kind, namespace_name, network, pushed_repository, pulled_repository)
            as habit_value,
        max(performer_rank) as performer_rank,
        sum(events)::bigint as event_count,
        sum(pulls)::bigint as pull_count,
        sum(pushes)::bigint as push_count,
        sum(changes)::bigint as change_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from traces
    group by grouping sets (
        (credential, performer_name, client),
        (credential, performer_name, country_code),
        (credential, performer_name, ip_block),
        (credential, performer_name, kind),
        (credential, performer_name, namespace_name),
        (credential, performer_name, network),
        (credential, performer_name, pushed_repository),
        (credential, performer_name, pulled_repository)
    )
    having habit_value is not null
),
hours as (
    select
        case credential_kind when 'password_or_session' then 'user' else credential_kind end
        || coalesce(':' || credential_id, '') as credential,
        performer_name,
        'hour' as habit,
        (extract(isodow from $day::date) - 1) * 24 + hour as habit_value,
        max(case performer_kind when 'robot' then 2 when 'user' then 1 else 0 end) as performer_rank,
        sum(events)::bigint as event_count,
        sum(if(kind in ('pull_repo', 'repo_verb'), events, 0))::bigint as pull_count,
        sum(if(kind = 'push_repo', events, 0))::bigint as push_count,
        sum(
            if(
                kind in (
                    'org_mirror_sync_cancelled', 'org_mirror_sync_now_requested', 'repo_mirror_sync_now_requested'
                )
                or (
                    kind not in (
                        'autoprune_tag_delete', 'build_dockerfile', 'delete_tag_failed',
                        'federated_robot_token_exchange', 'start_build_trigger', 'tag_made_immutable_by_policy',
                        'tags_made_immutable_by_policy'
                    )
                    and kind_family not in ('pull', 'push', 'login', 'unknown')
                    and (kind_family <> 'mirror' or not contains(kind, '_sync_'))
                ),
                events, 0
            )
        )::bigint as change_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from (
        select
            credential_kind,
            credential_id,
            performer_name,
            performer_kind,
            kind,
            kind_family,
            extract(hour from occurred_at) as hour,
            count(*) as events,
            min(occurred_at) as first_at,
            max(occurred_at) as last_at
        from read_parquet('{events}')
        where
            performer_kind <> 'worker'
            and kind not in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed', 'login_failure')
        group by all
    )
    group by credential, performer_name, hour
),
versions as (
    select
        case credential_kind when 'password_or_session' then 'user' else credential_kind end
        || coalesce(':' || credential_id, '') as credential,
        performer_name,
        'repository' as habit,
        namespace_name || '/' || repository_name as habit_value,
        greatest(count(distinct tag), count(distinct manifest_digest)) as version_count
    from read_parquet('{events}')
    where kind in ('pull_repo', 'repo_verb')
    group by credential_kind, credential_id, performer_name, namespace_name, repository_name
)
select
    $day::date as day,
    habits.credential,
    case
        when habits.credential like 'user:%' or habits.credential = 'user' then 'password_or_session'
        else split_part(habits.credential, ':', 1)
    end as credential_kind,
    habits.performer_name,
    case performer_rank when 2 then 'robot' when 1 then 'user' else 'anonymous' end as performer_kind,
    habits.habit,
    habits.habit_value,
    event_count,
    pull_count,
    push_count,
    change_count,
    version_count,
    first_at,
    last_at
from (from habits union all by name from (select * replace (habit_value::varchar as habit_value) from hours)) as habits
left join versions
    on
        habits.habit = versions.habit
        and habits.habit_value = versions.habit_value
        and habits.credential = versions.credential
        and habits.performer_name is not distinct from versions.performer_name
