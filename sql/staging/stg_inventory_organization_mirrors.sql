-- title = "Organizations that are copied from elsewhere, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name"]
-- reads = ["raw_inventory_organization_mirrors"]
-- units = "times are UTC"
-- source = "organization/NAME/mirror of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- is_enabled = "whether it is in use"
-- external_registry_kind = "what the source is"
-- external_registry_url = "the source, without credentials; null where it may hold a secret"
-- external_namespace_name = "the namespace that is copied"
-- has_external_user = "whether it signs in at the source"
-- has_external_password = "whether there is a password for that"
-- is_tls_verified = "whether the certificate of the source is verified"
-- repository_patterns = "which repositories are copied, a JSON list; an empty one for all"
-- robot_name = "the robot that writes"
-- visibility = "how new repositories are made: public or private"
-- interval_seconds = "how long between two copies"
-- created_at = "when it was made"
-- sync_status = "how the last copy went"
select
    snapshot_date,
    namespace_name,
    is_enabled,
    external_registry_kind,
    external_registry_url,
    external_namespace_name,
    has_external_user,
    has_external_password,
    is_tls_verified,
    repository_patterns,
    robot_name,
    visibility,
    interval_seconds,
    created_at,
    sync_status
from raw_inventory_organization_mirrors
