-- title = "The newest events of one credential, performer, network, repository or namespace in a period"
-- reads = ["events"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "only in its log; null for all"
-- credential_kind = "what was used to act; null for no credential"
-- credential_id = "which one; null where nothing tells"
-- performer = "who did it, by whatever credential; null for no performer"
-- network = "from where; null for anywhere"
-- owner = "in whose log; null for any"
-- repository_name = "to which repository there; null for any"
-- most = "how many, the newest"
--
-- [columns]
-- occurred_at = "when it happened, UTC"
-- kind = "Quay's name for what happened"
-- namespace_name = "whose log it is in"
-- repository_name = "the repository, by its name at that time"
-- tag = "the tag"
-- target_name = "who or what was acted on, where repository and tag do not say it"
-- performer_name = "who did it, as Quay says"
-- credential = "what was used to act"
-- ip = "the address it came from"
-- network = "the /24 or /64 around the address"
-- country_code = "the country that Quay resolved"
-- client = "the client's product without its version"
-- user_agent = "what the client called itself"
-- manifest_digest = "the digest of the manifest"
-- metadata = "Quay's details as JSON text"
-- event_key = "which event, as evidence names it"
with matching_events as (
    select *
    from events
    where
        day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
        and ($network is null or network = $network)
        and ($owner is null or namespace_name = $owner)
        and ($repository_name is null or repository_name = $repository_name)
        and ($credential_kind is null or credential_kind = $credential_kind)
        and ($credential_kind is null or $credential_id is null or credential_id = $credential_id)
        and ($credential_kind is null or $credential_id is not null or credential_id is null)
    order by
        occurred_at desc,
        day desc,
        scope desc,
        position desc
    limit $most
),

-- Two readings, since a file skips what it has not for each equality alone, and not for one or another.
performed_events as (
    select *
    from events
    where
        day >= $since
        and day <= $until
        and ($namespace is null or namespace_name = $namespace)
        and performer_name = $performer
        and (credential_kind <> $credential_kind or credential_id is distinct from $credential_id)
    order by
        occurred_at desc,
        day desc,
        scope desc,
        position desc
    limit $most
),

all_events as (
    select *
    from matching_events
    union all
    select *
    from performed_events
)

select
    occurred_at,
    kind,
    namespace_name,
    repository_name,
    tag,
    target_name,
    performer_name,
    case credential_kind when 'password_or_session' then 'user' else credential_kind end
    || coalesce(':' || credential_id, '') as credential,
    ip,
    network,
    country_code,
    user_agent_family as client,
    user_agent,
    manifest_digest,
    metadata,
    cast(day as varchar) || ' ' || scope || ' #'
    || case when position < 10000000 then right('0000000' || position, 8) else cast(position as varchar) end
        as event_key
from all_events
order by
    occurred_at desc,
    day desc,
    scope desc,
    position desc
limit $most
