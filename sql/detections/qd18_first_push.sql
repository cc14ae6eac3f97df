-- id = "QD-18"
-- title = "Somebody pushes to a repository for the first time"
-- family = "supply_chain"
-- severity = "high"
-- why = "What runs in production comes from few hands: a new one, above all a person where only robots push, on a tag that is deployed, is how an image is swapped."
-- tactics = ["Persistence", "Initial Access"]
-- techniques = ["T1525", "T1195.002"]
-- reads = ["base_habit_values", "base_habits", "base_performer_habits", "base_performers", "base_repositories", "int_acts", "mart_change_events"]
-- next_steps = [
--     "Ask the maintainers of the repository whether they expect this pusher.",
--     "Compare the image under the tag with the last build of the pipeline; stop deployments of the tag until that is done.",
--     "If unexpected: restore the tag from its history, revoke the credential, and look for hosts that pulled it since.",
-- ]
-- false_positives = [
--     "A new maintainer: a grant by somebody else an hour or more before halves the score.",
--     "A hotfix by hand while the pipeline is down.",
--     "A pipeline that moves to another robot.",
-- ]
--
-- [needs]
-- kinds = ["push_repo"]
-- failure_kinds = []
-- inventory = []
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 14
--
-- [keys]
-- change_repo_permission = ["role"]
--
-- [params]
-- protected_tags = '(^|[-_.])(latest|stable|live|prod|production|release|main|master)([-_.]|$)|^v?[0-9]+([.][0-9]+)*$'
-- min_score = 12.0
with pushed_repositories as (
    select
        credential,
        performer_name,
        performer_kind,
        namespace_name,
        repository,
        min(network) as network,
        max(network) as other_network,
        min(case when regexp_matches(tag, $protected_tags) then tag end) as protected_tag,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key, 20) as evidence
    from int_acts
    where
        day = $day
        and kind = 'push_repo'
    group by
        credential,
        performer_name,
        performer_kind,
        namespace_name,
        repository
),

-- Whom somebody else let in, at the latest an hour before, is at least no stranger to them.
sanctioned_pushes as (
    select
        pushed.performer_name,
        pushed.repository
    from pushed_repositories as pushed
    inner join mart_change_events as allowances
        on
            pushed.performer_name = allowances.target_name
            and pushed.namespace_name = allowances.namespace_name
            and (pushed.repository = allowances.repository or allowances.kind = 'org_add_team_member')
    where
        allowances.kind in ('change_repo_permission', 'org_add_team_member')
        and allowances.day >= $day - 14
        and allowances.occurred_at <= pushed.first_at - interval 1 hour
        and allowances.performer_name <> allowances.target_name
        and coalesce(json_extract_string(allowances.metadata, '$.role'), '') <> 'read'
    group by
        pushed.performer_name,
        pushed.repository
),

first_pushes as (
    select
        pushed.*,
        coalesce(
            pushed.performer_kind = 'user'
            and base_repositories.person_pusher_count = 0
            and base_repositories.robot_pusher_count > 0,
            false
        ) as is_by_hand,
        pulls.habit_value is null as is_unfamiliar,
        pushers.performer_count as pusher_count,
        pushers.day_count,
        least(1, ($day - pushers.first_day) / 14.0)
        / (1 + greatest(pushers.performer_count - 1, 0) / 10.0)
        * case when base_performers.is_known then 1 else 0.5 end
        * case when sanctioned_pushes.repository is null then 1 else 0.5 end as weight
    from pushed_repositories as pushed
    inner join base_habit_values as pushers
        on
            pushers.habit = 'pushed_repository'
            and pushed.repository = pushers.habit_value
    left join base_repositories on pushed.repository = base_repositories.repository
    left join base_performers on pushed.performer_name = base_performers.performer_name
    left join base_habits as own
        on
            own.habit = 'pushed_repository'
            and pushed.credential = own.credential
            and pushed.repository = own.habit_value
    left join base_performer_habits as of_performer
        on
            of_performer.habit = 'pushed_repository'
            and pushed.performer_name = of_performer.performer_name
            and pushed.repository = of_performer.habit_value
    left join base_performer_habits as pulls
        on
            pulls.habit = 'repository'
            and pushed.performer_name = pulls.performer_name
            and pushed.repository = pulls.habit_value
    left join sanctioned_pushes
        on
            pushed.performer_name = sanctioned_pushes.performer_name
            and pushed.repository = sanctioned_pushes.repository
    where
        own.habit_value is null
        and of_performer.habit_value is null
),

scored_pushes as (
    select
        *,
        weight
        * (
            8
            + case when is_unfamiliar then 8 else 0 end
            + case when protected_tag is null then 0 else 14 end
            + case when is_by_hand then 24 else 0 end
            + least(day_count, 20) / 4.0
        ) as points
    from first_pushes
),

