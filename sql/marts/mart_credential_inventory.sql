-- title = "The credentials that were there, with their age, expiry and last use"
-- grain = ["snapshot_date", "credential_kind", "credential_id"]
-- reads = [
--     "stg_inventory_app_tokens",
--     "stg_inventory_application_tokens",
--     "stg_inventory_repository_permissions",
--     "stg_inventory_robots",
--     "stg_inventory_service_keys",
-- ]
-- units = "*_days are whole days between UTC dates, up to the day of the snapshot; times are UTC"
-- source = "the inventory; passwords, sessions and access tokens of repositories are in no list"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- credential_kind = "app_specific_token, oauth_token, robot or service_key"
-- credential_id = "token uuid, robot or key id"
-- credential_name = "its name for people"
-- owner_name = "whose it is: the user, or the namespace of a robot, or a service; null where no list says"
-- namespace_name = "the namespace that it belongs to; null for those of users and services"
-- client_id = "the application of an OAuth token"
-- rights = "what it may do: scopes of an OAuth token, roles of a robot; null where that is not limited or not known"
-- repository_count = "repositories on which a robot has a role of its own; null for others"
-- created_at = "when it was made"
-- expires_at = "when it ends; null for never"
-- last_used_at = "its last use as Quay records it; null for none"
-- age_days = "how old it is; null where that is not known"
-- days_to_expiry = "how long it still lasts, negative once it has ended; null for ever"
-- idle_days = "how long it has not been used, since it was made where it never was"
-- is_use_recorded = "whether any credential of this kind shows a use: where none does, idle_days says nothing"
-- never_expires = "whether it has no end; robots have none"
with robot_roles as (
    select
        snapshot_date,
        grantee_name,
        count(*) as repository_count,
        concat_ws(
            ' ',
            max(case when role = 'admin' then role end),
            max(case when role = 'read' then role end),
            max(case when role = 'write' then role end)
        ) as role_names
    from stg_inventory_repository_permissions
    where grantee_kind = 'robot'
    group by
        snapshot_date,
        grantee_name
),

credentials as (
    select
        snapshot_date,
        'app_specific_token' as credential_kind,
        token_uuid as credential_id,
        title as credential_name,
        owner_name,
        null as namespace_name,
        null as client_id,
        null as rights,
        null as repository_count,
        created_at,
        expires_at,
        last_accessed_at as last_used_at
    from stg_inventory_app_tokens
    union all
    select
        snapshot_date,
        'oauth_token' as credential_kind,
        token_uuid as credential_id,
        token_name as credential_name,
        creator_name as owner_name,
        namespace_name,
        client_id,
        scopes as rights,
        null as repository_count,
        created_at,
        expires_at,
        last_accessed_at as last_used_at
    from stg_inventory_application_tokens
    union all
    select
        robots.snapshot_date,
        'robot' as credential_kind,
        robots.robot_name as credential_id,
        robots.robot_name as credential_name,
        robots.namespace_name as owner_name,
        robots.namespace_name,
        null as client_id,
        robot_roles.role_names as rights,
        robot_roles.repository_count,
        robots.created_at,
        null as expires_at,
        robots.last_accessed_at as last_used_at
    from stg_inventory_robots as robots
    left join robot_roles
        on
            robots.snapshot_date = robot_roles.snapshot_date
            and robots.robot_name = robot_roles.grantee_name
    union all
    select
        snapshot_date,
        'service_key' as credential_kind,
        key_id as credential_id,
        key_name as credential_name,
        service_name as owner_name,
        null as namespace_name,
        null as client_id,
        null as rights,
        null as repository_count,
        created_at,
        expires_at,
        null as last_used_at
    from stg_inventory_service_keys
)

select
    snapshot_date,
    credential_kind,
    credential_id,
    credential_name,
    owner_name,
    namespace_name,
    client_id,
    rights,
    repository_count,
    created_at,
    expires_at,
    last_used_at,
    date_diff('day', cast(created_at as date), snapshot_date) as age_days,
    date_diff('day', snapshot_date, cast(expires_at as date)) as days_to_expiry,
    date_diff('day', cast(coalesce(last_used_at, created_at) as date), snapshot_date) as idle_days,
    count(last_used_at) over (
        partition by
            snapshot_date,
            credential_kind
    ) > 0 as is_use_recorded,
    expires_at is null as never_expires
from credentials
