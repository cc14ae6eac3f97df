-- title = "Entries by the route on which they were read"
-- reads = ["mart_coverage_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "the scopes that cover one namespace; null for all"
--
-- [columns]
-- day = "the UTC day"
-- routes = "how they were read: pages, export, archive, or several joined by +"
-- row_count = "entries in the windows of that route; scopes overlap"
-- window_count = "windows of that route"
-- request_count = "requests that it took"
select
    day,
    coalesce(nullif(routes, ''), 'nothing to read') as routes,
    cast(sum(row_count) as bigint) as row_count,
    count(*) as window_count,
    cast(sum(request_count) as bigint) as request_count
from mart_coverage_daily
where
    day >= $since
    and day <= $until
    and (
        $namespace is null
        or scope in ('all', 'org/' || $namespace, 'user/' || $namespace)
        or starts_with(scope, 'repo/' || $namespace || '/')
    )
group by
    day,
    coalesce(nullif(routes, ''), 'nothing to read')
order by
    day asc,
    routes asc
