-- title = "How surprising each hour of the week would be for each person"
-- grain = ["performer_name", "hour_of_week"]
-- reads = ["base_performer_habits", "mart_credential_habit_daily"]
-- units = "bits; hours of the week in UTC, 0 is Monday 00; the 28 days before the day judged, half as much each 14 days back"
-- source = "a density of the hours in which the person acted, spread over 3 hours either way and over like days"
--
-- [columns]
-- performer_name = "the person"
-- hour_of_week = "the hour, 0 to 167"
-- surprise_bits = "-log2 of the hour's share: 7.4 where all hours are alike, more where the person does not act"
-- day_count = "days on which the person acted: what the density rests on"
with moments as (
    select
        performer_name,
        day,
        cast(habit_value as integer) as hour_of_week
    from mart_credential_habit_daily
    where
        habit = 'hour'
        and performer_kind = 'user'
        and performer_name is not null
        and day >= $day - 28
        and day < $day
    group by
        performer_name,
        day,
        habit_value
),

masses as (
    select
        performer_name,
        hour_of_week,
        sum(power(0.5, ($day - day) / 14)) as mass
    from moments
    group by
        performer_name,
        hour_of_week
),

totals as (
    select
        performer_name,
        sum(mass) as mass
    from masses
    group by performer_name
),

-- One act speaks for the hours around it, and less for the same hours of other days: of working days for
-- each other more than of a working day for a weekend.
shifts as (
    select
        source_hours.hour_of_week as source_hour,
        day_shifts.ahead,
        hour_shifts.ahead as hours_ahead,
        source_hours.hour_of_week < 120 as is_working_day,
        (source_hours.hour_of_week + 24 * day_shifts.ahead) % 168 < 120 as is_for_working_day
    from range(168) as source_hours (hour_of_week) -- noqa: LT01
    cross join range(7) as day_shifts (ahead) -- noqa: LT01
    cross join range(-3, 4) as hour_shifts (ahead) -- noqa: LT01
),

spreads as (
    select
        source_hour,
        (source_hour + 24 * ahead + hours_ahead + 168) % 168 as target_hour,
        (4 - abs(hours_ahead)) * case
            when ahead = 0 then 1.0
            when is_working_day = is_for_working_day then 0.4
            when is_working_day then 0.01
            else 0.1
        end as weight
    from shifts
),

kernels as (
    select
        source_hour,
        target_hour,
        weight / nullif(sum(weight) over (partition by source_hour), 0) as weight
    from spreads
),

densities as (
    select
        masses.performer_name,
        kernels.target_hour as hour_of_week,
        sum(masses.mass * kernels.weight) as mass
    from masses
    inner join kernels on masses.hour_of_week = kernels.source_hour
    group by
        masses.performer_name,
        kernels.target_hour
),

people as (
    select
        performer_name,
        bit_count(bit_or(day_bits)) as day_count
    from base_performer_habits
    where habit = 'hour'
    group by performer_name
)

select
    totals.performer_name,
    cast(hours.hour_of_week as integer) as hour_of_week,
    -- Rounded, as the order of summing leaves its trace in the last digits.
    round(-log2((coalesce(densities.mass, 0) + 1 / 168) / (totals.mass + 1)), 6) as surprise_bits,
    people.day_count
from totals
cross join range(168) as hours (hour_of_week) -- noqa: LT01
inner join people on totals.performer_name = people.performer_name
left join densities
    on
        totals.performer_name = densities.performer_name
        and hours.hour_of_week = densities.hour_of_week
