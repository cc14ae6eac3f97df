-- title = "What each credential did in which repository"
-- grain = ["scope", "day", "credential_kind", "credential_id", "credential_name", "performer_name", "performer_kind", "kind", "namespace_name", "repository_name"]
-- reads = ["int_uses"]
-- units = "event_count counts events; times are UTC"
-- source = "int_uses: each event once"
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
-- event_count = "events"
-- first_at = "the first event"
-- last_at = "the last event"
select
    scope,
    day,
    credential_kind,
    credential_id,
    credential_name,
    performer_name,
    performer_kind,
    kind,
    kind_family,
    is_change,
    is_failure,
    namespace_name,
    repository_name,
    cast(sum(event_count) as bigint) as event_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from int_uses
group by
    scope,
    day,
    credential_kind,
    credential_id,
    credential_name,
    performer_name,
    performer_kind,
    kind,
    kind_family,
    is_change,
    is_failure,
    namespace_name,
    repository_name
