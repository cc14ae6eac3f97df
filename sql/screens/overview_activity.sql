-- title = "Events a day by kind family and in total, against the 28 days before each day"
-- reads = ["mart_coverage_daily", "mart_namespace_kind_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "whose events; null for all"
-- kinds = "every kind that is known"
-- families = "the family of each, in the same order"
--
-- [columns]
-- day = "each UTC day of the period"
-- kind_family = "what sort of thing it is, unknown for a new kind; null for the total"
-- event_count = "events of that day; null where no window of it was read"
-- median_count = "half of the 28 days before had at most as many; null where fewer than 7 of them were read"
-- low_count = "one in ten of them had at most as many"
-- high_count = "nine in ten of them had at most as many"
with known_kinds as (
    select
        unnest($kinds) as kind,
        unnest($families) as kind_family
),

days as (
    select cast(series.day as date) as day
    from generate_series(cast($since as date) - 28, cast($until as date), interval 1 day) as series (day)
),

read_days as (
    select distinct day
    from mart_coverage_daily
    where
        day >= cast($since as date) - 28
        and day <= $until
),

family_days as (
    select
        counts.day,
        coalesce(known_kinds.kind_family, 'unknown') as kind_family,
        counts.event_count
    from mart_namespace_kind_daily as counts
    left join known_kinds on counts.kind = known_kinds.kind
    where
        counts.day >= cast($since as date) - 28
        and counts.day <= $until
        and ($namespace is null or counts.namespace_name = $namespace)
),

sums as (
    select
        day,
        kind_family,
        sum(event_count) as event_count
    from family_days
    group by
        grouping sets ((day, kind_family), (day))
),

lines as (
    select distinct kind_family
    from sums
),

line_days as (
    select
        days.day,
        lines.kind_family,
        case when read_days.day is not null then cast(coalesce(sums.event_count, 0) as bigint) end
            as event_count
    from days
    cross join lines
    left join read_days on days.day = read_days.day
    left join sums
        on
            days.day = sums.day
            and lines.kind_family is not distinct from sums.kind_family
),

baselines as (
    select
        day,
        kind_family,
        event_count,
        count(event_count) over before_day as known_count,
        quantile_cont(event_count, 0.5) over before_day as median_count,
        quantile_cont(event_count, 0.1) over before_day as low_count,
        quantile_cont(event_count, 0.9) over before_day as high_count
    from line_days
    window
        before_day as (partition by kind_family order by day rows between 28 preceding and 1 preceding)
)

select
    day,
    kind_family,
    event_count,
    case when known_count >= 7 then median_count end as median_count,
    case when known_count >= 7 then low_count end as low_count,
    case when known_count >= 7 then high_count end as high_count
from baselines
where day >= $since
order by
    kind_family asc nulls first,
    day asc
