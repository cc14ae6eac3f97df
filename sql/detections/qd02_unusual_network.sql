-- id = "QD-02"
-- title = "Credential used off its usual networks"
-- family = "credential_misuse"
-- severity = "high"
-- why = "A robot or person that keeps to few networks acted from one it had never used: its secret may be in other hands."
-- tactics = ["Initial Access", "Persistence"]
-- techniques = ["T1078.004"]
-- reads = [
--     "base_habit_values",
--     "base_performer_habits",
--     "base_performers",
--     "base_registry",
--     "base_renames",
--     "int_acts",
-- ]
-- next_steps = [
--     "Find out whose the network is: a runner, a new office, a provider, a trip that the owner knows of.",
--     "Look at what was pulled and pushed from there, and whether the usual networks stayed active meanwhile.",
--     "If nobody knows it: regenerate the robot's token or revoke the person's, then rotate what the images held.",
--     "If it is a move of the CI or a new provider: close the case, from the next week on it is a habit.",
-- ]
-- false_positives = [
--     "A CI that moves or grows: five robots or more that move together become one information case.",
--     "A person's trip, new provider or phone: weighed by how often that person meets new networks.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo", "push_repo"]
-- network = true
-- history_days = 7
--
-- [params]
-- memory_days = 7             # a network this young is still new, less with each day
-- prior_days = 20             # so many days of its peers stand for what a performer has not shown yet
-- pool_days = 100             # a registry without any new network in so many days is taken to meet one
-- known_block_share = 0.5     # what a new network counts in a /16 or /48 that is usual for the performer
-- robot_country_points = 10   # for a country ten times rarer among robots than the most usual one
-- person_country_points = 5   # the same among people, who travel
-- robot_strange_points = 11   # each time that repositories new to a robot double, pulled or pushed from the new network
-- person_strange_points = 9   # the same of a person
-- min_score = 8
-- collective_count = 5        # so many that move together are one event
with deeds as (
    select
        -- A sign-in by password names nobody as performer.
        coalesce(performer_name, case credential_kind when 'password_or_session' then credential_id end)
            as holder,
        credential,
        network,
        regexp_replace(
            regexp_replace(network, '^([0-9]+\.[0-9]+)\..*$', '\1.0.0/16'),
            '^([0-9a-f]+:[0-9a-f]+:[0-9a-f]+):.*$',
            '\1::/48'
        ) as ip_block,
        country_code,
        namespace_name,
        repository,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as first_key
    from int_acts
    where
        day = $day
        and not is_failure
        and network is not null
    group by
        coalesce(performer_name, case credential_kind when 'password_or_session' then credential_id end),
        credential,
        network,
        country_code,
        namespace_name,
        repository
),

new_network_days as (
    -- Days on which a performer met a network for the first time, after a week of learning.
    select
        habits.performer_name,
        count(distinct habits.first_day) as new_day_count
    from base_performer_habits as habits
    inner join base_performers as performers on habits.performer_name = performers.performer_name
    where
        habits.habit = 'network'
        and habits.first_day >= $day - 28
        and habits.first_day >= performers.first_day + 7
    group by habits.performer_name
),

known_performers as (
    select
        performers.performer_name,
        performers.performer_kind,
        performers.first_day,
        performers.active_day_count,
        coalesce(new_network_days.new_day_count, 0) as new_day_count
    from base_performers as performers
    left join new_network_days on performers.performer_name = new_network_days.performer_name
    where performers.is_known
),

pools as (
    select
        performer_kind,
        (sum(new_day_count) + 1) / (sum(active_day_count) + $pool_days) as new_day_share
    from known_performers
    group by performer_kind
),

usual_repositories as (
    -- Pulled or pushed: no other habit has values that are namespace/name.
    select
        performer_name,
        habit_value as repository
    from base_performer_habits
    union
    select
        habits.performer_name,
        renames.new_name || substr(habits.habit_value, length(renames.old_name) + 1) as repository
    from base_performer_habits as habits
    inner join base_renames as renames on split_part(habits.habit_value, '/', 1) = renames.old_name
),

