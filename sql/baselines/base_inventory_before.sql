-- title = "What the inventory said before the day judged, where the snapshot that is shown says otherwise"
-- grain = ["table_name", "row_key", "column_name"]
-- reads = ["mart_inventory_changes", "stg_inventory_snapshots"]
-- units = "values are text: true and false, YYYY-MM-DD HH:MM:SS in UTC"
-- source = "mart_inventory_changes of snapshots that tell of the day judged or the next: the old value of the first"
--
-- [columns]
-- table_name = "the table: inventory_ and this name"
-- namespace_name = "whose it is; null for what belongs to no namespace"
-- row_key = "what tells the row apart, joined by slashes: acme/web/user/bob"
-- column_name = "the column"
-- was_there = "whether the row was there"
-- old_value = "the value at that time; null for none"
-- new_value = "the value that came after it; null for none"
with numbered_changes as (
    select
        changes.table_name,
        changes.namespace_name,
        changes.row_key,
        changes.column_name,
        changes.change_kind,
        changes.old_value,
        changes.new_value,
        row_number() over (
            partition by changes.table_name, changes.row_key, changes.column_name
            order by changes.snapshot_date
        ) as place
    from mart_inventory_changes as changes
    left join stg_inventory_snapshots as snapshots
        on
            changes.snapshot_date = snapshots.snapshot_date
            and changes.table_name = snapshots.table_name
    where
        changes.snapshot_date >= $day
        and changes.snapshot_date <= $day + 1
        and coalesce(snapshots.taken_at, cast(changes.snapshot_date as timestamp))
        >= cast($day as timestamp) + interval 12 hour
)

select
    table_name,
    namespace_name,
    row_key,
    column_name,
    change_kind <> 'added' as was_there,
    old_value,
    new_value
from numbered_changes
where place = 1