pushers as (
    select
        credential,
        min(performer_name) as performer_name,
        case when min(network) = max(other_network) then min(network) end as network,
        case when min(namespace_name) = max(namespace_name) then min(namespace_name) end as namespace_name,
        arg_max(repository, (points, repository)) as repository,
        arg_max(coalesce(protected_tag, ''), (points, repository)) as protected_tag,
        arg_max(pusher_count, (points, repository)) as pusher_count,
        arg_max(is_by_hand, (points, repository)) as is_by_hand,
        count(*) as repository_count,
        max(points) + 12 * log10(sum(points) / nullif(max(points), 0)) as score,
        min(first_at) as first_at,
        max(last_at) as last_at,
        cast(sum(event_count) as bigint) as event_count,
        list_sort(flatten(list(evidence)))[1:20] as evidence
    from scored_pushes
    group by credential
)

select
    credential as subject,
    performer_name,
    credential,
    network,
    namespace_name,
    repository,
    -- A pipeline that moves to other robots moves them all; people do not move like that.
    case when not is_by_hand then 'namespace:' || namespace_name end as shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ' pushed to ' || repository || ' for the first time'
    || case when protected_tag = '' then '' else ' and to its tag ' || left(protected_tag, 80) end
    || ', where ' || pusher_count || ' others push'
    || case when is_by_hand then ', all of them robots' else '' end
    || case when repository_count > 1 then '; ' || repository_count || ' repositories in all' else '' end
        as reason,
    first_at,
    last_at,
    event_count,
    evidence