visits as (
    select
        deeds.holder,
        deeds.credential,
        performers.performer_kind,
        deeds.network,
        deeds.ip_block,
        performers.active_day_count,
        coalesce(networks.first_day, $day) as known_since,
        -- The network itself does not make its own arrival more likely.
        performers.new_day_count - count(distinct networks.first_day) as new_day_count,
        max(deeds.country_code) as country_code,
        min(deeds.namespace_name) as namespace_name,
        sum(deeds.event_count) as event_count,
        sum(
            case
                when deeds.repository is not null and usual.repository is null then deeds.event_count
                else 0
            end
        ) as strange_count,
        count(
            distinct case
                when deeds.repository is not null and usual.repository is null then deeds.repository
            end
        ) as strange_repository_count,
        min(deeds.first_at) as first_at,
        max(deeds.last_at) as last_at,
        list_sort(list(deeds.first_key))[1:20] as evidence
    from deeds
    inner join known_performers as performers on deeds.holder = performers.performer_name
    left join base_performer_habits as networks
        on
            deeds.holder = networks.performer_name
            and networks.habit = 'network'
            and deeds.network = networks.habit_value
    left join usual_repositories as usual
        on
            deeds.holder = usual.performer_name
            and deeds.repository = usual.repository
    where
        coalesce(networks.first_day, $day) > $day - $memory_days
        and coalesce(networks.first_day, $day) >= performers.first_day + 7
    group by
        deeds.holder,
        deeds.credential,
        performers.performer_kind,
        deeds.network,
        deeds.ip_block,
        performers.active_day_count,
        performers.new_day_count,
        networks.first_day
),

known_places as (
    -- Where the performer has been for longer than a place counts as new.
    select
        performer_name,
        habit,
        habit_value
    from base_performer_habits
    where first_day <= $day - $memory_days
),

place_peers as (
    select
        'robot' as performer_kind,
        habit,
        habit_value,
        robot_count as peer_count
    from base_habit_values
    union all
    select
        'user' as performer_kind,
        habit,
        habit_value,
        person_count as peer_count
    from base_habit_values
),

most_usual_countries as (
    select
        performer_kind,
        max(peer_count) as peer_count
    from place_peers
    where habit = 'country'
    group by performer_kind
),

weighed_visits as (
    select
        visits.*,
        $day - visits.known_since as age_days,
        -- Whoever uses the network already counts in it, from the day after it was new.
        greatest(coalesce(networks.peer_count, 0) - least($day - visits.known_since, 1), 0) as other_count,
        visits.strange_count * 2 > visits.event_count as is_strange,
        case when own_blocks.habit_value is null then 1 else $known_block_share end
        / (1 + 0.1 * coalesce(blocks.peer_count, 0)) as block_share,
        case
            when own_countries.habit_value is null
                then
                    case visits.performer_kind
                        when 'robot' then $robot_country_points
                        else $person_country_points
                    end
                    * log10((most_usual_countries.peer_count + 1) / (coalesce(countries.peer_count, 0) + 0.5))
            else 0
        end as country_points,
        (visits.new_day_count + $prior_days * pools.new_day_share)
        / (visits.active_day_count + $prior_days) as new_day_share
    from visits
    inner join pools on visits.performer_kind = pools.performer_kind
    left join place_peers as networks
        on
            networks.habit = 'network'
            and visits.performer_kind = networks.performer_kind
            and visits.network = networks.habit_value
    left join place_peers as blocks
        on
            blocks.habit = 'ip_block'
            and visits.performer_kind = blocks.performer_kind
            and visits.ip_block = blocks.habit_value
    left join place_peers as countries
        on
            countries.habit = 'country'
            and visits.performer_kind = countries.performer_kind
            and visits.country_code = countries.habit_value
    left join most_usual_countries
        on
            visits.performer_kind = most_usual_countries.performer_kind
            and visits.country_code is not null
    left join known_places as own_blocks
        on
            own_blocks.habit = 'ip_block'
            and visits.holder = own_blocks.performer_name
            and visits.ip_block = own_blocks.habit_value
    left join known_places as own_countries
        on
            own_countries.habit = 'country'
            and visits.holder = own_countries.performer_name
            and visits.country_code = own_countries.habit_value
),

