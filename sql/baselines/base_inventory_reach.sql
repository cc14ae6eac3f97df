-- title = "How far the inventory that a day is judged with reaches"
-- grain = ["table_name"]
-- reads = ["stg_inventory_lists"]
-- units = "dates are UTC; counts are lists"
-- source = "stg_inventory_lists of the snapshot that is shown for the day judged"
--
-- [columns]
-- table_name = "the table: inventory_ and this name"
-- snapshot_date = "the day of the snapshot"
-- days_away = "how many days the snapshot lies from the day judged"
-- list_count = "lists that the table is made of"
-- read_count = "those that were read whole, or that this Quay does not have"
select
    table_name,
    max(snapshot_date) as snapshot_date,
    max(abs($day - snapshot_date)) as days_away,
    count(*) as list_count,
    count(case when outcome in ('read', 'off') then 1 end) as read_count
from stg_inventory_lists
group by table_name
