-- id = "QD-06"
-- title = "Credential used with a new tool, for a new sort of act or in a new namespace"
-- family = "credential_misuse"
-- severity = "low"
-- why = "A secret in other hands is used with other tools and for other things; weak alone, it adds to what else is new."
-- tactics = ["Execution", "Initial Access"]
-- techniques = ["T1204", "T1078"]
-- reads = [
--     "base_credentials",
--     "base_habit_values",
--     "base_habits",
--     "base_performer_habits",
--     "base_performers",
--     "base_renames",
--     "int_acts",
-- ]
-- next_steps = [
--     "See what else the credential did that day, and from where: a new tool from the usual network is mostly an upgrade.",
--     "Ask the owner whether the tool or the work is new; tools that copy whole repositories deserve a closer look.",
--     "If nobody knows of it: revoke the token or regenerate the robot's, then review its pulls and pushes.",
-- ]
-- false_positives = [
--     "A team that switches clients: five or more on one day become one information case.",
--     "A new project, a first push, a duty that was handed over.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo", "push_repo"]
-- history_days = 7
--
-- [params]
-- prior_days = 20           # so many days of its peers stand for what a credential has not shown yet
-- pool_days = 100           # a registry without anything new in so many days is taken to meet one thing
-- owner_share = 0.3         # what is new to one credential and usual for its owner
-- client_points = 8         # for each power of ten by which the credential meets new clients more rarely
-- kind_points = 6
-- namespace_points = 6
-- rarity_points = 5         # for each power of ten by which fewer of its peers do so
-- copy_points = 8           # a person takes up a tool that copies images in bulk
-- further_share = 0.5       # a second thing that is new counts half: one change of work brings several
-- max_score = 40
-- min_score = 10
with deeds as (
    select
        credential,
        performer_name,
        client,
        kind,
        namespace_name,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as first_key
    from int_acts
    where
        day = $day
        and not is_failure
        and kind_family <> 'login'
        and credential_id is not null
    group by
        credential,
        performer_name,
        client,
        kind,
        namespace_name
),

known_credentials as (
    select
        credential,
        first_day,
        performer_kind,
        active_day_count
    from base_credentials
    where is_known
),

weights as (
    select
        'client' as habit,
        $client_points as points
    union all
    select
        'kind' as habit,
        $kind_points as points
    union all
    select
        'namespace' as habit,
        $namespace_points as points
),

new_habit_days as (
    select
        known.credential,
        habits.habit,
        count(distinct habits.first_day) as new_day_count
    from known_credentials as known
    inner join base_habits as habits
        on
            known.credential = habits.credential
            and habits.first_day >= $day - 28
            and habits.first_day >= known.first_day + 7
    group by
        known.credential,
        habits.habit
),

shares as (
    -- How often a credential meets something new: by itself, and as far as it is young, by its peers.
    select
        known.credential,
        known.performer_kind,
        known.active_day_count,
        weights.habit,
        weights.points,
        coalesce(novel_days.new_day_count, 0) as new_day_count,
        sum(coalesce(novel_days.new_day_count, 0)) over (partition by known.performer_kind, weights.habit)
            as pool_new_day_count,
        sum(known.active_day_count) over (partition by known.performer_kind, weights.habit)
            as pool_active_day_count
    from known_credentials as known
    cross join weights
    left join new_habit_days as novel_days
        on known.credential = novel_days.credential and weights.habit = novel_days.habit
),

peers as (
    select
        performer_kind,
        count(*) as peer_count
    from base_performers
    where active_day_count > 0
    group by performer_kind
),

shown_habits as (
    select
        credential,
        performer_name,
        'client' as habit,
        client as habit_value,
        event_count,
        first_at,
        last_at,
        first_key,
        namespace_name
    from deeds
    union all
    select
        credential,
        performer_name,
        'kind' as habit,
        kind as habit_value,
        event_count,
        first_at,
        last_at,
        first_key,
        namespace_name
    from deeds
    union all
    select
        credential,
        performer_name,
        'namespace' as habit,
        namespace_name as habit_value,
        event_count,
        first_at,
        last_at,
        first_key,
        namespace_name
    from deeds
),

new_habits as (
    select
        shown.credential,
        shown.habit,
        shown.habit_value,
        max(shown.performer_name) as performer_name,
        min(shown.namespace_name) as namespace_name,
        max(case when owners.habit_value is null then 1 else $owner_share end) as owner_share,
        sum(shown.event_count) as event_count,
        min(shown.first_at) as first_at,
        max(shown.last_at) as last_at,
        list_sort(list(shown.first_key))[1:20] as evidence
    from shown_habits as shown
    left join base_habits as own
        on
            shown.credential = own.credential
            and shown.habit = own.habit
            and shown.habit_value = own.habit_value
    left join base_performer_habits as owners
        on
            shown.performer_name = owners.performer_name
            and shown.habit = owners.habit
            and shown.habit_value = owners.habit_value
    left join base_renames as renames on shown.habit = 'namespace' and shown.habit_value = renames.new_name
    left join base_habits as former
        on
            shown.credential = former.credential
            and shown.habit = former.habit
            and renames.old_name = former.habit_value
    where
        shown.habit_value is not null
        and own.habit_value is null
        and former.habit_value is null
    group by
        shown.credential,
        shown.habit,
        shown.habit_value
),

