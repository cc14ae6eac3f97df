-- title = "Namespaces, by how much of them is in the log"
-- reads = ["inventory_organizations", "mart_namespace_kind_daily", "told_snapshots"]
-- empty = "No namespace is in the log of the period, nor in the inventory."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- namespace_count = "count(case when event_count > 0 then 1 end)"
--
-- [[statements]]
-- says = "{namespace_count:namespace is|namespaces are} in the log of the period."
--
-- [[exceptions]]
-- each = { is_silent = true }
-- says = "Organization {namespace_name} is in the inventory and not in the log of the period: nothing happened, or its log is switched off."
--
-- [columns]
-- namespace_name = ["Namespace", "text", "the organization or user whose log it is"]
-- event_count = ["Events", "count", "its events in the period"]
-- pull_count = ["Pulls", "count", "pulls among them, which can be switched off by themselves"]
-- day_count = ["Days", "count", "days of the period that have an event of it"]
-- last_day = ["Last day", "day", "the last of them"]
-- is_organization = ["In inventory", "flag", "whether the inventory lists it as an organization"]
-- is_silent = ["Silent", "flag", "whether it is listed there and nothing of it is in the log"]
with logged_namespaces as (
    select
        namespace_name,
        cast(sum(event_count) as bigint) as event_count,
        cast(sum(case when kind = 'pull_repo' then event_count else 0 end) as bigint) as pull_count,
        count(distinct day) as day_count,
        max(day) as last_day
    from mart_namespace_kind_daily
    where
        namespace_name is not null
        and day >= $since
        and day <= $until
    group by namespace_name
),

organizations as (
    select inventory_organizations.namespace_name
    from inventory_organizations
    inner join told_snapshots
        on
            inventory_organizations.snapshot_date = told_snapshots.snapshot_date
            and told_snapshots.table_name = 'organizations'
)

select
    coalesce(logged_namespaces.namespace_name, organizations.namespace_name) as namespace_name,
    coalesce(logged_namespaces.event_count, 0) as event_count,
    coalesce(logged_namespaces.pull_count, 0) as pull_count,
    coalesce(logged_namespaces.day_count, 0) as day_count,
    logged_namespaces.last_day,
    organizations.namespace_name is not null as is_organization,
    logged_namespaces.namespace_name is null as is_silent
from logged_namespaces
full outer join organizations on logged_namespaces.namespace_name = organizations.namespace_name
order by namespace_name
