-- title = "Events with the names that marts and detections share: credential, repository, client, event key"
-- grain = ["scope", "day", "position"]
-- reads = ["stg_events"]
-- units = "times are UTC, whole seconds"
-- source = "stg_events: each event once"
--
-- [columns]
-- event_key = "YYYY-MM-DD scope #00000012: which event; sorts by day, scope and place"
-- scope = "the window that the event was taken from"
-- day = "the UTC day of the event"
-- position = "its place in that window"
-- occurred_at = "when it happened"
-- kind = "Quay's name for what happened"
-- kind_family = "what sort of thing it is"
-- is_change = "whether somebody changed something: no pull, push, build, login, refusal or worker"
-- is_failure = "whether it was refused: a pull, push, deletion or login"
-- namespace_name = "whose log it is in"
-- repository_name = "the repository, by its name at that time"
-- repository = "namespace/name of the repository; null where either is not known"
-- performer_name = "who did it, as Quay says"
-- performer_is_robot = "whether the performer is a robot, as Quay says"
-- performer_kind = "user, robot, anonymous or worker"
-- credential_kind = "what was used to act"
-- credential_id = "which one; null where nothing tells"
-- credential_name = "its name for people"
-- credential = "robot:acme+ci, user:alice, oauth_token:17, app_specific_token:UUID, access_token:NAME, anonymous or worker"
-- ip = "the address it came from"
-- network = "the /24 or /64 around the address"
-- country_code = "the country that Quay resolved"
-- user_agent = "what the client called itself"
-- client = "the client's product without its version"
-- tag = "the tag"
-- manifest_digest = "the digest of the manifest"
-- target_name = "who or what was acted on, where repository and tag do not say it"
-- metadata = "Quay's details as JSON text, with a mark for what no reader knows; null where they are no JSON"
select
    cast(day as varchar) || ' ' || scope || ' #'
    || case when position < 10000000 then right('0000000' || position, 8) else cast(position as varchar) end
        as event_key,
    scope,
    day,
    position,
    occurred_at,
    kind,
    kind_family,
    case
        when performer_kind = 'worker' then false
        when
            kind in (
                'autoprune_tag_delete',
                'build_dockerfile',
                'delete_tag_failed',
                'federated_robot_token_exchange',
                'start_build_trigger',
                'tag_made_immutable_by_policy',
                'tags_made_immutable_by_policy'
            )
            then false
        when
            kind in (
                'org_mirror_sync_cancelled', 'org_mirror_sync_now_requested', 'repo_mirror_sync_now_requested'
            )
            then true
        when kind_family = 'mirror' then kind not like '%\_sync\_%' escape '\'
        else kind_family not in ('pull', 'push', 'login', 'unknown')
    end as is_change,
    kind in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed', 'login_failure') as is_failure,
    namespace_name,
    repository_name,
    namespace_name || '/' || repository_name as repository,
    performer_name,
    performer_is_robot,
    performer_kind,
    credential_kind,
    credential_id,
    credential_name,
    case credential_kind when 'password_or_session' then 'user' else credential_kind end
    || coalesce(':' || credential_id, '') as credential,
    ip,
    network,
    country_code,
    user_agent,
    user_agent_family as client,
    tag,
    manifest_digest,
    target_name,
    -- Whoever reads a key must not stumble over text that anybody may write: see int_promoted_entries.
    case
        when json_valid(metadata) then metadata
        when json_valid(regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g'))
            then regexp_replace(metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g')
    end as metadata
from stg_events
