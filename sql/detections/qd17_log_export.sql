-- id = "QD-17"
-- title = "Audit logs are exported to a new place or by a new hand"
-- family = "exfiltration"
-- severity = "medium"
-- why = "The log tells who may do what, from where and when: whoever prepares something reads it first, and reading it is logged only as an export."
-- tactics = ["Collection", "Discovery"]
-- techniques = ["T1213", "T1654"]
-- reads = [
--     "base_performer_hours",
--     "base_registry",
--     "mart_change_events",
--     "stg_inventory_organizations",
--     "stg_inventory_users",
-- ]
-- next_steps = [
--     "Ask who exported the logs, what for, and whether the place that they went to is ours.",
--     "If not ours: treat names, addresses and repository names of the organization as known to others.",
--     "Look at what else the credential did in the 24 hours around it; revoke it if the owner knows nothing of it.",
-- ]
-- false_positives = [
--     "An audit: tell the detection by a suppression on the subject for as long as it lasts.",
--     "A compliance job whose address changed.",
-- ]
--
-- [needs]
-- kinds = ["export_logs_success", "export_logs_failure"]
-- failure_kinds = []
-- inventory = ["organizations", "users"]
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 28
--
-- [keys]
-- export_logs_success = ["email", "url"]
-- export_logs_failure = ["email", "url"]
--
-- [params]
-- odd_bits = 8.0           # an hour is odd from here on; 7.4 is that of one who works at all hours alike
-- min_name = 4             # letters of a name that another name may imitate; shorter ones are in many names
-- registered_part = '[^.]+[.]((ac|co|com|edu|gov|net|org)[.][a-z]{2}|[^.]+)$'
-- min_score = 12.0
--
-- [sigma]
-- without = "knowing who exports logs and where they usually go"
-- louder_in = [
--     "the compliance job of every month, and a mail to the auditors as always",
--     "a registry that is six days old knows no places yet",
-- ]
--
-- [[sigma.rules]]
-- title = "Audit logs are exported"
-- detection = {selection = {kind = ["export_logs_success", "export_logs_failure"]}, condition = "selection"}
with placed_exports as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        (extract(isodow from day) - 1) * 24 + extract(hour from occurred_at) as hour_of_week,
        namespace_name,
        performer_name,
        credential,
        network,
        -- What stands before an @ in an address is a name to show, not the place.
        coalesce(
            nullif(
                regexp_extract(
                    lower(json_extract_string(metadata, '$.url')), '^[a-z]+://(?:[^/?#]*@)?([^/:?#]+)', 1
                ),
                ''
            ),
            nullif(regexp_extract(lower(json_extract_string(metadata, '$.email')), '@([^@]+)$', 1), ''),
            'an unknown place'
        ) as destination,
        json_extract_string(metadata, '$.email') is not null as is_mail
    from mart_change_events
    where
        kind in ('export_logs_success', 'export_logs_failure')
        and day >= $day - 100
),

exports as (
    select
        *,
        regexp_extract(destination, $registered_part) as registered_name
    from placed_exports
),

known_destinations as (
    select
        destination,
        count(distinct day) as day_count
    from exports
    where day < $day
    group by destination
),

own_destinations as (
    select distinct
        performer_name,
        destination
    from exports
    where day < $day
),

known_exporters as (
    select performer_name
    from exports
    where day < $day
    group by performer_name
),

own_domains as (
    select email_domain
    from stg_inventory_users
    where is_enabled
    union
    select email_domain
    from stg_inventory_organizations
),

-- What somebody had to register of the names that are known: below it they may make as many as they like.
familiar_names as (
    select regexp_extract(destination, $registered_part) as registered_name
    from known_destinations
    union
    select regexp_extract(lower(email_domain), $registered_part) as registered_name
    from own_domains
),

-- What has such a name, or one that holds its word or hardly differs from it.
likenesses as (
    select
        exports.destination,
        bool_or(exports.registered_name = familiar_names.registered_name) as is_familiar,
        min(familiar_names.registered_name) as familiar_name
    from exports
    inner join familiar_names
        on
            exports.registered_name = familiar_names.registered_name
            or (
                length(split_part(familiar_names.registered_name, '.', 1)) >= $min_name
                and (
                    contains(exports.destination, split_part(familiar_names.registered_name, '.', 1))
                    or levenshtein(exports.registered_name, familiar_names.registered_name) <= 2
                )
            )
    where exports.day = $day
    group by exports.destination
),

