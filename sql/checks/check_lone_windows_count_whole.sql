-- title = "Where a day has one window, each of its entries is an event"
-- grain = ["scope", "day"]
-- reads = ["mart_coverage_daily"]
-- units = "counts are entries"
-- source = "nothing else can speak for a namespace that day, so nothing may be left out"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day"
-- row_count = "entries in the window"
-- event_count = "entries that are events"
with lone_days as (
    select day
    from mart_coverage_daily
    group by day
    having count(*) = 1
)

select
    mart_coverage_daily.scope,
    mart_coverage_daily.day,
    mart_coverage_daily.row_count,
    mart_coverage_daily.event_count
from mart_coverage_daily
inner join lone_days on mart_coverage_daily.day = lone_days.day
where mart_coverage_daily.event_count <> mart_coverage_daily.row_count
