-- id = "QD-08"
-- title = "Federated token exchange that nobody expects"
-- family = "credential_misuse"
-- severity = "medium"
-- why = "An outside identity took a robot's place: one that is not in the robot's settings, from a strange network, or too often."
-- tactics = ["Defense Evasion", "Lateral Movement"]
-- techniques = ["T1550.001"]
-- reads = [
--     "base_credentials",
--     "base_namespace_habits",
--     "base_namespace_kinds",
--     "base_registry",
--     "int_acts",
--     "mart_change_events",
--     "stg_inventory_robot_federations",
-- ]
-- next_steps = [
--     "Compare issuer and subject with the robot's federation settings, and with what the workflow is called today.",
--     "Look at what the robot did from that network in the hour after each exchange; Quay links them in no other way.",
--     "If it is nobody's workflow: delete the federation and regenerate the robot's token.",
-- ]
-- false_positives = [
--     "A runner in the cloud that gets a new network each time: weighed by how often the robot meets new networks.",
--     "A new pipeline that runs more often than all that were there before.",
-- ]
--
-- [needs]
-- kinds = ["federated_robot_token_exchange"]
-- inventory = ["robot_federations"]
-- network = false
-- history_days = 7
--
-- [keys]
-- create_robot_federation = ["config", "robot"]
-- federated_robot_token_exchange = ["issuer", "robot", "subject"]
--
-- [params]
-- stranger_points = 40          # an identity that no setting of the robot names
-- young_points = 8              # one that was added within a week
-- young_days = 7
-- unknown_network_share = 0.1   # of a robot that is not known yet, how often it meets new networks
-- min_extra_count = 10          # exchanges that a namespace may have above what is usual
-- surge_points = 10             # for each doubling above that
-- min_score = 12
with recent_exchanges as (
    select
        event_key,
        day,
        occurred_at,
        namespace_name,
        network,
        namespace_name || '+' || regexp_replace(json_extract_string(metadata, '$.robot'), '^.*\+', '')
            as robot_name,
        json_extract_string(metadata, '$.issuer') as issuer,
        json_extract_string(metadata, '$.subject') as subject
    from int_acts
    where kind = 'federated_robot_token_exchange'
),

exchanges as (
    select *
    from recent_exchanges
    where day = $day
),

trusts as (
    select
        day,
        namespace_name || '+' || regexp_replace(json_extract_string(metadata, '$.robot'), '^.*\+', '')
            as robot_name,
        unnest(
            try(
                from_json(
                    json_extract_string(metadata, '$.config'), '[{"issuer": "VARCHAR", "subject": "VARCHAR"}]'
                )
            )
        ) as outsider
    from mart_change_events
    where
        kind = 'create_robot_federation'
        and day >= $day - 100
        and day <= $day
),

settings as (
    select
        robot_name,
        issuer,
        subject,
        max(added_day) as added_day
    from (
        select
            robot_name,
            outsider.issuer,
            outsider.subject,
            day as added_day
        from trusts
        union all
        select
            robot_name,
            issuer,
            subject,
            null as added_day
        from stg_inventory_robot_federations
    ) as told
    group by
        robot_name,
        issuer,
        subject
),

set_robots as (
    select distinct robot_name
    from settings
),

setting_counts as (
    select count(*) as setting_count
    from settings
),

-- Exchanges make no habit of a robot: what is known of them is the day before.
earlier_networks as (
    select distinct
        namespace_name,
        network
    from recent_exchanges
    where day < $day
),

earlier_identities as (
    select distinct
        robot_name,
        issuer,
        subject
    from recent_exchanges
    where day < $day
),

namespace_counts as (
    select
        exchanges.namespace_name,
        count(*) as exchange_count,
        $min_extra_count
        + coalesce(max(kinds.event_median + 6 * 1.4826 * kinds.event_mad), 0) as usual_count,
        coalesce(max(kinds.day_count), 0) as exchange_day_count
    from exchanges
    left join base_namespace_kinds as kinds
        on
            kinds.kind = 'federated_robot_token_exchange'
            and exchanges.namespace_name = kinds.namespace_name
    group by exchanges.namespace_name
),

