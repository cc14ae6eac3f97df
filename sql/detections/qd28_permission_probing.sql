-- id = "QD-28"
-- title = "Somebody tries which repositories are open to them"
-- family = "authentication"
-- severity = "medium"
-- why = "Many refusals for repositories that this credential never used: it is being tried out where it fits, or names are being guessed."
-- tactics = ["Discovery"]
-- techniques = ["T1580", "T1526"]
-- reads = ["int_acts", "base_habits", "mart_credential_daily", "mart_failure_daily", "mart_network_daily"]
-- next_steps = [
--     "Read the names that were tried: guesses, a list from elsewhere, or the images of one new project?",
--     "See what the same credential or network pulled with success on that day.",
--     "Ask the owner of the credential; revoke it or regenerate the robot's token where nobody knows of it.",
--     "For addresses without a credential, block the network if it is none of yours.",
-- ]
-- false_positives = [
--     "A cluster whose robot lost its rights: it is refused what it used to pull, which is left out.",
--     "A deployment that asks for missing images again and again: left out after a few tries each.",
--     "Somebody new who was not granted the project's repositories yet.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo_failed", "push_repo_failed", "delete_tag_failed"]
-- failure_kinds = ["pull_repo_failed", "push_repo_failed", "delete_tag_failed"]
-- network = true
-- history_days = 7
--
-- [keys]
-- pull_repo_failed = ["message", "namespace", "repo"]
-- push_repo_failed = ["message", "namespace", "repo"]
-- delete_tag_failed = ["message", "namespace", "repo"]
--
-- [params]
-- max_tries = 4            # a machine that wants one image asks for it more often than this
-- points_per_nat = 2.6     # half of 12 points a power of ten, because refusals come in clumps
-- fortnight_points_per_nat = 3.2  # few a day for two weeks are no clump
-- min_hour = 10            # repositories within an hour
-- min_score = 12
--
-- [sigma]
-- without = "knowing what the credential used before, and who asks for one image again and again"
-- louder_in = [
--     "quiet: a cluster whose robot lost its rights to what it used to pull and push",
--     "quiet: deployments that ask for missing images again and again, and some that are refused every day",
--     "quiet: whoever is refused others every week, lost what it used to pull, or is refused the same ones again",
-- ]
--
-- [[sigma.rules]]
-- title = "A repository is refused"
-- name = "qd28_refusal"
-- detection = {selection = {kind = ["pull_repo_failed", "push_repo_failed", "delete_tag_failed"]}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "A credential is refused many repositories"
-- correlation = {type = "value_count", rules = ["qd28_refusal"], group-by = ["credential", "network"], timespan = "24h", condition = {gte = 5, field = ["metadata.namespace", "metadata.repo"]}}
with refusals as (
    select
        event_key,
        occurred_at,
        case when performer_name is null then 'network:' || coalesce(network, 'nowhere') else credential end
            as subject,
        performer_name,
        credential,
        network,
        -- What is refused for a missing namespace is filed under an account that has nothing to do with it.
        json_extract_string(metadata, '$.namespace') as namespace_name,
        json_extract_string(metadata, '$.namespace') || '/' || json_extract_string(metadata, '$.repo')
            as repository,
        json_extract_string(metadata, '$.message') like '%does not exist' as is_guess
    from int_acts
    where
        day = $day
        and kind in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed')
),

-- What was open to the credential before is no discovery, but a right that it lost.
tried_repositories as (
    select
        refusals.subject,
        refusals.repository,
        min(refusals.performer_name) as performer_name,
        min(refusals.credential) as credential,
        min(refusals.network) as network,
        min(refusals.namespace_name) as namespace_name,
        bool_or(refusals.is_guess) as is_guess,
        count(*) as try_count,
        min(refusals.occurred_at) as first_at,
        max(refusals.occurred_at) as last_at,
        min(refusals.event_key) as event_key
    from refusals
    left join base_habits
        on
            refusals.credential = base_habits.credential
            and base_habits.habit in ('repository', 'pushed_repository')
            and refusals.repository = base_habits.habit_value
    where base_habits.habit is null
    group by
        refusals.subject,
        refusals.repository
),

paced_repositories as (
    select
        *,
        count(*) over (
            partition by subject
            order by first_at
            range between interval 1 hour preceding and current row
        ) as hour_count
    from tried_repositories
    where try_count <= $max_tries
),

probes as (
    select
        subject,
        min(performer_name) as performer_name,
        min(credential) as credential,
        case when count(distinct network) = 1 then min(network) end as network,
        case when count(distinct namespace_name) = 1 then min(namespace_name) end as namespace_name,
        count(*) as repository_count,
        max(hour_count) as hour_count,
        count(case when is_guess then 1 end) as guess_count,
        sum(try_count) as event_count,
        min(first_at) as first_at,
        max(last_at) as last_at,
        min(event_key, 20) as evidence
    from paced_repositories
    group by subject
),

-- A few a day: what was refused for the first time within two weeks, against the four weeks before.
refused_repositories as (
    select
        case when performer_name is null then 'network:' || coalesce(network, 'nowhere') else credential end
            as subject,
        repository,
        min(day) as first_day
    from mart_failure_daily
    where
        kind <> 'login_failure'
        and day >= $day - 41
        and day < $day
    group by
        case when performer_name is null then 'network:' || coalesce(network, 'nowhere') else credential end,
        repository
),

earlier_refusals as (
    select
        refused.subject,
        count(case when refused.first_day >= $day - 13 then 1 end) as refused_count,
        count(case when refused.first_day < $day - 13 then 1 end) as former_count
    from refused_repositories as refused
    left join tried_repositories as tried
        on refused.subject = tried.subject and refused.repository = tried.repository
    left join base_habits
        on
            refused.subject = base_habits.credential
            and base_habits.habit in ('repository', 'pushed_repository')
            and refused.repository = base_habits.habit_value
    where
        tried.repository is null
        and base_habits.habit_value is null
    group by refused.subject
),

usual_refusals as (
    select
        case credential_kind when 'password_or_session' then 'user' else credential_kind end
        || ':' || credential_id as subject,
        sum(failure_count) / 28.0 as usual_count
    from mart_credential_daily
    where
        day >= $day - 28
        and day < $day
    group by
        credential_kind,
        credential_id
    union all
    select
        'network:' || network as subject,
        sum(failure_count) / 28.0 as usual_count
    from mart_network_daily
    where
        day >= $day - 28
        and day < $day
    group by network
),

-- Whoever is refused the same thing all day long is not thereby used to being refused others: it is capped.
weighed_probes as (
    select
        probes.*,
        coalesce(earlier.refused_count, 0) as earlier_count,
        probes.repository_count + coalesce(earlier.refused_count, 0) as fortnight_count,
        1 + coalesce(earlier.former_count, 0) / 2 as fortnight_expected,
        1 + least(coalesce(usual_refusals.usual_count, 0), 3) as expected
    from probes
    left join usual_refusals on probes.subject = usual_refusals.subject
    left join earlier_refusals as earlier on probes.subject = earlier.subject
),

-- Poisson: how unlikely so many on one day are, by Chernoff's bound.
scored_probes as (
    select
        *,
        least(
            60,
            greatest(
                case
                    when repository_count > expected
                        then
                            $points_per_nat
                            * (
                                repository_count * ln(repository_count / greatest(expected, 0.001))
                                - repository_count + expected
                            )
                    else 0
                end,
                case
                    when earlier_count > 0 and fortnight_count > fortnight_expected
                        then
                            $fortnight_points_per_nat
                            * (
                                fortnight_count * ln(fortnight_count / greatest(fortnight_expected, 0.001))
                                - fortnight_count + fortnight_expected
                            )
                    else 0
                end
            )
        )
        + case when hour_count >= $min_hour then 8 else 0 end
        + 8 * guess_count / greatest(repository_count, 1) as score
    from weighed_probes
)

select
    subject,
    performer_name,
    credential,
    network,
    namespace_name,
    cast(null as varchar) as repository,
    'namespace:' || namespace_name as shared,
    case when score < 30 then 'low' when score < 50 then 'medium' else 'high' end as severity,
    score,
    subject || ' was refused ' || repository_count || ' repositories that it never used, '
    || hour_count || ' of them within an hour, ' || guess_count || ' of them do not exist'
    || case
        when earlier_count > 0 then '; and ' || earlier_count || ' others in the 13 days before'
        else ''
    end as reason,
    first_at,
    last_at,
    event_count,
    evidence
from scored_probes
where score >= $min_score

-- [[cases]]
-- name = "a robot is refused thirty repositories within minutes, half of which do not exist"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 72.0, event_count = 30, namespace_name = "acme", network = "198.51.100.0/24", shared = "namespace:acme", reason = "robot:acme+ci was refused 30 repositories that it never used, 30 of them within an hour, 15 of them do not exist"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], times = 6, kind = "pull_repo_failed", performer_name = "acme+ci", metadata = {namespace = "acme", repo = "old-{n}", message = "401 Unauthorized"}},
--     {days = [-28, -1], times = 15, performer_name = "bob", repository_name = "app-{n}"},
--     {at = "09:00", times = 15, every = "10s", kind = "pull_repo_failed", performer_name = "acme+ci", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "09:01", times = 15, every = "10s", kind = "push_repo_failed", performer_name = "acme+ci", metadata = {namespace = "acme", repo = "guess-{n}", message = "Repository does not exist"}},
-- ]
--
-- [[cases]]
-- name = "nobody in particular tries nine names over a day, a person eight that they had not used, another six, a robot ten within an hour"
-- day = 2026-03-03
-- fires = [
--     {subject = "network:203.0.113.0/24", shared = "", namespace_name = "", severity = "low", score = 25.0, event_count = 18},
--     {subject = "user:alice", severity = "low", score = 13.23, event_count = 11, reason = "user:alice was refused 8 repositories that it never used, 8 of them within an hour, 0 of them do not exist"},
--     {subject = "user:zoe", score = 14.95},
--     {subject = "robot:globex+cd", severity = "medium", score = 33.36, reason = "robot:globex+cd was refused 11 repositories that it never used, 10 of them within an hour, 0 of them do not exist"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository = "globex/app-0"},
--     {days = [-28, -1], kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "acme", repo = "x"}},
--     {days = [-28, -1], kind = "pull_repo_failed", network = "203.0.113.0/24", metadata = {namespace = "acme", repo = "x"}},
--     {days = [-28, -1], kind = "pull_repo_failed", performer_name = "globex+cd", metadata = {namespace = "acme", repo = "x"}},
--     {days = [-9, -9], network = "203.0.113.0/24", repository_name = "docs"},
--     {days = [-9, -9], kind = "pull_repo_failed", performer_name = "carl", metadata = {namespace = "acme", repo = "x"}},
--     {days = [-40, -29], times = 9, kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "acme", repo = "x"}},
--     {days = [-40, -29], times = 9, kind = "pull_repo_failed", network = "203.0.113.0/24", metadata = {namespace = "acme", repo = "x"}},
--     {at = "00:30", times = 8, every = "2h", kind = "pull_repo_failed", namespace_name = "admin", network = "203.0.113.0/24", metadata = {namespace = "no-{n}", repo = "web", message = "Namespace does not exist"}},
--     {at = "22:30", times = 2, kind = "pull_repo_failed", namespace_name = "admin", network = "203.0.113.0/24", metadata = {namespace = "203.0.113.0", repo = "24", message = "Namespace does not exist"}},
--     {at = "00:31", times = 8, every = "2h", kind = "delete_tag_failed", namespace_name = "admin", network = "203.0.113.0/24", metadata = {namespace = "no-{n}", repo = "web", message = "Namespace does not exist"}},
--     {at = "09:00", times = 9, kind = "pull_repo_failed", performer_name = "alice", namespace_name = "globex", metadata = {namespace = "globex", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "09:20", times = 3, kind = "pull_repo_failed", performer_name = "alice", namespace_name = "globex", metadata = {namespace = "globex", repo = "app-1", message = "401 Unauthorized"}},
--     {at = "09:00", times = 10, kind = "pull_repo_failed", performer_name = "globex+cd", namespace_name = "globex", metadata = {namespace = "globex", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "12:00", times = 6, kind = "pull_repo_failed", performer_name = "zoe", metadata = {namespace = "globex", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "10:30", kind = "pull_repo_failed", performer_name = "globex+cd", namespace_name = "globex", metadata = {namespace = "globex", repo = "late", message = "401 Unauthorized"}},
-- ]
--
-- [[cases]]
-- name = "quiet: a cluster whose robot lost its rights to what it used to pull and push"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-9, -2], times = 20, performer_name = "acme+prod", repository_name = "app-{n}"},
--     {days = [-9, -2], times = 20, kind = "push_repo", performer_name = "acme+prod", repository_name = "own-{n}"},
--     {at = "08:00", times = 20, kind = "pull_repo_failed", performer_name = "acme+prod", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "09:00", times = 20, kind = "push_repo_failed", performer_name = "acme+prod", metadata = {namespace = "acme", repo = "own-{n}", message = "401 Unauthorized"}},
-- ]
--
-- [[cases]]
-- name = "quiet: deployments that ask for missing images again and again, and some that are refused every day"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 3, kind = "pull_repo_failed", performer_name = "bob", metadata = {namespace = "acme", repo = "old-{n}", message = "401 Unauthorized"}},
--     {days = [-28, -1], times = 3, kind = "pull_repo_failed", performer_name = "acme+cd", metadata = {namespace = "acme", repo = "old-{n}", message = "401 Unauthorized"}},
--     {at = "11:00", times = 9, every = "61m", kind = "pull_repo_failed", performer_name = "acme+cd", metadata = {namespace = "acme", repo = "new-{n}", message = "401 Unauthorized"}},
--     {days = [-28, -1], times = 3, kind = "pull_repo_failed", performer_name = "dora", metadata = {namespace = "acme", repo = "old-{n}", message = "401 Unauthorized"}},
--     {at = "09:00", kind = "pull_repo_failed", performer_name = "dora", metadata = {namespace = "acme", repo = "typo", message = "Repository does not exist"}},
--     {days = [-28, -1], times = 3, kind = "pull_repo_failed", network = "192.0.2.0/24", metadata = {namespace = "acme", repo = "old-{n}", message = "401 Unauthorized"}},
--     {at = "06:00", times = 12, kind = "pull_repo_failed", performer_name = "acme+prod", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "07:00", times = 12, kind = "pull_repo_failed", performer_name = "acme+prod", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "08:00", times = 12, kind = "pull_repo_failed", performer_name = "acme+prod", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "09:00", times = 12, kind = "pull_repo_failed", performer_name = "acme+prod", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "10:00", times = 12, kind = "pull_repo_failed", performer_name = "acme+prod", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "11:00", times = 9, every = "61m", kind = "pull_repo_failed", performer_name = "bob", metadata = {namespace = "acme", repo = "new-{n}", message = "401 Unauthorized"}},
--     {at = "11:00", times = 9, every = "61m", kind = "pull_repo_failed", network = "192.0.2.0/24", metadata = {namespace = "acme", repo = "new-{n}", message = "401 Unauthorized"}},
-- ]
--
-- [[cases]]
-- name = "quiet: four refusals to somebody new, many on the day before, and as many pulls that go well"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {at = "09:00", times = 4, kind = "pull_repo_failed", performer_name = "new", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {at = "10:00", times = 20, performer_name = "new", repository_name = "lib-{n}", metadata = {namespace = "acme", repo = "lib-{n}"}},
--     {days = [-1, -1], times = 30, kind = "pull_repo_failed", performer_name = "carl", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
-- ]
--
-- [[cases]]
-- name = "five repositories on one day, four on others of the fortnight"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", severity = "low", score = 20.92, event_count = 5, reason = "user:alice was refused 5 repositories that it never used, 1 of them within an hour, 0 of them do not exist; and 4 others in the 13 days before"}]
-- events = [
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {days = [-20, -20], kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "acme", repo = "typo", message = "401 Unauthorized"}},
--     {days = [-41, -41], kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "acme", repo = "old", message = "401 Unauthorized"}},
--     {days = [-42, -42], times = 30, kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "acme", repo = "older-{n}", message = "401 Unauthorized"}},
--     {days = [-13, -13], at = "09:00", times = 2, every = "61m", kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "globex", repo = "a-{n}", message = "401 Unauthorized"}},
--     {days = [-2, -2], at = "09:00", kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "globex", repo = "b-{n}", message = "401 Unauthorized"}},
--     {days = [-1, -1], at = "09:00", kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "globex", repo = "c-{n}", message = "401 Unauthorized"}},
--     {days = [-1, -1], at = "09:00", times = 30, kind = "login_failure", performer_name = "alice", metadata = {namespace = "globex", repo = "l-{n}"}},
--     {at = "09:00", times = 5, every = "61m", kind = "pull_repo_failed", performer_name = "alice", metadata = {namespace = "globex", repo = "d-{n}", message = "401 Unauthorized"}},
-- ]
--
-- [[cases]]
-- name = "quiet: whoever is refused others every week, lost what it used to pull, or is refused the same ones again"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "often", repository_name = "web"},
--     {days = [-27, -14], times = 2, kind = "pull_repo_failed", performer_name = "often", metadata = {namespace = "acme", repo = "x-{d}-{n}", message = "401 Unauthorized"}},
--     {days = [-3, 0], times = 5, every = "61m", kind = "pull_repo_failed", performer_name = "often", metadata = {namespace = "globex", repo = "y-{d}-{n}", message = "401 Unauthorized"}},
--     {days = [-28, -4], times = 15, performer_name = "lost", repository_name = "app-{n}"},
--     {days = [-3, -1], times = 15, kind = "pull_repo_failed", performer_name = "lost", metadata = {namespace = "acme", repo = "app-{n}", message = "401 Unauthorized"}},
--     {days = [-28, -4], times = 15, kind = "push_repo", performer_name = "lost", repository_name = "own-{n}"},
--     {days = [-3, -1], times = 15, kind = "push_repo_failed", performer_name = "lost", metadata = {namespace = "acme", repo = "own-{n}", message = "401 Unauthorized"}},
--     {times = 2, every = "61m", kind = "pull_repo_failed", performer_name = "lost", metadata = {namespace = "acme", repo = "other-{n}", message = "401 Unauthorized"}},
--     {days = [-28, -1], performer_name = "again", repository_name = "web"},
--     {days = [-6, 0], times = 4, every = "61m", kind = "pull_repo_failed", performer_name = "again", metadata = {namespace = "globex", repo = "z-{n}", message = "401 Unauthorized"}},
-- ]
