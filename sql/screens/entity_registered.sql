-- title = "What the newest snapshot of the inventory says about an account or a repository"
-- reads = ["inventory_repositories", "inventory_users"]
--
-- [parameters]
-- performer = "an account; null for none"
-- owner = "the namespace of a repository; null for none"
-- repository_name = "the repository; null for none"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- traits = "in words, joined by commas"
select
    snapshot_date,
    concat_ws(
        ', ',
        case when is_enabled then 'may sign in' else 'disabled' end,
        case when is_superuser then 'superuser' end,
        case when is_global_readonly_superuser then 'superuser that only reads' end,
        case when not is_verified then 'e-mail not verified' end
    ) as traits
from inventory_users
where
    user_name = $performer
    and snapshot_date = (
        select max(newest_users.snapshot_date)
        from inventory_users as newest_users
    )
union all
select
    snapshot_date,
    concat_ws(
        ', ',
        case when is_public then 'public' else 'private' end,
        case when state <> 'NORMAL' then 'state ' || lower(state) end,
        case when kind <> 'image' then 'of ' || kind end
    ) as traits
from inventory_repositories
where
    namespace_name = $owner
    and repository_name = $repository_name
    and snapshot_date = (
        select max(newest_repositories.snapshot_date)
        from inventory_repositories as newest_repositories
    )