scored_habits as (
    select
        new_habits.*,
        shares.performer_kind,
        shares.active_day_count,
        shares.new_day_count,
        new_habits.owner_share * (
            -shares.points * log10(
                (
                    shares.new_day_count
                    + $prior_days * (shares.pool_new_day_count + 1)
                    / (shares.pool_active_day_count + $pool_days)
                )
                / (shares.active_day_count + $prior_days)
            )
            + $rarity_points * log10(
                (coalesce(peers.peer_count, 0) + 1)
                / (
                    coalesce(
                        case shares.performer_kind
                            when 'robot' then everybody.robot_count
                            else everybody.person_count
                        end,
                        0
                    )
                    + 0.5
                )
            )
        )
        + case
            when
                shares.performer_kind = 'user'
                and new_habits.habit_value in ('skopeo', 'crane', 'regctl', 'oras')
                then $copy_points
            else 0
        end as points
    from new_habits
    inner join shares on new_habits.credential = shares.credential and new_habits.habit = shares.habit
    left join peers on shares.performer_kind = peers.performer_kind
    left join base_habit_values as everybody
        on new_habits.habit = everybody.habit and new_habits.habit_value = everybody.habit_value
),

-- One value a habit: what comes with a new tool or a new duty comes in numbers.
ranked_habits as (
    select
        *,
        row_number() over (
            partition by credential, habit
            order by points desc, habit_value asc
        ) as value_place,
        max(points) over (partition by credential) as most_points
    from scored_habits
),

scored_credentials as (
    select
        credential,
        max(performer_name) as performer_name,
        max(performer_kind) as performer_kind,
        min(namespace_name) as namespace_name,
        max(case when points = most_points then habit || ':' || habit_value end) as shared,
        least(
            $max_score, most_points + $further_share * (sum(points) - most_points)
        ) as score,
        string_agg(
            habit || ' ' || habit_value || ' (something new on ' || new_day_count || ' of '
            || active_day_count || ' days)',
            ', '
            order by habit asc
        ) as novelties,
        min(first_at) as first_at,
        max(last_at) as last_at,
        max(event_count) as event_count,
        list_sort(list_distinct(flatten(list(evidence))))[1:20] as evidence
    from ranked_habits
    where value_place = 1
    group by
        credential,
        most_points
),

ranked_credentials as (
    select
        *,
        row_number() over (
            partition by coalesce(performer_name, credential)
            order by score desc, credential asc
        ) as place
    from scored_credentials
)

select
    credential as subject,
    performer_name,
    credential,
    null as network,
    namespace_name,
    null as repository,
    shared,
    case when score >= 30 then 'medium' else 'low' end as severity,
    round(score, 1) as score,
    credential || ' did what it had never done: ' || novelties as reason,
    first_at,
    last_at,
    event_count,
    evidence
from ranked_credentials
where
    place = 1
    and score >= $min_score
