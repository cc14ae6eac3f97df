-- title = "The people in organizations, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "user_name"]
-- reads = ["raw_inventory_members"]
-- units = "none"
-- source = "organization/NAME/members of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- user_name = "the user"
-- team_count = "teams of the organization that it is in"
-- repository_count = "repositories on which it has a role of its own"
select
    snapshot_date,
    namespace_name,
    user_name,
    team_count,
    repository_count
from raw_inventory_members
