-- title = "What the registry as a whole looks like, and whether its addresses tell clients apart"
-- grain = ["first_day"]
-- reads = ["base_habit_days", "mart_coverage_daily"]
-- units = "counts are of the 28 days before the day judged; first_day and day_count of the 100 before it"
-- source = "base_habit_days; one row always; shares are of credential-days, or one busy robot would speak for all"
--
-- [columns]
-- first_day = "the first day that a window shows; null where none does"
-- last_day = "the last such day before the day judged"
-- day_count = "days that a window shows"
-- credential_count = "credentials that acted"
-- performer_count = "performers that acted, as far as they have a name"
-- person_count = "people among them"
-- robot_count = "robots among them"
-- top_network = "the network met on most credential-days; of two the first by letter"
-- top_network_share = "share of the credential-days with an address that met it; null where there are none"
-- is_network_trusted = "whether that is at most 0.8; null where fewer than five credentials or ten days tell"
-- has_countries = "whether Quay resolved any address to a country"
with days as (
    select
        min(day) as first_day,
        max(day) as last_day,
        count(distinct day) as day_count
    from mart_coverage_daily
    where
        day >= $day - 100
        and day < $day
),

actors as (
    select
        count(distinct credential) as credential_count,
        count(distinct performer_name) as performer_count,
        count(distinct case when performer_kind = 'user' then performer_name end) as person_count,
        count(distinct case when performer_kind = 'robot' then performer_name end) as robot_count,
        count(case when habit = 'country' then 1 end) > 0 as has_countries
    from base_habit_days
    where day_bits <> 0
),

network_days as (
    select
        credential,
        habit_value as network,
        bit_or(day_bits) as day_bits
    from base_habit_days
    where
        habit = 'network'
        and day_bits <> 0
    group by
        credential,
        habit_value
),

ranked_networks as (
    select
        network,
        sum(bit_count(day_bits)) as credential_days,
        row_number() over (
            order by sum(bit_count(day_bits)) desc, network
        ) as place
    from network_days
    group by network
),

placed_days as (
    select
        credential,
        bit_or(day_bits) as day_bits
    from network_days
    group by credential
),

placed as (
    select
        count(*) as credential_count,
        bit_count(bit_or(day_bits)) as day_count,
        sum(bit_count(day_bits)) as credential_days
    from placed_days
)

select
    days.first_day,
    days.last_day,
    days.day_count,
    actors.credential_count,
    actors.performer_count,
    actors.person_count,
    actors.robot_count,
    ranked_networks.network as top_network,
    ranked_networks.credential_days / nullif(placed.credential_days, 0) as top_network_share,
    case
        when placed.credential_count >= 5 and placed.day_count >= 10
            then ranked_networks.credential_days / nullif(placed.credential_days, 0) <= 0.8
    end as is_network_trusted,
    actors.has_countries
from days
cross join actors
cross join placed
left join ranked_networks on ranked_networks.place = 1
