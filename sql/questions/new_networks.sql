-- title = "Who acted from a network this week from which they never acted before?"
-- why = "A stolen credential comes from elsewhere. Before says nothing where the log begins with the week."
-- reads = ["events"]
--
-- [parameters]
-- since = "(select max(day) - 6 from events)"
with networks as (
    select
        performer_name,
        network,
        max(country_code) as country_code,
        count(*) as event_count,
        count(distinct namespace_name || '/' || repository_name) as repository_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from events
    where
        performer_name is not null
        and network is not null
    group by all
),

numbered_networks as (
    select
        *,
        first_at = min(first_at) over (partition by network) as is_new_to_all
    from networks
)

select
    performer_name,
    network,
    country_code,
    is_new_to_all,
    event_count,
    repository_count,
    first_at,
    last_at
from numbered_networks
where first_at >= $since
order by
    first_at,
    performer_name,
    network
