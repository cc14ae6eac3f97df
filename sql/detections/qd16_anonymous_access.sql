-- id = "QD-16"
-- title = "Nobody in particular pulls what is private, or far more than usual"
-- family = "exfiltration"
-- severity = "high"
-- why = "A private repository cannot be pulled without an account: it was opened unseen, or a revoked credential lives on in a token; a surge over public ones is somebody copying them all."
-- tactics = ["Collection"]
-- techniques = ["T1530"]
-- reads = ["int_acts", "base_credentials", "base_habits", "base_registry", "base_repositories", "mart_change_events"]
-- next_steps = [
--     "Look up the visibility of the repository now, and who changed it last.",
--     "See whether a token, robot or user was revoked, deleted or disabled in the hour before: its registry token lives on for an hour.",
--     "If the repository was open by mistake, close it and list everything that was pulled without an account.",
--     "For a surge: find out whose network it is; limit it at the proxy if nobody knows.",
-- ]
-- false_positives = [
--     "The inventory is older than a change of visibility that the logs do not show.",
--     "A public release, or a cluster that pulls public images without an account: a surge alone stays low.",
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
-- [keys]
-- change_repo_visibility = ["visibility"]
--
-- [params]
-- residual_seconds = 3660  # a registry token outlives the credential, or the visibility, that it was given for
-- min_pulls = 20           # a day from one network
-- min_score = 12.0
with anonymous_pulls as (
    select
        repository,
        namespace_name,
        network,
        occurred_at,
        event_key
    from int_acts
    where
        day = $day
        and kind = 'pull_repo'
        and credential_kind = 'anonymous'
),

visibility_changes as (
    select
        repository,
        min(
            case
                when day = $day and json_extract_string(metadata, '$.visibility') = 'public' then occurred_at
            end
        ) as opened_at,
        max(case when day < $day then occurred_at + to_seconds($residual_seconds) end) as settled_at
    from mart_change_events
    where
        kind = 'change_repo_visibility'
        and day >= $day - 1
    group by repository
),

private_pulls as (
    select
        pulls.repository,
        pulls.namespace_name,
        min(pulls.network) as network,
        max(pulls.network) as other_network,
        min(pulls.occurred_at) as first_at,
        max(pulls.occurred_at) as last_at,
        count(*) as event_count,
        min(pulls.event_key, 20) as evidence
    from anonymous_pulls as pulls
    inner join base_repositories on pulls.repository = base_repositories.repository
    left join visibility_changes as changes on pulls.repository = changes.repository
    where
        not base_repositories.is_public
        and (changes.opened_at is null or pulls.occurred_at < changes.opened_at)
        and (changes.settled_at is null or pulls.occurred_at > changes.settled_at)
    group by
        pulls.repository,
        pulls.namespace_name
),

busy_networks as (
    select
        network,
        case when min(namespace_name) = max(namespace_name) then min(namespace_name) end as namespace_name,
        count(distinct repository) as repository_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as event_count,
        min(event_key, 20) as evidence
    from anonymous_pulls
    group by network
    having count(*) >= $min_pulls
),

surges as (
    select
        busy_networks.*,
        greatest(
            coalesce(own.event_count / nullif(own.day_count, 0), 0),
            coalesce(typical.events_per_day_median / greatest(typical.network_median, 1), 0)
        ) as usual_count
    from busy_networks
    cross join base_registry
    left join base_credentials as typical on typical.credential = 'anonymous'
    left join base_habits as own
        on
            own.credential = 'anonymous'
            and own.habit = 'network'
            and busy_networks.network = own.habit_value
    where
        base_registry.day_count >= 7
        and base_registry.is_network_trusted is not false
),

scored_surges as (
    select
        *,
        12 * log10((1 + event_count) / (1 + usual_count)) + 6 * log10(repository_count) as score
    from surges
),

findings as (
    select
        'repository:' || repository as subject,
        case when network = other_network then network end as network,
        namespace_name,
        repository,
        cast(null as varchar) as shared,
        54 + 12 * log10(event_count) as score,
        'private ' || repository || ' was pulled ' || event_count || ' times without an account'
        || case when network = other_network then ', from ' || network else '' end as reason,
        first_at,
        last_at,
        event_count,
        evidence
    from private_pulls
    union all
    select
        'network:' || network as subject,
        network,
        namespace_name,
        cast(null as varchar) as repository,
        -- A release brings many networks at once to the same place.
        'namespace:' || namespace_name as shared,
        score,
        network || ' pulled ' || event_count || ' times without an account, from ' || repository_count
        || ' repositories (usual: ' || round(usual_count, 1) || ' pulls a day)' as reason,
        first_at,
        last_at,
        event_count,
        evidence
    from scored_surges
    where score >= $min_score
)

select
    subject,
    cast(null as varchar) as performer_name,
    cast(null as varchar) as credential,
    network,
    namespace_name,
    repository,
    shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    reason,
    first_at,
    last_at,
    event_count,
    evidence
from findings
-- [[cases]]
-- name = "private repositories are pulled without an account, and a public one by whom no one knows, in a registry a week old"
-- day = 2026-03-03
-- fires = [
--     {subject = "repository:acme/vault", shared = "", network = "198.51.100.0/24", namespace_name = "acme", repository = "acme/vault", severity = "high", score = 70.78, event_count = 25, reason = "private acme/vault was pulled 25 times without an account, from 198.51.100.0/24"},
--     {subject = "repository:acme/keys", shared = "", network = "", score = 57.61, event_count = 2, reason = "private acme/keys was pulled 2 times without an account"},
--     {subject = "network:198.51.100.0/24", repository = "", severity = "low", score = 18.98, event_count = 26},
--     {subject = "network:203.0.114.0/24", repository = "", severity = "low", score = 17.9, event_count = 30},
-- ]
-- events = [
--     {days = [-7, -1], performer_name = "alice", repository_name = "vault"},
--     {days = [-7, -1], times = 2, performer_name = "alice", repository_name = "docs", network = "192.0.2.0/24"},
--     {at = "10:00", times = 30, repository_name = "docs", network = "203.0.114.0/24"},
--     {at = "10:00", times = 25, every = "10s", repository_name = "vault"},
--     {at = "10:00", repository_name = "keys"},
--     {at = "11:00", repository_name = "keys", network = "203.0.113.0/24"},
--     {at = "11:00", performer_name = "alice", repository_name = "vault"},
--     {at = "12:00", kind = "pull_repo_failed", repository_name = "vault"},
-- ]
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "vault", is_public = false},
--     {namespace_name = "acme", repository_name = "keys", is_public = false},
-- ]
--
-- [[cases]]
-- name = "it was pulled so yesterday, is public, is opened today, or was open until an hour ago"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-1, -1], at = "10:00", repository_name = "vault"},
--     {at = "10:00", repository_name = "open"},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "release", metadata = {visibility = "public"}},
--     {at = "09:00", repository_name = "release"},
--     {at = "10:00", repository_name = "release"},
--     {days = [-9, -9], kind = "change_repo_visibility", performer_name = "alice", repository_name = "closing", metadata = {visibility = "public"}},
--     {days = [-1, -1], at = "23:50", kind = "change_repo_visibility", performer_name = "alice", repository_name = "closing", metadata = {visibility = "private"}},
--     {at = "00:20", repository_name = "closing"},
--     {days = [-1, -1], at = "23:30", kind = "change_repo_visibility", performer_name = "alice", repository_name = "shut", metadata = {visibility = "private"}},
--     {at = "00:31", repository_name = "shut"},
-- ]
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "vault", is_public = false},
--     {namespace_name = "acme", repository_name = "open", is_public = true},
--     {namespace_name = "acme", repository_name = "release", is_public = false},
-- ]
--
-- [[cases]]
-- name = "before it is opened, after it is closed for the day, and long after it was closed or something else changed"
-- day = 2026-03-03
-- fires = [
--     {subject = "repository:acme/release", event_count = 1},
--     {subject = "repository:acme/closing", event_count = 1},
--     {subject = "repository:acme/early", event_count = 1},
--     {subject = "repository:acme/flip", event_count = 1},
--     {subject = "repository:acme/shut", event_count = 1},
-- ]
-- events = [
--     {at = "08:00", repository_name = "release"},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "release", metadata = {visibility = "public"}},
--     {at = "10:00", repository_name = "release"},
--     {days = [-9, -9], kind = "change_repo_visibility", performer_name = "alice", repository_name = "closing", metadata = {visibility = "public"}},
--     {days = [-1, -1], at = "23:50", kind = "change_repo_visibility", performer_name = "alice", repository_name = "closing", metadata = {visibility = "private"}},
--     {at = "00:52", repository_name = "closing"},
--     {days = [-1, -1], at = "10:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "flip", metadata = {visibility = "public"}},
--     {days = [-1, -1], at = "12:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "flip", metadata = {visibility = "private"}},
--     {at = "03:00", repository_name = "flip"},
--     {days = [-1, -1], at = "23:55", kind = "set_repo_description", performer_name = "alice", repository_name = "early", metadata = {visibility = "public"}},
--     {days = [-3, -3], at = "10:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "early", metadata = {visibility = "private"}},
--     {at = "00:30", repository_name = "early"},
--     {at = "09:00", kind = "change_repo_visibility", performer_name = "alice", repository_name = "shut", metadata = {visibility = "private"}},
--     {at = "10:00", repository_name = "shut"},
--     {days = [1, 1], at = "00:10", kind = "change_repo_visibility", performer_name = "alice", repository_name = "shut", metadata = {visibility = "public"}},
-- ]
-- inventory.repositories = [
--     {namespace_name = "acme", repository_name = "release", is_public = false},
--     {namespace_name = "acme", repository_name = "early", is_public = false},
--     {namespace_name = "acme", repository_name = "shut", is_public = false},
-- ]
--
-- [[cases]]
-- name = "a new network copies all that is public, and one that is known a few"
-- day = 2026-03-03
-- fires = [{subject = "network:203.0.113.0/24", namespace_name = "", network = "203.0.113.0/24", severity = "medium", score = 38.04, event_count = 1000, reason = "203.0.113.0/24 pulled 1000 times without an account, from 41 repositories (usual: 3.3 pulls a day)"}]
-- events = [
--     {days = [-20, -1], at = "09:00", times = 8, repository_name = "docs"},
--     {days = [-20, -1], at = "09:00", times = 2, repository_name = "docs", network = "192.0.{n}.0/24"},
--     {days = [-20, -1], at = "09:00", times = 200, performer_name = "acme+ci", repository_name = "docs", network = "203.0.113.0/24"},
--     {at = "09:00", times = 40, repository_name = "docs"},
--     {at = "10:00", times = 40, repository_name = "open-{n}", network = "203.0.113.0/24"},
--     {at = "11:00", times = 960, every = "1s", repository = "globex/open", network = "203.0.113.0/24"},
--     {at = "12:00", times = 360, every = "1s", performer_name = "acme+ci", repository_name = "open-{n}", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "a release is pulled from two networks that nobody knows, one of which has the name of a repository"
-- day = 2026-03-03
-- fires = [
--     {subject = "network:203.0.113.0/24", shared = "namespace:acme", severity = "low", event_count = 100},
--     {subject = "network:203.0.114.0/24", severity = "low", score = 12.25, event_count = 20},
-- ]
-- events = [
--     {days = [-20, -1], at = "09:00", performer_name = "alice", repository_name = "docs"},
--     {days = [-40, -30], at = "09:00", times = 10, repository_name = "docs", network = "203.0.113.0/24"},
--     {at = "10:00", times = 100, repository_name = "docs", network = "203.0.113.0/24"},
--     {at = "10:00", times = 20, repository_name = "docs", network = "203.0.114.0/24"},
--     {days = [-20, -10], repository_name = "docs", network = "203.0.115.0/24"},
--     {days = [-9, -9], times = 9, repository = "203.0.114.0/24", network = "203.0.115.0/24"},
-- ]
--
-- [[cases]]
-- name = "nineteen pulls from a new network, and what one that is known always pulls"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -1], at = "09:00", times = 300, every = "1s", repository_name = "docs"},
--     {days = [-20, -1], at = "09:00", times = 90, every = "1s", repository_name = "docs", network = "192.0.{n}.0/24"},
--     {at = "09:00", times = 320, every = "1s", repository_name = "docs"},
--     {at = "09:00", times = 19, repository_name = "docs-{n}", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "a registry that is six days old, and pulls from nowhere"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-6, -1], at = "09:00", repository_name = "docs"},
--     {at = "10:00", times = 400, every = "1s", repository_name = "docs", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "a proxy gives everybody one address"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -1], at = "09:00", times = 9, performer_name = "person{n}", repository_name = "docs"},
--     {days = [-20, -1], at = "09:00", repository_name = "docs"},
--     {at = "10:00", times = 400, every = "1s", repository_name = "docs"},
-- ]
