-- title = "The worst window of each scope, by day, week or month: the scope all first, then those with most entries"
-- reads = ["mart_coverage_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "the scopes that cover one namespace; null for all"
-- step = "day, week or month"
-- most = "how many scopes"
--
-- [columns]
-- scope = "whose log was read"
-- place = "the place of the scope among all, from 1"
-- scope_count = "how many scopes there are, shown or not"
-- step_date = "the first day of the day, week or month"
-- state = "missing, short, unverified, open or verified: the worst of its windows"
-- day_count = "days of it within the period"
-- verified_count = "days whose window is verified"
-- missing_day_count = "days without a window"
-- row_count = "entries in its windows"
-- missing_entry_count = "entries that aggregatelogs counts and its windows lack"
with period_windows as (
    select
        scope,
        day,
        state,
        row_count,
        missing_count
    from mart_coverage_daily
    where
        day >= $since
        and day <= $until
        and (
            $namespace is null
            or scope in ('all', 'org/' || $namespace, 'user/' || $namespace)
            or starts_with(scope, 'repo/' || $namespace || '/')
        )
),

ranked_scopes as (
    select
        scope,
        row_number() over (order by scope <> 'all', sum(row_count) desc, scope) as place,
        count(*) over () as scope_count
    from period_windows
    group by scope
),

period_days as (
    select
        cast(
            unnest(generate_series(cast($since as timestamp), cast($until as timestamp), interval '1' day))
            as date
        ) as day
),

cells as (
    select
        ranked_scopes.scope,
        ranked_scopes.place,
        ranked_scopes.scope_count,
        cast(date_trunc($step, period_days.day) as date) as step_date,
        coalesce(period_windows.state, 'missing') as state,
        case coalesce(period_windows.state, 'missing')
            when 'missing' then 5
            when 'short' then 4
            when 'unverified' then 3
            when 'open' then 2
            else 1
        end as badness,
        coalesce(period_windows.row_count, 0) as row_count,
        coalesce(period_windows.missing_count, 0) as missing_count
    from ranked_scopes
    cross join period_days
    left join period_windows
        on
            ranked_scopes.scope = period_windows.scope
            and period_days.day = period_windows.day
    where ranked_scopes.place <= $most
)

select
    scope,
    place,
    scope_count,
    step_date,
    arg_max(state, badness) as state,
    count(*) as day_count,
    count(case when state = 'verified' then 1 end) as verified_count,
    count(case when state = 'missing' then 1 end) as missing_day_count,
    cast(sum(row_count) as bigint) as row_count,
    cast(sum(missing_count) as bigint) as missing_entry_count
from cells
group by
    scope,
    place,
    scope_count,
    step_date
order by
    place asc,
    step_date asc
