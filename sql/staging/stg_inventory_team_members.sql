-- title = "Who is in which team, as each snapshot found it"
-- grain = ["snapshot_date", "namespace_name", "team_name", "member_name"]
-- reads = ["raw_inventory_team_members"]
-- units = "none"
-- source = "organization/NAME/members and robots of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- team_name = "the team"
-- member_name = "the user or robot"
-- is_robot = "whether it is a robot"
select
    snapshot_date,
    namespace_name,
    team_name,
    member_name,
    is_robot
from raw_inventory_team_members
