-- id = "QD-12"
-- title = "One credential sweeps repositories that it never pulled"
-- family = "exfiltration"
-- severity = "high"
-- why = "A credential reaches for private repositories far beyond those it lives on, at once or a few a day: somebody is copying what its rights allow, not doing its job."
-- tactics = ["Collection", "Exfiltration"]
-- techniques = ["T1213", "T1530", "T1020"]
-- reads = [
--     "base_credentials",
--     "base_habits",
--     "base_peer_repositories",
--     "base_performer_habits",
--     "base_performers",
--     "base_renames",
--     "base_repositories",
--     "int_acts",
-- ]
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
-- day_points = 56.0        # for ten times the usual on one day
-- period_points = 62.0     # the same over two or four weeks, which chance fills less easily
-- chance_points = 4.0      # one or two are found by anybody
-- popularity = 40.0        # pullers of a repository that make it count half
-- breadth_share = 0.05     # of the repositories that it pulls on a day, how many may be new
-- max_score = 85.0
-- min_score = 18.0        # a find or two within weeks is anybody's
with pulls as (
    select
        -- All credentials of a person are one; an access token is nobody's.
        coalesce(performer_name, credential) as holder,
        credential,
        performer_name,
        namespace_name,
        repository,
        network,
        occurred_at,
        event_key
    from int_acts
    where
        day = $day
        and kind = 'pull_repo'
        and credential_kind <> 'anonymous'
),

pulled_repositories as (
    select
        holder,
        repository,
        min(credential) as credential,
        max(credential) as other_credential,
        min(performer_name) as performer_name,
        min(namespace_name) as namespace_name,
        min(network) as network,
        max(network) as other_network,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as event_key
    from pulls
    group by
        holder,
        repository
),

known_repositories as (
    select
        performer_name as holder,
        habit_value as repository,
        first_day
    from base_performer_habits
    where habit = 'repository'
    union all
    select
        credential as holder,
        habit_value as repository,
        first_day
    from base_habits
    where
        habit = 'repository'
        and credential like 'access_token:%'
),

holders as (
    select
        performer_name as holder,
        first_day,
        is_known
    from base_performers
    union all
    select
        credential as holder,
        first_day,
        is_known
    from base_credentials
    where credential_kind = 'access_token'
),

breadths as (
    select
        coalesce(performer_name, credential) as holder,
        max(repository_median) as repository_median
    from base_credentials
    group by coalesce(performer_name, credential)
),

findings as (
    select
        pulled.holder,
        pulled.repository,
        $day as first_day
    from pulled_repositories as pulled
    left join known_repositories as known
        on
            pulled.holder = known.holder
            and pulled.repository = known.repository
    where known.repository is null
    union all
    -- In its first week everything is new to anybody.
    select
        known.holder,
        known.repository,
        known.first_day
    from known_repositories as known
    inner join holders on known.holder = holders.holder
    where
        known.first_day >= $day - 55
        and known.first_day >= holders.first_day + 7
),

-- An organization's new name makes nothing new.
discoveries as (
    select
        findings.holder,
        findings.repository,
        findings.first_day,
        -- What many find on one day is a release, not a sweep.
        count(*) over (partition by findings.repository, findings.first_day) - 1 as other_count
    from findings
    left join base_renames as renames on split_part(findings.repository, '/', 1) = renames.new_name
    left join known_repositories as former
        on
            findings.holder = former.holder
            and renames.old_name || substr(findings.repository, length(renames.new_name) + 1)
            = former.repository
    where former.repository is null
),

weighed_discoveries as (
    select
        discoveries.holder,
        discoveries.repository,
        discoveries.first_day,
        (1 - coalesce(peers.peer_share, 0))
        / (1 + coalesce(repositories.puller_count, 0) / $popularity + discoveries.other_count / 5.0)
            as weight
    from discoveries
    left join base_repositories as repositories on discoveries.repository = repositories.repository
    left join base_peer_repositories as peers
        on
            discoveries.holder = peers.performer_name
            and discoveries.repository = peers.repository
    where repositories.is_public is not true
),

found_repositories as (
    select
        holder,
        sum(case when first_day = $day then weight else 0 end) as day_weight,
        sum(case when first_day >= $day - 13 then weight else 0 end) as fortnight_weight,
        sum(case when first_day >= $day - 27 then weight else 0 end) as month_weight,
        sum(case when first_day >= $day - 41 and first_day < $day - 13 then weight else 0 end)
            as former_weight,
        sum(case when first_day < $day - 27 then weight else 0 end) as older_weight,
        count(case when first_day >= $day - 13 then 1 end) as fortnight_count,
        count(case when first_day >= $day - 27 then 1 end) as month_count
    from weighed_discoveries
    group by holder
),

