-- title = "Every value of the inventory, a row each"
-- grain = ["snapshot_date", "table_name", "row_key", "column_name"]
-- reads = ["raw_inventory_cells"]
-- units = "none"
-- source = "the tables of each snapshot, without the columns that change by use alone"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- table_name = "the table"
-- place = "whose list the row came from; empty for the registry"
-- namespace_name = "whose it is; null for what belongs to no namespace"
-- row_key = "what tells the row apart, joined by slashes; one within a part is %2F, but for the last"
-- column_name = "the column"
-- cell_value = "its value as text; null for none"
select
    snapshot_date,
    table_name,
    place,
    namespace_name,
    row_key,
    column_name,
    value as cell_value
from raw_inventory_cells
