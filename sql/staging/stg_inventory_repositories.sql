-- title = "The repositories that the token may see, as each snapshot found them"
-- grain = ["snapshot_date", "namespace_name", "repository_name"]
-- reads = ["raw_inventory_repositories"]
-- units = "none"
-- source = "repository?namespace=NAME of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- namespace_name = "whose it is: the organization or user"
-- repository_name = "the repository"
-- is_public = "whether everybody may pull"
-- state = "NORMAL, READ_ONLY or MIRROR"
-- kind = "image or application"
select
    snapshot_date,
    namespace_name,
    repository_name,
    is_public,
    state,
    kind
from raw_inventory_repositories
