-- id = "QD-21"
-- title = "A build trigger or webhook is added by a new hand, or at an odd hour"
-- family = "supply_chain"
-- severity = "medium"
-- why = "A build trigger runs somebody's code with the registry's rights, and a webhook tells an outside address of every push: both stay when the account that made them is gone."
-- tactics = ["Persistence", "Impact", "Exfiltration"]
-- techniques = ["T1195.002", "T1496", "T1567"]
-- reads = ["base_performer_habits", "base_performer_hours", "base_performers", "mart_change_events"]
-- next_steps = [
--     "Look at the trigger's source or the notification's address in Quay: the log does not keep the address.",
--     "Ask who added it, and which change it belongs to.",
--     "If unexplained: delete it, stop builds that it started, and revoke the credential.",
-- ]
-- false_positives = [
--     "A new project that sets up its pipeline.",
--     "A person who takes over the care of a repository.",
-- ]
--
-- [needs]
-- kinds = ["setup_repo_trigger", "add_repo_notification", "create_namespace_notification"]
-- failure_kinds = []
-- inventory = []
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 28
--
-- [keys]
-- setup_repo_trigger = ["config", "pull_robot", "service"]
-- add_repo_notification = ["event", "method"]
-- create_namespace_notification = ["event", "method"]
--
-- [params]
-- odd_bits = 8.0           # an hour is odd from here on; 7.4 is that of one who works at all hours alike
-- min_score = 12.0
--
-- [sigma]
-- without = "knowing who adds them regularly, and at which hours"
-- louder_in = [
--     "who adds them every day",
-- ]
--
-- [[sigma.rules]]
-- title = "A build trigger or webhook is added"
-- detection = {selection = {kind = ["setup_repo_trigger", "add_repo_notification", "create_namespace_notification"]}, condition = "selection"}
with additions as (
    select
        event_key,
        day,
        occurred_at,
        (extract(isodow from day) - 1) * 24 + extract(hour from occurred_at) as hour_of_week,
        kind,
        credential,
        performer_name,
        network,
        namespace_name,
        repository,
        json_extract_string(metadata, '$.event') as event_name,
        json_extract_string(metadata, '$.method') as method_name,
        json_extract_string(metadata, '$.service') as service,
        json_extract_string(metadata, '$.pull_robot') as pull_robot,
        split_part(json_extract_string(metadata, '$.config.build_source'), '/', 1) as source_owner
    from mart_change_events
    where
        day >= $day - 100
        and kind in ('setup_repo_trigger', 'add_repo_notification', 'create_namespace_notification')
),

-- Taken away soon after by whoever added it: long enough for one build, or one push.
removals as (
    select
        additions.event_key as addition_key,
        min(changes.event_key) as event_key,
        min(changes.day) as day,
        min(changes.occurred_at) as occurred_at
    from additions
    inner join mart_change_events as changes
        on
            additions.performer_name = changes.performer_name
            and additions.namespace_name = changes.namespace_name
            and additions.repository is not distinct from changes.repository
            and additions.occurred_at < changes.occurred_at
            and additions.occurred_at + interval 48 hours > changes.occurred_at
    where
        additions.day >= $day - 2
        and additions.day <= $day
        and changes.day <= $day
        and changes.kind = case additions.kind
            when 'setup_repo_trigger' then 'delete_repo_trigger'
            when 'add_repo_notification' then 'delete_repo_notification'
            else 'delete_namespace_notification'
        end
    group by additions.event_key
),

familiar_repositories as (
    select distinct
        performer_name,
        habit_value as repository
    from base_performer_habits
    where habit in ('repository', 'pushed_repository')
),

known_owners as (
    select source_owner
    from additions
    where day < $day
    group by source_owner
),

scored_additions as (
    select
        additions.*,
        coalesce(hours.surprise_bits, 0) as surprise_bits,
        removals.event_key as removal_key,
        coalesce(removals.occurred_at, additions.occurred_at) as last_at,
        6
        -- To somebody new everything is new: that alone is little.
        + (
            case
                when additions.repository is not null and repositories.repository is null then 26.0
                else 14.0
            end
            / (1 + coalesce(kinds.day_count, 0))
            + case when namespaces.habit_value is null then 8 else 0 end
        )
        * case when base_performers.is_known then 1 else 0.5 end
        -- A mail or a message to a channel tells people; a webhook drives machines.
        * case when additions.method_name <> 'webhook' then 0.6 else 1 end
        + case when additions.method_name = 'webhook' then 4 else 0 end
        -- What comes by hand and not from a known host of code comes from anywhere.
        + case when additions.service = 'custom-git' then 6 else 0 end
        + case when removals.event_key is null then 0 else 16 end
        + case
            when additions.source_owner is not null and known_owners.source_owner is null then 8
            else 0
        end
        + case when additions.pull_robot is null then 0 else 4 end as points
    from additions
    left join base_performers on additions.performer_name = base_performers.performer_name
    left join known_owners on additions.source_owner = known_owners.source_owner
    left join base_performer_habits as kinds
        on
            kinds.habit = 'kind'
            and additions.kind = kinds.habit_value
            and additions.performer_name = kinds.performer_name
    left join base_performer_habits as namespaces
        on
            namespaces.habit = 'namespace'
            and additions.namespace_name = namespaces.habit_value
            and additions.performer_name = namespaces.performer_name
    left join familiar_repositories as repositories
        on
            additions.performer_name = repositories.performer_name
            and additions.repository = repositories.repository
    left join removals on additions.event_key = removals.addition_key
    left join base_performer_hours as hours
        on
            additions.performer_name = hours.performer_name
            and additions.hour_of_week = hours.hour_of_week
    -- Of what was added before only that it is taken away today is news.
    where additions.day = $day or removals.day = $day
),

