-- id = "QD-25"
-- title = "A service key was made, trusted, prolonged or deleted in an unusual way"
-- family = "privilege"
-- severity = "high"
-- why = "Whoever holds a trusted service key can sign tokens for any repository: such keys change by rotation, hardly ever by hand."
-- tactics = ["Credential Access", "Persistence"]
-- techniques = ["T1552.004", "T1606"]
-- reads = ["mart_change_events", "base_habit_values"]
-- next_steps = [
--     "Compare with the list of service keys in the superuser panel: is each one known to whoever runs that service?",
--     "Ask the superuser who acted; nobody but the operators of Quay should touch service keys.",
--     "Delete keys that nobody knows, then restart the services that would still trust them.",
--     "If a live key was deleted, make sure that the service that signs with it got another one.",
-- ]
-- false_positives = [
--     "A new service, or one that is installed anew, introduces itself with a key of its own.",
--     "The yearly replacement of keys by an operator who seldom does it.",
-- ]
--
-- [needs]
-- kinds = [
--     "service_key_create",
--     "service_key_approve",
--     "service_key_extend",
--     "service_key_modify",
--     "service_key_delete",
--     "service_key_rotate",
-- ]
-- superuser = true
-- history_days = 28
--
-- [keys]
-- service_key_create = ["auto_approved", "expiration_date", "kid", "service"]
-- service_key_approve = ["auto_approved", "expiration_date", "kid", "service"]
-- service_key_extend = ["expiration_date", "kid", "service"]
-- service_key_modify = ["expiration_date", "kid", "service"]
-- service_key_delete = ["expiration_date", "kid", "service"]
-- service_key_rotate = ["expiration_date", "kid", "service"]
--
-- [params]
-- max_days = 90            # keys that are rotated need not last longer
-- settled_days = 14        # whoever needs a longer life sees it within so many days, but can ask for it at once
-- min_score = 20
--
-- [sigma]
-- without = "knowing the rhythm of renewals, who has done so before and from where"
-- louder_in = [
--     "quiet: renewals by rhythm, by service and by hand, with an end; after half the shortest time, or after one that was shorter",
-- ]
--
-- [[sigma.rules]]
-- title = "A service key is changed by hand"
-- [sigma.rules.detection]
-- selection.kind_family = "service_key"
-- service = {"performer|exists" = false}
-- echo = {kind = "service_key_approve", auto_approved = true}
-- condition = "selection and not service and not echo"
--
-- [[sigma.rules]]
-- title = "A service key introduces itself"
-- detection = {selection = {kind = "service_key_create", "performer|exists" = false}, condition = "selection"}
with key_acts as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        performer_name,
        coalesce(nullif(credential, 'anonymous'), 'network:' || network, credential) as subject,
        credential,
        network,
        json_extract_string(metadata, '$.kid') as key_id,
        lag(occurred_at) over (
            partition by json_extract_string(metadata, '$.kid')
            order by event_key
        ) as previous_at,
        coalesce(json_extract_string(metadata, '$.service'), 'an unnamed service') as service_name,
        -- A key that a superuser makes is approved in the same breath: one act, two entries.
        kind = 'service_key_approve'
        and coalesce(json_extract_string(metadata, '$.auto_approved'), '') = 'true' as is_echo,
        coalesce(
            try_cast(json_extract_string(metadata, '$.expiration_date') as double) - epoch(occurred_at), 1e12
        ) / 86400 as days_left
    from mart_change_events
    where
        day >= $day - 100
        and day <= $day
        and kind_family = 'service_key'
),

past_acts as (
    select
        day,
        kind,
        performer_name,
        network,
        service_name
    from key_acts
    where day < $day
),

-- Days on which a service got a new key, and how long that usually takes.
renewal_days as (
    select distinct
        service_name,
        day
    from past_acts
    where kind in ('service_key_create', 'service_key_rotate')
),

renewal_gaps as (
    select
        service_name,
        day,
        day - lag(day) over (partition by service_name order by day) as gap_days
    from renewal_days
),

rhythms as (
    select
        service_name,
        max(day) as last_day,
        min(gap_days) as shortest_gap_days
    from renewal_gaps
    group by service_name
),

actors as (
    select distinct performer_name
    from past_acts
),

key_servers as (
    select distinct network
    from past_acts
    where performer_name is null
),

