-- title = "Which robots acted from more than so many networks?"
-- why = "A robot lives in a few places: a CI, a cluster. One that is met all over is shared, or its token got out."
-- reads = ["events"]
--
-- [parameters]
-- networks = "1"
-- since = "(select max(day) - 27 from events)"
select
    performer_name as robot_name,
    count(distinct network) as network_count,
    count(distinct country_code) as country_count,
    string_agg(distinct network, ', ' order by network) as networks,
    count(*) as event_count,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at
from events
where
    performer_kind = 'robot'
    and day >= $since
group by performer_name
having count(distinct network) > $networks
order by
    network_count desc,
    robot_name asc
