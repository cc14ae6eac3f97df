-- title = "The organizations of the registry, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name"]
-- reads = ["raw_inventory_organizations"]
-- units = "none"
-- source = "superuser/organizations/ of Quay's API, or the own account"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "the organization"
-- email_domain = "the domain of its e-mail address; the rest is not kept"
select
    snapshot_date,
    namespace_name,
    email_domain
from raw_inventory_organizations
