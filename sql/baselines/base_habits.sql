-- title = "How settled each habit of each credential is"
-- grain = ["credential", "habit", "habit_value"]
-- reads = ["base_habit_days"]
-- units = "counts are of the 28 days before the day judged, first_day and last_day of the 100 before it"
-- source = "base_habit_days, whoever held the credential"
--
-- [columns]
-- credential = "what was used to act, such as robot:acme+ci"
-- habit = "client, country, hour, ip_block, kind, namespace, network, pushed_repository or repository (pulled)"
-- habit_value = "its value, as in mart_credential_habit_daily"
-- performer_name = "in whose hands last, as Quay says; of two on the same day the last by letter"
-- day_bits = "bit 0 stands for the day before the day judged, bit 27 for 28 days before"
-- day_count = "days on which it was so"
-- first_day = "the first day"
-- last_day = "the last day"
-- event_count = "events"
with held as (
    select
        credential,
        habit,
        habit_value,
        performer_name,
        day_bits,
        first_day,
        last_day,
        event_count,
        max(last_day) over (partition by credential, habit, habit_value) as latest_day
    from base_habit_days
)

select
    credential,
    habit,
    habit_value,
    max(case when last_day = latest_day then performer_name end) as performer_name,
    bit_or(day_bits) as day_bits,
    bit_count(bit_or(day_bits)) as day_count,
    min(first_day) as first_day,
    max(last_day) as last_day,
    cast(sum(event_count) as bigint) as event_count
from held
group by
    credential,
    habit,
    habit_value
