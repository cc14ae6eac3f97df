-- title = "Which days are not proven?"
-- why = "An empty answer about such a day proves nothing: it was not read, or what was read differs from what Quay counts."
-- reads = ["mart_coverage_daily"]
--
-- [parameters]
-- since = "(select max(day) - 44 from mart_coverage_daily)"
-- until = "(select max(day) from mart_coverage_daily)"
with days as (
    select
        scopes.scope,
        cast(moments.moment as date) as day
    from (select distinct scope from mart_coverage_daily) as scopes
    cross join
        generate_series(
            cast($since as timestamp), cast($until as timestamp), interval 1 day
        ) as moments (moment)
)

select
    days.day,
    days.scope,
    coalesce(coverage.state, 'not read') as state,
    coverage.row_count,
    coverage.expected_count,
    coverage.missing_count,
    coverage.excess_count,
    coverage.fetched_at
from days
left join mart_coverage_daily as coverage
    on
        days.scope = coverage.scope
        and days.day = coverage.day
where coverage.state is distinct from 'verified'
order by
    days.day,
    days.scope
