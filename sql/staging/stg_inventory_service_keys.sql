-- title = "The keys by which services sign, as each snapshot found them"
-- grain = ["snapshot_date", "key_id"]
-- reads = ["raw_inventory_service_keys"]
-- units = "times are UTC"
-- source = "superuser/keys of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- key_id = "which key"
-- service_name = "the service that signs with it"
-- key_name = "its name for people"
-- created_at = "when it was made"
-- expires_at = "when it ends; null for never"
-- rotation_seconds = "how often it is to be replaced; null where that is not asked"
-- approval_kind = "how it came to be trusted; null where it is not"
-- approver_name = "who approved it"
-- approved_at = "when it was approved"
select
    snapshot_date,
    key_id,
    service_name,
    key_name,
    created_at,
    expires_at,
    rotation_seconds,
    approval_kind,
    approver_name,
    approved_at
from raw_inventory_service_keys
