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
--     "base_repositories",
--     "int_acts",
--     "mart_change_events",
--     "mart_coverage_daily",
--     "stg_inventory_app_tokens",
--     "stg_inventory_robots",
--     "stg_inventory_snapshots",
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
-- [keys]
-- org_change_name = ["new_name", "old_name"]
--
-- [params]
-- min_rest_days = 30
-- quarter_days = 91
-- quarter_slack_days = 3
-- unknown_rest_days = 14      # taken as the longest rest of what has been seen on one day alone, or never
-- rest_points = 18
-- network_points = 14         # from a network that its owner never used and nobody else knows
-- client_points = 10         # with a tool that its owner, as far as known, never used
-- breadth_points = 5          # for each doubling of the repositories that its owner never pulled
with deeds as (
    select
        credential,
        credential_kind,
        credential_id,
        performer_name,
        namespace_name,
        network,
        client,
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
        client,
        repository
),

-- Only a window shows that nothing was done.
covered_days as (
    select distinct day
    from mart_coverage_daily
    where
        day >= $day - 100
        and day < $day
        and state <> 'open'
),

first_deeds as (
    select
        credential,
        min(first_at) as first_at
    from deeds
    group by credential
),

listed_credentials as (
    select
        'robots' as table_name,
        snapshot_date,
        'robot:' || robot_name as credential,
        created_at,
        last_accessed_at
    from stg_inventory_robots
    union all
    select
        'app_tokens' as table_name,
        snapshot_date,
        'app_specific_token:' || token_uuid as credential,
        created_at,
        last_accessed_at
    from stg_inventory_app_tokens
),

-- The robots of an organization that has another name now were seen under the one before.
former_names as (
    select
        'robot:' || json_extract_string(metadata, '$.new_name') || '+' as new_start,
        'robot:' || json_extract_string(metadata, '$.old_name') || '+' as old_start
    from mart_change_events
    where
        kind = 'org_change_name'
        and day >= $day - 100
        and day <= $day
),

renamed_credentials as (
    select distinct listed.credential
    from listed_credentials as listed
    inner join former_names on starts_with(listed.credential, former_names.new_start)
    inner join base_credentials as seen
        on seen.credential = former_names.old_start || split_part(listed.credential, '+', 2)
),

-- What no event of a hundred days shows; a snapshot that was taken since its use tells of that use, or of none.
unseen_credentials as (
    select
        listed.credential,
        cast(listed.created_at as date) as created_day,
        case
            when coalesce(snapshots.taken_at, cast(listed.snapshot_date as timestamp)) <= first_deeds.first_at
                then cast(greatest(listed.created_at, listed.last_accessed_at) as date)
        end as used_day,
        listed.last_accessed_at is not null as is_use_recorded
    from listed_credentials as listed
    inner join first_deeds on listed.credential = first_deeds.credential
    left join stg_inventory_snapshots as snapshots
        on
            listed.table_name = snapshots.table_name
            and listed.snapshot_date = snapshots.snapshot_date
    left join base_credentials as seen on listed.credential = seen.credential
    left join renamed_credentials as renamed on listed.credential = renamed.credential
    where
        seen.credential is null
        and renamed.credential is null
),

rests as (
    select
        seen.credential,
        1 + count(covered_days.day) as rest_days,
        $day - seen.last_day as away_days,
        greatest(coalesce(seen.longest_gap_days, $unknown_rest_days), 3) as longest_rest_days
    from base_credentials as seen
    left join covered_days on seen.last_day < covered_days.day
    group by
        seen.credential,
        seen.last_day,
        seen.longest_gap_days
    union all
    select
        credential,
        $day - used_day as rest_days,
        $day - used_day as away_days,
        $unknown_rest_days as longest_rest_days
    from unseen_credentials
    where
        is_use_recorded
        and used_day is not null
    union all
    select
        unseen.credential,
        1 + count(covered_days.day) as rest_days,
        1 + count(covered_days.day) as away_days,
        $unknown_rest_days as longest_rest_days
    from unseen_credentials as unseen
    left join covered_days on coalesce(unseen.created_day < covered_days.day, true)
    where
        not unseen.is_use_recorded
        or unseen.used_day is null
    group by unseen.credential
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
        and abs(away_days - $quarter_days) > $quarter_slack_days
),

