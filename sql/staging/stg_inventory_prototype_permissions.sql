-- title = "Roles that new repositories begin with, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "prototype_uuid"]
-- reads = ["raw_inventory_prototype_permissions"]
-- units = "none"
-- source = "organization/NAME/prototypes of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- prototype_uuid = "which rule"
-- grantee_kind = "user, robot or team"
-- grantee_name = "who has the role"
-- role = "read, write or admin"
-- creator_name = "for whose repositories alone; null for everybody's"
select
    snapshot_date,
    namespace_name,
    prototype_uuid,
    grantee_kind,
    grantee_name,
    role,
    creator_name
from raw_inventory_prototype_permissions
