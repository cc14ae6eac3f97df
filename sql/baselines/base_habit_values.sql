-- title = "How well known a network, client, repository, ... is in the whole registry"
-- grain = ["habit", "habit_value"]
-- reads = ["base_habit_days"]
-- units = "counts are of the 28 days before the day judged, first_day and last_day of the 100 before it"
-- source = "base_habit_days"
--
-- [columns]
-- habit = "client, country, hour, ip_block, kind, namespace, network, pushed_repository or repository (pulled)"
-- habit_value = "its value, as in mart_credential_habit_daily"
-- credential_count = "credentials that met it"
-- performer_count = "performers that met it, as far as they have a name"
-- robot_count = "robots among them"
-- person_count = "people among them"
-- day_count = "days on which anybody met it"
-- first_day = "the first day"
-- last_day = "the last day"
-- event_count = "events"
select
    habit,
    habit_value,
    count(distinct case when day_bits <> 0 then credential end) as credential_count,
    count(distinct case when day_bits <> 0 then performer_name end) as performer_count,
    count(distinct case when day_bits <> 0 and performer_kind = 'robot' then performer_name end)
        as robot_count,
    count(distinct case when day_bits <> 0 and performer_kind = 'user' then performer_name end)
        as person_count,
    bit_count(bit_or(day_bits)) as day_count,
    min(first_day) as first_day,
    max(last_day) as last_day,
    cast(sum(event_count) as bigint) as event_count
from base_habit_days
group by
    habit,
    habit_value
