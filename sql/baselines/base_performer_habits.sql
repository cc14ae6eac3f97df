-- title = "How settled each habit of each performer is, over all credentials"
-- grain = ["performer_name", "habit", "habit_value"]
-- reads = ["base_habit_days"]
-- units = "counts are of the 28 days before the day judged, first_day and last_day of the 100 before it"
-- source = "base_habit_days; performers without a name have no row"
--
-- [columns]
-- performer_name = "who did it, as Quay says"
-- habit = "client, country, hour, ip_block, kind, namespace, network, pushed_repository or repository (pulled)"
-- habit_value = "its value, as in mart_credential_habit_daily"
-- credential_count = "credentials with which it was so"
-- day_bits = "bit 0 stands for the day before the day judged, bit 27 for 28 days before"
-- day_count = "days on which it was so"
-- first_day = "the first day"
-- last_day = "the last day"
-- event_count = "events"
select
    performer_name,
    habit,
    habit_value,
    count(case when day_bits <> 0 then 1 end) as credential_count,
    bit_or(day_bits) as day_bits,
    bit_count(bit_or(day_bits)) as day_count,
    min(first_day) as first_day,
    max(last_day) as last_day,
    cast(sum(event_count) as bigint) as event_count
from base_habit_days
where performer_name is not null
group by
    performer_name,
    habit,
    habit_value
