-- title = "The days of which there is a snapshot of the inventory"
-- reads = ["inventory_snapshots"]
--
-- [columns]
-- newest_date = "the UTC day of the newest; null where there is none"
-- snapshot_count = "how many days"
select
    max(snapshot_date) as newest_date,
    count(distinct snapshot_date) as snapshot_count
from inventory_snapshots
