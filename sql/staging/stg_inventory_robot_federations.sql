-- title = "Outside identities that may act as robots, as each snapshot found them"
-- grain = ["snapshot_date", "robot_name", "issuer", "subject"]
-- reads = ["raw_inventory_robot_federations"]
-- units = "none"
-- source = "robots/NAME/federation of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- robot_name = "the robot, NAMESPACE+NAME"
-- issuer = "who vouches for the identity"
-- subject = "the identity"
-- audiences = "for whom its tokens must be made, a JSON list; null where Quay has none"
select
    snapshot_date,
    namespace_name,
    robot_name,
    issuer,
    subject,
    audiences
from raw_inventory_robot_federations
