-- title = "What namespaces may store, as each snapshot found it"
-- grain = ["snapshot_date", "namespace_name", "quota_id"]
-- reads = ["raw_inventory_quotas"]
-- units = "bytes"
-- source = "the lists of users and organizations of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- quota_id = "which quota"
-- limit_bytes = "how much may be stored"
-- thresholds = "at which percent Quay warns or rejects"
select
    snapshot_date,
    namespace_name,
    quota_id,
    limit_bytes,
    thresholds
from raw_inventory_quotas
