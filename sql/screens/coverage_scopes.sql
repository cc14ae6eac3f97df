-- title = "Every scope: its windows by state, and when it was read last"
-- reads = ["mart_coverage_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "the scopes that cover one namespace; null for all"
--
-- [columns]
-- scope = "whose log was read"
-- window_count = "its windows in the period"
-- verified_count = "those that equal aggregatelogs"
-- short_count = "those that lack entries"
-- unverified_count = "those that nothing could be compared with"
-- open_count = "those read before the day was over"
-- missing_day_count = "days without a window"
-- first_day = "its first window in the period"
-- last_day = "its last one"
-- row_count = "entries in its windows"
-- last_read_at = "when any of them was read last, UTC"
select
    scope,
    count(*) as window_count,
    count(case when state = 'verified' then 1 end) as verified_count,
    count(case when state = 'short' then 1 end) as short_count,
    count(case when state = 'unverified' then 1 end) as unverified_count,
    count(case when state = 'open' then 1 end) as open_count,
    cast($until as date) - cast($since as date) + 1 - count(*) as missing_day_count,
    min(day) as first_day,
    max(day) as last_day,
    cast(sum(row_count) as bigint) as row_count,
    max(fetched_at) as last_read_at
from mart_coverage_daily
where
    day >= $since
    and day <= $until
    and (
        $namespace is null
        or scope in ('all', 'org/' || $namespace, 'user/' || $namespace)
        or starts_with(scope, 'repo/' || $namespace || '/')
    )
group by scope
order by
    scope <> 'all' asc,
    sum(row_count) desc,
    scope asc
limit 5000
