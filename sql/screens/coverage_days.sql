-- title = "What was read of each day, the newest first"
-- reads = ["mart_coverage_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "the scopes that cover one namespace; null for all"
--
-- [columns]
-- day = "the UTC day"
-- window_count = "windows of the day"
-- verified_count = "those that equal aggregatelogs"
-- short_count = "those that lack entries"
-- unverified_count = "those that nothing could be compared with"
-- open_count = "those read before the day was over"
-- row_count = "entries in them; scopes overlap, so one event may be in several"
-- expected_count = "entries that aggregatelogs counts for them; null where it told none"
-- missing_count = "entries that they lack"
-- excess_count = "entries that they hold and aggregatelogs does not count"
-- event_count = "entries of these windows that are in events, each event once"
-- request_count = "requests that it took"
-- last_read_at = "the last time any of them was read, UTC"
with period_days as (
    select
        cast(
            unnest(generate_series(cast($since as timestamp), cast($until as timestamp), interval '1' day))
            as date
        ) as day
),

period_windows as (
    select
        day,
        state,
        row_count,
        expected_count,
        missing_count,
        excess_count,
        event_count,
        request_count,
        fetched_at
    from mart_coverage_daily
    where
        day >= $since
        and day <= $until
        and (
            $namespace is null
            or scope in ('all', 'org/' || $namespace, 'user/' || $namespace)
            or starts_with(scope, 'repo/' || $namespace || '/')
        )
)

select
    period_days.day,
    count(period_windows.state) as window_count,
    count(case when period_windows.state = 'verified' then 1 end) as verified_count,
    count(case when period_windows.state = 'short' then 1 end) as short_count,
    count(case when period_windows.state = 'unverified' then 1 end) as unverified_count,
    count(case when period_windows.state = 'open' then 1 end) as open_count,
    cast(coalesce(sum(period_windows.row_count), 0) as bigint) as row_count,
    cast(sum(period_windows.expected_count) as bigint) as expected_count,
    cast(coalesce(sum(period_windows.missing_count), 0) as bigint) as missing_count,
    cast(coalesce(sum(period_windows.excess_count), 0) as bigint) as excess_count,
    cast(coalesce(sum(period_windows.event_count), 0) as bigint) as event_count,
    cast(coalesce(sum(period_windows.request_count), 0) as bigint) as request_count,
    max(period_windows.fetched_at) as last_read_at
from period_days
left join period_windows on period_days.day = period_windows.day
group by period_days.day
order by period_days.day desc
