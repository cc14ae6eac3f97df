-- title = "The windows of the day judged, and those that should be there and are not"
-- grain = ["scope"]
-- reads = ["mart_coverage_daily"]
-- units = "counts are entries"
-- source = "mart_coverage_daily: a scope that was read in the week before is expected on the day as well"
--
-- [columns]
-- scope = "whose log"
-- state = "verified, short, unverified or open; missing where it was read in the week before alone"
-- missing_count = "entries that aggregatelogs counts and the window lacks; null where nobody can tell"
with scopes as (
    select
        scope,
        max(case when day = $day then state end) as state,
        max(case when day = $day then missing_count end) as missing_count
    from mart_coverage_daily
    where
        day >= $day - 7
        and day <= $day
    group by scope
)

select
    scope,
    coalesce(state, 'missing') as state,
    missing_count
from scopes