judged_acts as (
    select
        key_acts.*,
        rhythms.shortest_gap_days > 2 * ($day - rhythms.last_day)
        and key_acts.kind in ('service_key_create', 'service_key_rotate') as is_early,
        -- What was made or prolonged a moment ago does not end soon.
        coalesce(key_acts.previous_at >= key_acts.occurred_at - to_days($settled_days), false)
        and key_acts.kind in ('service_key_extend', 'service_key_modify') as is_stretched,
        actors.performer_name is null as is_first_time,
        base_habit_values.habit is null as is_new_network,
        key_servers.network is null as is_new_server
    from key_acts
    left join rhythms on key_acts.service_name = rhythms.service_name
    left join actors on key_acts.performer_name = actors.performer_name
    left join key_servers on key_acts.network = key_servers.network
    left join base_habit_values
        on
            base_habit_values.habit = 'network'
            and key_acts.network = base_habit_values.habit_value
    where
        key_acts.day = $day
        and not key_acts.is_echo
),

scored_acts as (
    select
        *,
        case when is_early then 10 else 0 end
        + case
            -- Without a performer it is a service that introduces itself, or replaces its key.
            when performer_name is null then case when is_new_server then 26 else 0 end
            else
                case
                    when kind = 'service_key_delete' then case when days_left > 0 then 24 else 0 end
                    when days_left > $max_days then 40
                    else 15
                end
                + case when is_stretched and days_left > $max_days then 12 else 0 end
                + case when is_first_time then 14 else 0 end
                + case when is_new_network then 14 else 0 end
        end as points
    from judged_acts
),

actions as (
    select
        subject,
        min(performer_name) as performer_name,
        min(credential) as credential,
        case when count(distinct network) = 1 then min(network) end as network,
        string_agg(distinct kind, ', ' order by kind) as kinds,
        string_agg(distinct service_name, ', ' order by service_name) as services,
        max(days_left) as days_left,
        bool_or(is_early) as is_early,
        bool_or(is_stretched) as is_stretched,
        count(distinct key_id) as key_count,
        max(points) + 8 * log2(greatest(1, count(distinct key_id))) as score,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as event_count,
        min(event_key, 20) as evidence
    from scored_acts
    where points > 0
    group by subject
)

select
    subject,
    performer_name,
    credential,
    network,
    cast(null as varchar) as namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    case when score < 30 then 'low' when score < 50 then 'medium' else 'high' end as severity,
    score,
    subject || ' acted on ' || key_count || ' service keys of ' || services || ' (' || kinds || ')'
    || case when days_left > $max_days then ', lasting for more than ' || $max_days || ' days' else '' end
    || case when is_stretched then ', prolonged right after they were made' else '' end
    || case when is_early then ', long before the next renewal was due' else '' end as reason,
    first_at,
    last_at,
    event_count,
    evidence
from actions
where score >= $min_score

