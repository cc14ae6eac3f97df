-- id = "QD-12"
-- title = "One credential sweeps repositories that it never pulled"
-- family = "exfiltration"
-- severity = "high"
-- why = "A credential reaches for private repositories far beyond those it lives on, at once or a few a day: somebody is copying what its rights allow, not doing its job."
-- tactics = ["Collection", "Exfiltration"]
-- techniques = ["T1213", "T1530", "T1020"]
-- reads = ["int_acts", "base_credentials", "base_habits", "base_peer_repositories", "base_performer_habits", "base_performers", "base_repositories"]
-- next_steps = [
--     "Ask the owner whether a new project, scan or migration explains these repositories.",
--     "If not: revoke the token or regenerate the robot's, then look at where it was used from and with which client.",
--     "List the repositories of the last 14 days and treat secrets baked into their images as stolen.",
--     "Reduce the credential's rights to the repositories that it needs.",
-- ]
-- false_positives = [
--     "A person who joins another team: fewer repositories, and such as the new team pulls.",
--     "A scanner or mirror in its first week over a new part of the registry.",
--     "A release that puts new services on a cluster: many credentials pull the same repositories on that day.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo"]
-- failure_kinds = []
-- inventory = ["repositories"]
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 7
--
-- [params]
-- min_score = 12.0
with pulled_repositories as (
    select
        credential,
        repository,
        min(performer_name) as performer_name,
        min(namespace_name) as namespace_name,
        min(network) as network,
        max(network) as other_network,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as event_key,
        -- What many reach for on one day is a release, not a sweep.
        count(*) over (partition by repository) - 1 as other_count
    from int_acts
    where
        day = $day
        and kind = 'pull_repo'
        and credential_kind <> 'anonymous'
    group by
        credential,
        repository
),

discoveries as (
    select
        pulled.credential,
        pulled.repository,
        pulled.performer_name,
        $day as first_day,
        pulled.other_count
    from pulled_repositories as pulled
    left join base_habits as known
        on
            known.habit = 'repository'
            and pulled.credential = known.credential
            and pulled.repository = known.habit_value
    where known.habit_value is null
    union all
    -- In its first week everything is new to a credential.
    select
        base_habits.credential,
        base_habits.habit_value as repository,
        base_habits.performer_name,
        base_habits.first_day,
        0 as other_count
    from base_habits
    inner join base_credentials on base_habits.credential = base_credentials.credential
    where
        base_habits.habit = 'repository'
        and base_habits.first_day >= $day - 41
        and base_habits.first_day >= base_credentials.first_day + 7
),

weighed_discoveries as (
    select
        discoveries.credential,
        discoveries.repository,
        discoveries.first_day,
        -- What its holder knows by another credential is hardly news.
        case when familiar.habit_value is null then 1 else 0.1 end
        * (1 - coalesce(peers.peer_share, 0))
        / (1 + coalesce(base_repositories.puller_count, 0) / 20.0 + discoveries.other_count / 5.0) as weight
    from discoveries
    left join base_repositories on discoveries.repository = base_repositories.repository
    left join base_peer_repositories as peers
        on
            discoveries.performer_name = peers.performer_name
            and discoveries.repository = peers.repository
    left join base_performer_habits as familiar
        on
            familiar.habit = 'repository'
            and discoveries.performer_name = familiar.performer_name
            and discoveries.repository = familiar.habit_value
            and discoveries.first_day > familiar.first_day
    where base_repositories.is_public is not true
),

found_repositories as (
    select
        credential,
        sum(case when first_day = $day then weight else 0 end) as day_weight,
        sum(case when first_day >= $day - 13 then weight else 0 end) as fortnight_weight,
        sum(case when first_day < $day - 13 then weight else 0 end) as former_weight,
        count(case when first_day >= $day - 13 then 1 end) as fortnight_count
    from weighed_discoveries
    group by credential
),

-- What it usually finds a day, from the four weeks before the fortnight: a slow sweep must not become its own habit.
expectations as (
    select
        found.credential,
        found.day_weight,
        found.fortnight_weight,
        found.fortnight_count,
        (found.former_weight + 0.5)
        / (7 + least(28, greatest(0, coalesce($day - 20 - base_credentials.first_day, 0)))) as usual_weight,
        0.05 * coalesce(base_credentials.repository_median, 0) as usual_breadth,
        base_credentials.is_known
    from found_repositories as found
    left join base_credentials on found.credential = base_credentials.credential
),