from pushers
where score >= $min_score
-- [[cases]]
-- name = "a person pushes prod once, where only robots push"
-- day = 2026-03-03
-- fires = [{subject = "user:alice", performer_name = "alice", credential = "user:alice", network = "198.51.100.0/24", namespace_name = "acme", repository = "acme/web", severity = "high", score = 51.0, event_count = 1, evidence = ["2026-03-03 all #00000001"], reason = "user:alice pushed to acme/web for the first time and to its tag prod, where 1 others push, all of them robots"}]
-- events = [
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "prod"},
--     {at = "10:00", performer_name = "bob", repository_name = "web", tag = "prod"},
-- ]
--
-- [[cases]]
-- name = "a robot pushes to two repositories of others, from two networks"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+cd", network = "", repository = "acme/web", shared = "namespace:acme", severity = "medium", score = 37.45, event_count = 31, reason = "robot:acme+cd pushed to acme/web for the first time and to its tag v1.02, where 1 others push; 2 repositories in all"}]
-- events = [
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "api", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+cd", repository_name = "docs"},
--     {days = [-30, -1], at = "10:00", performer_name = "acme+cd", repository_name = "docs"},
--     {at = "10:00", times = 30, kind = "push_repo", performer_name = "acme+cd", repository_name = "web", tag = "v1.{n}2"},
--     {at = "10:00", kind = "push_repo", performer_name = "acme+cd", repository_name = "api", tag = "try", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "where people push too: without a pull before, on a tag of no weight or from a network of that name; on latest, by known and new"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "low", score = 19.09},
--     {subject = "user:erin", severity = "low", score = 24.55},
--     {subject = "app_specific_token:t1", severity = "low", score = 12.27},
--     {subject = "user:gina", severity = "low", score = 21.0},
--     {subject = "user:zoe", severity = "low", score = 15.91},
-- ]
-- events = [
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "bob", repository_name = "web", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", performer_name = "alice", repository_name = "docs"},
--     {days = [-30, -1], at = "09:00", performer_name = "erin", repository_name = "web"},
--     {days = [-2, -1], at = "09:00", performer_name = "fred", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "bob", repository = "198.51.100.0/24", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", performer_name = "gina", repository_name = "docs"},
--     {at = "10:00", kind = "push_repo", performer_name = "gina", repository = "198.51.100.0/24", tag = "feature"},
--     {at = "10:00", kind = "push_repo", performer_name = "zoe", repository_name = "web", tag = "latest"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "feature"},
--     {at = "10:00", kind = "push_repo", performer_name = "erin", repository_name = "web", tag = "latest"},
--     {at = "10:00", kind = "push_repo", performer_name = "fred", credential = "app_specific_token:t1", repository_name = "web", tag = "latest"},
-- ]
--
-- [[cases]]
-- name = "who was let in by somebody else an hour before, on the repository or by a team"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", shared = "", score = 60.87},
--     {subject = "user:bob", score = 25.5},
--     {subject = "user:carol", score = 25.5},
-- ]
-- events = [
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", times = 4, performer_name = "alice", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", times = 4, performer_name = "bob", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", times = 4, performer_name = "carol", repository_name = "web"},
--     {at = "09:00", kind = "change_repo_permission", performer_name = "owner", repository_name = "web", target_name = "alice", metadata = {role = "write"}},
--     {days = [-14, -14], at = "08:00", kind = "change_repo_permission", performer_name = "owner", repository_name = "web", target_name = "bob", metadata = {role = "admin"}},
--     {days = [-3, -3], at = "08:00", kind = "org_add_team_member", performer_name = "owner", target_name = "carol", metadata = {team = "devs"}},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "prod"},
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "api", tag = "main-1"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "api", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "bob", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "carol", repository_name = "web", tag = "prod"},
-- ]
--
-- [[cases]]
-- name = "a grant that is no reason: by oneself, just before, to read, weeks ago, elsewhere, or another change"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", score = 51.0},
--     {subject = "user:bob", score = 51.0},
--     {subject = "user:carol", score = 51.0},
--     {subject = "user:dave", score = 51.0},
--     {subject = "user:erin", score = 51.0},
--     {subject = "user:fred", score = 51.0},
-- ]
-- events = [
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", performer_name = "bob", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", performer_name = "carol", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", performer_name = "dave", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", performer_name = "erin", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", performer_name = "fred", repository_name = "web"},
--     {days = [-15, -15], at = "08:00", kind = "change_repo_permission", performer_name = "owner", repository_name = "web", target_name = "dave", metadata = {role = "write"}},
--     {days = [-2, -2], at = "08:00", kind = "change_repo_permission", performer_name = "owner", repository_name = "api", target_name = "erin", metadata = {role = "write"}},
--     {days = [-2, -2], at = "08:00", kind = "org_add_team_member", performer_name = "owner", namespace_name = "globex", target_name = "erin", metadata = {team = "devs"}},
--     {days = [-2, -2], at = "08:00", kind = "delete_repo_permission", performer_name = "owner", repository_name = "web", target_name = "fred"},
--     {days = [-2, -2], at = "08:00", kind = "change_repo_permission", performer_name = "owner", repository_name = "web", target_name = "gina", metadata = {role = "write"}},
--     {at = "08:00", kind = "change_repo_permission", performer_name = "alice", repository_name = "web", target_name = "alice", metadata = {role = "write"}},
--     {at = "09:30", kind = "change_repo_permission", performer_name = "owner", repository_name = "web", target_name = "bob", metadata = {role = "write"}},
--     {at = "08:00", kind = "change_repo_permission", performer_name = "owner", repository_name = "web", target_name = "carol", metadata = {role = "read"}},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "bob", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "carol", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "dave", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "erin", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "fred", repository_name = "web", tag = "prod"},
-- ]
--
-- [[cases]]
-- name = "who pushes there anyway, by another credential or long ago"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {days = [-40, -40], at = "09:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "prod"},
--     {days = [-30, -30], at = "09:00", kind = "push_repo", credential = "access_token:deploy", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", credential = "app_specific_token:t1", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", credential = "access_token:deploy", repository_name = "web", tag = "prod"},
-- ]
--
-- [[cases]]
-- name = "repositories that are new to everybody, and one to which everybody pushes"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-30, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", times = 30, kind = "push_repo", performer_name = "person{n}", repository_name = "common", tag = "latest"},
--     {days = [-1, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "newer", tag = "main-1"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "newest", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "newer", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "common", tag = "feature"},
-- ]
--
-- [[cases]]
-- name = "a first push that was yesterday, and a pull of today"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-30, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "web", tag = "main-1"},
--     {days = [-1, -1], at = "10:00", kind = "push_repo", performer_name = "carol", repository_name = "web", tag = "prod"},
--     {at = "10:00", performer_name = "dave", repository_name = "web", tag = "prod"},
-- ]
--
-- [[cases]]
-- name = "repositories that people have pushed to as well, that nobody has for a month, or that are a week old"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", score = 27.0, severity = "low"},
--     {subject = "user:carol", score = 30.0, severity = "medium"},
--     {subject = "user:dan", score = 27.88},
-- ]
-- events = [
--     {days = [-60, -40], at = "09:00", kind = "push_repo", performer_name = "acme+old", repository_name = "web", tag = "main-1"},
--     {days = [-60, -1], at = "09:00", kind = "push_repo", performer_name = "bob", repository_name = "web", tag = "main-1"},
--     {days = [-60, -40], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "attic", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", performer_name = "alice", repository_name = "web"},
--     {days = [-30, -1], at = "09:00", performer_name = "carol", repository_name = "web"},
--     {at = "10:00", kind = "push_repo", performer_name = "alice", repository_name = "web", tag = "prod"},
--     {at = "10:00", kind = "push_repo", performer_name = "carol", repository_name = "attic", tag = "prod"},
--     {days = [-7, -1], at = "09:00", kind = "push_repo", performer_name = "acme+ci", repository_name = "young", tag = "main-1"},
--     {days = [-30, -1], at = "09:00", performer_name = "dan", repository_name = "web"},
--     {at = "10:00", kind = "push_repo", performer_name = "dan", repository_name = "young", tag = "prod"},
-- ]
