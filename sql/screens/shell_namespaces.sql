-- title = "Every namespace that ever had an event, the busiest first"
-- reads = ["mart_namespace_kind_daily"]
--
-- [columns]
-- namespace_name = "the namespace"
-- event_count = "its events"
select
    namespace_name,
    cast(sum(event_count) as bigint) as event_count
from mart_namespace_kind_daily
where namespace_name is not null
group by namespace_name
order by
    sum(event_count) desc,
    namespace_name asc
limit 2000