-- What is usually found a day, from the four weeks before: a slow sweep must not become its own habit.
expectations as (
    select
        found.*,
        (found.former_weight + 0.5) / (7 + least(28, greatest(0, $day - 20 - holders.first_day)))
            as usual_weight,
        (found.older_weight + 0.5) / (7 + least(28, greatest(0, $day - 34 - holders.first_day)))
            as older_usual_weight,
        $breadth_share * coalesce(breadths.repository_median, 0) as usual_breadth
    from found_repositories as found
    inner join holders on found.holder = holders.holder
    left join breadths on found.holder = breadths.holder
    where holders.is_known
),

sweeps as (
    select
        expectations.holder,
        min(pulled.credential) as credential,
        max(pulled.other_credential) as other_credential,
        min(pulled.performer_name) as performer_name,
        case when min(pulled.network) = max(pulled.other_network) then min(pulled.network) end as network,
        case
            when min(pulled.namespace_name) = max(pulled.namespace_name) then min(pulled.namespace_name)
        end as namespace_name,
        count(*) as repository_count,
        min(expectations.fortnight_count) as fortnight_count,
        min(expectations.month_count) as month_count,
        min(expectations.usual_weight) as usual_weight,
        min(
            greatest(
                $day_points * log10(
                    (1 + expectations.day_weight)
                    / (1 + expectations.usual_weight + expectations.usual_breadth)
                ),
                $period_points
                * log10((1 + expectations.fortnight_weight) / (1 + 14 * expectations.usual_weight)),
                $period_points
                * log10((1 + expectations.month_weight) / (1 + 28 * expectations.older_usual_weight))
            )
        ) - $chance_points as points,
        min(pulled.first_at) as first_at,
        max(pulled.last_at) as last_at,
        cast(sum(pulled.event_count) as bigint) as event_count,
        min(pulled.event_key, 20) as evidence
    from expectations
    inner join weighed_discoveries as found
        on expectations.holder = found.holder and found.first_day = $day
    inner join pulled_repositories as pulled
        on found.holder = pulled.holder and found.repository = pulled.repository
    group by expectations.holder
),

scored_sweeps as (
    select
        *,
        least(points, $max_score) as score
    from sweeps
)

select
    case when credential = other_credential then credential else 'user:' || holder end as subject,
    performer_name,
    case when credential = other_credential then credential end as credential,
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
    holder || ' pulled ' || repository_count || ' repositories that it had never pulled, '
    || fortnight_count || ' within 14 days, ' || month_count || ' within 28 (usual: '
    || round(usual_weight, 1) || ' a day)' || coalesce(', from ' || network, '') as reason,
    first_at,
    last_at,
    event_count,
    evidence
