-- title = "Events with the names that marts and detections share: credential, repository, client, event key"
-- grain = ["scope", "day", "position"]
-- reads = ["int_kinds", "stg_events"]
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
    cast(events.day as varchar) || ' ' || events.scope || ' #'
    || case
        when events.position < 10000000 then right('0000000' || events.position, 8)
        else cast(events.position as varchar)
    end as event_key,
    events.scope,
    events.day,
    events.position,
    events.occurred_at,
    events.kind,
    events.kind_family,
    events.performer_kind <> 'worker' and coalesce(int_kinds.is_change, false) as is_change,
    coalesce(int_kinds.is_failure, false) as is_failure,
    events.namespace_name,
    events.repository_name,
    events.namespace_name || '/' || events.repository_name as repository,
    events.performer_name,
    events.performer_is_robot,
    events.performer_kind,
    events.credential_kind,
    events.credential_id,
    events.credential_name,
    case events.credential_kind when 'password_or_session' then 'user' else events.credential_kind end
    || coalesce(':' || events.credential_id, '') as credential,
    events.ip,
    events.network,
    events.country_code,
    events.user_agent,
    events.user_agent_family as client,
    events.tag,
    events.manifest_digest,
    events.target_name,
    -- Whoever reads a key must not stumble over text that anybody may write: see int_promoted_entries.
    case
        when json_valid(events.metadata) then events.metadata
        when json_valid(regexp_replace(events.metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g'))
            then regexp_replace(events.metadata, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g')
    end as metadata
from stg_events as events
left join int_kinds on events.kind = int_kinds.kind
