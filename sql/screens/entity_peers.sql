-- title = "The repositories that a credential or performer pulled, and how many others in their namespace pull them too"
-- reads = ["mart_credential_habit_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "only repositories of it; null for all"
-- credential = "robot:acme+ci, oauth_token:17, ...; null for none"
-- performer = "a performer, whatever credential was used; null for none"
--
-- [columns]
-- repository = "namespace/name"
-- pull_count = "its pulls"
-- push_count = "its pushes"
-- puller_count = "other performers that pulled the repository; those that Quay names none for count by credential"
-- peer_count = "other performers that pulled anything in the namespace"
-- peer_share = "the part of them that pulled this repository: low is unusual; null where there is no other"
-- first_at = "its first pull or push in the period, UTC"
-- last_at = "its last, UTC"
with own_touches as (
    select
        habit_value as repository,
        split_part(habit_value, '/', 1) as namespace_name,
        cast(sum(pull_count) as bigint) as pull_count,
        cast(sum(push_count) as bigint) as push_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from mart_credential_habit_daily
    where
        habit in ('repository', 'pushed_repository')
        and day >= $since
        and day <= $until
        and ($namespace is null or split_part(habit_value, '/', 1) = $namespace)
        and (credential = $credential or performer_name = $performer)
    group by habit_value
),

own_names as (
    select distinct coalesce(performer_name, credential) as actor_name
    from mart_credential_habit_daily
    where
        habit in ('repository', 'pushed_repository')
        and day >= $since
        and day <= $until
        and (credential = $credential or performer_name = $performer)
),

-- Names are compared once each, not once for every day.
pulls as (
    select
        habit_value as repository,
        coalesce(performer_name, credential) as actor_name
    from mart_credential_habit_daily
    where
        habit = 'repository'
        and day >= $since
        and day <= $until
    group by
        habit_value,
        coalesce(performer_name, credential)
),

pulls_of_others as (
    select
        split_part(pulls.repository, '/', 1) as namespace_name,
        pulls.repository,
        pulls.actor_name
    from pulls
    left join own_names on pulls.actor_name = own_names.actor_name
    where
        own_names.actor_name is null
        and split_part(pulls.repository, '/', 1) in (
            select own_touches.namespace_name
            from own_touches
        )
),

pullers as (
    select
        repository,
        count(*) as puller_count
    from pulls_of_others
    group by repository
),

peers as (
    select
        namespace_name,
        count(distinct actor_name) as peer_count
    from pulls_of_others
    group by namespace_name
)

select
    own_touches.repository,
    own_touches.pull_count,
    own_touches.push_count,
    coalesce(pullers.puller_count, 0) as puller_count,
    coalesce(peers.peer_count, 0) as peer_count,
    coalesce(pullers.puller_count, 0) / peers.peer_count as peer_share,
    own_touches.first_at,
    own_touches.last_at
from own_touches
left join pullers on own_touches.repository = pullers.repository
left join peers on own_touches.namespace_name = peers.namespace_name
order by
    own_touches.pull_count + own_touches.push_count desc,
    own_touches.repository asc
limit 2000
