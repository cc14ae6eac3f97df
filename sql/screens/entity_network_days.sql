-- title = "What came from a network on each day that was read"
-- reads = ["mart_network_daily"]
--
-- [parameters]
-- network = "a /24 or /64"
--
-- [columns]
-- day = "the UTC day"
-- refused = "refused pulls, pushes, deletions and logins"
-- other = "everything else"
-- country_code = "the country that Quay resolved"
-- first_at = "the first event, UTC"
-- last_at = "the last event, UTC"
select
    day,
    failure_count as refused,
    event_count - failure_count as other,
    country_code,
    first_at,
    last_at
from mart_network_daily
where network = $network
order by day asc
