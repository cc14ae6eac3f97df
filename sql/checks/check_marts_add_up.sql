-- title = "Credentials and networks add up to all events of the day"
-- grain = ["day"]
-- reads = ["mart_coverage_daily", "mart_credential_daily", "mart_network_daily"]
-- units = "counts are events"
-- source = "each event has one credential and one network, known or not"
--
-- [columns]
-- day = "the UTC day"
-- event_count = "events taken from windows"
-- credential_event_count = "events by credential"
-- network_event_count = "events by network"
with coverage_days as (
    select
        day,
        sum(event_count) as event_count
    from mart_coverage_daily
    group by day
),

credential_days as (
    select
        day,
        sum(event_count) as event_count
    from mart_credential_daily
    group by day
),

network_days as (
    select
        day,
        sum(event_count) as event_count
    from mart_network_daily
    group by day
)

select
    coverage_days.day,
    coverage_days.event_count,
    coalesce(credential_days.event_count, 0) as credential_event_count,
    coalesce(network_days.event_count, 0) as network_event_count
from coverage_days
left join credential_days on coverage_days.day = credential_days.day
left join network_days on coverage_days.day = network_days.day
where
    coverage_days.event_count <> coalesce(credential_days.event_count, 0)
    or coverage_days.event_count <> coalesce(network_days.event_count, 0)
