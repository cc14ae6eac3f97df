-- title = "The events that show a case, by their keys"
-- reads = ["events"]
--
-- [parameters]
-- event_keys = "their keys, each YYYY-MM-DD scope #position; 50 at most"
-- since = "the first UTC day among them"
-- until = "the last"
--
-- [columns]
-- event_key = "which event"
-- occurred_at = "when it happened, UTC"
-- kind = "Quay's name for what happened"
-- performer_name = "who did it, as Quay says"
-- credential = "what was used to act, such as robot:acme+ci"
-- namespace_name = "whose log it is in"
-- repository_name = "the repository, by its name at that time"
-- tag = "the tag"
-- target_name = "who or what was acted on, where repository and tag do not say it"
-- ip = "the address it came from"
-- country_code = "the country that Quay resolved"
-- user_agent = "what the client called itself"
-- metadata = "Quay's details as JSON text"
with wanted_keys as (
    select unnest(cast($event_keys as varchar[])) as event_key
),

wanted_events as (
    select
        event_key,
        cast(left(event_key, 10) as date) as day,
        regexp_replace(substring(event_key, 12), ' #[0-9]+$', '') as scope,
        cast(regexp_extract(event_key, '[0-9]+$') as bigint) as place
    from wanted_keys
)

select
    wanted_events.event_key,
    events.occurred_at,
    events.kind,
    events.performer_name,
    case events.credential_kind when 'password_or_session' then 'user' else events.credential_kind end
    || coalesce(':' || events.credential_id, '') as credential,
    events.namespace_name,
    events.repository_name,
    events.tag,
    events.target_name,
    events.ip,
    events.country_code,
    events.user_agent,
    events.metadata
from wanted_events
inner join events
    on
        wanted_events.day = events.day
        and wanted_events.scope = events.scope
        and wanted_events.place = events.position
where
    events.day >= $since
    and events.day <= $until
order by wanted_events.event_key asc
limit 50