-- [[cases]]
-- name = "a superuser makes a key for ever by hand, for the first time and from a new place"
-- day = 2026-03-03
-- fires = [{subject = "user:root", severity = "high", score = 68.0, event_count = 1, network = "203.0.113.0/24", reason = "user:root acted on 1 service keys of quay (service_key_create), lasting for more than 90 days"}]
-- events = [
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {days = [-28, -1], performer_name = "root", repository = "203.0.113.0/24"},
--     {days = [-101, -101], kind = "service_key_create", performer_name = "root", metadata = {kid = "k0", service = "quay"}},
--     {at = "11:00", kind = "service_key_create", performer_name = "root", network = "203.0.113.0/24", metadata = {kid = "k1", service = "quay", auto_approved = true}},
--     {at = "11:00", kind = "service_key_approve", performer_name = "root", network = "203.0.113.0/24", metadata = {kid = "k1", service = "quay", auto_approved = true}},
-- ]
--
-- [[cases]]
-- name = "the first approval of a superuser, then a key of ninety days to the second; and a key for four months by one who knows how"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:root", severity = "medium", score = 37.0, event_count = 2, reason = "user:root acted on 2 service keys of quay (service_key_approve, service_key_create)"},
--     {subject = "user:eve", severity = "medium", score = 40.0},
-- ]
-- events = [
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "eve", metadata = {kid = "k0", service = "clair", expiration_date = 1767225600}},
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {at = "11:00", kind = "service_key_approve", performer_name = "root", metadata = {kid = "k1", service = "quay", expiration_date = 1780311600}},
--     {at = "11:01", kind = "service_key_create", performer_name = "root", metadata = {kid = "k2", service = "quay", auto_approved = true, expiration_date = 1780311660}},
--     {at = "12:00", kind = "service_key_extend", performer_name = "eve", metadata = {kid = "k9", service = "clair", expiration_date = 1782907200}},
-- ]
--
-- [[cases]]
-- name = "a key of ninety days is made and then stretched to years; one of weeks ago, another, or by a little"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:root", severity = "high", score = 52.0, event_count = 2, reason = "user:root acted on 1 service keys of clair (service_key_create, service_key_extend), lasting for more than 90 days, prolonged right after they were made"},
--     {subject = "user:eve", severity = "medium", score = 40.0},
--     {subject = "user:ann", severity = "medium", score = 40.0},
-- ]
-- events = [
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "root", metadata = {kid = "k0", service = "clair", expiration_date = 1767225600}},
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "ann", metadata = {kid = "k0", service = "clair", expiration_date = 1767225600}},
--     {days = [-15, -15], kind = "service_key_create", performer_name = "eve", metadata = {kid = "k2", service = "quay", expiration_date = 1774000000}},
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "sue", metadata = {kid = "k0", service = "clair", expiration_date = 1767225600}},
--     {days = [-28, -1], performer_name = "root", repository_name = "web"},
--     {at = "11:00", kind = "service_key_create", performer_name = "root", metadata = {kid = "k1", service = "clair", auto_approved = true, expiration_date = 1780000000}},
--     {at = "12:00", kind = "service_key_extend", performer_name = "root", metadata = {kid = "k1", service = "clair", expiration_date = 1843000000}},
--     {at = "12:00", kind = "service_key_extend", performer_name = "eve", metadata = {kid = "k2", service = "quay", expiration_date = 1843000000}},
--     {at = "12:00", kind = "service_key_create", performer_name = "ann", metadata = {kid = "k3", service = "quay2", expiration_date = 1843000000}},
--     {at = "12:01", kind = "service_key_approve", performer_name = "ann", metadata = {kid = "k3", service = "quay2", expiration_date = 1843000000}},
--     {at = "12:00", kind = "service_key_extend", performer_name = "sue", metadata = {kid = "k1", service = "clair", expiration_date = 1780000000}},
-- ]
--
-- [[cases]]
-- name = "live keys deleted by a superuser who often did so with dead ones"
-- day = 2026-03-03
-- fires = [{subject = "user:root", severity = "medium", score = 32.0, event_count = 26}]
-- events = [
--     {days = [-100, -100], kind = "service_key_delete", performer_name = "root", metadata = {kid = "k0", service = "quay", expiration_date = 1764000000}},
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {at = "11:00", kind = "service_key_delete", performer_name = "root", metadata = {kid = "k1", service = "quay"}},
--     {at = "11:01", times = 25, every = "1s", kind = "service_key_delete", performer_name = "root", metadata = {kid = "k2", service = "quay", expiration_date = 1772578860}},
--     {at = "11:02", kind = "service_key_delete", performer_name = "root", metadata = {kid = "k2", service = "quay", expiration_date = 1764000000}},
-- ]
--
-- [[cases]]
-- name = "a key that nobody approved introduces itself from a new address; another is renewed far too early"
-- day = 2026-03-03
-- fires = [
--     {subject = "network:203.0.113.0/24", severity = "low", score = 26.0},
--     {subject = "user:root", severity = "low", score = 25.0, reason = "user:root acted on 1 service keys of quay (service_key_create), long before the next renewal was due"},
--     {subject = "user:amy", severity = "low", score = 25.0},
-- ]
-- events = [
--     {days = [-80, -80], kind = "service_key_create", performer_name = "eve", network = "203.0.113.0/24", metadata = {kid = "z", service = "clair"}},
--     {days = [-70, -70], kind = "service_key_create", performer_name = "root", metadata = {kid = "a", service = "quay", expiration_date = 1774000000}},
--     {days = [-40, -40], kind = "service_key_rotate", metadata = {kid = "b", service = "quay", expiration_date = 1774000000}},
--     {days = [-10, -10], kind = "service_key_rotate", metadata = {kid = "c", service = "quay", expiration_date = 1774000000}},
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {at = "11:00", kind = "service_key_create", network = "203.0.113.0/24", metadata = {kid = "e", service = "clair", expiration_date = 1774000000}},
--     {days = [-12, -12], kind = "service_key_delete", performer_name = "root", metadata = {kid = "a", service = "quay", expiration_date = 1764000000}},
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "amy", metadata = {kid = "k0", service = "clair", expiration_date = 1764000000}},
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "ann", metadata = {kid = "k0", service = "clair", expiration_date = 1764000000}},
--     {at = "13:00", kind = "service_key_rotate", performer_name = "amy", metadata = {kid = "f", service = "quay", expiration_date = 1774000000}},
--     {at = "13:00", kind = "service_key_extend", performer_name = "ann", metadata = {kid = "c", service = "quay", expiration_date = 1774000000}},
--     {at = "12:00", kind = "service_key_create", performer_name = "root", metadata = {kid = "d", service = "quay", auto_approved = true, expiration_date = 1774000000}},
-- ]
--
-- [[cases]]
-- name = "quiet: renewals by rhythm, by service and by hand, with an end; after half the shortest time, or after one that was shorter"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-90, -90], kind = "service_key_create", performer_name = "root", metadata = {kid = "a", service = "quay", expiration_date = 1774000000}},
--     {days = [-60, -60], kind = "service_key_rotate", metadata = {kid = "b", service = "quay", expiration_date = 1774000000}},
--     {days = [-57, -57], kind = "service_key_delete", performer_name = "root", metadata = {kid = "a", service = "quay", expiration_date = 1764000000}},
--     {days = [-30, -30], kind = "service_key_rotate", metadata = {kid = "c", service = "quay", expiration_date = 1774000000}},
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {at = "11:00", kind = "service_key_rotate", metadata = {kid = "d", service = "quay", expiration_date = 1774000000}},
--     {at = "12:00", kind = "service_key_create", performer_name = "root", metadata = {kid = "e", service = "quay", auto_approved = true, expiration_date = 1774000000}},
--     {days = [-45, -45], kind = "service_key_rotate", metadata = {kid = "g", service = "edge", expiration_date = 1774000000}},
--     {days = [-15, -15], kind = "service_key_rotate", metadata = {kid = "h", service = "edge", expiration_date = 1774000000}},
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "eva", metadata = {kid = "k0", service = "other", expiration_date = 1764000000}},
--     {days = [-60, -60], kind = "service_key_delete", performer_name = "kai", metadata = {kid = "k0", service = "other", expiration_date = 1764000000}},
--     {at = "12:00", kind = "service_key_rotate", performer_name = "eva", metadata = {kid = "i", service = "edge", expiration_date = 1774000000}},
--     {days = [-70, -70], kind = "service_key_rotate", metadata = {kid = "j", service = "clair", expiration_date = 1774000000}},
--     {days = [-22, -22], kind = "service_key_create", performer_name = "root", metadata = {kid = "l", service = "clair", expiration_date = 1774000000}},
--     {days = [-20, -20], kind = "service_key_rotate", metadata = {kid = "m", service = "clair", expiration_date = 1774000000}},
--     {at = "12:00", kind = "service_key_rotate", performer_name = "kai", metadata = {kid = "n", service = "clair", expiration_date = 1774000000}},
--     {at = "13:00", kind = "service_key_delete", performer_name = "root", metadata = {kid = "c", service = "quay", expiration_date = 1764000000}},
-- ]
--
-- [[cases]]
-- name = "quiet: what was made long ago, what the service deletes itself, and other robots' keys"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-5, -5], kind = "service_key_create", performer_name = "root", metadata = {kid = "a", service = "quay"}},
--     {days = [-5, -5], kind = "service_key_create", metadata = {kid = "b", service = "quay"}},
--     {at = "09:00", kind = "service_key_delete", metadata = {kid = "b", service = "quay", signer_kid = "b"}},
--     {days = [1, 1], kind = "service_key_create", performer_name = "root", metadata = {kid = "late", service = "quay"}},
--     {at = "10:00", kind = "create_robot", performer_name = "alice", metadata = {robot = "acme+ci"}},
-- ]