scored_exports as (
    select
        exports.*,
        -- A place to which others sent them once or twice is hardly more known than a new one.
        case
            when own_destinations.destination is null
                then 26.0 / (1 + coalesce(known_destinations.day_count, 0))
            else 0
        end
        * case
            when likenesses.is_familiar then 0.5
            when likenesses.destination is not null then 1.4
            else 1
        end
        + case when known_exporters.performer_name is null then 36 else 0 end
        -- Only of mail is it known which domains are ours.
        + case when exports.is_mail and own_domains.email_domain is null then 8 else 0 end
        + least(greatest(coalesce(hours.surprise_bits, 0) - $odd_bits, 0) * 3, 12) as points,
        known_destinations.destination is null as is_new_destination,
        case when not likenesses.is_familiar then likenesses.familiar_name end as imitated_name
    from exports
    cross join base_registry
    left join known_destinations on exports.destination = known_destinations.destination
    left join own_destinations
        on
            exports.destination = own_destinations.destination
            and exports.performer_name = own_destinations.performer_name
    left join known_exporters on exports.performer_name = known_exporters.performer_name
    left join own_domains on exports.destination = own_domains.email_domain
    left join likenesses on exports.destination = likenesses.destination
    left join base_performer_hours as hours
        on
            exports.performer_name = hours.performer_name
            and exports.hour_of_week = hours.hour_of_week
    where
        exports.day = $day
        and base_registry.day_count >= 7
),