from scored_sweeps
where score >= $min_score
-- [[cases]]
-- name = "sixty repositories in twenty minutes, that it had only pushed to and another robot had pulled"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+ci", performer_name = "acme+ci", credential = "robot:acme+ci", network = "198.51.100.0/24", namespace_name = "acme", severity = "critical", score = 85.0, event_count = 60}]
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
-- name = "fourteen repositories by one, eleven of them by another, each twice, three of its own by a third"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 60.5, event_count = 14},
--     {subject = "robot:acme+cd", severity = "medium", score = 49.16, event_count = 22},
--     {subject = "robot:acme+cf", severity = "low", score = 28.42, event_count = 3},
-- ]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web-{n}"},
--     {days = [-30, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+cd", repository_name = "web-{n}"},
--     {days = [-60, -1], at = "09:00", performer_name = "acme+cf", repository_name = "web-0"},
--     {at = "13:00", times = 3, performer_name = "acme+cf", repository_name = "own-{n}"},
--     {at = "10:00", times = 14, performer_name = "acme+ci", repository_name = "secret-{n}"},
--     {at = "11:00", times = 11, performer_name = "acme+cd", repository_name = "secret-{n}"},
--     {at = "12:00", times = 11, performer_name = "acme+cd", repository_name = "secret-{n}"},
-- ]
--
-- [[cases]]
-- name = "two repositories a day, day after day, from two networks and in two namespaces"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", namespace_name = "", network = "", severity = "high", score = 54.92, event_count = 2, reason = "alice pulled 2 repositories that it had never pulled, 28 within 14 days, 30 within 28 (usual: 0.2 a day)"}]
-- events = [
--     {days = [-90, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "bob", repository_name = "web-{n}"},
--     {days = [-20, -20], times = 2, performer_name = "alice", repository_name = "tool-{n}"},
--     {days = [-30, -30], times = 2, performer_name = "alice", repository_name = "kit-{n}"},
--     {days = [-41, -41], times = 1, performer_name = "alice", repository_name = "set-{n}"},
--     {days = [-42, -42], times = 1, performer_name = "alice", repository_name = "can-{n}"},
--     {days = [-55, -55], times = 1, performer_name = "alice", repository_name = "box-{n}"},
--     {days = [-56, -56], times = 2, performer_name = "alice", repository_name = "bag-{n}"},
--     {days = [-13, 0], at = "14:00", every = "9m", performer_name = "alice", repository_name = "old-{d}-{n}"},
--     {days = [-13, 0], at = "15:00", every = "9m", performer_name = "alice", repository = "globex/old-{d}-{n}", network = "203.0.113.0/24"},
--     {at = "16:00", times = 1, performer_name = "alice", repository_name = "old-1-{n}"},
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
-- name = "robots in their second week: one found its repositories in the first, one a week after its first day, one today"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+fresh", score = 70.03}, {subject = "robot:acme+eager", score = 46.4}]
-- events = [
--     {days = [-10, -1], at = "09:00", times = 30, performer_name = "acme+young", repository_name = "web-{n}"},
--     {days = [-5, -5], at = "09:00", times = 30, performer_name = "acme+young", repository_name = "more-{n}"},
--     {at = "10:00", performer_name = "acme+young", repository_name = "new"},
--     {days = [-10, -1], at = "09:00", times = 5, performer_name = "acme+fresh", repository_name = "mail-{n}"},
--     {days = [-3, -3], at = "09:00", times = 30, performer_name = "acme+fresh", repository_name = "vault-{n}"},
--     {at = "10:00", performer_name = "acme+fresh", repository_name = "newer"},
--     {days = [-10, -1], at = "09:00", times = 15, performer_name = "acme+eager", repository_name = "mail-{n}"},
--     {at = "10:00", times = 12, performer_name = "acme+eager", repository_name = "gem-{n}"},
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
-- name = "six public repositories, and thirty that were only pushed to"
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
-- name = "a robot that is new sets out"
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
-- fires = [{subject = "app_specific_token:t1", performer_name = "alice", severity = "critical", score = 85.0}]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {at = "09:00", times = 5, performer_name = "alice", credential = "app_specific_token:t1", repository_name = "web-{n}"},
--     {at = "10:00", times = 240, every = "20s", performer_name = "alice", credential = "app_specific_token:t1", repository_name = "secret-{n}"},
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
-- name = "an access token, which belongs to nobody and is known by itself, sweeps"
-- day = 2026-03-03
-- fires = [{subject = "access_token:deploy", severity = "critical"}]
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
--
-- [[cases]]
-- name = "a person who takes a dozen each by password and by token"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", credential = "", performer_name = "alice", severity = "high", score = 77.76, event_count = 24}]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {at = "10:00", times = 12, performer_name = "alice", repository_name = "secret-{n}"},
--     {at = "11:00", times = 12, performer_name = "alice", credential = "app_specific_token:t1", repository_name = "hidden-{n}"},
-- ]
--
-- [[cases]]
-- name = "one repository a day for four weeks"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "high", score = 70.56, event_count = 1, reason = "alice pulled 1 repositories that it had never pulled, 14 within 14 days, 28 within 28 (usual: 0.4 a day), from 198.51.100.0/24"}]
-- events = [
--     {days = [-45, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-27, 0], at = "14:00", performer_name = "alice", repository_name = "old-{d}"},
-- ]
--
-- [[cases]]
-- name = "an organization gets another name, and with it all that its people and tokens pull"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-60, -1], at = "09:00", times = 30, performer_name = "alice", repository = "acme/team/web-{n}"},
--     {days = [-60, -1], at = "09:00", times = 30, credential = "access_token:deploy", repository = "acme/team/web-{n}"},
--     {at = "08:00", kind = "org_change_name", performer_name = "root", namespace_name = "apex", metadata = {old_name = "acme", new_name = "apex"}},
--     {at = "09:00", times = 30, performer_name = "alice", repository = "apex/team/web-{n}"},
--     {at = "09:00", times = 30, credential = "access_token:deploy", repository = "apex/team/web-{n}"},
-- ]
--
-- [[cases]]
-- name = "names that explain nothing: another organization's new one, one given too long ago, and what is no renaming"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "critical", event_count = 30}]
-- events = [
--     {days = [-60, -1], at = "09:00", times = 30, performer_name = "alice", repository = "acme/web-{n}"},
--     {days = [-110, -110], kind = "org_change_name", performer_name = "root", namespace_name = "apex", metadata = {old_name = "acme", new_name = "apex"}},
--     {days = [-1, -1], kind = "create_repo", performer_name = "root", namespace_name = "apex", metadata = {old_name = "acme", new_name = "apex"}},
--     {at = "08:00", kind = "org_change_name", performer_name = "root", namespace_name = "initech", metadata = {old_name = "globex", new_name = "initech"}},
--     {at = "09:00", times = 30, performer_name = "alice", repository = "apex/web-{n}"},
-- ]
--
-- [[cases]]
-- name = "eight repositories a day for twelve days"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "critical", score = 85.0, event_count = 8}]
-- events = [
--     {days = [-90, -1], at = "09:00", times = 5, every = "1h", performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-11, 0], at = "14:00", times = 8, every = "9m", performer_name = "alice", repository_name = "old-{d}-{n}"},
-- ]
