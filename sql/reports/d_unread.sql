-- title = "Lists of the inventory that could not be read whole"
-- reads = ["inventory_lists", "told_snapshots"]
-- empty = "Every list that the snapshot is made of was read whole."
--
-- [[exceptions]]
-- each = {}
-- says = "{list_count:list|lists} of {table_name} could not be read ({outcome}: {reason}): a token needs {needs}."
--
-- [columns]
-- table_name = ["Table", "text", "the table of the inventory that they are part of"]
-- outcome = ["Outcome", "text", "partial, refused or failed"]
-- reason = ["Reason", "text", "what Quay answered"]
-- needs = ["Needed", "text", "what a token must have for all of it"]
-- list_count = ["Lists", "count", "how many"]
-- first_place = ["For example", "text", "the first by letter; empty for the registry's own"]
-- snapshot_date = ["Snapshot", "day", "the snapshot"]
select
    inventory_lists.table_name,
    inventory_lists.outcome,
    inventory_lists.reason,
    inventory_lists.needs,
    count(*) as list_count,
    min(inventory_lists.place) as first_place,
    min(inventory_lists.snapshot_date) as snapshot_date
from inventory_lists
inner join told_snapshots
    on
        inventory_lists.table_name = told_snapshots.table_name
        and inventory_lists.snapshot_date = told_snapshots.snapshot_date
where inventory_lists.outcome in ('partial', 'refused', 'failed')
group by
    inventory_lists.table_name,
    inventory_lists.outcome,
    inventory_lists.reason,
    inventory_lists.needs
order by
    inventory_lists.table_name asc,
    inventory_lists.outcome asc,
    inventory_lists.reason asc,
    inventory_lists.needs asc
