-- title = "As of when the inventory speaks of the time before the day judged"
-- grain = ["table_name"]
-- reads = ["stg_inventory_snapshots"]
-- units = "times are UTC"
-- source = "stg_inventory_snapshots; what is shown beyond that time is undone by base_inventory_before"
--
-- [columns]
-- table_name = "the table: inventory_ and this name"
-- told_at = "when its last snapshot was taken that tells of an earlier day: before noon UTC of the day judged"
select
    table_name,
    max(taken_at) as told_at
from stg_inventory_snapshots
where taken_at < cast($day as timestamp) + interval 12 hour
group by table_name
