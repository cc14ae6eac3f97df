-- title = "What is copied from elsewhere, in the newest inventory: repositories and whole organizations"
-- reads = ["inventory_organization_mirrors", "inventory_repository_mirrors", "inventory_snapshots"]
--
-- [parameters]
-- namespace = "one namespace; null for all"
--
-- [columns]
-- mirror = "namespace/name of a repository, or the namespace of an organization"
-- what = "repository or organization"
-- copied_from = "where it is copied from, without credentials; null where that may hold a secret"
-- is_enabled = "whether it is in use"
-- is_tls_verified = "whether the certificate of the source is verified"
-- has_external_user = "whether it signs in at the source"
-- patterns = "which tags or repositories are copied, a JSON list"
-- robot_name = "the robot that writes"
-- interval_hours = "hours between two copies"
-- sync_status = "how the last copy went"
with newest_snapshots as (
    select
        table_name,
        max(snapshot_date) as snapshot_date
    from inventory_snapshots
    where table_name in ('organization_mirrors', 'repository_mirrors')
    group by table_name
),

mirrors as (
    select
        mirrored_repositories.namespace_name,
        mirrored_repositories.namespace_name || '/' || mirrored_repositories.repository_name as mirror,
        'repository' as what,
        mirrored_repositories.external_reference as copied_from,
        mirrored_repositories.is_enabled,
        mirrored_repositories.is_tls_verified,
        mirrored_repositories.has_external_user,
        mirrored_repositories.tag_patterns as patterns,
        mirrored_repositories.robot_name,
        mirrored_repositories.interval_seconds,
        mirrored_repositories.sync_status
    from inventory_repository_mirrors as mirrored_repositories
    inner join newest_snapshots
        on
            mirrored_repositories.snapshot_date = newest_snapshots.snapshot_date
            and newest_snapshots.table_name = 'repository_mirrors'
    union all
    select
        mirrored_organizations.namespace_name,
        mirrored_organizations.namespace_name as mirror,
        'organization' as what,
        mirrored_organizations.external_registry_url
        || coalesce('/' || mirrored_organizations.external_namespace_name, '') as copied_from,
        mirrored_organizations.is_enabled,
        mirrored_organizations.is_tls_verified,
        mirrored_organizations.has_external_user,
        mirrored_organizations.repository_patterns as patterns,
        mirrored_organizations.robot_name,
        mirrored_organizations.interval_seconds,
        mirrored_organizations.sync_status
    from inventory_organization_mirrors as mirrored_organizations
    inner join newest_snapshots
        on
            mirrored_organizations.snapshot_date = newest_snapshots.snapshot_date
            and newest_snapshots.table_name = 'organization_mirrors'
)

select
    mirror,
    what,
    copied_from,
    is_enabled,
    is_tls_verified,
    has_external_user,
    patterns,
    robot_name,
    interval_seconds / 3600.0 as interval_hours,
    sync_status
from mirrors
where ($namespace is null or namespace_name = $namespace)
order by
    what asc,
    mirror asc
limit 2000