scored_visits as (
    select
        *,
        greatest(-12 * log10(new_day_share * (age_days + 1)), 0) * block_share / (1 + other_count)
        + coalesce(country_points, 0)
        -- A new place or a new repository is chance; both at once are somebody else.
        + case performer_kind when 'robot' then $robot_strange_points else $person_strange_points end
        * log2(1 + strange_repository_count) / (1 + other_count) as score
    from weighed_visits
),

ranked_visits as (
    select
        *,
        row_number() over (
            partition by holder
            order by score desc, event_count desc, credential asc, network asc
        ) as place
    from scored_visits
),

strongest_visits as (
    select
        *,
        count(*) over (partition by network) as network_performer_count,
        count(*) over (partition by ip_block) as block_performer_count,
        count(*) over (partition by performer_kind, namespace_name) as namespace_performer_count
    from ranked_visits
    where
        place = 1
        and score >= $min_score
)

select
    strongest_visits.credential as subject,
    strongest_visits.holder as performer_name,
    strongest_visits.credential,
    strongest_visits.network,
    strongest_visits.namespace_name,
    null as repository,
    case
        -- Whoever fetches what it never did has not merely moved.
        when strongest_visits.is_strange then null
        when strongest_visits.network_performer_count >= $collective_count
            then 'network:' || strongest_visits.network
        when strongest_visits.block_performer_count >= $collective_count
            then 'network:' || strongest_visits.ip_block
        when
            strongest_visits.performer_kind = 'robot'
            and strongest_visits.namespace_performer_count >= $collective_count
            then 'namespace:' || strongest_visits.namespace_name
        else 'network:' || strongest_visits.network
    end as shared,
    case
        when strongest_visits.performer_kind = 'robot'
            then case when strongest_visits.score >= 30 then 'high' else 'medium' end
        when strongest_visits.score >= 30 then 'medium'
        else 'low'
    end as severity,
    round(strongest_visits.score, 1) as score,
    case strongest_visits.performer_kind when 'robot' then 'robot ' else 'user ' end
    || strongest_visits.holder || ' acted ' || strongest_visits.event_count || ' times by '
    || strongest_visits.credential || ' from ' || strongest_visits.network
    || case
        when strongest_visits.age_days = 0 then ', which it had never used'
        else ', which it has used for ' || strongest_visits.age_days || ' days only'
    end
    || ' (new networks on ' || strongest_visits.new_day_count || ' of its last '
    || strongest_visits.active_day_count || ' days; others of its kind there: '
    || strongest_visits.other_count || ')'
    || case when strongest_visits.is_strange then ', mostly for repositories that it never used' else '' end
    || case
        when strongest_visits.country_points > 0
            then '; the country ' || strongest_visits.country_code || ' is new to it as well'
        else ''
    end as reason,
    strongest_visits.first_at,
    strongest_visits.last_at,
    strongest_visits.event_count,
    strongest_visits.evidence
