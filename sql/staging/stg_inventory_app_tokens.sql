-- title = "The app-specific tokens of the registry, as each snapshot found them"
-- grain = ["snapshot_date", "token_uuid"]
-- reads = ["raw_inventory_app_tokens"]
-- units = "times are UTC"
-- source = "superuser/apptokens or user/apptoken of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- token_uuid = "which token"
-- title = "what its owner called it"
-- owner_name = "whose it is; null where the list does not say"
-- created_at = "when it was made"
-- expires_at = "when it ends; null for never"
-- last_accessed_at = "its last use; null for none, or where Quay does not record uses"
select
    snapshot_date,
    token_uuid,
    title,
    owner_name,
    created_at,
    expires_at,
    last_accessed_at
from raw_inventory_app_tokens
