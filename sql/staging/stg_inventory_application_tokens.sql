-- title = "The tokens of OAuth applications, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "client_id", "token_uuid"]
-- reads = ["raw_inventory_application_tokens"]
-- units = "times are UTC"
-- source = "organization/NAME/applications/ID/tokens of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- client_id = "the application's public name"
-- token_uuid = "which token"
-- token_name = "its name for people; null for an old one"
-- scopes = "what it may do, sorted"
-- creator_name = "as whom it acts"
-- created_at = "when it was made"
-- expires_at = "when it ends; null for never"
-- last_accessed_at = "its last use; null for none, or where Quay does not record uses"
select
    snapshot_date,
    namespace_name,
    client_id,
    token_uuid,
    token_name,
    scopes,
    creator_name,
    created_at,
    expires_at,
    last_accessed_at
from raw_inventory_application_tokens
