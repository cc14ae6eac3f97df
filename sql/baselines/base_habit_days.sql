-- title = "On which days each credential kept each habit, in whose hands"
-- grain = ["credential", "performer_name", "habit", "habit_value"]
-- reads = ["mart_credential_habit_daily"]
-- units = "counts and day_bits are of the 28 days before the day judged, first_day and last_day of the 100 before it"
-- source = "mart_credential_habit_daily; the habit hour looks back 28 days alone"
--
-- [columns]
-- credential = "what was used to act, such as robot:acme+ci"
-- performer_name = "in whose hands, as Quay says; null where nobody can tell any more"
-- performer_kind = "user, robot or anonymous"
-- habit = "client, country, hour, ip_block, kind, namespace, network, pushed_repository or repository (pulled)"
-- habit_value = "its value, as in mart_credential_habit_daily"
-- day_bits = "bit 0 stands for the day before the day judged, bit 27 for 28 days before; joined by bit_or"
-- day_count = "days on which it was so"
-- first_day = "the first day"
-- last_day = "the last day"
-- event_count = "events"
-- change_count = "changes among them"
with habits as (
    select
        credential,
        performer_name,
        performer_kind,
        habit,
        habit_value,
        day,
        case when day >= $day - 28 then 1 << cast($day - day - 1 as integer) else 0 end as day_bit,
        case when day >= $day - 28 then event_count else 0 end as event_count,
        case when day >= $day - 28 then change_count else 0 end as change_count
    from mart_credential_habit_daily
    where
        day < $day
        and day >= case when habit = 'hour' then $day - 28 else $day - 100 end
)

select
    credential,
    performer_name,
    max(performer_kind) as performer_kind,
    habit,
    habit_value,
    cast(bit_or(day_bit) as integer) as day_bits,
    bit_count(cast(bit_or(day_bit) as integer)) as day_count,
    min(day) as first_day,
    max(day) as last_day,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(change_count) as bigint) as change_count
from habits
group by
    credential,
    performer_name,
    habit,
    habit_value
