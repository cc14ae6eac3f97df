-- id = "QD-05"
-- title = "Robot used by hand"
-- family = "credential_misuse"
-- severity = "medium"
-- why = "A robot's secret that a person types or runs on a workstation has left the machine that it was made for."
-- tactics = ["Initial Access", "Defense Evasion"]
-- techniques = ["T1078"]
-- reads = ["base_credentials", "base_habits", "base_performer_habits", "base_registry", "int_acts"]
-- next_steps = [
--     "Find who sits behind the address: the person named in the reason is the first to ask.",
--     "If somebody debugged the CI by hand, give that person a token of their own and regenerate the robot's.",
--     "If nobody did: regenerate the robot's token at once and review what the robot pulled and pushed since.",
-- ]
-- false_positives = [
--     "A developer who debugs the CI with its secret; most policies forbid it (PCI DSS 8.6).",
--     "A build machine that is a Mac: from a network that is usual for the robot a workstation counts for little.",
-- ]
--
-- [needs]
-- kinds = ["login_success", "pull_repo", "push_repo"]
-- network = false
-- history_days = 7
--
-- [params]
-- workstation_points = 20
-- usual_network_share = 0.3    # a workstation's client on a network that the robot always used
-- first_login_points = 6       # a robot that never logged in, only pulled and pushed
-- new_client_points = 8        # ... and does so with a client it never used
-- neighbour_points = 22        # from the address of a person, at most minutes apart
-- neighbour_minutes = 10
-- min_habit_days = 3           # so many days make a person's network that person's own
-- min_score = 10
with robot_slots as (
    -- What a robot did within ten minutes from one address with one client is one row.
    select
        credential,
        credential_id as robot_name,
        namespace_name,
        ip,
        network,
        client,
        kind = 'login_success' as is_login,
        coalesce(regexp_matches(lower(user_agent), 'darwin|windows|mac ?os|desktop'), false)
            as is_workstation,
        cast(extract(isodow from occurred_at) > 5 as integer) as is_weekend,
        cast(extract(hour from occurred_at) as integer) as hour_of_day,
        floor(extract(epoch from occurred_at) / 600) as slot,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as first_key
    from int_acts
    where
        day = $day
        and not is_failure
        and credential_kind = 'robot'
    group by
        credential,
        credential_id,
        namespace_name,
        ip,
        network,
        client,
        kind = 'login_success',
        coalesce(regexp_matches(lower(user_agent), 'darwin|windows|mac ?os|desktop'), false),
        cast(extract(isodow from occurred_at) > 5 as integer),
        cast(extract(hour from occurred_at) as integer),
        floor(extract(epoch from occurred_at) / 600)
),

known_robots as (
    select
        credential,
        active_day_count
    from base_credentials
    where is_known
),

-- The hours of weekdays and of weekends at which a robot acts, and on how many days.
robot_hours as (
    select
        credential,
        cast(cast(habit_value as integer) >= 120 as integer) as is_weekend,
        cast(habit_value as integer) % 24 as hour_of_day,
        sum(day_count) as day_count
    from base_habits
    where habit = 'hour'
    group by
        credential,
        cast(cast(habit_value as integer) >= 120 as integer),
        cast(habit_value as integer) % 24
),

-- Hours met once tell how readily an hour comes that was never met (Good and Turing).
hour_shares as (
    select
        known.credential,
        (count(case when hours.day_count = 1 then 1 end) + 0.5) / (known.active_day_count + 1)
            as new_hour_share
    from known_robots as known
    inner join robot_hours as hours on known.credential = hours.credential
    group by
        known.credential,
        known.active_day_count
),

near_hours as (
    select distinct
        hours.credential,
        hours.is_weekend,
        (hours.hour_of_day + shifts.shift) % 24 as hour_of_day
    from robot_hours as hours
    cross join (values (23), (24), (25)) as shifts (shift)
),

person_slots as (
    select
        int_acts.ip,
        int_acts.performer_name as person_name,
        min(int_acts.occurred_at) as first_at,
        max(int_acts.occurred_at) as last_at
    from int_acts
    inner join base_performer_habits as homes
        on
            homes.habit = 'network'
            and int_acts.performer_name = homes.performer_name
            and int_acts.network = homes.habit_value
    where
        not int_acts.is_failure
        and int_acts.performer_kind = 'user'
        and homes.day_count >= $min_habit_days
    group by
        int_acts.ip,
        int_acts.performer_name,
        floor(extract(epoch from int_acts.occurred_at) / 600)
),

