-- title = "The habits of each credential: from where, with what, when and to what it acted"
-- grain = ["day", "credential", "performer_name", "habit", "habit_value"]
-- reads = ["int_kinds", "int_object_uses", "int_origin_uses", "int_pulled_repositories", "stg_events"]
-- units = "*_count count events; times are UTC"
-- source = "events without workers; what was refused counts for the habit kind alone, or trying would make a habit"
--
-- [columns]
-- day = "the UTC day"
-- credential = "what was used to act, such as robot:acme+ci"
-- credential_kind = "password_or_session, oauth_token, app_specific_token, robot, access_token or anonymous"
-- performer_name = "in whose hands, as Quay says"
-- performer_kind = "user, robot or anonymous"
-- habit = "client, country, hour, ip_block, kind, namespace, network, pushed_repository or repository (pulled)"
-- habit_value = "ip_block: a /16 or /48; repositories: namespace/name; hour: of the week, 0 is Monday 00 UTC"
-- event_count = "events"
-- pull_count = "pulls"
-- push_count = "pushes"
-- change_count = "changes"
-- version_count = "habit repository: distinct tags pulled, or distinct digests where those are more; else null"
-- first_at = "the first event"
-- last_at = "the last event"
with origins as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        client,
        country_code,
        network,
        event_count,
        pull_count,
        push_count,
        change_count,
        first_at,
        last_at,
        case performer_kind when 'robot' then 2 when 'user' then 1 else 0 end as performer_rank,
        case
            when network like '%/24'
                then split_part(network, '.', 1) || '.' || split_part(network, '.', 2) || '.0.0/16'
            else
                split_part(network, ':', 1) || ':' || split_part(network, ':', 2) || ':'
                || split_part(network, ':', 3) || '::/48'
        end as ip_block
    from int_origin_uses
    where performer_kind <> 'worker' and not is_failure
),

origin_habits as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        case
            when grouping(client) = 0 then 'client'
            when grouping(country_code) = 0 then 'country'
            when grouping(ip_block) = 0 then 'ip_block'
            else 'network'
        end as habit,
        -- In a row of one habit the columns of all others are null.
        coalesce(client, country_code, ip_block, network) as habit_value,
        max(performer_rank) as performer_rank,
        sum(event_count) as event_count,
        sum(pull_count) as pull_count,
        sum(push_count) as push_count,
        sum(change_count) as change_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from origins
    group by grouping sets (
        (day, credential_kind, credential_id, performer_name, client),
        (day, credential_kind, credential_id, performer_name, country_code),
        (day, credential_kind, credential_id, performer_name, ip_block),
        (day, credential_kind, credential_id, performer_name, network)
    )
),

objects as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        kind,
        namespace_name,
        repository_name,
        event_count,
        first_at,
        last_at,
        case performer_kind when 'robot' then 2 when 'user' then 1 else 0 end as performer_rank,
        case when kind in ('pull_repo', 'repo_verb') then event_count else 0 end as pull_count,
        case when kind = 'push_repo' then event_count else 0 end as push_count,
        case when is_change then event_count else 0 end as change_count,
        case when not is_failure then namespace_name end as used_namespace,
        case when kind = 'push_repo' then namespace_name || '/' || repository_name end as pushed_repository
    from int_object_uses
    where performer_kind <> 'worker'
),

object_habits as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        case
            when grouping(kind) = 0 then 'kind'
            when grouping(used_namespace) = 0 then 'namespace'
            else 'pushed_repository'
        end as habit,
        coalesce(kind, used_namespace, pushed_repository) as habit_value,
        max(performer_rank) as performer_rank,
        sum(event_count) as event_count,
        sum(pull_count) as pull_count,
        sum(push_count) as push_count,
        sum(change_count) as change_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from objects
    group by grouping sets (
        (day, credential_kind, credential_id, performer_name, kind),
        (day, credential_kind, credential_id, performer_name, used_namespace),
        (day, credential_kind, credential_id, performer_name, pushed_repository)
    )
),

repository_habits as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name || '/' || repository_name as habit_value,
        performer_rank,
        event_count,
        event_count as pull_count,
        0 as push_count,
        change_count,
        first_at,
        last_at,
        version_count
    from int_pulled_repositories
),

hours as (
    select
        events.day,
        events.credential_kind,
        events.credential_id,
        events.performer_name,
        extract(hour from events.occurred_at) as hour_of_day,
        max(case events.performer_kind when 'robot' then 2 when 'user' then 1 else 0 end) as performer_rank,
        count(*) as event_count,
        count(case when events.kind in ('pull_repo', 'repo_verb') then 1 end) as pull_count,
        count(case when events.kind = 'push_repo' then 1 end) as push_count,
        count(case when int_kinds.is_change then 1 end) as change_count,
        min(events.occurred_at) as first_at,
        max(events.occurred_at) as last_at
    from stg_events as events
    left join int_kinds on events.kind = int_kinds.kind
    where events.performer_kind <> 'worker' and not coalesce(int_kinds.is_failure, false)
    group by
        events.day,
        events.credential_kind,
        events.credential_id,
        events.performer_name,
        extract(hour from events.occurred_at)
),

habits as (
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        habit,
        habit_value,
        performer_rank,
        event_count,
        pull_count,
        push_count,
        change_count,
        first_at,
        last_at,
        null as version_count
    from origin_habits
    where habit_value is not null
    union all
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        habit,
        habit_value,
        performer_rank,
        event_count,
        pull_count,
        push_count,
        change_count,
        first_at,
        last_at,
        null as version_count
    from object_habits
    where habit_value is not null
    union all
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        'repository' as habit,
        habit_value,
        performer_rank,
        event_count,
        pull_count,
        push_count,
        change_count,
        first_at,
        last_at,
        version_count
    from repository_habits
    union all
    select
        day,
        credential_kind,
        credential_id,
        performer_name,
        'hour' as habit,
        cast((extract(isodow from day) - 1) * 24 + hour_of_day as varchar) as habit_value,
        performer_rank,
        event_count,
        pull_count,
        push_count,
        change_count,
        first_at,
        last_at,
        null as version_count
    from hours
)

select
    day,
    case credential_kind when 'password_or_session' then 'user' else credential_kind end
    || coalesce(':' || credential_id, '') as credential,
    credential_kind,
    performer_name,
    case performer_rank when 2 then 'robot' when 1 then 'user' else 'anonymous' end as performer_kind,
    habit,
    habit_value,
    cast(event_count as bigint) as event_count,
    cast(pull_count as bigint) as pull_count,
    cast(push_count as bigint) as push_count,
    cast(change_count as bigint) as change_count,
    cast(version_count as bigint) as version_count,
    first_at,
    last_at
from habits
