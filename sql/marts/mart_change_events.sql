-- title = "Every change that somebody made, with its details"
-- grain = ["scope", "day", "position"]
-- reads = ["int_acts"]
-- units = "times are UTC, whole seconds"
-- source = "int_acts: no pulls, pushes, builds, logins, refusals, and nothing that a worker does by itself"
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
    event_key,
    scope,
    day,
    position,
    occurred_at,
    kind,
    kind_family,
    is_change,
    namespace_name,
    repository_name,
    repository,
    performer_name,
    performer_is_robot,
    performer_kind,
    credential_kind,
    credential_id,
    credential_name,
    credential,
    ip,
    network,
    country_code,
    user_agent,
    client,
    tag,
    manifest_digest,
    target_name,
    metadata
from int_acts
where is_change
