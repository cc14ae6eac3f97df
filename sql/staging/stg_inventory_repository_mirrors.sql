-- title = "Repositories that are copied from elsewhere, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "repository_name"]
-- reads = ["raw_inventory_repository_mirrors"]
-- units = "none"
-- source = "repository/NAME/mirror of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- repository_name = "the repository"
-- is_enabled = "whether it is in use"
-- external_reference = "the source, without credentials; null where it may hold a secret"
-- has_external_user = "whether it signs in at the source"
-- is_tls_verified = "whether the certificate of the source is verified"
-- tag_patterns = "which tags are copied, a JSON list"
-- robot_name = "the robot that writes"
-- interval_seconds = "how long between two copies"
-- sync_status = "how the last copy went"
select
    snapshot_date,
    namespace_name,
    repository_name,
    is_enabled,
    external_reference,
    has_external_user,
    is_tls_verified,
    tag_patterns,
    robot_name,
    interval_seconds,
    sync_status
from raw_inventory_repository_mirrors
