-- title = "Entries of every window with who acted, by what credential, on what"
-- grain = ["scope", "day", "position"]
-- reads = ["int_promoted_entries", "stg_kinds"]
-- units = "times are UTC, whole seconds"
-- source = "quay/quay auth/context_entity.py:90-225, auth/log.py, endpoints/api/__init__.py:741-796 (ffba0c70)"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day of the window"
-- position = "place in the window's canonical order"
-- occurred_at = "when it happened"
-- kind = "Quay's name for what happened"
-- kind_family = "what sort of thing it is; unknown for a new kind"
-- account_name = "the account whose log it is in, by the window or as Quay says; null or a UUID once it is gone"
-- is_account_gone = "whether that account was deleted, so that only scope all can show the entry"
-- namespace_name = "that account, or the name the details keep of it once it is gone"
-- namespace_kind = "org or user; null where nobody said"
-- repository_name = "the repository, by its name at that time"
-- performer_name = "who did it, as Quay says"
-- performer_is_robot = "whether the performer is a robot, as Quay says"
-- performer_kind = "user, robot, anonymous or worker, also where the performer is gone"
-- credential_kind = "what was used to act"
-- credential_id = "which one; null where nothing tells"
-- credential_name = "its name for people"
-- ip = "the address it came from"
-- country_code = "the country that Quay resolved"
-- user_agent = "what the client called itself"
-- user_agent_family = "the client's product without its version"
-- tag = "the tag"
-- manifest_digest = "the digest of the manifest"
-- target_name = "who or what was acted on, where repository and tag do not say it"
-- metadata = "Quay's details as JSON text"
with known_entries as (
    select
        entries.*,
        coalesce(stg_kinds.kind_family, 'unknown') as kind_family,
        -- Most clients are one of a few: a pattern is asked of the others alone.
        case
            when entries.user_agent like 'containerd/%' then 'containerd'
            when entries.user_agent like 'docker/%' then 'docker'
            when entries.user_agent like 'skopeo/%' then 'skopeo'
            when entries.user_agent like 'podman/%' then 'podman'
            when entries.user_agent like 'curl/%' then 'curl'
            else lower(regexp_extract(entries.user_agent, '^[^/ ]+'))
        end as product
    from int_promoted_entries as entries
    left join stg_kinds on entries.kind = stg_kinds.kind
),

-- metadata.username is the actor in these alone: elsewhere it is a grantee, or the name that somebody tried.
actors as (
    select
        *,
        case
            when
                kind_family in ('pull', 'push', 'tag')
                or kind in (
                    'repo_mirror_config_changed',
                    'create_prototype_permission',
                    'modify_prototype_permission',
                    'delete_prototype_permission'
                )
                then username
            when kind = 'login_success' then coalesce(robot, account_name)
        end as actor_name,
        coalesce(is_robot = 'true', false) or (kind = 'login_success' and robot is not null) as is_robot_actor
    from known_entries
),

performers as (
    select
        *,
        case
            when named_performer_kind is not null then named_performer_kind
            when is_robot_actor then 'robot'
            when actor_name is not null or oauth_token_id is not null then 'user'
            -- Only a worker of Quay acts without a request, and so without an address.
            when ip is null and kind_family not in ('pull', 'push', 'login') then 'worker'
            when
                kind_family in ('pull', 'push', 'login', 'unknown')
                or kind in (
                    'build_dockerfile',
                    'delete_tag',
                    'delete_tag_failed',
                    'federated_robot_token_exchange',
                    'service_key_create',
                    'service_key_delete',
                    'service_key_rotate',
                    'user_create'
                )
                then 'anonymous'
            -- Everything else takes a sign-in: there was a performer, whose account is gone.
            else 'user'
        end as performer_kind
    from actors
),

credentials as (
    select
        *,
        case
            when
                oauth_token_id is not null or (login_kind = 'oauth' and performer_kind = 'user')
                then 'oauth_token'
            -- In the token family the token is what was acted on.
            when app_token_uuid is not null and kind_family <> 'token' then 'app_specific_token'
            when login_kind = 'app_specific_token' and performer_kind = 'user' then 'app_specific_token'
            when access_token is not null and (kind_family in ('pull', 'push') or kind = 'delete_tag')
                then 'access_token'
            when performer_kind = 'user' then 'password_or_session'
            else performer_kind
        end as credential_kind,
        case
            when performer_name is null then actor_name
            when
                length(performer_name) = 36
                and regexp_matches(performer_name, '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
                then coalesce(actor_name, performer_name)
            else performer_name
        end as holder_name
    from performers
)

select
    scope,
    day,
    position,
    occurred_at,
    kind,
    kind_family,
    account_name,
    is_account_gone,
    case when is_account_gone then coalesce(said_namespace, account_name) else account_name end
        as namespace_name,
    account_kind as namespace_kind,
    coalesce(scope_repository, repository_name) as repository_name,
    performer_name,
    performer_is_robot,
    performer_kind,
    credential_kind,
    case
        when credential_kind in ('robot', 'password_or_session') then holder_name
        when credential_kind = 'oauth_token' then oauth_token_id
        when credential_kind = 'app_specific_token' then app_token_uuid
        when credential_kind = 'access_token' then access_token
    end as credential_id,
    case
        when credential_kind in ('robot', 'password_or_session') then holder_name
        when credential_kind = 'oauth_token' then application
        when credential_kind = 'app_specific_token' then app_token_title
        when credential_kind = 'access_token' then access_token
    end as credential_name,
    ip,
    country_code,
    user_agent,
    case
        when product in ('containerd', 'docker', 'skopeo', 'podman', 'curl') then product
        when
            product in (
                'buildkit',
                'nerdctl',
                'buildah',
                'cri-o',
                'crane',
                'kaniko',
                'ko',
                'go-containerregistry',
                'helm',
                'oras',
                'regctl',
                'cosign',
                'trivy',
                'grype',
                'syft',
                'clair',
                'containers',
                'wget',
                'python-requests',
                'python-urllib3',
                'python-httpx',
                'go-http-client',
                'java'
            )
            then product
        when product = 'libpod' then 'podman'
        when product = 'docker-client' then 'docker'
        when product in ('mozilla', 'opera') then 'browser'
        when product is not null then 'other'
    end as user_agent_family,
    tag,
    manifest_digest,
    case
        -- Most of what there is: repository and tag say it, and no other place is looked in.
        when kind in ('pull_repo', 'push_repo') then null
        when kind_family = 'permission' then coalesce(delegate, team, username)
        when kind_family = 'team' then coalesce(member, team)
        when kind_family = 'robot' then robot
        when kind_family = 'login' then coalesce(robot, username)
        when kind_family = 'token' then coalesce(app_token_title, token_title, access_token)
        when kind_family = 'application' then application_acted_on
        when kind_family = 'service_key' then service_key
        when kind_family = 'user' then coalesce(username, account_name)
        when kind_family = 'organization' then coalesce(said_namespace, account_name)
        else thing
    end as target_name,
    metadata
from credentials
