-- title = "The robots of organizations and users, as each snapshot found them"
-- grain = ["snapshot_date", "robot_name"]
-- reads = ["raw_inventory_robots"]
-- units = "times are UTC"
-- source = "organization/NAME/robots or user/robots of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- robot_name = "the robot, NAMESPACE+NAME"
-- created_at = "when it was made"
-- last_accessed_at = "its last use; null for none, or where Quay does not record uses"
select
    snapshot_date,
    namespace_name,
    robot_name,
    created_at,
    last_accessed_at
from raw_inventory_robots
