-- id = "QD-11"
-- title = "Robot's token regenerated, then used only from elsewhere"
-- family = "credential_misuse"
-- severity = "medium"
-- why = "A new token locks the old holder out: if the robot lives on in another place alone, it was taken over."
-- tactics = ["Impact", "Credential Access"]
-- techniques = ["T1531", "T1528"]
-- reads = [
--     "base_credentials",
--     "base_habit_values",
--     "base_habits",
--     "base_registry",
--     "int_acts",
--     "mart_change_events",
-- ]
-- next_steps = [
--     "Ask whoever regenerated the token whether it was meant, and where the new token was put.",
--     "Ask the owners of the robot's usual machines whether their jobs fail since then.",
--     "If nobody meant it: regenerate again, give the token to the usual machines alone, and review what was done in between.",
-- ]
-- false_positives = [
--     "A CI that moves to new machines and gets a new token on the way: made by somebody who manages the robot.",
-- ]
--
-- [needs]
-- kinds = ["regenerate_robot_token"]
-- failure_kinds = []
-- network = true
-- history_days = 7
--
-- [keys]
-- login_failure = ["robot"]
-- regenerate_robot_token = ["robot"]
-- create_robot = ["robot"]
-- create_robot_federation = ["robot"]
-- delete_robot_federation = ["robot"]
--
-- [params]
-- max_hours = 24
-- network_points = 24        # from networks that neither the robot nor any other robot used
-- silence_points = 10        # a robot that acts every day, and not a sign of it where it used to
-- actor_points = 12          # by somebody who never managed that robot
-- failure_points = 14        # and the usual machines fail to log in
-- min_score = 20
with renewals as (
    select
        event_key,
        occurred_at,
        performer_name,
        credential as actor_credential,
        namespace_name,
        namespace_name || '+' || regexp_replace(json_extract_string(metadata, '$.robot'), '^.*\+', '')
            as robot_name
    from mart_change_events
    where
        kind = 'regenerate_robot_token'
        and day >= $day - 1
),

managers as (
    select distinct
        performer_name,
        namespace_name || '+' || regexp_replace(json_extract_string(metadata, '$.robot'), '^.*\+', '')
            as robot_name
    from mart_change_events
    where
        day >= $day - 100
        and day < $day - 1
),

uses as (
    select
        renewals.event_key as renewal_key,
        acts.event_key,
        acts.occurred_at,
        acts.network,
        own.habit_value is not null as is_usual_network,
        coalesce(everybody.robot_count, 0) as peer_count
    from renewals
    inner join int_acts as acts
        on
            'robot:' || renewals.robot_name = acts.credential
            and renewals.occurred_at < acts.occurred_at
            and renewals.occurred_at + $max_hours * interval 1 hour >= acts.occurred_at
    left join base_habits as own
        on
            own.habit = 'network'
            and acts.credential = own.credential
            and acts.network = own.habit_value
            and own.first_day < cast(renewals.occurred_at as date)
    left join base_habit_values as everybody
        on
            everybody.habit = 'network'
            and acts.network = everybody.habit_value
    where not acts.is_failure
),

lives as (
    select
        renewal_key,
        min(network) as network,
        min(peer_count) as peer_count,
        max(occurred_at) as last_at,
        count(*) as event_count,
        list_sort(list(event_key))[1:19] as evidence
    from uses
    group by renewal_key
    having
        count(case when is_usual_network then 1 end) = 0
        and max(occurred_at) >= cast($day as timestamp)
),

locked_out as (
    select distinct renewals.event_key as renewal_key
    from renewals
    inner join int_acts as acts
        on
            acts.kind = 'login_failure'
            and renewals.robot_name = json_extract_string(acts.metadata, '$.robot')
            and renewals.occurred_at < acts.occurred_at
    inner join base_habits as own
        on
            own.habit = 'network'
            and 'robot:' || renewals.robot_name = own.credential
            and acts.network = own.habit_value
),

takeovers as (
    select
        renewals.*,
        lives.network,
        lives.last_at,
        lives.event_count,
        lives.evidence,
        managers.robot_name is null as is_stranger,
        locked_out.renewal_key is not null as is_locked_out,
        $network_points / (1 + lives.peer_count)
        + $silence_points * robots.active_day_count / 28
        + case when managers.robot_name is null then $actor_points else 0 end
        + case when locked_out.renewal_key is null then 0 else $failure_points end as score,
        row_number() over (
            partition by renewals.robot_name
            order by renewals.occurred_at desc, renewals.event_key desc
        ) as place
    from renewals
    inner join lives on renewals.event_key = lives.renewal_key
    inner join base_credentials as robots
        on
            'robot:' || renewals.robot_name = robots.credential
            and robots.is_known
    inner join base_registry as registry on coalesce(registry.is_network_trusted, true)
    left join managers
        on
            renewals.performer_name = managers.performer_name
            and renewals.robot_name = managers.robot_name
    left join locked_out on renewals.event_key = locked_out.renewal_key
)

