-- id = "QD-04"
-- title = "Dormant credential used again"
-- family = "credential_misuse"
-- severity = "medium"
-- why = "A secret that everybody has forgotten is found and used: nobody would notice, and nobody expects it."
-- tactics = ["Initial Access", "Persistence"]
-- techniques = ["T1078"]
-- reads = [
--     "base_credentials",
--     "base_habit_values",
--     "base_performer_habits",
--     "base_registry",
--     "base_repositories",
--     "int_acts",
--     "stg_inventory_app_tokens",
--     "stg_inventory_robots",
-- ]
-- next_steps = [
--     "Ask the owner whether the credential is back in use, and what for.",
--     "Look at the network and at what it pulled: private repositories that it never used weigh most.",
--     "If nobody needs it: revoke it, and give tokens an end so that the next one does not lie about.",
-- ]
-- false_positives = [
--     "A release robot that works once a quarter: a rest of a quarter, give or take three days, stays quiet.",
--     "Somebody back from a long leave.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo", "push_repo"]
-- inventory = ["app_tokens", "robots", "repositories"]
-- history_days = 30
--
-- [params]
-- min_rest_days = 30
-- quarter_days = 91
-- quarter_slack_days = 3
-- unknown_rest_days = 14      # taken as the longest rest of what has been seen on one day alone, or never
-- rest_points = 18
-- network_points = 14         # from a network that its owner never used and nobody else knows
-- breadth_points = 5          # for each doubling of the repositories that its owner never pulled
with deeds as (
    select
        credential,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        network,
        repository,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as first_key
    from int_acts
    where
        day = $day
        and not is_failure
        and credential_id is not null
    group by
        credential,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        network,
        repository
),

listed_credentials as (
    select
        'robot:' || robot_name as credential,
        created_at,
        last_accessed_at
    from stg_inventory_robots
    union all
    select
        'app_specific_token:' || token_uuid as credential,
        created_at,
        last_accessed_at
    from stg_inventory_app_tokens
),

-- For what no event of a hundred days shows, the inventory says how old it is; a use by then is one of the day itself.
rests as (
    select
        credential,
        $day - last_day as rest_days,
        greatest(coalesce(longest_gap_days, $unknown_rest_days), 3) as longest_rest_days
    from base_credentials
    union all
    select
        listed.credential,
        $day - greatest(
            registry.first_day,
            cast(
                greatest(
                    listed.created_at,
                    case
                        when listed.last_accessed_at < cast($day as timestamp) then listed.last_accessed_at
                    end
                ) as date
            )
        ) as rest_days,
        $unknown_rest_days as longest_rest_days
    from listed_credentials as listed
    cross join base_registry as registry
    left join base_credentials as seen on listed.credential = seen.credential
    where seen.credential is null
),

long_rests as (
    select
        credential,
        rest_days,
        longest_rest_days
    from rests
    where
        rest_days >= $min_rest_days
        and rest_days > longest_rest_days
        and abs(rest_days - $quarter_days) > $quarter_slack_days
),

marked_deeds as (
    select
        deeds.*,
        rests.rest_days,
        rests.longest_rest_days,
        case when homes.habit_value is null then deeds.network end as strange_network,
        case when homes.habit_value is null then coalesce(known.performer_count, 0) end as network_peer_count,
        case
            when usual.habit_value is null and not coalesce(repositories.is_public, false)
                then deeds.repository
        end as strange_repository
    from deeds
    inner join long_rests as rests on deeds.credential = rests.credential
    left join base_performer_habits as homes
        on
            homes.habit = 'network'
            and deeds.performer_name = homes.performer_name
            and deeds.network = homes.habit_value
    left join base_habit_values as known
        on
            known.habit = 'network'
            and deeds.network = known.habit_value
    left join base_performer_habits as usual
        on
            usual.habit = 'repository'
            and deeds.performer_name = usual.performer_name
            and deeds.repository = usual.habit_value
    left join base_repositories as repositories on deeds.repository = repositories.repository
),