from strongest_visits
inner join base_registry on coalesce(base_registry.is_network_trusted, true)
-- [[cases]]
-- name = "one robot moves to a network that no other robot uses"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 28.6, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 3},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, at = "09:00", times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-60, -60], performer_name = "acme+ci"},
--     {days = [-35, -35], performer_name = "acme+ci", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "bob", repository_name = "web", network = "203.0.113.0/24"},
--     {times = 3, performer_name = "acme+ci", repository_name = "web", network = "203.0.113.0/24"},
--     {kind = "pull_repo_failed", performer_name = "acme+ci", repository_name = "web", network = "192.0.7.0/24"},
-- ]
-- [[cases]]
-- name = "one robot goes abroad, where no other robot is; another to where some are"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "high", score = 41.7, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-0", severity = "high", score = 34.7, shared = "network:203.9.113.0/24", network = "203.9.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, times = 2, performer_name = "acme+far-{n}", country_code = "US", network = "192.0.2.0/24"},
--     {performer_name = "acme+job-0", network = "203.9.113.0/24", country_code = "US"},
--     {days = [-28, -1], weekdays = true, performer_name = "acme+ci", country_code = "DE"},
--     {days = [-28, -1], weekdays = true, times = 3, performer_name = "acme+job-{n}", country_code = "DE"},
--     {days = [-28, -1], weekdays = true, times = 3, performer_name = "user-{n}", country_code = "BR", network = "192.0.2.0/24"},
--     {performer_name = "acme+ci", network = "203.0.113.0/24", country_code = "BR"},
-- ]
-- [[cases]]
-- name = "a robot moves within its usual block, another within one of last week; neither moves with the other"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 10.2, shared = "network:198.51.101.0/24", network = "198.51.101.0/24", event_count = 1},
--     {subject = "robot:acme+job-1", severity = "medium", score = 8.2, shared = "network:203.0.114.0/24", network = "203.0.114.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-7, -7], performer_name = "acme+job-1", network = "203.0.113.0/24"},
--     {performer_name = "acme+job-1", network = "203.0.114.0/24"},
--     {days = [-28, -1], weekdays = true, performer_name = "acme+ci", country_code = "DE"},
--     {days = [-28, -1], weekdays = true, times = 2, performer_name = "acme+job-{n}", network = "198.51.7.0/24"},
--     {performer_name = "acme+ci", network = "198.51.101.0/24", country_code = "DE"},
-- ]
-- [[cases]]
-- name = "a block and a country that are as young as the network"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 17.7, reason = "robot acme+ci acted 2 times by robot:acme+ci from 203.0.113.0/24, which it has used for 3 days only (new networks on 0 of its last 22 days; others of its kind there: 0); the country BR is new to it as well", shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 2},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "acme+ci", country_code = "DE"},
--     {days = [-3, 0], times = 2, performer_name = "acme+ci", network = "203.0.113.0/24", country_code = "BR"},
-- ]
-- [[cases]]
-- name = "a network of a week is a habit"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "acme+ci"},
--     {days = [-28, -1], times = 9, performer_name = "acme+job-{n}", network = "192.0.{n}.0/24"},
--     {days = [-7, -7], performer_name = "acme+ci", network = "203.0.113.0/24"},
--     {performer_name = "acme+ci", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a network of its first week belongs to what a robot is, one of its second does not"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+other", severity = "medium", score = 18.5, shared = "network:203.7.113.0/24", network = "203.7.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], times = 9, performer_name = "acme+job-{n}", network = "192.0.{n}.0/24"},
--     {days = [-12, -1], performer_name = "acme+other"},
--     {days = [-5, -5], performer_name = "acme+other", network = "203.7.113.0/24"},
--     {performer_name = "acme+other", network = "203.7.113.0/24"},
--     {days = [-12, -1], performer_name = "acme+ci"},
--     {days = [-6, -6], performer_name = "acme+ci", network = "203.0.113.0/24"},
--     {performer_name = "acme+ci", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a person on a trip, another on a new line, and one who is always on the move"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "low", score = 16.9, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "user:dave", severity = "low", score = 16.2, shared = "network:203.1.114.0/24", network = "203.1.114.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "alice", repository_name = "web", country_code = "DE"},
--     {days = [-28, -1], weekdays = true, performer_name = "bob", repository_name = "web", network = "203.0.{d}.0/24", country_code = "DE"},
--     {days = [-28, -1], weekdays = true, performer_name = "carol", network = "192.0.2.0/24", country_code = "BR"},
--     {performer_name = "alice", network = "203.0.113.0/24", country_code = "BR"},
--     {performer_name = "bob", network = "203.0.114.0/24", country_code = "DE"},
--     {days = [-28, -1], weekdays = true, performer_name = "dave", network = "192.0.3.0/24", country_code = "DE"},
--     {performer_name = "dave", network = "203.1.114.0/24"},
-- ]
-- [[cases]]
-- name = "a stranger signs in with a person's password; a token comes from another network of its usual block, over IPv6"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "medium", score = 33.7, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "app_specific_token:t", severity = "low", score = 14.0, shared = "network:2001:db8:1:3::/64", network = "2001:db8:1:3::/64", event_count = 2},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "alice"},
--     {kind = "login_success", performer_kind = "user", credential = "user:alice", network = "203.0.113.0/24"},
--     {days = [-28, -1], weekdays = true, performer_name = "bob", network = "2001:db8:1:2::/64"},
--     {times = 2, performer_name = "bob", credential = "app_specific_token:t", network = "2001:db8:1:3::/64"},
--     {performer_name = "bob", network = "2001:db8:1:4::/64"},
--     {days = [-28, -1], weekdays = true, times = 9, performer_name = "user-{n}", network = "2001:db8:{n}:2::/64"},
-- ]
-- [[cases]]
-- name = "a network that others of its kind use"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "acme+ci"},
--     {days = [-28, -1], weekdays = true, times = 4, performer_name = "acme+job-{n}", network = "203.0.113.0/24"},
--     {performer_name = "acme+ci", network = "203.0.113.0/24"},
--     {days = [-28, -1], weekdays = true, performer_name = "alice"},
--     {days = [-28, -1], weekdays = true, times = 4, performer_name = "user-{n}", network = "192.0.2.0/24"},
--     {performer_name = "alice", network = "192.0.2.0/24"},
-- ]
-- [[cases]]
-- name = "six days known are too few; strangers' failures and nobody's pulls are no acts of hers"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-20, -15], performer_name = "acme+new"},
--     {performer_name = "acme+new", network = "203.0.113.0/24"},
--     {days = [-28, -1], performer_name = "alice"},
--     {kind = "login_failure", performer_name = "alice", network = "203.0.113.0/24"},
--     {network = "203.0.113.0/24"},
--     {days = [-1, -1], kind = "pull_repo_failed", performer_name = "alice", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "behind one proxy no address tells anything"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 6, performer_name = "acme+job-{n}"},
--     {performer_name = "acme+job-0", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a CI that moves into one network; who fetches strange things there has not merely moved"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+job-0", severity = "high", score = 33.1, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-1", severity = "high", score = 33.1, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-2", severity = "high", score = 33.1, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-3", shared = "", severity = "high", score = 50.6, reason = "robot acme+job-3 acted 3 times by robot:acme+job-3 from 203.0.113.0/24, which it had never used (new networks on 0 of its last 28 days; others of its kind there: 0), mostly for repositories that it never used", network = "203.0.113.0/24", event_count = 3},
--     {subject = "robot:acme+job-4", severity = "high", score = 44.1, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 2},
-- ]
-- events = [
--     {days = [-28, -1], times = 5, performer_name = "acme+job-{n}", repository_name = "web"},
--     {days = [-28, -1], times = 5, performer_name = "user-{n}", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "acme+job-4", repository_name = "pushed", kind = "push_repo"},
--     {times = 4, performer_name = "acme+job-{n}", repository_name = "web", network = "203.0.113.0/24"},
--     {times = 2, performer_name = "acme+job-3", repository_name = "secret-{n}", network = "203.0.113.0/24"},
--     {performer_name = "acme+job-4", repository_name = "pushed", network = "203.0.113.0/24"},
--     {performer_name = "acme+job-4", repository_name = "secret", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "a CI that moves into several networks of one block"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+job-0", severity = "high", score = 33.1, shared = "network:203.0.0.0/16", network = "203.0.0.0/24", event_count = 1},
--     {subject = "robot:acme+job-1", severity = "high", score = 33.1, shared = "network:203.0.0.0/16", network = "203.0.1.0/24", event_count = 1},
--     {subject = "robot:acme+job-2", severity = "high", score = 33.1, shared = "network:203.0.0.0/16", network = "203.0.2.0/24", event_count = 1},
--     {subject = "robot:acme+job-3", severity = "high", score = 33.1, shared = "network:203.0.0.0/16", network = "203.0.3.0/24", event_count = 1},
--     {subject = "robot:acme+job-4", severity = "high", score = 33.1, shared = "network:203.0.0.0/16", network = "203.0.4.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], times = 5, performer_name = "acme+job-{n}", repository_name = "web"},
--     {days = [-28, -1], times = 5, performer_name = "user-{n}", network = "192.0.2.0/24"},
--     {times = 5, performer_name = "acme+job-{n}", repository_name = "web", network = "203.0.{n}.0/24"},
-- ]
-- [[cases]]
-- name = "a CI that scatters; people who do are five people"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+job-0", severity = "high", score = 33.1, shared = "namespace:acme", network = "203.0.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-1", severity = "high", score = 33.1, shared = "namespace:acme", network = "203.1.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-2", severity = "high", score = 33.1, shared = "namespace:acme", network = "203.2.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-3", severity = "high", score = 33.1, shared = "namespace:acme", network = "203.3.113.0/24", event_count = 1},
--     {subject = "robot:acme+job-4", severity = "high", score = 33.1, shared = "namespace:acme", network = "203.4.113.0/24", event_count = 1},
--     {subject = "user:user-0", severity = "medium", score = 33.1, shared = "network:100.0.113.0/24", network = "100.0.113.0/24", event_count = 1},
--     {subject = "user:user-1", severity = "medium", score = 33.1, shared = "network:100.1.113.0/24", network = "100.1.113.0/24", event_count = 1},
--     {subject = "user:user-2", severity = "medium", score = 33.1, shared = "network:100.2.113.0/24", network = "100.2.113.0/24", event_count = 1},
--     {subject = "user:user-3", severity = "medium", score = 33.1, shared = "network:100.3.113.0/24", network = "100.3.113.0/24", event_count = 1},
--     {subject = "user:user-4", severity = "medium", score = 33.1, shared = "network:100.4.113.0/24", network = "100.4.113.0/24", event_count = 1},
-- ]
-- events = [
--     {days = [-28, -1], times = 5, performer_name = "acme+job-{n}", repository_name = "web"},
--     {days = [-28, -1], times = 5, performer_name = "user-{n}", repository_name = "web", network = "192.0.2.0/24"},
--     {times = 5, performer_name = "acme+job-{n}", repository_name = "web", network = "203.{n}.113.0/24"},
--     {times = 5, performer_name = "user-{n}", repository_name = "web", network = "100.{n}.113.0/24"},
-- ]
-- [[cases]]
-- name = "what has no address, or one that is none, comes from nowhere new"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], weekdays = true, times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web"},
--     {times = 3, performer_name = "acme+ci", repository_name = "web", ip = "unknown"},
-- ]
--
-- [[cases]]
-- name = "a person on a new line pulls what is new to her as well; of another, only the organization's name is new"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", shared = "", score = 47.4, network = "203.0.113.0/24"},
--     {subject = "user:bob", score = 29.4, network = "203.0.114.0/24"},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, times = 2, performer_name = "alice", repository_name = "web-{n}"},
--     {days = [-28, -1], weekdays = true, times = 8, performer_name = "bob", repository_name = "team/web-{n}"},
--     {at = "08:00", kind = "org_change_name", performer_name = "root", namespace_name = "apex", metadata = {old_name = "acme", new_name = "apex"}},
--     {at = "10:00", times = 2, performer_name = "alice", repository = "apex/web-{n}", network = "203.0.113.0/24"},
--     {at = "10:00", times = 3, performer_name = "alice", repository = "apex/new-{n}", network = "203.0.113.0/24"},
--     {at = "10:00", times = 8, performer_name = "bob", repository = "apex/team/web-{n}", network = "203.0.114.0/24"},
-- ]