weighed_exchanges as (
    select
        exchanges.*,
        -- Without any setting at hand nobody can tell. Those of one robot, or of an identity that came the day
        -- before, may be missing or gone since: then the days tell whether the organization exchanges at all.
        case
            when settings.robot_name is null and told.setting_count > 0
                then
                    $stranger_points
                    / (
                        1
                        + case
                            when set_robots.robot_name is null or earlier.robot_name is not null
                                then counts.exchange_day_count
                            else 0
                        end
                    )
            else 0
        end as stranger_points,
        case when settings.added_day > $day - $young_days then $young_points else 0 end as young_points,
        case
            when
                neighbours.habit_value is null
                and earlier_networks.network is null
                and coalesce(registry.is_network_trusted, true)
                then
                    -12 * log10(
                        case
                            when robots.is_known then robots.new_network_day_share
                            else $unknown_network_share
                        end
                    )
            else 0
        end as network_points
    from exchanges
    cross join base_registry as registry
    cross join setting_counts as told
    inner join namespace_counts as counts on exchanges.namespace_name = counts.namespace_name
    left join set_robots on exchanges.robot_name = set_robots.robot_name
    left join earlier_networks
        on
            exchanges.namespace_name = earlier_networks.namespace_name
            and exchanges.network = earlier_networks.network
    left join earlier_identities as earlier
        on
            exchanges.robot_name = earlier.robot_name
            and exchanges.issuer = earlier.issuer
            and exchanges.subject = earlier.subject
    left join settings
        on
            exchanges.robot_name = settings.robot_name
            and exchanges.issuer = settings.issuer
            and exchanges.subject = settings.subject
    left join base_credentials as robots on 'robot:' || exchanges.robot_name = robots.credential
    left join base_namespace_habits as neighbours
        on
            neighbours.habit = 'network'
            and exchanges.namespace_name = neighbours.namespace_name
            and exchanges.network = neighbours.habit_value
),

robots as (
    select
        robot_name,
        namespace_name,
        max(stranger_points) + max(young_points) + max(network_points) as identity_points,
        max(stranger_points) as stranger_points,
        max(network_points) as network_points,
        max(case when network_points > 0 then network end) as network,
        min(issuer) as issuer,
        min(subject) as subject,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        count(*) as event_count,
        list_sort(list(event_key))[1:20] as evidence
    from weighed_exchanges
    group by
        robot_name,
        namespace_name
),

scored_robots as (
    select
        robots.*,
        counts.exchange_count,
        counts.usual_count,
        -- Each robot answers for its part of the namespace's surge.
        robots.identity_points
        + $surge_points * log2(greatest(counts.exchange_count / greatest(counts.usual_count, 0.001), 1))
        * robots.event_count / greatest(counts.exchange_count, 1) as score
    from robots
    inner join namespace_counts as counts on robots.namespace_name = counts.namespace_name
)

select
    'robot:' || robot_name as subject,
    robot_name as performer_name,
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
    'robot ' || robot_name || ' was taken over ' || event_count || ' times by ' || subject || ' of ' || issuer
    || case when stranger_points > 0 then ', which its settings do not name' else '' end
    || coalesce(', from ' || network || ', which ' || namespace_name || ' never used', '')
    || '; exchanges in ' || namespace_name || ': ' || exchange_count || ', usual at most '
    || round(usual_count) as reason,
    first_at,
    last_at,
    event_count,
    evidence
