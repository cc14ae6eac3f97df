-- title = "What differs between each snapshot of the inventory and the one before"
-- grain = ["snapshot_date", "table_name", "row_key", "column_name"]
-- reads = ["stg_inventory_cells", "stg_inventory_lists"]
-- units = "values are text: true and false, YYYY-MM-DD HH:MM:SS in UTC"
-- source = "stg_inventory_cells; additions and removals only where the list was read whole on the other day"
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
with table_dates as (
    select
        table_name,
        snapshot_date,
        lag(snapshot_date) over (
            partition by table_name
            order by snapshot_date
        ) as previous_snapshot_date
    from (
        select distinct
            table_name,
            snapshot_date
        from stg_inventory_lists
    ) as known_dates
),

new_cells as (
    select
        table_dates.previous_snapshot_date,
        cells.*
    from stg_inventory_cells as cells
    inner join table_dates
        on
            cells.table_name = table_dates.table_name
            and cells.snapshot_date = table_dates.snapshot_date
    where table_dates.previous_snapshot_date is not null
),

old_cells as (
    select
        table_dates.snapshot_date as next_snapshot_date,
        cells.*
    from stg_inventory_cells as cells
    inner join table_dates
        on
            cells.table_name = table_dates.table_name
            and cells.snapshot_date = table_dates.previous_snapshot_date
),

differences as (
    select
        coalesce(new_cells.snapshot_date, old_cells.next_snapshot_date) as snapshot_date,
        coalesce(new_cells.previous_snapshot_date, old_cells.snapshot_date) as previous_snapshot_date,
        coalesce(new_cells.table_name, old_cells.table_name) as table_name,
        coalesce(new_cells.place, old_cells.place) as place,
        coalesce(new_cells.namespace_name, old_cells.namespace_name) as namespace_name,
        coalesce(new_cells.row_key, old_cells.row_key) as row_key,
        case
            when old_cells.row_key is null then 'added'
            when new_cells.row_key is null then 'removed'
            else 'changed'
        end as change_kind,
        coalesce(new_cells.column_name, old_cells.column_name) as column_name,
        old_cells.cell_value as old_value,
        new_cells.cell_value as new_value
    from new_cells
    full outer join old_cells
        on
            new_cells.snapshot_date = old_cells.next_snapshot_date
            and new_cells.table_name = old_cells.table_name
            and new_cells.row_key = old_cells.row_key
            and new_cells.column_name = old_cells.column_name
    where new_cells.cell_value is distinct from old_cells.cell_value
),

-- Where a row is missing, it is that day's lists that say whether it was not there or only not seen.
judged as (
    select
        differences.*,
        case
            when change_kind = 'added' then previous_snapshot_date
            else snapshot_date
        end as judged_date
    from differences
)

select
    judged.snapshot_date,
    judged.previous_snapshot_date,
    judged.table_name,
    judged.namespace_name,
    judged.row_key,
    judged.change_kind,
    judged.column_name,
    judged.old_value,
    judged.new_value
from judged
left join stg_inventory_lists as of_place
    on
        judged.judged_date = of_place.snapshot_date
        and judged.table_name = of_place.table_name
        and judged.place = of_place.place
left join stg_inventory_lists as of_namespace
    on
        judged.judged_date = of_namespace.snapshot_date
        and judged.table_name = of_namespace.table_name
        and judged.namespace_name = of_namespace.place
left join stg_inventory_lists as of_registry
    on
        judged.judged_date = of_registry.snapshot_date
        and judged.table_name = of_registry.table_name
        and of_registry.place = ''
where
    judged.change_kind = 'changed'
    or coalesce(of_place.outcome, of_namespace.outcome, of_registry.outcome) = 'read'