known_owners as (
    select distinct performer_name
    from base_performer_habits
    where habit = 'client'
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
        end as strange_repository,
        case when tools.habit_value is null and owners.performer_name is not null then deeds.client end
            as strange_client
    from deeds
    inner join long_rests as rests on deeds.credential = rests.credential
    left join base_performer_habits as homes
        on
            homes.habit = 'network'
            and deeds.performer_name = homes.performer_name
            and deeds.network = homes.habit_value
    left join known_owners as owners on deeds.performer_name = owners.performer_name
    left join base_performer_habits as tools
        on
            tools.habit = 'client'
            and deeds.performer_name = tools.performer_name
            and deeds.client = tools.habit_value
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
        min(strange_client) as strange_client,
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
        $rest_points + 12 * log10(rest_days / greatest(longest_rest_days, 1))
        + coalesce($network_points / (1 + network_peer_count), 0)
        + case when strange_client is not null then $client_points else 0 end
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
    || coalesce('; from ' || network || ', which its owner never used', '')
    || coalesce('; by ' || strange_client || ', which its owner never used', '') as reason,
    first_at,
    last_at,
    event_count,
    evidence
from scored_awakenings
-- [[cases]]
-- name = "a token that slept for sixty days pulls twenty-five private repositories from a strange network"
-- day = 2026-03-03
-- windows = [{days = [-100, -1]}]
-- fires = [
--     {subject = "app_specific_token:t", severity = "high", score = 71.1, reason = "app_specific_token:t was used again after 60 days (longest rest before: 3 days), 28 times; private repositories that its owner never pulled: 25; from 203.0.113.0/24, which its owner never used", network = "203.0.113.0/24", event_count = 28},
-- ]
-- inventory.repositories = [{namespace_name = "acme", repository_name = "open", is_public = true}]
-- events = [
--     {days = [-70, -60], performer_name = "alice", credential = "app_specific_token:t", repository_name = "web"},
--     {days = [-20, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-1, -1], times = 3, performer_name = "user-{n}", repository_name = "secret-{n}", network = "203.0.114.0/24"},
--     {days = [-20, -20], performer_name = "alice", repository = "203.0.113.0/24"},
--     {days = [-20, -20], kind = "push_repo", performer_name = "alice", repository_name = "secret-0"},
--     {times = 25, performer_name = "alice", credential = "app_specific_token:t", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {times = 2, performer_name = "alice", credential = "app_specific_token:t", repository_name = "web", network = "203.0.114.0/24"},
--     {performer_name = "alice", credential = "app_specific_token:t", repository_name = "open"},
--     {kind = "pull_repo_failed", performer_name = "alice", credential = "app_specific_token:t", repository_name = "more"},
-- ]
-- [[cases]]
-- name = "back from leave: the usual network, the usual work; another from a network that many share"
-- day = 2026-03-03
-- windows = [{days = [-100, -1]}]
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 31.5, event_count = 1, evidence = ["2026-03-03 all #00000000"]},
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
-- windows = [{days = [-100, -1]}]
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
-- name = "less than thirty days, a quarter, a robot with long rests or with one as long"
-- day = 2026-03-03
-- windows = [{days = [-100, -1]}]
-- fires = []
-- events = [
--     {days = [-40, -29], performer_name = "alice", repository_name = "web"},
--     {performer_name = "alice", repository_name = "web"},
--     {days = [-97, -94], performer_name = "acme+early", repository_name = "web"},
--     {days = [-97, -88], performer_name = "acme+late", repository_name = "web"},
--     {times = 9, performer_name = "acme+early", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {times = 9, performer_name = "acme+late", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {days = [-80, -80], performer_name = "acme+regular", repository_name = "web"},
--     {days = [-40, -40], performer_name = "acme+regular", repository_name = "web"},
--     {performer_name = "acme+regular", repository_name = "web"},
--     {days = [-85, -85], performer_name = "acme+monthly", repository_name = "web"},
--     {days = [-40, -40], performer_name = "acme+monthly", repository_name = "web"},
--     {times = 9, performer_name = "acme+monthly", repository_name = "secret-{n}", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "just outside a quarter"
-- day = 2026-03-03
-- windows = [{days = [-100, -1]}]
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
-- windows = [{days = [-80, -1]}]
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
-- inventory.robots = [{snapshot_date = 2026-03-04, namespace_name = "acme", robot_name = "acme+old", created_at = 2025-01-01T00:00:00, last_accessed_at = 2026-03-03T12:00:00}]
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
-- name = "on the first day of a log everything is new"
-- day = 2026-03-03
-- fires = []
-- inventory.robots = [{namespace_name = "acme", robot_name = "acme+ci", created_at = 2025-01-01T00:00:00}]
-- events = [{performer_name = "acme+ci", repository_name = "secret", network = "203.0.113.0/24"}]
-- [[cases]]
-- name = "a log of four weeks cannot tell what slept"
-- day = 2026-03-03
-- fires = []
-- inventory.app_tokens = [{token_uuid = "old", owner_name = "alice", created_at = 2025-01-01T00:00:00}]
-- events = [
--     {days = [-28, -1], performer_name = "bob", repository_name = "web"},
--     {performer_name = "alice", credential = "app_specific_token:old", repository_name = "secret", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "only refused, by nobody, or yesterday"
-- day = 2026-03-03
-- windows = [{days = [-60, -1]}]
-- fires = []
-- events = [
--     {days = [-60, -50], performer_name = "bob", repository_name = "web"},
--     {kind = "pull_repo_failed", performer_name = "bob", repository_name = "web"},
--     {days = [-60, -50], repository_name = "web"},
--     {repository_name = "secret", network = "203.0.113.0/24"},
--     {days = [-60, -50], performer_name = "dave", repository_name = "web"},
--     {days = [-1, -1], performer_name = "dave", repository_name = "web"},
-- ]
-- [[cases]]
-- name = "days that no window shows, or only in part, may have been busy ones"
-- day = 2026-03-03
-- fires = []
-- windows = [{days = [-60, -34]}, {days = [-33, -2], state = "open"}]
-- events = [
--     {days = [-60, -60], performer_name = "alice", credential = "app_specific_token:t", repository_name = "web"},
--     {days = [-1, -1], performer_name = "bob", repository_name = "web"},
--     {performer_name = "alice", credential = "app_specific_token:t", repository_name = "secret", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a young log, and a snapshot that tells of the last use: taken before this one, or after it"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+old", severity = "high", score = 50.9, event_count = 1}]
-- inventory.robots = [
--     {namespace_name = "acme", robot_name = "acme+old", created_at = 2024-01-01T00:00:00, last_accessed_at = 2025-08-15T00:00:00},
--     {namespace_name = "acme", robot_name = "acme+made", created_at = 2026-02-20T00:00:00, last_accessed_at = 2025-08-15T00:00:00},
--     {namespace_name = "acme", robot_name = "acme+idle", created_at = 2024-01-01T00:00:00},
-- ]
-- inventory.app_tokens = [
--     {snapshot_date = 2026-03-04, token_uuid = "late", created_at = 2024-01-01T00:00:00, last_accessed_at = 2025-08-15T00:00:00},
-- ]
-- events = [
--     {days = [-3, -1], performer_name = "bob", repository_name = "web"},
--     {performer_name = "acme+old", repository_name = "secret", network = "203.0.113.0/24"},
--     {performer_name = "acme+made", repository_name = "secret", network = "203.0.113.0/24"},
--     {performer_name = "acme+idle", repository_name = "secret", network = "203.0.113.0/24"},
--     {performer_name = "alice", credential = "app_specific_token:late", repository_name = "secret", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a tool that its owner never used, one that the owner uses, and one of which nobody knows whose it is"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", network = "", severity = "medium", score = 41.5, reason = "app_specific_token:t was used again after 40 days (longest rest before: 3 days), 2 times; private repositories that its owner never pulled: 0; by crane, which its owner never used"},
--     {subject = "app_specific_token:u", severity = "medium", score = 31.5, event_count = 1},
--     {subject = "app_specific_token:v", score = 36.5, event_count = 1},
--     {subject = "robot:acme+old", severity = "medium", score = 36.3, event_count = 1},
-- ]
-- windows = [{days = [-72, -1]}]
-- inventory.robots = [{namespace_name = "acme", robot_name = "acme+old", created_at = 2025-01-01T00:00:00}]
-- events = [
--     {days = [-70, -40], performer_name = "alice", credential = "app_specific_token:t", repository_name = "web"},
--     {days = [-70, -40], performer_name = "alice", credential = "app_specific_token:u", repository_name = "web"},
--     {days = [-70, -40], kind = "create_robot", performer_name = "carl", credential = "app_specific_token:v"},
--     {performer_name = "carl", credential = "app_specific_token:v", repository_name = "web", client = "crane"},
--     {days = [-5, -1], performer_name = "alice", repository = "crane/web", client = "podman"},
--     {days = [-5, -1], performer_name = "alice", repository_name = "web", client = "podman"},
--     {days = [-5, -1], performer_name = "bob", repository_name = "web", client = "crane"},
--     {performer_name = "alice", credential = "app_specific_token:t", repository_name = "web", client = "crane"},
--     {performer_name = "alice", credential = "app_specific_token:t", repository_name = "web", client = "docker"},
--     {performer_name = "alice", credential = "app_specific_token:u", repository_name = "web", client = "podman"},
--     {performer_name = "acme+old", repository_name = "web", client = "crane"},
-- ]
-- [[cases]]
-- name = "robots of an organization with a new name: one that worked under the old one, and one that did not"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:globex+idle", event_count = 1, score = 38.0},
--     {subject = "robot:initech+ci", event_count = 1},
--     {subject = "robot:umbrella+ci", event_count = 1},
--     {subject = "robot:hooli+ci", event_count = 1},
-- ]
-- windows = [{days = [-120, -1]}]
-- inventory.robots = [
--     {namespace_name = "globex", robot_name = "globex+ci", created_at = 2025-01-01T00:00:00},
--     {namespace_name = "globex", robot_name = "globex+idle", created_at = 2025-01-01T00:00:00},
--     {namespace_name = "initech", robot_name = "initech+ci", created_at = 2025-01-01T00:00:00},
--     {namespace_name = "umbrella", robot_name = "umbrella+ci", created_at = 2025-01-01T00:00:00},
--     {namespace_name = "hooli", robot_name = "hooli+ci", created_at = 2025-01-01T00:00:00},
--     {namespace_name = "wayne", robot_name = "wayne+ci", created_at = 2025-01-01T00:00:00},
-- ]
-- events = [
--     {days = [-70, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-101, -101], kind = "org_change_name", namespace_name = "initech", performer_name = "root", metadata = {old_name = "acme", new_name = "initech"}},
--     {at = "07:00", kind = "org_change_name", namespace_name = "globex", performer_name = "root", metadata = {old_name = "acme", new_name = "globex"}},
--     {days = [-100, -100], kind = "org_change_name", namespace_name = "wayne", performer_name = "root", metadata = {old_name = "acme", new_name = "wayne"}},
--     {days = [1, 1], kind = "org_change_name", namespace_name = "umbrella", performer_name = "root", metadata = {old_name = "acme", new_name = "umbrella"}},
--     {days = [-9, -9], kind = "create_application", namespace_name = "hooli", performer_name = "root", metadata = {old_name = "acme", new_name = "hooli"}},
--     {performer_name = "wayne+ci", repository_name = "web"},
--     {performer_name = "umbrella+ci", repository_name = "web"},
--     {performer_name = "hooli+ci", repository_name = "web"},
--     {performer_name = "globex+ci", repository_name = "web"},
--     {performer_name = "globex+idle", repository_name = "web"},
--     {performer_name = "initech+ci", repository_name = "web"},
-- ]