exporters as (
    select
        credential,
        min(performer_name) as performer_name,
        case when min(network) = max(network) then min(network) end as network,
        case when min(namespace_name) = max(namespace_name) then min(namespace_name) end as namespace_name,
        arg_max(destination, (points, destination)) as destination,
        max(is_new_destination) as is_new_destination,
        arg_max(imitated_name, (points, destination)) as imitated_name,
        max(points) + 6 * log10(count(*)) as score,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as event_count,
        list_sort(list(event_key))[1:20] as evidence
    from scored_exports
    group by credential
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ' had audit logs exported ' || event_count || ' times, to ' || left(destination, 80)
    || case
        when is_new_destination then ', where none went before'
        else ', where others have sent them before'
    end
    || coalesce(', a name like that of ' || left(imitated_name, 80), '') as reason,
    first_at,
    last_at,
    event_count,
    evidence
from exporters
where score >= $min_score
-- [[cases]]
-- name = "somebody who never did has the logs sent to a place where they never went"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", performer_name = "alice", network = "198.51.100.0/24", namespace_name = "acme", severity = "high", score = 63.81, event_count = 2, reason = "user:alice had audit logs exported 2 times, to drop.example.net, where none went before"}]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
--     {at = "10:00", times = 2, kind = "export_logs_success", performer_name = "alice", metadata = {url = "https://siem.acme.example@DROP.example.net:8443/in"}},
-- ]
--
-- [[cases]]
-- name = "by mail, to a domain that is nobody's"
-- day = 2026-03-03
-- fires = [{subject = "oauth_token:7", severity = "high", score = 70.0}]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "export_logs_failure", performer_name = "alice", credential = "oauth_token:7", metadata = {email = "a@b@mail.example.net", error = "unauthorized"}},
-- ]
-- inventory.users = [{user_name = "alice", email_domain = "acme.example", is_enabled = true}, {user_name = "gone", email_domain = "mail.example.net", is_enabled = false}]
--
-- [[cases]]
-- name = "by mail, to the domain of a colleague or of the organization, and from two networks and namespaces"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", namespace_name = "", network = "", severity = "high", event_count = 2, score = 50.81}, {subject = "user:bob", severity = "medium", score = 49.0}]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "export_logs_success", performer_name = "alice", metadata = {email = "audit@acme.example"}},
--     {at = "11:00", kind = "export_logs_success", performer_name = "alice", namespace_name = "globex", network = "203.0.113.0/24", metadata = {email = "audit@acme.example"}},
--     {at = "10:00", kind = "export_logs_success", performer_name = "bob", metadata = {email = "bob@globex.example"}},
-- ]
-- inventory.users = [{user_name = "alice", email_domain = "acme.example", is_enabled = true}]
-- inventory.organizations = [{namespace_name = "globex", email_domain = "globex.example"}]
--
-- [[cases]]
-- name = "one who exports often sends them to a new place, another to the place they know"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:carol", severity = "low", score = 26.0, event_count = 1},
--     {subject = "user:dave", severity = "medium", score = 42.5, reason = "user:dave had audit logs exported 1 times, to siem.acme.example, where others have sent them before"},
-- ]
-- events = [
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://vault.other.net/in"}},
--     {at = "10:00", kind = "export_logs_success", performer_name = "dave", metadata = {url = "https://siem.acme.example/in"}},
-- ]
--
-- [[cases]]
-- name = "to names like known ones: with their word in it, or a letter off; and below the known ones themselves"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:carol", severity = "medium", score = 36.4, reason = "user:carol had audit logs exported 1 times, to archive-acme.example.net, where none went before, a name like that of acme.co.uk"},
--     {subject = "user:dave", severity = "medium", score = 36.4},
--     {subject = "user:erin", severity = "low", score = 13.0, reason = "user:erin had audit logs exported 1 times, to siem2.acme.co.uk, where none went before"},
--     {subject = "user:fay", severity = "low", score = 26.0},
--     {subject = "user:gus", severity = "low", score = 13.0},
-- ]
-- events = [
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.co.uk/in"}},
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "dave", metadata = {url = "https://siem.acme.co.uk/in"}},
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "erin", metadata = {url = "https://siem.acme.co.uk/in"}},
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "fay", metadata = {url = "https://logs.abc.example/in"}},
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "gus", metadata = {url = "https://logs.abc.example/in"}},
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://archive-acme.example.net/in"}},
--     {at = "10:00", kind = "export_logs_success", performer_name = "dave", metadata = {url = "https://siem.acne.co.uk/in"}},
--     {at = "10:00", kind = "export_logs_success", performer_name = "erin", metadata = {url = "https://siem2.acme.co.uk/in"}},
--     {at = "10:00", kind = "export_logs_success", performer_name = "fay", metadata = {url = "https://abc-logs.net/in"}},
--     {at = "10:00", kind = "export_logs_success", performer_name = "gus", metadata = {url = "https://in.abc.example/in"}},
-- ]
--
-- [[cases]]
-- name = "at night, to where others have often sent them"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "medium", score = 49.18}, {subject = "user:bob", severity = "medium", score = 37.18}]
-- events = [
--     {days = [-27, -18], kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "bob", repository_name = "web"},
--     {at = "03:00", kind = "export_logs_success", performer_name = "alice", metadata = {url = "https://siem.acme.example/in"}},
--     {at = "12:00", kind = "export_logs_success", performer_name = "bob", metadata = {url = "https://siem.acme.example/in"}},
-- ]
--
-- [[cases]]
-- name = "the compliance job of every month, and a mail to the auditors as always"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -60], kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
--     {days = [-30, -30], kind = "export_logs_success", performer_name = "carol", metadata = {email = "us@auditor.example"}},
--     {at = "10:30", kind = "export_logs_success", performer_name = "erin", metadata = {email = "us@auditor.example"}},
--     {days = [-45, -45], kind = "export_logs_success", performer_name = "erin", metadata = {email = "us@auditor.example"}},
-- ]
--
-- [[cases]]
-- name = "another change that names an address"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "11:00", kind = "org_change_email", performer_name = "alice", metadata = {email = "new@other.example"}},
-- ]
--
-- [[cases]]
-- name = "one of yesterday, and one of tomorrow"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {days = [-1, -1], kind = "export_logs_success", performer_name = "alice", metadata = {url = "https://drop.example.net/in"}},
--     {days = [1, 1], kind = "export_logs_success", performer_name = "dave", metadata = {url = "https://drop2.example.net/in"}},
-- ]
--
-- [[cases]]
-- name = "a registry that is six days old knows no places yet"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-6, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "export_logs_success", performer_name = "alice", metadata = {url = "https://drop.example.net/in"}},
-- ]
--
-- [[cases]]
-- name = "what was known a hundred days ago and no later is new again"
-- day = 2026-06-03
-- fires = [{subject = "user:carol", score = 62.0}]
-- events = [
--     {days = [-101, -101], kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "export_logs_success", performer_name = "carol", metadata = {url = "https://siem.acme.example/in"}},
-- ]
