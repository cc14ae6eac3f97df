-- title = "Each event once, whichever windows show it"
-- grain = ["scope", "day", "position"]
-- reads = ["int_entries", "int_networks", "int_repeats", "int_sources"]
-- units = "times are UTC, whole seconds"
-- source = "what the windows of int_sources show, and of scope all everything that none of those speaks for"
--
-- [columns]
-- scope = "the window that the event was taken from"
-- day = "the UTC day of the event"
-- position = "its place in that window"
-- occurred_at = "when it happened"
-- kind = "Quay's name for what happened"
-- kind_family = "what sort of thing it is"
-- namespace_name = "whose log it is in"
-- namespace_kind = "org or user; null where nobody said"
-- repository_name = "the repository, by its name at that time"
-- performer_name = "who did it, as Quay says"
-- performer_is_robot = "whether the performer is a robot, as Quay says"
-- performer_kind = "user, robot, anonymous or worker"
-- credential_kind = "what was used to act"
-- credential_id = "which one; null where nothing tells"
-- credential_name = "its name for people"
-- ip = "the address it came from"
-- network = "the /24 or /64 around the address"
-- country_code = "the country that Quay resolved"
-- user_agent = "what the client called itself"
-- user_agent_family = "the client's product without its version"
-- tag = "the tag"
-- manifest_digest = "the digest of the manifest"
-- target_name = "who or what was acted on, where repository and tag do not say it"
-- metadata = "Quay's details as JSON text"
with spoken_for as (
    select distinct
        day,
        namespace_name
    from int_sources
)

select
    int_entries.scope,
    int_entries.day,
    int_entries.position,
    int_entries.occurred_at,
    int_entries.kind,
    int_entries.kind_family,
    int_entries.namespace_name,
    int_entries.namespace_kind,
    int_entries.repository_name,
    int_entries.performer_name,
    int_entries.performer_is_robot,
    int_entries.performer_kind,
    int_entries.credential_kind,
    int_entries.credential_id,
    int_entries.credential_name,
    int_entries.ip,
    int_networks.network,
    int_entries.country_code,
    int_entries.user_agent,
    int_entries.user_agent_family,
    int_entries.tag,
    int_entries.manifest_digest,
    int_entries.target_name,
    int_entries.metadata
from int_entries
left join int_networks on int_entries.ip = int_networks.ip
left join int_sources on int_entries.scope = int_sources.scope and int_entries.day = int_sources.day
left join spoken_for
    on
        int_entries.scope = 'all'
        and int_entries.day = spoken_for.day
        and int_entries.account_name = spoken_for.namespace_name
left join int_repeats
    on
        int_entries.scope = int_repeats.scope
        and int_entries.day = int_repeats.day
        and int_entries.position = int_repeats.position
where
    (int_entries.scope = 'all' or int_sources.scope is not null)
    and spoken_for.namespace_name is null
    and int_repeats.position is null