from scored_robots
where score >= $min_score
-- [[cases]]
-- name = "an identity that the robot's settings do not name, from a network that nobody knows"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 56.3, reason = "robot acme+ci was taken over 2 times by repo:acme/api of https://issuer.example, which its settings do not name, from 203.0.113.0/24, which acme never used; exchanges in acme: 6, usual at most 10.0", shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 2},
--     {subject = "robot:acme+none", severity = "medium", score = 40.0, event_count = 1},
--     {subject = "robot:acme+past", severity = "medium", score = 40.0, event_count = 1},
--     {subject = "robot:acme+iss", severity = "medium", score = 40.0, event_count = 1},
-- ]
-- inventory.robot_federations = [{namespace_name = "acme", robot_name = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}]
-- events = [
--     {days = [1, 1], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "none", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {days = [-1, -1], kind = "delete_robot_federation", performer_name = "bob", metadata = {robot = "none", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {days = [-101, -101], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "past", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {days = [-100, -100], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "long", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "iss", config = [{issuer = "https://other.example", subject = "repo:acme/web"}]}},
--     {kind = "federated_robot_token_exchange", metadata = {robot = "acme+past", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", metadata = {robot = "acme+long", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", metadata = {robot = "acme+iss", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], performer_name = "umbrella+ci", namespace_name = "umbrella", network = "203.0.113.0/24"},
--     {times = 2, kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/api"}},
--     {kind = "federated_robot_token_exchange", metadata = {robot = "acme+none", issuer = "https://issuer.example", subject = "repo:acme/web"}},
-- ]
-- [[cases]]
-- name = "an identity added a week ago, or longer ago, from a new network, for robots of all ages"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+young", severity = "low", score = 20.0, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+r0", severity = "low", score = 12.0, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+today", severity = "low", score = 20.0, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+calm", repository_name = "web"},
--     {days = [-28, -1], performer_name = "acme+wild", repository_name = "web", network = "192.0.{d}.0/24"},
--     {days = [-7, -7], times = 4, kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "r{n}", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {days = [-6, -6], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "young", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {days = [-6, -6], kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "wild", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+young", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+wild", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "create_robot_federation", performer_name = "bob", metadata = {robot = "today", config = [{issuer = "https://issuer.example", subject = "repo:acme/web"}]}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+r0", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+today", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", metadata = {robot = "acme+r1", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-1, -1], kind = "federated_robot_token_exchange", network = "203.0.119.0/24", metadata = {robot = "acme+calm", issuer = "https://other.example", subject = "repo:acme/web"}},
-- ]
-- [[cases]]
-- name = "as always: the robot's own network, a network of the organization, no settings at hand"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], performer_name = "acme+web", repository_name = "web", network = "203.0.113.0/24"},
--     {kind = "federated_robot_token_exchange", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-20, -20], performer_name = "umbrella+robot", namespace_name = "globex", repository_name = "web", network = "203.0.115.0/24"},
--     {kind = "federated_robot_token_exchange", namespace_name = "umbrella", network = "203.0.115.0/24", metadata = {robot = "umbrella+robot", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {kind = "pull_repo", performer_name = "acme+ci", network = "203.0.114.0/24", metadata = {robot = "acme+ci"}},
-- ]
-- [[cases]]
-- name = "ten times as many exchanges as usual, by two robots"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", shared = "", network = "", severity = "low", score = 14.7, reason = "robot acme+ci was taken over 80 times by repo:acme/web of https://issuer.example; exchanges in acme: 160, usual at most 21.0", event_count = 80},
--     {subject = "robot:acme+web", shared = "", network = "", severity = "low", score = 14.7, event_count = 80},
--     {subject = "robot:globex+ci", severity = "high", score = 60.0, event_count = 640},
-- ]
-- inventory.robot_federations = [
--     {namespace_name = "acme", robot_name = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"},
--     {namespace_name = "acme", robot_name = "acme+web", issuer = "https://issuer.example", subject = "repo:acme/web"},
--     {namespace_name = "globex", robot_name = "globex+ci", issuer = "https://issuer.example", subject = "repo:acme/web"},
--     {namespace_name = "umbrella", robot_name = "umbrella+ci", issuer = "https://issuer.example", subject = "repo:acme/web"},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], namespace_name = "umbrella", performer_name = "umbrella+ci", repository_name = "web"},
--     {days = [-28, -1], namespace_name = "globex", performer_name = "globex+ci", repository_name = "web"},
--     {days = [-28, -1], kind = "federated_robot_token_exchange", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-28, -15], times = 2, kind = "federated_robot_token_exchange", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {times = 80, kind = "federated_robot_token_exchange", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {times = 80, kind = "federated_robot_token_exchange", metadata = {robot = "acme+web", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {times = 12, namespace_name = "umbrella", kind = "federated_robot_token_exchange", metadata = {robot = "umbrella+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {times = 640, every = "1s", namespace_name = "globex", kind = "federated_robot_token_exchange", metadata = {robot = "globex+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
-- ]
-- [[cases]]
-- name = "a robot of which no setting is at hand, in an organization that exchanges; a network of yesterday's exchange"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 40.0, event_count = 1},
--     {subject = "robot:umbrella+ci", severity = "low", score = 25.3, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
-- ]
-- inventory.robot_federations = [{namespace_name = "acme", robot_name = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-9, -8], namespace_name = "umbrella", kind = "federated_robot_token_exchange", metadata = {robot = "umbrella+ci", issuer = "https://issuer.example", subject = "repo:umbrella/web"}},
--     {days = [-9, -2], namespace_name = "globex", kind = "federated_robot_token_exchange", metadata = {robot = "globex+ci", issuer = "https://issuer.example", subject = "repo:globex/web"}},
--     {days = [-9, -2], kind = "federated_robot_token_exchange", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-1, -1], kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {days = [-1, -1], namespace_name = "globex", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "globex+ci", issuer = "https://issuer.example", subject = "repo:globex/web"}},
--     {days = [-1, -1], namespace_name = "globex", kind = "login_failure", network = "203.0.114.0/24", metadata = {robot = "globex+ci"}},
--     {namespace_name = "umbrella", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "umbrella+ci", issuer = "https://issuer.example", subject = "repo:umbrella/web"}},
--     {namespace_name = "globex", kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "globex+ci", issuer = "https://issuer.example", subject = "repo:globex/web"}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/api"}},
-- ]
-- [[cases]]
-- name = "behind one proxy no network is new"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 6, performer_name = "acme+job-{n}"},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {robot = "acme+job-0", issuer = "https://issuer.example", subject = "repo:acme/web"}},
-- ]
-- [[cases]]
-- name = "twelve exchanges where one is usual, all as configured"
-- day = 2026-03-03
-- fires = []
-- inventory.robot_federations = [{namespace_name = "acme", robot_name = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], kind = "federated_robot_token_exchange", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
--     {times = 12, kind = "federated_robot_token_exchange", metadata = {robot = "acme+ci", issuer = "https://issuer.example", subject = "repo:acme/web"}},
-- ]
--
-- [[cases]]
-- name = "an exchange of every day is a habit, whatever the settings say by now; another identity is none"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+other", severity = "medium", score = 40.0, event_count = 1},
--     {subject = "robot:acme+moved", severity = "medium", score = 40.0, event_count = 1},
--     {subject = "robot:acme+issued", severity = "medium", score = 40.0, event_count = 1},
-- ]
-- inventory.robot_federations = [
--     {namespace_name = "acme", robot_name = "acme+ci", issuer = "i", subject = "repo:acme/new"},
--     {namespace_name = "acme", robot_name = "acme+other", issuer = "i", subject = "repo:acme/new"},
--     {namespace_name = "acme", robot_name = "acme+moved", issuer = "i", subject = "repo:acme/new"},
--     {namespace_name = "acme", robot_name = "acme+issued", issuer = "i", subject = "repo:acme/new"},
-- ]
-- events = [
--     {days = [-28, 0], kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {issuer = "i", robot = "ci", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {issuer = "i", robot = "other", subject = "repo:acme/web"}},
--     {days = [-1, -1], kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {issuer = "i", robot = "moved", subject = "repo:acme/api"}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {issuer = "i", robot = "moved", subject = "repo:acme/web"}},
--     {days = [-1, -1], kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {issuer = "j", robot = "issued", subject = "repo:acme/web"}},
--     {kind = "federated_robot_token_exchange", network = "203.0.113.0/24", metadata = {issuer = "i", robot = "issued", subject = "repo:acme/web"}},
-- ]