timed_additions as (
    select
        *,
        surprise_bits > $odd_bits as is_odd_hour,
        points + least(greatest(surprise_bits - $odd_bits, 0) * 3, 12) as all_points
    from scored_additions
),

actors as (
    select
        credential,
        min(performer_name) as performer_name,
        case when min(network) = max(network) then min(network) end as network,
        case when min(namespace_name) = max(namespace_name) then min(namespace_name) end as namespace_name,
        arg_max(repository, (all_points, event_key)) as repository,
        arg_max(
            case
                when kind = 'setup_repo_trigger' then 'a trigger of ' || coalesce(service, 'something')
                else 'a notification of ' || event_name || ' by ' || method_name
            end
            || ' to ' || coalesce(repository, namespace_name)
            || case when is_odd_hour then ', at an hour when they hardly ever work' else '' end
            || case when removal_key is null then '' else ', and took it away within two days' end,
            (all_points, event_key)
        ) as finding,
        max(all_points) + 12 * log10(sum(all_points) / nullif(max(all_points), 0)) as score,
        min(occurred_at) as first_at,
        max(last_at) as last_at,
        count(*) as addition_count,
        count(*) + count(removal_key) as event_count,
        list_sort(list_distinct(list(event_key) || list(removal_key)))[1:20] as evidence
    from timed_additions
    group by credential
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    repository,
    cast(null as varchar) as shared,
    case
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ' added ' || finding
    || case when addition_count > 1 then ' (' || addition_count || ' additions that day)' else '' end
        as reason,
    first_at,
    last_at,
    event_count,
    evidence
from actors
where score >= $min_score
-- [[cases]]
-- name = "a webhook at night in an organization that is not theirs, by somebody who never added one"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", performer_name = "alice", network = "198.51.100.0/24", namespace_name = "globex", severity = "medium", score = 44.0, event_count = 1, reason = "user:alice added a notification of repo_push by webhook to globex, at an hour when they hardly ever work"}]
-- events = [
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], at = "03:00", performer_name = "bob", repository = "globex/app"},
--     {days = [-28, -20], kind = "add_repo_notification", performer_name = "bob", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "03:00", kind = "create_namespace_notification", performer_name = "alice", namespace_name = "globex", metadata = {event = "repo_push", method = "webhook"}},
-- ]
--
-- [[cases]]
-- name = "a build of a stranger's source with a robot's rights; of a source that is known; and two kinds on two repositories"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 32.0, reason = "user:alice added a trigger of github to acme/web"},
--     {subject = "user:bob", severity = "low", score = 20.0},
--     {subject = "user:carol", network = "", severity = "low", score = 26.45, event_count = 2, reason = "user:carol added a notification of repo_push by webhook to acme/web (2 additions that day)"},
-- ]
-- events = [
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "carol", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", kind = "push_repo", performer_name = "carol", repository_name = "api"},
--     {days = [-40, -40], kind = "setup_repo_trigger", performer_name = "dave", repository_name = "web", metadata = {service = "github", config = {build_source = "acme/app"}}},
--     {days = [-101, -101], kind = "setup_repo_trigger", performer_name = "dave", repository_name = "web", metadata = {service = "github", config = {build_source = "evil/app"}}},
--     {at = "10:00", kind = "setup_repo_trigger", performer_name = "alice", repository_name = "web", metadata = {service = "github", pull_robot = "acme+ci", config = {build_source = "evil/app"}}},
--     {at = "10:00", kind = "setup_repo_trigger", performer_name = "bob", repository_name = "web", metadata = {service = "github", config = {build_source = "acme/api"}}},
--     {at = "10:00", kind = "add_repo_notification", performer_name = "carol", repository_name = "api", metadata = {event = "build_failure", method = "email"}},
--     {at = "10:01", kind = "add_repo_notification", performer_name = "carol", repository_name = "web", network = "203.0.113.0/24", metadata = {event = "repo_push", method = "webhook"}},
-- ]
--
-- [[cases]]
-- name = "who adds them every day"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "10:00", kind = "setup_repo_trigger", performer_name = "bob", repository_name = "web", metadata = {service = "github", config = {build_source = "acme/app"}}},
--     {at = "10:00", kind = "setup_repo_trigger", performer_name = "bob", repository_name = "web", metadata = {service = "github", config = {build_source = "acme/app"}}},
-- ]
--
-- [[cases]]
-- name = "who adds one a week scores a fraction, whatever others do"
-- day = 2026-03-03
-- fires = [{subject = "user:carol", severity = "low", score = 14.67}]
-- events = [
--     {days = [-28, -1], at = "10:00", performer_name = "carol", repository_name = "web"},
--     {days = [-21, -21], at = "10:00", kind = "add_repo_notification", performer_name = "carol", repository_name = "api", metadata = {event = "repo_push", method = "webhook"}},
--     {days = [-14, -14], at = "10:00", kind = "add_repo_notification", performer_name = "carol", repository_name = "api", metadata = {event = "repo_push", method = "webhook"}},
--     {days = [-28, -28], at = "10:00", kind = "add_repo_notification", performer_name = "dave", repository_name = "api", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "add_repo_notification", performer_name = "carol", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
-- ]
--
-- [[cases]]
-- name = "what was yesterday or is tomorrow"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {days = [-1, -1], at = "10:00", kind = "add_repo_notification", performer_name = "alice", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {days = [1, 1], at = "10:00", kind = "add_repo_notification", performer_name = "alice", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
-- ]
--
-- [[cases]]
-- name = "one is taken away or sent again"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {at = "10:00", kind = "delete_repo_notification", performer_name = "alice", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "reset_repo_notification", performer_name = "alice", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
-- ]
--
-- [[cases]]
-- name = "to a repository on which they never worked, by hand; taken away within two days, or later, by another, or elsewhere"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 38.0, event_count = 1},
--     {subject = "user:bob", severity = "medium", score = 33.0, event_count = 2, first_at = 2026-03-01T11:00:00, last_at = 2026-03-03T10:00:00, reason = "user:bob added a notification of repo_push by webhook to acme/web, and took it away within two days"},
--     {subject = "user:carol", severity = "medium", score = 36.0, reason = "user:carol added a trigger of github to acme/web, and took it away within two days"},
--     {subject = "user:dave", repository = "", severity = "medium", score = 33.0},
--     {subject = "user:erin", severity = "low", score = 24.0},
--     {subject = "user:fay", severity = "low", score = 24.0},
--     {subject = "user:gus", severity = "low", score = 24.0},
-- ]
-- events = [
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "carol", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "dave", namespace_name = "globex", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "erin", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "fay", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "gus", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "hal", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "ian", repository_name = "web"},
--     {at = "10:00", kind = "setup_repo_trigger", performer_name = "alice", repository_name = "api", metadata = {service = "custom-git"}},
--     {days = [-2, -2], at = "11:00", kind = "add_repo_notification", performer_name = "bob", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "delete_repo_notification", performer_name = "bob", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "setup_repo_trigger", performer_name = "carol", repository_name = "web", metadata = {service = "github"}},
--     {at = "11:00", kind = "delete_repo_trigger", performer_name = "carol", repository_name = "web", metadata = {service = "github"}},
--     {days = [-1, -1], at = "10:00", kind = "create_namespace_notification", performer_name = "dave", namespace_name = "globex", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "09:00", kind = "delete_namespace_notification", performer_name = "dave", namespace_name = "globex", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "add_repo_notification", performer_name = "erin", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "11:00", kind = "delete_repo_notification", performer_name = "ian", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "11:00", kind = "delete_repo_notification", performer_name = "erin", repository_name = "api", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "add_repo_notification", performer_name = "fay", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {days = [1, 1], at = "09:00", kind = "delete_repo_notification", performer_name = "fay", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "09:00", kind = "delete_repo_notification", performer_name = "gus", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "add_repo_notification", performer_name = "gus", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "11:00", kind = "delete_repo_trigger", performer_name = "gus", repository_name = "web", metadata = {service = "github"}},
--     {days = [-2, -2], at = "09:00", kind = "add_repo_notification", performer_name = "hal", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
--     {at = "10:00", kind = "delete_repo_notification", performer_name = "hal", repository_name = "web", metadata = {event = "repo_push", method = "webhook"}},
-- ]
--
-- [[cases]]
-- name = "somebody new adds a mail"
-- day = 2026-03-03
-- fires = [{subject = "user:erin", severity = "low", score = 16.2}]
-- events = [
--     {days = [-28, -1], at = "09:00", times = 8, every = "1h", performer_name = "alice", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", kind = "delete_repo_notification", performer_name = "erin2", repository_name = "web"},
--     {at = "10:00", kind = "add_repo_notification", performer_name = "erin", repository_name = "api", metadata = {event = "build_failure", method = "email"}},
-- ]
