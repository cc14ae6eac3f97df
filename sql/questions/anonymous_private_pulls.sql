-- title = "Which private repositories were pulled without an account?"
-- why = "Private at that moment, or opened for a while; unknown where neither the log nor an inventory says."
-- reads = ["events", "inventory_repositories", "mart_change_events"]
--
-- [parameters]
-- since = "date '2026-01-01'"
with pulls as (
    select
        namespace_name,
        repository_name,
        occurred_at,
        network
    from events
    where
        kind in ('pull_repo', 'repo_verb')
        and credential_kind = 'anonymous'
        and day >= $since
),

changes as (
    select
        namespace_name,
        repository_name,
        occurred_at,
        performer_name,
        metadata ->> '$.visibility' = 'public' as is_public
    from mart_change_events
    where kind = 'change_repo_visibility'
),

listed as (
    select
        namespace_name,
        repository_name,
        arg_max(is_public, snapshot_date) as is_public
    from inventory_repositories
    group by all
),

seen_pulls as (
    select
        pulls.namespace_name,
        pulls.repository_name,
        pulls.occurred_at,
        pulls.network,
        earlier.performer_name as changed_by,
        earlier.occurred_at as changed_at,
        -- As the last change before it left it; else the opposite of what the next made of it; else as listed.
        coalesce(earlier.is_public, not later.is_public, listed.is_public) as is_public
    from pulls
    asof left join changes as earlier
        on
            pulls.namespace_name = earlier.namespace_name
            and pulls.repository_name = earlier.repository_name
            and pulls.occurred_at >= earlier.occurred_at
    asof left join changes as later
        on
            pulls.namespace_name = later.namespace_name
            and pulls.repository_name = later.repository_name
            and pulls.occurred_at < later.occurred_at
    left join listed
        on
            pulls.namespace_name = listed.namespace_name
            and pulls.repository_name = listed.repository_name
)

select
    namespace_name,
    repository_name,
    case
        when is_public then 'opened'
        when not is_public then 'private'
        else 'unknown'
    end as visibility,
    changed_by,
    changed_at,
    count(*) as pull_count,
    string_agg(distinct network, ', ' order by network) as networks,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from seen_pulls
where
    is_public is not true
    or changed_by is not null
group by all
order by
    first_at,
    namespace_name,
    repository_name
