-- title = "What the inventory shows to have changed on the day judged"
-- grain = ["snapshot_date", "table_name", "row_key", "column_name"]
-- reads = ["mart_inventory_changes", "stg_inventory_snapshots"]
-- units = "values are text: true and false, YYYY-MM-DD HH:MM:SS in UTC"
-- source = "mart_inventory_changes; a snapshot that was taken before noon UTC tells of the day before it"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- previous_snapshot_date = "the last snapshot before it that has the table"
-- table_name = "the table: inventory_ and this name"
-- namespace_name = "whose it is; null for what belongs to no namespace"
-- row_key = "what tells the row apart, joined by slashes: acme/web/user/bob"
-- change_kind = "added, removed or changed: the row as a whole, or this value of it"
-- column_name = "the column"
-- old_value = "its value before; null for none"
-- new_value = "its value now; null for none"
-- taken_at = "when the snapshot was taken; the start of its day where nothing says"
with dated_changes as (
    select
        changes.snapshot_date,
        changes.previous_snapshot_date,
        changes.table_name,
        changes.namespace_name,
        changes.row_key,
        changes.change_kind,
        changes.column_name,
        changes.old_value,
        changes.new_value,
        coalesce(snapshots.taken_at, cast(changes.snapshot_date as timestamp)) as taken_at
    from mart_inventory_changes as changes
    left join stg_inventory_snapshots as snapshots
        on
            changes.snapshot_date = snapshots.snapshot_date
            and changes.table_name = snapshots.table_name
    where
        changes.snapshot_date >= $day
        and changes.snapshot_date <= $day + 1
)

select
    snapshot_date,
    previous_snapshot_date,
    table_name,
    namespace_name,
    row_key,
    change_kind,
    column_name,
    old_value,
    new_value,
    taken_at
from dated_changes
where cast(taken_at - interval 12 hour as date) = $day