neighbours as (
    select
        robots.credential,
        robots.ip,
        robots.slot,
        count(distinct people.person_name) as person_count,
        min(people.person_name) as person_name
    from robot_slots as robots
    inner join person_slots as people
        on
            robots.ip = people.ip
            and people.first_at <= robots.last_at + $neighbour_minutes * interval 1 minute
            and people.last_at >= robots.first_at - $neighbour_minutes * interval 1 minute
    inner join base_registry on coalesce(base_registry.is_network_trusted, true)
    group by
        robots.credential,
        robots.ip,
        robots.slot
),

marked_slots as (
    select
        slots.*,
        neighbours.person_name,
        neighbours.person_count,
        hour_shares.new_hour_share,
        hour_shares.new_hour_share is not null and slots.is_login and logins.habit_value is null
            as is_first_login,
        hour_shares.new_hour_share is not null and slots.is_login and clients.habit_value is null
            as is_new_client,
        networks.habit_value is not null as is_usual_network,
        networks.habit_value is null and neighbours.person_name is not null as is_neighbour,
        hour_shares.new_hour_share is not null and near_hours.hour_of_day is null as is_odd_hour
    from robot_slots as slots
    left join hour_shares on slots.credential = hour_shares.credential
    left join near_hours
        on
            slots.credential = near_hours.credential
            and slots.is_weekend = near_hours.is_weekend
            and slots.hour_of_day = near_hours.hour_of_day
    left join neighbours
        on
            slots.credential = neighbours.credential
            and slots.ip = neighbours.ip
            and slots.slot = neighbours.slot
    left join base_habits as networks
        on
            networks.habit = 'network'
            and slots.credential = networks.credential
            and slots.network = networks.habit_value
    left join base_habits as logins
        on
            logins.habit = 'kind'
            and logins.habit_value = 'login_success'
            and slots.credential = logins.credential
    left join base_habits as clients
        on
            clients.habit = 'client'
            and slots.credential = clients.credential
            and slots.client = clients.habit_value
),

weighed_slots as (
    select
        *,
        case
            when is_workstation
                then $workstation_points * case when is_usual_network then $usual_network_share else 1 end
            else 0
        end as workstation_points,
        case when is_first_login then $first_login_points else 0 end as login_points,
        case when is_new_client then $new_client_points else 0 end as client_points,
        case when is_neighbour then $neighbour_points / sqrt(greatest(person_count, 1)) else 0 end
            as neighbour_points,
        case when is_odd_hour then -12 * log10(new_hour_share) else 0 end as hour_points
    from marked_slots
),

robots as (
    select
        credential,
        robot_name,
        min(namespace_name) as namespace_name,
        max(workstation_points) + max(login_points) + max(client_points) + max(neighbour_points)
        + max(hour_points) as score,
        max(case when is_workstation then 'from a workstation' end) as workstation_words,
        max(case when is_login then 'by docker login' end) as login_words,
        max(
            case
                when is_neighbour
                    then 'from the address of ' || person_name || ' (people there: ' || person_count || ')'
            end
        ) as neighbour_words,
        max(case when is_odd_hour then 'at an hour at which it never acts' end) as hour_words,
        max(network) as network,
        min(first_at) as first_at,
        max(last_at) as last_at,
        sum(event_count) as event_count,
        list_sort(list(first_key))[1:20] as evidence
    from weighed_slots
    where workstation_points + login_points + client_points + neighbour_points + hour_points > 0
    group by
        credential,
        robot_name
)

select
    robots.credential as subject,
    robots.robot_name as performer_name,
    robots.credential,
    robots.network,
    robots.namespace_name,
    null as repository,
    -- A re-imaged cluster or a night of maintenance wakes many robots at an odd hour.
    case
        when coalesce(robots.login_words, robots.workstation_words, robots.neighbour_words) is null
            then 'namespace:' || robots.namespace_name
    end as shared,
    case
        when robots.score >= 50 then 'high'
        when robots.score >= 30 then 'medium'
        else 'low'
    end as severity,
    round(robots.score, 1) as score,
    'robot ' || robots.robot_name || ' was used as no machine is, ' || robots.event_count || ' times: '
    || concat_ws(
        ', ', robots.login_words, robots.workstation_words, robots.neighbour_words, robots.hour_words
    ) as reason,
    robots.first_at,
    robots.last_at,
    robots.event_count,
    robots.evidence
