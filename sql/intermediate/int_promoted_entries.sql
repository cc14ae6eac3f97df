-- title = "Entries with the details that other models need as columns of their own"
-- grain = ["scope", "day", "position"]
-- reads = ["int_placed_entries"]
-- units = "times are UTC, whole seconds"
-- source = "quay/quay util/audit.py:28-135 and auth/context_entity.py:90-225 (ffba0c70); three spellings of user agent"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day of the window"
-- position = "place in the window's canonical order"
-- occurred_at = "when it happened"
-- kind = "Quay's name for what happened"
-- ip = "the address it came from"
-- performer_name = "who did it, as Quay says"
-- performer_is_robot = "whether the performer is a robot, as Quay says"
-- account_name = "the account whose log it is in; null or a UUID once it is gone"
-- account_kind = "org or user; null where nobody said"
-- is_account_gone = "whether that account was deleted"
-- scope_repository = "the repository that the window is about, if it is about one"
-- named_performer_kind = "user or robot, by the performer's name; null where Quay names nobody"
-- metadata = "Quay's details as JSON text"
-- said_namespace = "the namespace that the details name: the old name after a rename or a deletion"
-- repository_name = "the repository that the details name"
-- tag = "the tag"
-- manifest_digest = "the digest; tag deletions may write a tag in its place, which is left out"
-- user_agent = "what the client called itself"
-- country_code = "the country that Quay resolved"
-- username = "means three things: the credential's user, the grantee, or the name that was tried"
-- is_robot = "true where the details say that the credential is a robot's"
-- login_kind = "what was presented at a login: user, robot, oauth, app_specific_token, ..."
-- oauth_token_id = "the OAuth token that was used"
-- application = "the application of that token"
-- app_token_uuid = "the app-specific token that was used, or the one acted on in the token family"
-- app_token_title = "the title of that token"
-- access_token = "the friendly name of a repository's access token"
-- robot = "the robot acted on, or the one that logged in"
-- team = "the team acted on"
-- member = "the member acted on, or the address that was invited"
-- delegate = "who a default permission grants something to"
-- token_title = "the OAuth token acted on, or to whom one was assigned"
-- application_acted_on = "the application acted on"
-- service_key = "the service key acted on, by name or else by key id"
-- thing = "any other thing acted on: notification, trigger, build, policy, mirror, label, export address, plan"
with readable_entries as (
    select
        *,
        -- A lone surrogate is legal in Quay's JSON and not in this reader's: one such character in any text
        -- that a user may write would hide everything else that the entry says. Most details have no escape
        -- at all, and need no look at what is valid.
        case
            when strpos(metadata, '\u') = 0 or json_valid(metadata) then metadata
            else regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g')
        end as readable_metadata
    from int_placed_entries
),

parsed_entries as (
    -- The one place where JSON is read, and outside the portable subset on purpose: reading each document
    -- once costs a tenth of a call per key. Another engine brings its own text for these two calls.
    select
        *,
        try(from_json(readable_metadata, '{
            "namespace": "VARCHAR", "repo": "VARCHAR", "tag": "VARCHAR",
            "manifest_digest": "VARCHAR", "digest": "VARCHAR",
            "user-agent": "VARCHAR", "useragent": "VARCHAR", "user_agent": "VARCHAR",
            "resolved_ip": {"country_iso_code": "VARCHAR"},
            "username": "VARCHAR", "is_robot": "VARCHAR", "token": "VARCHAR",
            "oauth_token_id": "VARCHAR", "oauth_token_application": "VARCHAR",
            "app_specific_token": "VARCHAR", "app_specific_token_title": "VARCHAR"
        }')) as common,
        case when kind not in ('pull_repo', 'push_repo') then try(from_json(readable_metadata, '{
            "kind": "VARCHAR", "robot": "VARCHAR", "team": "VARCHAR",
            "member": "VARCHAR", "user": "VARCHAR", "email": "VARCHAR",
            "delegate_user": "VARCHAR", "delegate_team": "VARCHAR",
            "token_display_name": "VARCHAR", "oauth_token_uuid": "VARCHAR", "assigned_user": "VARCHAR",
            "application_name": "VARCHAR", "application": "VARCHAR", "name": "VARCHAR", "kid": "VARCHAR",
            "notification_id": "VARCHAR", "webhook_id": "VARCHAR", "trigger_id": "VARCHAR",
            "build_id": "VARCHAR", "build_uuid": "VARCHAR", "policy_uuid": "VARCHAR", "tag_pattern": "VARCHAR",
            "external_reference": "VARCHAR", "changed": "VARCHAR", "upstream_registry": "VARCHAR",
            "key": "VARCHAR", "url": "VARCHAR", "plan": "VARCHAR"
        }')) end as details
    from readable_entries
)

select
    scope,
    day,
    position,
    occurred_at,
    kind,
    ip,
    performer_name,
    performer_is_robot,
    account_name,
    account_kind,
    is_account_gone,
    scope_repository,
    named_performer_kind,
    metadata,
    common.namespace as said_namespace,
    common.repo as repository_name,
    common.tag,
    case
        when coalesce(common.manifest_digest, common.digest) like '%:%'
            then coalesce(common.manifest_digest, common.digest)
    end as manifest_digest,
    coalesce(common."user-agent", common.useragent, common.user_agent) as user_agent,
    common.resolved_ip.country_iso_code as country_code,
    common.username,
    common.is_robot,
    details.kind as login_kind,
    common.oauth_token_id,
    coalesce(common.oauth_token_application, details.application_name) as application,
    common.app_specific_token as app_token_uuid,
    common.app_specific_token_title as app_token_title,
    common.token as access_token,
    details.robot,
    details.team,
    case when details is not null then coalesce(details.member, details.user, details.email) end as member,
    case
        when details is not null then coalesce(details.delegate_user, details.delegate_team)
    end as delegate,
    case
        when details is not null
            then
                coalesce(
                    details.token_display_name,
                    details.oauth_token_uuid,
                    details.assigned_user,
                    details.application
                )
    end as token_title,
    case
        when details is not null then coalesce(details.application_name, details.name)
    end as application_acted_on,
    case when details is not null then coalesce(nullif(details.name, ''), details.kid) end as service_key,
    -- Pulls and pushes have none of these: a long list of places to look in is for the few others.
    case
        when details is not null
            then
                coalesce(
                    details.notification_id,
                    details.webhook_id,
                    details.trigger_id,
                    details.build_id,
                    details.build_uuid,
                    details.policy_uuid,
                    details.external_reference,
                    details.changed,
                    details.upstream_registry,
                    details.tag_pattern,
                    details.key,
                    details.url,
                    details.email,
                    details.plan
                )
    end as thing
from parsed_entries
