-- title = "What can be looked at whose name holds a text, the busiest of each sort first; the busiest of all for no text"
-- reads = [
--     "mart_credential_daily",
--     "mart_credential_habit_daily",
--     "mart_namespace_kind_daily",
--     "mart_network_daily",
--     "mart_repository_daily",
-- ]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "only what acted in it, or belongs to it; null for all. Networks are those of all"
-- text = "what the name holds, in lower case"
-- most = "how many of each sort"
--
-- [columns]
-- sort = "credential, performer, network, repository or namespace"
-- subject = "robot:acme+ci, user:alice, network:192.0.2.0/24, ..."
-- credential_name = "what people call the credential; null for all else"
-- event_count = "its events in the period, without what was refused"
with credential_names as (
    select
        case credential_kind when 'password_or_session' then 'user' else credential_kind end
        || coalesce(':' || credential_id, '') as credential,
        max(credential_name) as credential_name
    from mart_credential_daily
    where
        day >= $since
        and day <= $until
    group by
        credential_kind,
        credential_id
),

acts as (
    select
        credential,
        performer_name,
        performer_kind,
        habit_value as namespace_name,
        sum(event_count) as event_count
    from mart_credential_habit_daily
    where
        habit = 'namespace'
        and day >= $since
        and day <= $until
        and ($namespace is null or habit_value = $namespace)
    group by
        credential,
        performer_name,
        performer_kind,
        habit_value
),

found as (
    select
        'credential' as sort,
        acts.credential as subject,
        case
            when acts.credential not like '%:' || credential_names.credential_name
                then credential_names.credential_name
        end as credential_name,
        acts.event_count
    from acts
    left join credential_names on acts.credential = credential_names.credential
    where
        acts.credential <> 'user'
        and acts.credential not like 'user:%'
    union all
    select
        'performer' as sort,
        'user:' || performer_name as subject,
        null as credential_name,
        event_count
    from acts
    where
        performer_kind = 'user'
        and performer_name is not null
    union all
    select
        'network' as sort,
        'network:' || network as subject,
        null as credential_name,
        event_count
    from mart_network_daily
    where
        network is not null
        and day >= $since
        and day <= $until
    union all
    select
        'repository' as sort,
        'repository:' || namespace_name || '/' || repository_name as subject,
        null as credential_name,
        event_count
    from mart_repository_daily
    where
        namespace_name is not null
        and day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
    union all
    select
        'namespace' as sort,
        'namespace:' || namespace_name as subject,
        null as credential_name,
        event_count
    from mart_namespace_kind_daily
    where
        namespace_name is not null
        and day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
),

sums as (
    select
        sort,
        subject,
        max(credential_name) as credential_name,
        cast(sum(event_count) as bigint) as event_count
    from found
    where contains(lower(subject || ' ' || coalesce(credential_name, '')), $text)
    group by
        sort,
        subject
),

ranked as (
    select
        sort,
        subject,
        credential_name,
        event_count,
        row_number() over (
            partition by sort
            order by
                event_count desc,
                subject asc
        ) as place
    from sums
)

select
    sort,
    subject,
    credential_name,
    event_count
from ranked
where place <= $most
order by
    sort asc,
    place asc