-- [[cases]]
-- name = "a person takes up crane, a robot skopeo, three more people such tools, one of whom met something new before"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "low", score = 21.2, shared = "client:skopeo", event_count = 1},
--     {subject = "user:user-0", score = 32.5},
--     {subject = "user:user-1", score = 32.5},
--     {subject = "user:nina", score = 26.1, reason = "user:nina did what it had never done: client oras (something new on 1 of 21 days)"},
--     {subject = "user:alice", severity = "medium", score = 32.5, reason = "user:alice did what it had never done: client crane (something new on 0 of 20 days)", shared = "client:crane", event_count = 3},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "alice", client = "docker", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 4, performer_name = "user-{n}", client = "podman", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, performer_name = "acme+ci", client = "docker", repository_name = "web"},
--     {days = [-60, -35], performer_name = "acme+ci", client = "docker", repository_name = "web"},
--     {days = [-34, -34], performer_name = "acme+ci", client = "buildah", repository_name = "web"},
--     {days = [-34, -34], performer_name = "acme+ci", client = "docker", namespace_name = "skopeo"},
--     {days = [-34, -34], performer_name = "alice", credential = "app_specific_token:t", client = "docker", namespace_name = "crane"},
--     {days = [-28, -1], weekdays = true, performer_name = "nina", client = "docker", repository_name = "web"},
--     {days = [-24, -24], performer_name = "nina", client = "buildah", repository_name = "web"},
--     {days = [-21, -21], performer_name = "nina", client = "podman", repository_name = "web"},
--     {performer_name = "nina", client = "oras", repository_name = "web"},
--     {performer_name = "user-0", client = "skopeo", repository_name = "web"},
--     {performer_name = "user-1", client = "regctl", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, times = 3, performer_name = "acme+job-{n}", client = "skopeo", repository_name = "web"},
--     {days = [-40, -40], performer_name = "dave", client = "crane"},
--     {times = 3, performer_name = "alice", client = "crane", repository_name = "web"},
--     {performer_name = "acme+ci", client = "skopeo", repository_name = "web"},
-- ]
-- [[cases]]
-- name = "a new tool, a new sort of act and a new namespace at once; a new sort of act alone"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", severity = "medium", score = 40.0, reason = "app_specific_token:t did what it had never done: client curl (something new on 0 of 28 days), kind push_repo (something new on 0 of 28 days), namespace globex (something new on 0 of 28 days)", shared = "client:curl", event_count = 2},
--     {subject = "oauth_token:7", severity = "low", score = 25.0, shared = "kind:create_robot", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], times = 9, performer_name = "user-{n}", client = "podman"},
--     {days = [-28, -1], performer_name = "alice", credential = "app_specific_token:t"},
--     {days = [-28, -1], performer_name = "alice", kind = "create_tag"},
--     {days = [-28, -1], performer_name = "bob", credential = "oauth_token:7"},
--     {times = 2, performer_name = "alice", credential = "app_specific_token:t", client = "curl", kind = "push_repo", namespace_name = "umbrella"},
--     {performer_name = "alice", credential = "app_specific_token:t", kind = "create_tag", namespace_name = "globex"},
--     {performer_name = "bob", credential = "oauth_token:7", kind = "create_robot"},
-- ]
-- [[cases]]
-- name = "the client was the owner's elsewhere, the two credentials of one person are one person's day"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", severity = "low", score = 28.3, shared = "namespace:umbrella", event_count = 1, evidence = ["2026-03-03 all #00000000"]},
-- ]
-- events = [
--     {days = [-28, -1], times = 9, performer_name = "user-{n}", client = "podman"},
--     {days = [-28, -1], performer_name = "alice", credential = "app_specific_token:t"},
--     {days = [-28, -1], performer_name = "alice", client = "podman"},
--     {performer_name = "alice", credential = "app_specific_token:t", client = "podman", namespace_name = "umbrella"},
--     {performer_name = "alice", client = "podman", namespace_name = "umbrella"},
-- ]
-- [[cases]]
-- name = "one who meets new clients all the time"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "alice", client = "docker"},
--     {days = [-20, -1], performer_name = "alice", client = "tool-{d}"},
--     {performer_name = "alice", client = "tool-0"},
-- ]
-- [[cases]]
-- name = "what was refused, a login, a young credential, an upgrade, what nobody did, yesterday's, and what was done three months ago"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 4, performer_name = "user-{n}", client = "docker"},
--     {days = [-6, -1], performer_name = "acme+new", client = "docker"},
--     {days = [-28, -1], client = "docker"},
--     {kind = "pull_repo_failed", performer_name = "user-0", client = "crane"},
--     {kind = "login_success", performer_name = "user-1", client = "curl"},
--     {performer_name = "acme+new", client = "crane"},
--     {client = "crane"},
--     {performer_name = "user-2", client = "docker", user_agent = "docker/99"},
--     {days = [-99, -99], performer_name = "user-3", client = "crane"},
--     {performer_name = "user-3", client = "crane"},
--     {days = [-1, -1], performer_name = "user-2", client = "oras"},
-- ]
-- [[cases]]
-- name = "a new version of the same client, the usual namespace, the usual sort of act"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 4, performer_name = "user-{n}", client = "docker"},
--     {days = [-28, -1], performer_name = "user-0", kind = "push_repo", client = "docker"},
--     {performer_name = "user-0", client = "docker", user_agent = "docker/99"},
--     {performer_name = "user-0", kind = "push_repo", client = "docker"},
-- ]
--
-- [[cases]]
-- name = "an organization gets another name; one goes to another organization, one comes to it"
-- day = 2026-03-03
-- fires = [{subject = "user:bob", shared = "namespace:globex"}, {subject = "user:carl", shared = "namespace:apex"}]
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "alice", repository_name = "web"},
--     {at = "08:00", kind = "org_change_name", performer_name = "root", namespace_name = "apex", metadata = {old_name = "acme", new_name = "apex"}},
--     {days = [-28, -1], weekdays = true, performer_name = "bob", repository_name = "web"},
--     {days = [-28, -1], weekdays = true, performer_name = "carl", repository = "initech/web", client = "acme"},
--     {at = "09:00", performer_name = "alice", repository = "apex/web"},
--     {at = "09:00", performer_name = "bob", repository = "globex/web"},
--     {at = "09:00", performer_name = "carl", repository = "apex/web", client = "acme"},
-- ]