awakenings as (
    select
        credential,
        max(performer_name) as performer_name,
        rest_days,
        longest_rest_days,
        min(strange_network) as network,
        min(network_peer_count) as network_peer_count,
        min(namespace_name) as namespace_name,
        count(distinct strange_repository) as strange_count,
        min(first_at) as first_at,
        max(last_at) as last_at,
        sum(event_count) as event_count,
        list_sort(list(first_key))[1:20] as evidence
    from marked_deeds
    group by
        credential,
        rest_days,
        longest_rest_days
),

scored_awakenings as (
    select
        *,
        $rest_points + 12 * log10(rest_days / longest_rest_days)
        + coalesce($network_points / (1 + network_peer_count), 0)
        + $breadth_points * log2(1 + strange_count) as score
    from awakenings
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    null as repository,
    null as shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    round(score, 1) as score,
    credential || ' was used again after ' || rest_days || ' days (longest rest before: '
    || longest_rest_days || ' days), ' || event_count
    || ' times; private repositories that its owner never pulled: ' || strange_count
    || coalesce('; from ' || network || ', which its owner never used', '') as reason,
    first_at,
    last_at,
    event_count,
    evidence
from scored_awakenings
-- [[cases]]
-- name = "a token that slept for sixty days pulls five private repositories from a strange network"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", severity = "high", score = 60.5, reason = "app_specific_token:t was used again after 60 days (longest rest before: 3 days), 8 times; private repositories that its owner never pulled: 5; from 203.0.113.0/24, which its owner never used", network = "203.0.113.0/24", event_count = 8},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "open", is_public = true}]
-- events = [
--     {days = [-70, -60], performer_name = "alice", credential = "app_specific_token:t", repository_name = "web"},
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-1, -1], times = 3, performer_name = "user-{n}", repository_name = "secret-{n}", network = "203.0.114.0/24"},
--     {times = 5, performer_name = "alice", credential = "app_specific_token:t", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {times = 2, performer_name = "alice", credential = "app_specific_token:t", repository_name = "web", network = "203.0.114.0/24"},
--     {performer_name = "alice", credential = "app_specific_token:t", repository_name = "open"},
--     {kind = "pull_repo_failed", performer_name = "alice", credential = "app_specific_token:t", repository_name = "more"},
-- ]
-- [[cases]]
-- name = "back from leave: the usual network, the usual work; another from a network that many share"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 31.5, event_count = 1},
--     {subject = "user:bob", severity = "medium", score = 33.5, network = "203.0.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-70, -40], performer_name = "alice", repository_name = "web"},
--     {days = [-70, -40], performer_name = "bob", repository_name = "web"},
--     {days = [-4, -1], times = 6, performer_name = "user-{n}", repository_name = "web", network = "203.0.113.0/24"},
--     {performer_name = "alice", repository_name = "web"},
--     {performer_name = "bob", repository_name = "web", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "thirty days, and a rest that is just longer than one before"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+once", severity = "low", score = 22.0, event_count = 1},
--     {subject = "robot:acme+rare", severity = "medium", score = 32.1, network = "203.0.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-30, -30], performer_name = "acme+once", repository_name = "web"},
--     {days = [-79, -79], performer_name = "acme+rare", repository_name = "web"},
--     {days = [-40, -40], performer_name = "acme+rare", repository_name = "web"},
--     {days = [-1, -1], performer_name = "acme+other", repository_name = "web"},
--     {performer_name = "acme+once", repository_name = "web"},
--     {performer_name = "acme+rare", repository_name = "web", network = "203.0.113.0/24"},
--     {days = [-85, -80], performer_name = "acme+rare", repository_name = "web"},
-- ]
-- [[cases]]
-- name = "less than thirty days, a quarter, a robot with long rests"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -29], performer_name = "alice", repository_name = "web"},
--     {performer_name = "alice", repository_name = "web"},
--     {days = [-97, -94], performer_name = "acme+early", repository_name = "web"},
--     {days = [-97, -88], performer_name = "acme+late", repository_name = "web"},
--     {times = 9, performer_name = "acme+early", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {times = 9, performer_name = "acme+late", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {days = [-85, -85], performer_name = "acme+monthly", repository_name = "web"},
--     {days = [-40, -40], performer_name = "acme+monthly", repository_name = "web"},
--     {times = 9, performer_name = "acme+monthly", repository_name = "secret-{n}", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "just outside a quarter"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+early", severity = "medium", score = 36.0, event_count = 1},
--     {subject = "robot:acme+late", severity = "medium", score = 35.5, event_count = 1},
-- ]
-- events = [
--     {days = [-98, -95], performer_name = "acme+early", repository_name = "web"},
--     {days = [-97, -87], performer_name = "acme+late", repository_name = "web"},
--     {performer_name = "acme+early", repository_name = "web"},
--     {performer_name = "acme+late", repository_name = "web"},
-- ]
-- [[cases]]
-- name = "credentials of the inventory that no event shows: made long ago, used lately, or new"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:old", severity = "low", score = 24.8, event_count = 1},
--     {subject = "robot:acme+old", severity = "medium", score = 36.8, network = "198.51.100.0/24", event_count = 1},
-- ]
-- inventory.app_tokens = [
--     {token_uuid = "old", owner_name = "alice", created_at = 2025-01-01T00:00:00, last_accessed_at = 2026-01-10T00:00:00},
--     {token_uuid = "used", owner_name = "alice", created_at = 2025-01-01T00:00:00, last_accessed_at = 2026-03-01T00:00:00},
--     {token_uuid = "new", owner_name = "alice", created_at = 2026-03-01T00:00:00},
--     {token_uuid = "idle", owner_name = "alice", created_at = 2025-01-01T00:00:00},
--     {token_uuid = "seen", owner_name = "alice", created_at = 2025-01-01T00:00:00},
-- ]
-- inventory.robots = [{namespace_name = "acme", robot_name = "acme+old", created_at = 2025-01-01T00:00:00, last_accessed_at = 2026-03-03T12:00:00}]
-- events = [
--     {days = [-80, -1], performer_name = "bob", repository_name = "web"},
--     {days = [-80, -1], performer_name = "alice", credential = "app_specific_token:seen", repository_name = "web"},
--     {performer_name = "alice", credential = "app_specific_token:old", repository_name = "web"},
--     {performer_name = "alice", credential = "app_specific_token:used", repository_name = "secret", network = "203.0.113.0/24"},
--     {performer_name = "alice", credential = "app_specific_token:new", repository_name = "secret", network = "203.0.113.0/24"},
--     {performer_name = "alice", credential = "app_specific_token:seen", repository_name = "secret", network = "203.0.113.0/24"},
--     {performer_name = "acme+old", repository_name = "web"},
-- ]
-- [[cases]]
-- name = "a log of three weeks cannot tell what slept"
-- day = 2026-03-03
-- fires = []
-- inventory.app_tokens = [{token_uuid = "old", owner_name = "alice", created_at = 2025-01-01T00:00:00}]
-- events = [
--     {days = [-21, -1], performer_name = "bob", repository_name = "web"},
--     {performer_name = "alice", credential = "app_specific_token:old", repository_name = "secret", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "only refused, by nobody, or yesterday"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -50], performer_name = "bob", repository_name = "web"},
--     {kind = "pull_repo_failed", performer_name = "bob", repository_name = "web"},
--     {days = [-60, -50], repository_name = "web"},
--     {repository_name = "secret", network = "203.0.113.0/24"},
--     {days = [-60, -50], performer_name = "dave", repository_name = "web"},
--     {days = [-1, -1], performer_name = "dave", repository_name = "web"},
-- ]
