-- title = "The users of the registry, as each snapshot found them"
-- grain = ["snapshot_date", "user_name"]
-- reads = ["raw_inventory_users"]
-- units = "none"
-- source = "superuser/users/ of Quay's API"
-- publish = "view"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- user_name = "the user"
-- is_superuser = "whether it is a superuser"
-- is_global_readonly_superuser = "whether it may read everything"
-- is_enabled = "whether it may sign in"
-- is_verified = "whether its e-mail address is confirmed"
-- email_domain = "the domain of its e-mail address; the rest is not kept"
select
    snapshot_date,
    user_name,
    is_superuser,
    is_global_readonly_superuser,
    is_enabled,
    is_verified,
    email_domain
from raw_inventory_users