select
    'robot:' || robot_name as subject,
    performer_name,
    'robot:' || robot_name as credential,
    network,
    namespace_name,
    null as repository,
    'network:' || network as shared,
    case
        when score >= 50 then 'high'
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    round(score, 1) as score,
    'the token of robot ' || robot_name || ' was regenerated by ' || coalesce(performer_name, 'somebody')
    || case when is_stranger then ', who never managed it' else '' end
    || '; since then it acted ' || event_count || ' times from ' || network
    || ' and other networks new to it, and never from its usual ones'
    || case when is_locked_out then ', where logins fail now' else '' end as reason,
    occurred_at as first_at,
    last_at,
    1 + event_count as event_count,
    list_sort(list_append(evidence, event_key)) as evidence
from takeovers
where
    place = 1
    and score >= $min_score
-- [[cases]]
-- name = "a stranger regenerates two robots' tokens: new networks alone, and for one of them the usual ones fail to log in"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 60.0, reason = "the token of robot acme+ci was regenerated by mallory, who never managed it; since then it acted 30 times from 203.0.113.0/24 and other networks new to it, and never from its usual ones, where logins fail now", shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 31},
--     {subject = "robot:acme+build", score = 46.0, event_count = 2},
-- ]
-- events = [
--     {days = [-28, 0], at = "08:00", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], performer_name = "acme+other", network = "192.0.2.0/24"},
--     {days = [-50, -50], kind = "create_robot", performer_name = "bob", metadata = {robot = "ci"}},
--     {days = [-50, -50], kind = "create_robot", performer_name = "mallory", metadata = {robot = "other"}},
--     {at = "10:00", kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "ci"}},
--     {days = [-101, -101], kind = "create_robot", performer_name = "mallory", metadata = {robot = "ci"}},
--     {days = [-9, -9], performer_name = "acme+ci", repository = "203.0.113.0/24"},
--     {days = [-28, 0], at = "08:00", performer_name = "acme+build", repository_name = "web"},
--     {at = "10:00", kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "build"}},
--     {at = "10:10", performer_name = "acme+build", repository_name = "web", network = "203.0.114.0/24"},
--     {at = "10:10", times = 30, performer_name = "acme+ci", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "11:00", kind = "login_failure", metadata = {robot = "acme+ci"}},
-- ]
-- [[cases]]
-- name = "by somebody who manages it, to a network that other robots use; failures before it and from elsewhere"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 30.0, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 2},
--     {subject = "robot:acme+two", severity = "medium", score = 34.0, reason = "the token of robot acme+two was regenerated by bob; since then it acted 1 times from 203.0.114.0/24 and other networks new to it, and never from its usual ones", shared = "network:203.0.114.0/24", network = "203.0.114.0/24", event_count = 2},
--     {subject = "robot:acme+tre", severity = "medium", score = 34.0, event_count = 2},
--     {subject = "robot:acme+rare", severity = "low", score = 26.9, shared = "network:203.0.115.0/24", network = "203.0.115.0/24", event_count = 4},
-- ]
-- events = [
--     {days = [-28, 0], at = "08:00", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, 0], at = "08:00", performer_name = "acme+two", repository_name = "web"},
--     {days = [-28, -1], times = 2, performer_name = "acme+job-{n}", network = "203.0.113.0/24"},
--     {days = [-28, 0], at = "08:00", performer_name = "acme+tre", repository_name = "web"},
--     {days = [-2, -2], kind = "create_robot_federation", performer_name = "eve", metadata = {robot = "acme+tre"}},
--     {at = "10:00", kind = "regenerate_robot_token", performer_name = "eve", metadata = {robot = "tre"}},
--     {at = "10:10", performer_name = "acme+tre", network = "203.0.117.0/24"},
--     {days = [-9, -9], performer_name = "acme+two", repository = "203.0.116.0/24"},
--     {days = [-100, -100], kind = "delete_robot_federation", performer_name = "bob", metadata = {robot = "acme+two"}},
--     {days = [-100, -100], kind = "regenerate_robot_token", performer_name = "carol", metadata = {robot = "acme+rare"}},
--     {days = [-1, -1], at = "10:00", kind = "regenerate_robot_token", performer_name = "alice", metadata = {robot = "acme+ci"}},
--     {days = [-8, -2], at = "08:00", performer_name = "acme+rare", repository_name = "web"},
--     {at = "10:00", kind = "regenerate_robot_token", performer_name = "alice", metadata = {robot = "ci"}},
--     {at = "10:00", kind = "regenerate_robot_token", performer_name = "bob", metadata = {robot = "two"}},
--     {days = [-1, -1], at = "10:00", kind = "regenerate_robot_token", performer_name = "bob", metadata = {robot = "rare"}},
--     {at = "10:10", performer_name = "acme+ci", network = "203.0.113.0/24"},
--     {at = "10:10", performer_name = "acme+two", network = "203.0.114.0/24"},
--     {days = [-1, -1], at = "23:00", performer_name = "acme+rare", network = "203.0.115.0/24"},
--     {at = "00:00", performer_name = "acme+rare", network = "203.0.115.0/24"},
--     {at = "10:00", performer_name = "acme+rare", network = "203.0.115.0/24"},
--     {at = "10:01", performer_name = "acme+rare"},
--     {at = "10:00", kind = "login_failure", metadata = {robot = "acme+two"}},
--     {at = "11:00", kind = "login_failure", network = "203.0.116.0/24", metadata = {robot = "acme+two"}},
--     {at = "11:00", kind = "login_failure", network = "203.0.113.0/24", metadata = {robot = "acme+two"}},
--     {at = "11:00", kind = "login_failure", metadata = {robot = "acme+none"}},
--     {at = "11:00", kind = "pull_repo_failed", performer_name = "acme+two", metadata = {robot = "acme+two"}},
-- ]
-- [[cases]]
-- name = "an ordinary rotation, one on both sides, one without a use, a young robot, uses of yesterday and the day before"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "08:00", times = 6, performer_name = "acme+job-{n}", repository_name = "web"},
--     {days = [-28, -1], times = 5, performer_name = "acme+peer-{n}", network = "203.0.118.0/24"},
--     {days = [-50, -50], kind = "create_robot", performer_name = "bob", metadata = {robot = "job-5"}},
--     {kind = "regenerate_robot_token", performer_name = "bob", metadata = {robot = "job-5"}},
--     {at = "12:10", performer_name = "acme+job-5", network = "203.0.118.0/24"},
--     {at = "10:10", kind = "create_robot", performer_name = "bob", metadata = {robot = "peer-0"}},
--     {at = "12:10", performer_name = "acme+peer-0", network = "203.0.119.0/24"},
--     {days = [-28, -1], times = 9, performer_name = "user-{n}", network = "192.0.{n}.0/24"},
--     {days = [-4, 0], at = "08:00", performer_name = "acme+young", repository_name = "web"},
--     {at = "10:00", times = 4, every = "0s", kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "job-{n}"}},
--     {at = "10:00", kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "young"}},
--     {at = "10:10", performer_name = "acme+job-0"},
--     {at = "10:10", performer_name = "acme+job-1"},
--     {at = "10:10", times = 9, performer_name = "acme+job-1", network = "203.0.113.0/24"},
--     {at = "10:10", kind = "pull_repo_failed", performer_name = "acme+job-2", network = "203.0.113.0/24"},
--     {at = "10:00", performer_name = "acme+job-3", network = "203.0.113.0/24"},
--     {at = "10:10", performer_name = "acme+young", network = "203.0.113.0/24"},
--     {days = [-1, -1], at = "10:00", kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "job-4"}},
--     {days = [-1, -1], at = "23:59", performer_name = "acme+job-4", network = "203.0.113.0/24"},
--     {at = "09:00", kind = "create_robot", performer_name = "mallory", metadata = {robot = "job-2"}},
--     {at = "09:10", performer_name = "acme+job-2", network = "203.0.117.0/24"},
-- ]
-- [[cases]]
-- name = "regenerated the day before yesterday"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 9, performer_name = "user-{n}", network = "192.0.{n}.0/24"},
--     {days = [-28, -3], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-2, -2], at = "23:00", kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "ci"}},
--     {at = "00:10", performer_name = "acme+ci", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "regenerated twice, told once"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 45.6, reason = "the token of robot acme+ci was regenerated by mallory, who never managed it; since then it acted 1 times from 203.0.113.0/24 and other networks new to it, and never from its usual ones", shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 2, evidence = ["2026-03-03 all #00000000", "2026-03-03 all #00000001"]},
-- ]
-- events = [
--     {days = [-28, -2], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, -1], at = "23:00", kind = "regenerate_robot_token", performer_name = "bob", metadata = {robot = "ci"}},
--     {at = "00:05", kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "ci"}},
--     {at = "00:10", performer_name = "acme+ci", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "behind one proxy no network is strange"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 6, performer_name = "acme+job-{n}"},
--     {kind = "regenerate_robot_token", performer_name = "mallory", metadata = {robot = "job-0"}},
--     {at = "12:10", performer_name = "acme+job-0", network = "203.0.113.0/24"},
-- ]
