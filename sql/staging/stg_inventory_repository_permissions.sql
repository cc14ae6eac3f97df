-- title = "Roles on repositories, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "repository_name", "grantee_kind", "grantee_name"]
-- reads = ["raw_inventory_repository_permissions"]
-- units = "none"
-- source = "repository/NAME/permissions of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- repository_name = "the repository"
-- grantee_kind = "user, robot or team"
-- grantee_name = "who has the role"
-- role = "read, write or admin"
-- is_organization_member = "whether the user is in a team of the organization; null for a team"
select
    snapshot_date,
    namespace_name,
    repository_name,
    grantee_kind,
    grantee_name,
    role,
    is_organization_member
from raw_inventory_repository_permissions
