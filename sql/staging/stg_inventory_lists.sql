-- title = "What came of every list that the inventory is made of"
-- grain = ["snapshot_date", "table_name", "place"]
-- reads = ["raw_inventory_lists"]
-- units = "counts are rows"
-- source = "outcomes of the requests of each snapshot"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- table_name = "the table that is made of it"
-- place = "whose list: a namespace, repository, robot or application; empty for the registry"
-- outcome = "read (all of it), partial, off (no such list here), refused or failed"
-- reason = "why not all of it"
-- needs = "what a token must have for all of it"
-- row_count = "rows that came of it"
select
    snapshot_date,
    table_name,
    place,
    outcome,
    reason,
    needs,
    row_count
from raw_inventory_lists
