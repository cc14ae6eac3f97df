-- title = "How often each kind usually happens in each namespace"
-- grain = ["namespace_name", "kind"]
-- reads = ["mart_coverage_daily", "mart_namespace_kind_daily"]
-- units = "the 28 days before the day judged; medians are over days that a window of the namespace shows, zeros too"
-- source = "mart_namespace_kind_daily; namespaces without a name have no row"
--
-- [columns]
-- namespace_name = "whose log it is in"
-- kind = "Quay's name for what happened"
-- shown_day_count = "days on which a window shows the namespace, since its first event"
-- day_count = "days with one of that kind"
-- event_median = "events a shown day"
-- event_mad = "how far that usually is off"
-- expected_count = "events a shown day of the same weekday; null where there are fewer than two"
-- last_day = "the last day with one"
with counts as (
    select
        day,
        namespace_name,
        kind,
        event_count
    from mart_namespace_kind_daily
    where
        namespace_name is not null
        and day >= $day - 28
        and day < $day
),

namespaces as (
    select
        namespace_name,
        min(day) as first_day
    from counts
    group by namespace_name
),

whole_days as (
    select distinct day
    from mart_coverage_daily
    where
        scope = 'all'
        and day >= $day - 28
        and day < $day
),

own_days as (
    select distinct
        day,
        split_part(scope, '/', 2) as namespace_name
    from mart_coverage_daily
    where
        (scope like 'org/%' or scope like 'user/%')
        and day >= $day - 28
        and day < $day
),

-- A day that nobody read is no day without events.
shown_days as (
    select
        namespaces.namespace_name,
        whole_days.day
    from namespaces
    inner join whole_days on namespaces.first_day <= whole_days.day
    union
    select
        namespaces.namespace_name,
        own_days.day
    from namespaces
    inner join own_days
        on
            namespaces.namespace_name = own_days.namespace_name
            and namespaces.first_day <= own_days.day
    union
    select
        namespace_name,
        day
    from counts
),

kinds as (
    select
        namespace_name,
        kind,
        count(*) as day_count,
        max(day) as last_day
    from counts
    group by
        namespace_name,
        kind
),

daily_counts as (
    select
        kinds.namespace_name,
        kinds.kind,
        kinds.day_count,
        kinds.last_day,
        shown_days.day,
        coalesce(counts.event_count, 0) as event_count
    from kinds
    inner join shown_days on kinds.namespace_name = shown_days.namespace_name
    left join counts
        on
            kinds.namespace_name = counts.namespace_name
            and kinds.kind = counts.kind
            and shown_days.day = counts.day
),

medians as (
    select
        namespace_name,
        kind,
        count(*) as shown_day_count,
        max(day_count) as day_count,
        max(last_day) as last_day,
        median(event_count) as event_median,
        case
            when count(case when extract(isodow from day) = extract(isodow from $day) then 1 end) >= 2
                then
                    median(
                        case when extract(isodow from day) = extract(isodow from $day) then event_count end
                    )
        end as expected_count
    from daily_counts
    group by
        namespace_name,
        kind
),

deviations as (
    select
        daily_counts.namespace_name,
        daily_counts.kind,
        median(abs(daily_counts.event_count - medians.event_median)) as event_mad
    from daily_counts
    inner join medians
        on
            daily_counts.namespace_name = medians.namespace_name
            and daily_counts.kind = medians.kind
    group by
        daily_counts.namespace_name,
        daily_counts.kind
)

select
    medians.namespace_name,
    medians.kind,
    medians.shown_day_count,
    medians.day_count,
    medians.event_median,
    deviations.event_mad,
    medians.expected_count,
    medians.last_day
from medians
inner join deviations
    on
        medians.namespace_name = deviations.namespace_name
        and medians.kind = deviations.kind
