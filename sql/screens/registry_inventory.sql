-- title = "How old and how whole the inventory is that the registry's screen shows"
-- reads = ["inventory_lists"]
--
-- [columns]
-- snapshot_date = "the UTC day of the newest snapshot; null where there is none"
-- list_count = "lists of repositories and mirrors that were asked for, those that are off aside"
-- read_count = "those that were read whole"
select
    max(snapshot_date) as snapshot_date,
    count(*) as list_count,
    count(case when outcome = 'read' then 1 end) as read_count
from inventory_lists
where
    table_name in ('organization_mirrors', 'repositories', 'repository_mirrors')
    and outcome <> 'off'
    and snapshot_date = (select max(newest.snapshot_date) from inventory_lists as newest)