from robots
where robots.score >= $min_score
-- [[cases]]
-- name = "a robot logs in on a workstation at the home of a person"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 75.5, reason = "robot acme+ci was used as no machine is, 1 times: by docker login, from a workstation, from the address of alice (people there: 1), at an hour at which it never acts", network = "203.0.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, at = "02:30", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -28], at = "02:30", performer_name = "acme+ci", repository = "203.0.113.0/24"},
--     {days = [-3, -1], at = "20:00", performer_name = "alice", network = "203.0.113.0/24"},
--     {days = [-28, -1], performer_name = "bob", network = "192.0.2.0/24"},
--     {at = "20:00", performer_name = "alice", network = "203.0.113.0/24"},
--     {at = "20:09", kind = "login_success", performer_name = "acme+ci", network = "203.0.113.0/24", client = "podman", user_agent = "Docker-Client/25 (darwin)"},
--     {at = "02:30", performer_name = "acme+ci", repository_name = "web", user_agent = "docker/25 go/1.22 os/linux"},
-- ]
-- [[cases]]
-- name = "the person came ten minutes later, and four people live there"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 36.0, network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+new", severity = "low", score = 11.0, network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+old", severity = "low", score = 22.0, network = "203.0.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], at = "20:00", performer_name = "acme+ci", client = "docker"},
--     {days = [-28, -1], at = "03:00", performer_name = "acme+ci", client = "docker"},
--     {at = "03:00", performer_name = "acme+ci", network = "203.0.113.0/24"},
--     {at = "20:01", performer_name = "acme+ci", network = "203.0.119.0/24"},
--     {days = [-1, -1], at = "23:55", performer_name = "user-1", network = "203.0.113.0/24"},
--     {at = "00:05", performer_name = "acme+old", network = "203.0.113.0/24"},
--     {days = [-28, -1], at = "20:00", times = 4, performer_name = "user-{n}", network = "203.0.113.0/24"},
--     {at = "20:00", kind = "login_success", performer_name = "acme+ci", network = "203.0.113.0/24", client = "curl"},
--     {at = "20:10", times = 1, performer_name = "user-0", network = "203.0.113.0/24"},
--     {at = "09:00", times = 4, performer_name = "user-{n}", network = "203.0.113.0/24"},
--     {at = "09:00", performer_name = "acme+new", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "not the same minutes, not the same address, not the person's own, or usual for the robot"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "20:00", times = 5, performer_name = "acme+job-{n}", network = "198.51.{n}.0/24"},
--     {days = [-28, -1], at = "20:00", performer_name = "alice", network = "203.0.113.0/24"},
--     {at = "20:00", performer_name = "alice", ip = "203.0.113.10"},
--     {at = "20:11", performer_name = "acme+job-0", ip = "203.0.113.10"},
--     {at = "19:49", performer_name = "acme+job-1", ip = "203.0.113.10"},
--     {at = "20:00", performer_name = "acme+job-2", ip = "203.0.113.11"},
--     {days = [-2, 0], at = "20:00", performer_name = "bob", network = "203.0.114.0/24"},
--     {at = "20:00", performer_name = "acme+job-3", network = "203.0.114.0/24"},
--     {days = [-1, 0], at = "20:00", performer_name = "acme+job-4", network = "203.0.115.0/24"},
--     {days = [-28, 0], at = "20:00", performer_name = "carol", network = "203.0.115.0/24"},
--     {days = [-28, -1], at = "20:00", performer_name = "dave", network = "203.0.113.0/24"},
--     {at = "20:11", kind = "login_failure", performer_name = "dave", network = "203.0.113.0/24"},
--     {at = "20:20", performer_name = "bob", network = "203.0.113.0/24"},
--     {days = [-28, -1], performer_name = "erin", repository = "203.0.120.0/24", network = "192.0.9.0/24"},
--     {at = "20:00", performer_name = "erin", network = "203.0.120.0/24"},
--     {at = "20:05", performer_name = "acme+job-0", network = "203.0.120.0/24"},
--     {days = [-28, -1], at = "20:00", performer_name = "acme+peer", network = "203.0.113.0/24"},
--     {at = "20:12", performer_name = "acme+peer", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a workstation that was always the robot's, and a person's"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+win", shared = "", severity = "low", score = 20.0, network = "198.51.100.0/24", event_count = 25},
-- ]
-- events = [
--     {days = [-28, 0], performer_name = "acme+mac", user_agent = "docker/25 os/darwin"},
--     {performer_name = "acme+mac", user_agent = "podman/5 os/darwin", client = "podman"},
--     {times = 25, every = "10m", performer_name = "acme+win", user_agent = "Docker Desktop (Windows)"},
--     {performer_name = "alice", user_agent = "docker/25 os/darwin"},
--     {kind = "pull_repo_failed", performer_name = "acme+far", user_agent = "docker/25 os/darwin", network = "203.0.113.0/24"},
--     {days = [-1, -1], performer_name = "acme+far", user_agent = "docker/25 os/darwin"},
-- ]
-- [[cases]]
-- name = "a first login with a new client, a later one with a usual client, one of a robot that is new itself"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", shared = "", severity = "low", score = 14.0, network = "198.51.100.0/24", event_count = 2, evidence = ["2026-03-03 all #00000000"]},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", client = "docker"},
--     {days = [-9, -9], performer_name = "acme+ci", namespace_name = "login_success", client = "docker"},
--     {days = [-9, -9], performer_name = "acme+ci", namespace_name = "curl", client = "docker"},
--     {days = [-28, -1], performer_name = "acme+job", client = "docker"},
--     {days = [-28, -28], kind = "login_success", performer_name = "acme+job", client = "docker"},
--     {days = [-28, -28], kind = "login_success", performer_name = "acme+job-2", client = "docker"},
--     {days = [-28, -1], performer_name = "acme+job-2", client = "docker"},
--     {days = [-28, -1], performer_name = "acme+job-3", client = "docker"},
--     {days = [-6, -1], performer_name = "acme+new", client = "docker"},
--     {times = 2, kind = "login_success", performer_name = "acme+ci", client = "curl"},
--     {kind = "login_success", performer_name = "acme+job", client = "docker"},
--     {kind = "login_success", performer_name = "acme+job-2", client = "curl"},
--     {kind = "login_success", performer_name = "acme+job-3", client = "docker"},
--     {kind = "login_success", performer_name = "acme+new", client = "curl", user_agent = "curl (os/darwin)"},
-- ]
-- [[cases]]
-- name = "a robot of the night by day, a robot of weekdays on Sunday, one that comes at any hour"
-- day = 2026-03-08
-- fires = [
--     {subject = "robot:acme+night", severity = "low", score = 27.2, network = "198.51.100.0/24", event_count = 1},
--     {subject = "robot:acme+weekly", severity = "low", score = 19.5, shared = "namespace:acme", network = "198.51.100.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], at = "23:10", performer_name = "acme+night"},
--     {days = [-28, -1], weekdays = true, at = "12:00", performer_name = "acme+weekly"},
--     {days = [-28, -1], at = "00:10", performer_name = "acme+midnight"},
--     {days = [-20, -12], at = "12:00", performer_name = "acme+any"},
--     {days = [-11, -11], at = "01:00", performer_name = "acme+any"},
--     {days = [-10, -10], at = "03:00", performer_name = "acme+any"},
--     {days = [-9, -9], at = "06:00", performer_name = "acme+any"},
--     {days = [-5, -1], at = "12:00", performer_name = "acme+new"},
--     {at = "01:00", performer_name = "acme+night", user_agent = "docker/25 os/darwin"},
--     {at = "12:00", performer_name = "acme+weekly"},
--     {at = "23:00", performer_name = "acme+midnight"},
--     {at = "01:30", performer_name = "acme+midnight"},
--     {at = "20:00", performer_name = "acme+any"},
--     {at = "20:00", performer_name = "acme+new"},
-- ]
-- [[cases]]
-- name = "behind one proxy everybody is a neighbour"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 9, performer_name = "user-{n}", network = "203.0.113.0/24"},
--     {days = [-28, -1], performer_name = "acme+ci"},
--     {performer_name = "user-1", network = "203.0.113.0/24"},
--     {performer_name = "acme+ci", network = "203.0.113.0/24"},
-- ]
