-- title = "The snapshots of the inventory, table by table"
-- grain = ["snapshot_date", "table_name"]
-- reads = ["raw_inventory_snapshots"]
-- units = "counts are rows; taken_at is UTC"
-- source = "inventory/_snapshots/*.json of the lake"
-- publish = "table"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- table_name = "the table: inventory_ and this name"
-- row_count = "rows in its file"
-- file_sha256 = "SHA-256 of its file"
-- taken_at = "when the run began that took it last"
-- server_url = "the Quay that was asked"
-- tool_version = "the version that asked"
select
    snapshot_date,
    table_name,
    row_count,
    file_sha256,
    taken_at,
    server_url,
    tool_version
from raw_inventory_snapshots