sweeps as (
    select
        expectations.credential,
        min(pulled.performer_name) as performer_name,
        case when min(pulled.network) = max(pulled.other_network) then min(pulled.network) end as network,
        case
            when min(pulled.namespace_name) = max(pulled.namespace_name) then min(pulled.namespace_name)
        end as namespace_name,
        count(*) as repository_count,
        min(expectations.fortnight_count) as fortnight_count,
        min(expectations.usual_weight) as usual_weight,
        min(
            12 * greatest(
                3.0 * log10(
                    (1 + expectations.day_weight)
                    / (1 + expectations.usual_weight + expectations.usual_breadth)
                ),
                3.2 * log10((1 + expectations.fortnight_weight) / (1 + 14 * expectations.usual_weight))
            )
        ) as score,
        min(pulled.first_at) as first_at,
        max(pulled.last_at) as last_at,
        cast(sum(pulled.event_count) as bigint) as event_count,
        min(pulled.event_key, 20) as evidence
    from expectations
    inner join weighed_discoveries as found
        on expectations.credential = found.credential and found.first_day = $day
    inner join pulled_repositories as pulled
        on found.credential = pulled.credential and found.repository = pulled.repository
    left join base_performers on pulled.performer_name = base_performers.performer_name
    where expectations.is_known or base_performers.is_known
    group by expectations.credential
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
        when score >= 80 then 'critical'
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ' pulled ' || repository_count || ' repositories that it had never pulled, '
    || fortnight_count || ' within 14 days (usual: ' || round(usual_weight, 1) || ' a day)'
    || coalesce(', from ' || network, '') as reason,
    first_at,
    last_at,
    event_count,
    evidence
from sweeps
where score >= $min_score
-- [[cases]]
-- name = "sixty repositories in twenty minutes, that it had only pushed to and another robot had pulled"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+ci", performer_name = "acme+ci", credential = "robot:acme+ci", network = "198.51.100.0/24", namespace_name = "acme", severity = "high", score = 64.72, event_count = 60}]
-- events = [
--     {days = [-90, -1], weekdays = true, at = "09:00", times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web-{n}"},
--     {days = [-55, -55], times = 20, performer_name = "acme+ci", repository_name = "tool-{n}"},
--     {days = [-9, -9], at = "09:00", times = 60, kind = "push_repo", performer_name = "acme+ci", repository_name = "secret-{n}"},
--     {days = [-1, -1], at = "09:00", times = 60, performer_name = "acme+audit", repository_name = "secret-{n}"},
--     {at = "10:00", times = 60, every = "20s", performer_name = "acme+ci", repository_name = "secret-{n}"},
--     {at = "11:00", times = 5, performer_name = "acme+ci", repository_name = "web-{n}"},
-- ]
--
-- [[cases]]
-- name = "fourteen repositories by one, eleven of them by another, each twice"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", event_count = 14},
--     {subject = "robot:acme+cd", severity = "medium", event_count = 22},
-- ]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web-{n}"},
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+cd", repository_name = "web-{n}"},
--     {at = "10:00", times = 14, performer_name = "acme+ci", repository_name = "secret-{n}"},
--     {at = "11:00", times = 11, performer_name = "acme+cd", repository_name = "secret-{n}"},
--     {at = "12:00", times = 11, performer_name = "acme+cd", repository_name = "secret-{n}"},
-- ]
--
-- [[cases]]
-- name = "eight repositories a day, day after day, from two networks and in two namespaces"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "high", event_count = 8, reason = "user:alice pulled 8 repositories that it had never pulled, 96 within 14 days (usual: 0.1 a day)"}]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "bob", repository_name = "web-{n}"},
--     {days = [-30, -30], times = 2, performer_name = "alice", repository_name = "tool-{n}"},
--     {days = [-11, 0], at = "14:00", times = 4, every = "9m", performer_name = "alice", repository_name = "old-{d}-{n}"},
--     {days = [-11, 0], at = "15:00", times = 4, every = "9m", performer_name = "alice", repository = "globex/old-{d}-{n}", network = "203.0.113.0/24"},
--     {at = "16:00", times = 4, performer_name = "alice", repository_name = "old-1-{n}"},
-- ]
--
-- [[cases]]
-- name = "what the people pull who pull what she pulls"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -1], at = "09:00", times = 6, performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-60, -1], at = "09:00", times = 6, performer_name = "bob", repository_name = "web-{n}"},
--     {days = [-60, -1], at = "09:00", times = 6, performer_name = "carol", repository_name = "web-{n}"},
--     {days = [-60, -1], at = "09:00", times = 20, performer_name = "other{n}", repository_name = "mail"},
--     {days = [-60, -1], at = "10:00", times = 9, performer_name = "bob", repository_name = "tool-{n}"},
--     {days = [-60, -1], at = "10:00", times = 9, performer_name = "carol", repository_name = "tool-{n}"},
--     {at = "10:00", times = 9, performer_name = "alice", repository_name = "tool-{n}"},
-- ]
--
-- [[cases]]
-- name = "a robot in its third week, which found its repositories in the first"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-10, -1], at = "09:00", times = 30, performer_name = "acme+young", repository_name = "web-{n}"},
--     {at = "10:00", performer_name = "acme+young", repository_name = "new"},
-- ]
--
-- [[cases]]
-- name = "a cluster is rebuilt: the same repositories as always, many times"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -1], at = "09:00", times = 40, every = "1m", performer_name = "acme+ci", repository_name = "web-{n}"},
--     {at = "10:00", times = 40, every = "2s", performer_name = "acme+ci", repository_name = "web-{n}"},
--     {at = "11:00", times = 40, every = "2s", performer_name = "acme+ci", repository_name = "web-{n}"},
-- ]
--
-- [[cases]]
-- name = "sixty public repositories, and thirty that were only pushed to"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web-{n}"},
--     {at = "10:00", times = 6, performer_name = "acme+ci", repository_name = "open-{n}"},
--     {at = "11:00", times = 30, kind = "push_repo", performer_name = "acme+ci", repository_name = "new-{n}"},
-- ]
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "open-0", is_public = true},
--     {namespace_name = "acme", repository_name = "open-1", is_public = true},
--     {namespace_name = "acme", repository_name = "open-2", is_public = true},
--     {namespace_name = "acme", repository_name = "open-3", is_public = true},
--     {namespace_name = "acme", repository_name = "open-4", is_public = true},
--     {namespace_name = "acme", repository_name = "open-5", is_public = true},
-- ]
--
-- [[cases]]
-- name = "a robot that is new sets out, and so does an unknown token of its"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-3, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+new", repository_name = "web-{n}"},
--     {at = "10:00", times = 60, every = "20s", performer_name = "acme+new", repository_name = "service-{n}"},
-- ]
--
-- [[cases]]
-- name = "a person who is known sweeps with a token that is new"
-- day = 2026-03-03
-- fires = [{subject = "app_specific_token:t1", performer_name = "alice", severity = "high"}]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {at = "10:00", times = 60, every = "20s", performer_name = "alice", credential = "app_specific_token:t1", repository_name = "secret-{n}"},
-- ]
--
-- [[cases]]
-- name = "a new token over what its holder has always pulled"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -1], at = "09:00", times = 9, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {at = "10:00", times = 9, every = "20s", performer_name = "alice", credential = "app_specific_token:t1", repository_name = "web-{n}"},
-- ]
--
-- [[cases]]
-- name = "a token of a gone account, known by itself, sweeps"
-- day = 2026-03-03
-- fires = [{subject = "access_token:deploy", severity = "high"}]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", credential = "access_token:deploy", repository_name = "web-{n}"},
--     {at = "10:00", times = 60, every = "20s", credential = "access_token:deploy", repository_name = "secret-{n}"},
-- ]
--
-- [[cases]]
-- name = "a person who joins another team pulls what that team pulls"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-20, -1], at = "09:00", times = 9, performer_name = "colleague{n}", repository_name = "pay"},
--     {days = [-20, -1], at = "09:00", times = 9, performer_name = "colleague{n}", repository_name = "bill"},
--     {at = "10:00", performer_name = "alice", repository_name = "pay"},
--     {at = "11:00", performer_name = "alice", repository_name = "bill"},
-- ]
--
-- [[cases]]
-- name = "a release puts three new services on twenty clusters"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-40, -1], at = "09:00", times = 20, performer_name = "acme+cluster{n}", repository_name = "web"},
--     {at = "10:00", times = 20, performer_name = "acme+cluster{n}", repository_name = "new-1"},
--     {at = "11:00", times = 20, performer_name = "acme+cluster{n}", repository_name = "new-2"},
--     {at = "12:00", times = 20, performer_name = "acme+cluster{n}", repository_name = "new-3"},
-- ]
--
-- [[cases]]
-- name = "a mirror that finds new repositories every day"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-70, -1], at = "09:00", times = 40, performer_name = "acme+mirror", repository_name = "web-{n}"},
--     {days = [-70, 0], at = "10:00", times = 4, performer_name = "acme+mirror", repository_name = "feed-{d}-{n}"},
-- ]
--
-- [[cases]]
-- name = "a sweep that was yesterday"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, 0], at = "09:00", times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web-{n}"},
--     {days = [-1, -1], at = "10:00", times = 60, every = "20s", performer_name = "acme+ci", repository_name = "secret-{n}"},
-- ]
--
-- [[cases]]
-- name = "nobody in particular pulls sixty repositories"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", repository_name = "web-{n}"},
--     {at = "10:00", times = 60, every = "20s", repository_name = "docs-{n}"},
-- ]
