-- title = "Everything that happened, each event once, typed"
-- grain = ["scope", "day", "position"]
-- reads = ["raw_events"]
-- units = "times are UTC, whole seconds"
-- source = "events/*/events.parquet of the lake, as int_events made them"
-- publish = "view"
--
-- [columns]
-- scope = "the window that the event was taken from"
-- day = "the UTC day of the event"
-- position = "its place in that window"
-- occurred_at = "when it happened"
-- kind = "Quay's name for what happened"
-- kind_family = "what sort of thing it is: pull, push, tag, permission, login, ...; unknown for a new kind"
-- namespace_name = "whose log it is in; for an account that is gone, the name its entries still carry"
-- namespace_kind = "org or user; null where nobody said"
-- repository_name = "the repository, by its name at that time"
-- performer_name = "who did it, by the name Quay shows: a UUID or null once the account is gone"
-- performer_is_robot = "whether Quay says that the performer is a robot"
-- performer_kind = "user, robot, anonymous or worker, also where the performer is gone"
-- credential_kind = "password_or_session, oauth_token, app_specific_token, robot, access_token, anonymous, worker"
-- credential_id = "which one: token id, token uuid, robot, friendly name or user name; null where nothing tells"
-- credential_name = "its name for people: application, token title, robot, friendly name or user name"
-- ip = "the address it came from"
-- network = "the /24 or /64 around the address, such as 203.0.113.0/24 or 2001:db8:0:0::/64"
-- country_code = "the country Quay resolved for the address (registry events alone)"
-- user_agent = "what the client called itself; anybody can write anything there"
-- user_agent_family = "the client's product without its version; other for what is not on the list"
-- tag = "the tag"
-- manifest_digest = "the digest of the manifest"
-- target_name = "who or what was acted on, where repository and tag do not say it: grantee, member, robot, key, ..."
-- metadata = "Quay's details as JSON text, keys sorted"
select
    scope,
    day,
    position,
    occurred_at,
    kind,
    kind_family,
    namespace_name,
    namespace_kind,
    repository_name,
    performer_name,
    performer_is_robot,
    performer_kind,
    credential_kind,
    credential_id,
    credential_name,
    ip,
    network,
    country_code,
    user_agent,
    user_agent_family,
    tag,
    manifest_digest,
    target_name,
    metadata
from raw_events
