-- title = "What was done with each credential, counted by all that the daily marts tell apart"
-- grain = ["scope", "day", "credential_kind", "credential_id", "credential_name", "performer_name", "performer_kind", "kind", "namespace_name", "repository_name", "ip", "network", "country_code", "client"]
-- reads = ["int_kinds", "stg_events"]
-- units = "event_count counts events; times are UTC"
-- source = "stg_events: each event once"
-- keep = true
--
-- [columns]
-- scope = "the window that the events were taken from"
-- day = "the UTC day"
-- credential_kind = "what was used to act"
-- credential_id = "which one; null where nothing tells"
-- credential_name = "its name for people"
-- performer_name = "who did it, as Quay says"
-- performer_kind = "user, robot, anonymous or worker"
-- kind = "Quay's name for what happened"
-- kind_family = "what sort of thing it is"
-- is_change = "whether somebody changed something, as in int_acts"
-- is_failure = "whether it was refused"
-- namespace_name = "whose log it is in"
-- repository_name = "the repository, by its name at that time"
-- ip = "the address it came from"
-- network = "the /24 or /64 around the address"
-- country_code = "the country that Quay resolved"
-- client = "the client's product without its version"
-- event_count = "events"
-- first_at = "the first event"
-- last_at = "the last event"
with counted_events as (
    -- The same robot pulls the same image from the same network all day: this is a tenth of the events.
    select
        scope,
        day,
        credential_kind,
        credential_id,
        credential_name,
        performer_name,
        performer_kind,
        kind,
        namespace_name,
        repository_name,
        ip,
        network,
        country_code,
        user_agent_family as client,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at
    from stg_events
    group by
        scope,
        day,
        credential_kind,
        credential_id,
        credential_name,
        performer_name,
        performer_kind,
        kind,
        namespace_name,
        repository_name,
        ip,
        network,
        country_code,
        user_agent_family
)

select
    counted_events.scope,
    counted_events.day,
    counted_events.credential_kind,
    counted_events.credential_id,
    counted_events.credential_name,
    counted_events.performer_name,
    counted_events.performer_kind,
    counted_events.kind,
    coalesce(int_kinds.kind_family, 'unknown') as kind_family,
    counted_events.performer_kind <> 'worker' and coalesce(int_kinds.is_change, false) as is_change,
    coalesce(int_kinds.is_failure, false) as is_failure,
    counted_events.namespace_name,
    counted_events.repository_name,
    counted_events.ip,
    counted_events.network,
    counted_events.country_code,
    counted_events.client,
    counted_events.event_count,
    counted_events.first_at,
    counted_events.last_at
from counted_events
left join int_kinds on counted_events.kind = int_kinds.kind
