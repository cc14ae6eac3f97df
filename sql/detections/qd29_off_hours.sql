-- id = "QD-29"
-- title = "A person changes or pushes things at hours that are not theirs"
-- family = "authentication"
-- severity = "low"
-- why = "People keep their hours: work at another hour may be somebody else with the same account; it never says so alone."
-- tactics = ["Initial Access", "Persistence"]
-- techniques = ["T1078"]
-- reads = ["int_acts", "base_performer_hours"]
-- next_steps = [
--     "Look at the other signals of the case: alone, this one says that somebody worked late.",
--     "Ask the person whether the changes at that hour were theirs.",
-- ]
-- false_positives = [
--     "A release or an incident at night, a trip to another time zone, a change of shifts.",
-- ]
--
-- [needs]
-- kinds = []
-- history_days = 14
--
-- [params]
-- min_bits = 10            # surprise of the hour: it holds less than a thousandth of what the person does
-- min_days = 10            # days on which the person was seen
-- max_score = 20           # never enough for a case of its own
with timed_acts as (
    select
        int_acts.event_key,
        int_acts.occurred_at,
        int_acts.performer_name,
        int_acts.credential,
        int_acts.network,
        int_acts.namespace_name,
        int_acts.repository,
        hours.surprise_bits,
        hours.day_count
    from int_acts
    inner join base_performer_hours as hours
        on
            int_acts.performer_name = hours.performer_name
            and (extract(isodow from int_acts.occurred_at) - 1) * 24 + extract(hour from int_acts.occurred_at)
            = hours.hour_of_week
    where
        int_acts.day = $day
        -- A token of an application works at any hour, whoever granted it.
        and int_acts.credential_kind in ('password_or_session', 'app_specific_token')
        and (int_acts.is_change or int_acts.kind = 'push_repo')
)

select
    'user:' || performer_name as subject,
    performer_name,
    case when count(distinct credential) = 1 then min(credential) end as credential,
    case when count(distinct network) = 1 then min(network) end as network,
    case when count(distinct namespace_name) = 1 then min(namespace_name) end as namespace_name,
    case when count(distinct repository) = 1 then min(repository) end as repository,
    cast(null as varchar) as shared,
    'low' as severity,
    least($max_score, max(surprise_bits)) as score,
    performer_name || ' made ' || count(*) || ' changes or pushes, the first on '
    || strftime(min(occurred_at), '%A at %H:%M') || ' UTC, when they hardly ever work: '
    || cast(round(max(surprise_bits), 1) as varchar) || ' bits of surprise' as reason,
    min(occurred_at) as first_at,
    max(occurred_at) as last_at,
    count(*) as event_count,
    min(event_key, 20) as evidence
from timed_acts
where
    day_count >= $min_days
    and surprise_bits > $min_bits
group by performer_name

-- [[cases]]
-- name = "a grant and a push at three in the night, by somebody with office hours"
-- day = 2026-03-02
-- fires = [{subject = "user:alice", credential = "", severity = "low", event_count = 2, repository = "acme/web", reason = "alice made 2 changes or pushes, the first on Monday at 03:10 UTC, when they hardly ever work: 13.2 bits of surprise"}]
-- events = [
--     {days = [-14, -1], weekdays = true, at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {at = "03:10", kind = "change_repo_permission", performer_name = "alice", repository_name = "web"},
--     {at = "03:20", kind = "push_repo", credential = "app_specific_token:t1", performer_name = "alice", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "a change on a Sunday, by each of two who never work then"
-- day = 2026-03-01
-- fires = [
--     {subject = "user:alice", network = "203.0.113.0/24", credential = "user:alice", evidence = ["2026-03-01 all #00000000"]},
--     {subject = "user:bob", repository = "", network = "198.51.100.0/24", namespace_name = "acme", score = 11.28, event_count = 25},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, at = "08:00", times = 9, every = "1h", performer_name = "bob", repository_name = "web"},
--     {at = "14:00", kind = "create_robot", performer_name = "alice", network = "203.0.113.0/24"},
--     {at = "15:00", kind = "create_robot", performer_name = "bob"},
--     {at = "15:05", times = 24, kind = "create_robot", performer_name = "bob", namespace_name = "acme"},
-- ]
--
-- [[cases]]
-- name = "quiet: an hour later than ever, and the same hour of another working day"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], weekdays = true, at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {at = "18:30", kind = "push_repo", performer_name = "alice", repository_name = "web"},
--     {at = "11:30", kind = "create_robot", performer_name = "alice"},
-- ]
--
-- [[cases]]
-- name = "quiet: pulls at night, and what an application does with the person's token"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], weekdays = true, at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {at = "03:00", performer_name = "alice", repository_name = "web"},
--     {at = "03:30", kind = "push_repo", credential = "oauth_token:17", performer_name = "alice", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "quiet: somebody of whom a week and a half is known, and a night of the day before"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-9, -1], at = "09:00", times = 8, every = "1h", performer_name = "carol", repository_name = "web"},
--     {days = [-28, -1], at = "08:00", times = 12, every = "1h", performer_name = "alice", repository_name = "web"},
--     {at = "03:00", kind = "create_robot", performer_name = "carol"},
--     {days = [-1, -1], at = "02:00", kind = "create_robot", performer_name = "alice"},
-- ]
