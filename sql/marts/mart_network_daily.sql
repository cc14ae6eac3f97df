-- title = "What came from each network"
-- grain = ["day", "network"]
-- reads = ["int_origin_uses", "int_uses"]
-- units = "*_count count events, or distinct values where the name says what is counted; times are UTC"
-- source = "int_uses: each event once"
--
-- [columns]
-- day = "the UTC day"
-- network = "a /24 or /64; null for what had no address: workers of Quay, or text that is no address"
-- country_code = "the country that Quay resolved for it; the last by letter where it resolved several"
-- event_count = "events"
-- failure_count = "pulls, pushes, deletions and logins that were refused"
-- login_failure_count = "logins that were refused"
-- ip_count = "distinct addresses"
-- credential_count = "distinct credentials"
-- namespace_count = "distinct namespaces"
-- user_agent_family_count = "distinct client products"
-- first_at = "the first event"
-- last_at = "the last event"
with namespaces as (
    select
        day,
        network,
        count(distinct namespace_name) as namespace_count
    from int_uses
    group by
        day,
        network
),

origins as (
    select
        day,
        network,
        max(country_code) as country_code,
        sum(event_count) as event_count,
        sum(case when is_failure then event_count else 0 end) as failure_count,
        sum(login_failure_count) as login_failure_count,
        count(distinct ip) as ip_count,
        count(distinct credential_kind || '/' || coalesce(credential_id, credential_name, ''))
            as credential_count,
        count(distinct client) as user_agent_family_count,
        min(first_at) as first_at,
        max(last_at) as last_at
    from int_origin_uses
    group by
        day,
        network
)

select
    origins.day,
    origins.network,
    origins.country_code,
    cast(origins.event_count as bigint) as event_count,
    cast(origins.failure_count as bigint) as failure_count,
    cast(origins.login_failure_count as bigint) as login_failure_count,
    origins.ip_count,
    origins.credential_count,
    namespaces.namespace_count,
    origins.user_agent_family_count,
    origins.first_at,
    origins.last_at
from origins
inner join namespaces
    on origins.day = namespaces.day and origins.network is not distinct from namespaces.network
