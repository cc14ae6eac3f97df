-- title = "The habits of each credential: from where, with what, when and to what it acted"
-- grain = ["day", "credential", "performer_name", "habit", "habit_value"]
-- reads = ["int_acts", "int_uses"]
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
with uses as (
    select
        day,
        credential,
        performer_name,
        kind,
        event_count,
        first_at,
        last_at,
        case performer_kind when 'robot' then 2 when 'user' then 1 else 0 end as performer_rank,
        case when kind in ('pull_repo', 'repo_verb') then event_count else 0 end as pulls,
        case when kind = 'push_repo' then event_count else 0 end as pushes,
        case when is_change then event_count else 0 end as changes,
        case when kind in ('pull_repo', 'repo_verb') then repository end as pulled_repository,
        case when kind = 'push_repo' then repository end as pushed_repository,
        case when not is_failure then namespace_name end as namespace_name,
        case when not is_failure then network end as network,
        case when not is_failure then country_code end as country_code,
        case when not is_failure then client end as client,
        case
            when is_failure then null
            when network like '%/24'
                then split_part(network, '.', 1) || '.' || split_part(network, '.', 2) || '.0.0/16'
            else
                split_part(network, ':', 1) || ':' || split_part(network, ':', 2) || ':'
                || split_part(network, ':', 3) || '::/48'
        end as ip_block
    from int_uses
    where performer_kind <> 'worker'
),

-- One reading for all habits but the hour, each act once in each of them.
habits as (
    select
        day,
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
        -- In a row of one habit the columns of all others are null.
        coalesce(
            client,
            country_code,
            ip_block,
            kind,
            namespace_name,
            network,
            pushed_repository,
            pulled_repository
        ) as habit_value,
        max(performer_rank) as performer_rank,
        sum(event_count) as event_count,
        sum(pulls) as pull_count,
        sum(pushes) as push_count,
        sum(changes) as change_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from uses
    group by grouping sets (
        (day, credential, performer_name, client),
        (day, credential, performer_name, country_code),
        (day, credential, performer_name, ip_block),
        (day, credential, performer_name, kind),
        (day, credential, performer_name, namespace_name),
        (day, credential, performer_name, network),
        (day, credential, performer_name, pushed_repository),
        (day, credential, performer_name, pulled_repository)
    )
),

hours as (
    select
        day,
        credential,
        performer_name,
        extract(hour from occurred_at) as hour_of_day,
        max(case performer_kind when 'robot' then 2 when 'user' then 1 else 0 end) as performer_rank,
        count(*) as event_count,
        count(case when kind in ('pull_repo', 'repo_verb') then 1 end) as pull_count,
        count(case when kind = 'push_repo' then 1 end) as push_count,
        count(case when is_change then 1 end) as change_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from int_acts
    where performer_kind <> 'worker' and not is_failure
    group by
        day,
        credential,
        performer_name,
        extract(hour from occurred_at)
),

versions as (
    select
        day,
        credential,
        performer_name,
        'repository' as habit,
        repository,
        -- The same version by tag and, for its platform, by digest counts once.
        greatest(count(distinct tag), count(distinct manifest_digest)) as version_count
    from int_acts
    where kind in ('pull_repo', 'repo_verb')
    group by
        day,
        credential,
        performer_name,
        repository
),

all_habits as (
    select
        day,
        credential,
        performer_name,
        habit,
        habit_value,
        performer_rank,
        event_count,
        pull_count,
        push_count,
        change_count,
        first_at,
        last_at
    from habits
    where habit_value is not null
    union all
    select
        day,
        credential,
        performer_name,
        'hour' as habit,
        cast((extract(isodow from day) - 1) * 24 + hour_of_day as varchar) as habit_value,
        performer_rank,
        event_count,
        pull_count,
        push_count,
        change_count,
        first_at,
        last_at
    from hours
)

select
    habits.day,
    habits.credential,
    case
        when habits.credential like 'user:%' or habits.credential = 'user' then 'password_or_session'
        else split_part(habits.credential, ':', 1)
    end as credential_kind,
    habits.performer_name,
    case habits.performer_rank when 2 then 'robot' when 1 then 'user' else 'anonymous' end as performer_kind,
    habits.habit,
    habits.habit_value,
    cast(habits.event_count as bigint) as event_count,
    cast(habits.pull_count as bigint) as pull_count,
    cast(habits.push_count as bigint) as push_count,
    cast(habits.change_count as bigint) as change_count,
    versions.version_count,
    habits.first_at,
    habits.last_at
from all_habits as habits
left join versions
    on
        habits.habit = versions.habit
        and habits.habit_value = versions.repository
        and habits.day = versions.day
        and habits.credential = versions.credential
        and habits.performer_name is not distinct from versions.performer_name
