-- title = "The teams of organizations, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "team_name"]
-- reads = ["raw_inventory_teams"]
-- units = "none"
-- source = "organization/NAME of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- team_name = "the team"
-- role = "what its members are in the organization: member, creator or admin"
-- is_synced = "whether its members come from a directory elsewhere"
select
    snapshot_date,
    namespace_name,
    team_name,
    role,
    is_synced
from raw_inventory_teams
