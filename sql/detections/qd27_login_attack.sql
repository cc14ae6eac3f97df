-- id = "QD-27"
-- title = "Passwords are tried out: brute force, spraying or stuffing"
-- family = "authentication"
-- severity = "medium"
-- why = "Somebody tries names and passwords from networks where these names are not at home; a success after that is a stolen account."
-- tactics = ["Credential Access"]
-- techniques = ["T1110.001", "T1110.003", "T1110.004"]
-- reads = ["int_acts", "base_habits", "base_performer_habits", "mart_failure_daily", "mart_network_daily"]
-- next_steps = [
--     "If a login succeeded after the failures, disable that account and revoke its tokens first, then ask its owner.",
--     "Look at everything else that came from the network, that day and the days before.",
--     "Block the network at the proxy, unless it is one of your own.",
--     "Have the owners of the names that were tried change reused passwords.",
--     "For a robot with a broken secret, find the job by network and user agent and give it the new token.",
-- ]
-- false_positives = [
--     "A job with an expired robot token: informational, however often it fails.",
--     "A new office or VPN where many people mistype in their first days.",
--     "A script on a new machine that repeats an old password.",
-- ]
--
-- [needs]
-- kinds = ["login_failure"]
-- failure_kinds = ["login_failure"]
-- network = true
-- superuser = true
-- history_days = 7
--
-- [keys]
-- login_failure = ["kind", "robot", "username"]
--
-- [params]
-- max_robot_tries = 3      # a robot that fails more often has a broken secret: nobody guesses those
-- min_burst = 20           # failures within ten minutes
-- min_tries = 10           # of one name from one network within a week: more than anybody mistypes
-- loud_names = 12          # names that one network tries on one day: nobody needs a sum to see it
-- points_per_nat = 2.6     # half of 12 points a power of ten, because failures come in clumps
-- min_score = 12
--
-- [sigma]
-- without = "knowing which names are at home in a network, and how many logins fail on other days"
-- louder_in = [
--     "quiet: at home, whoever mistypes, by account or by web login; and a trip with three attempts and a success",
--     "quiet: people who mistype at home day after day",
--     "quiet: a gate where people mistype every day, a busy new office, yesterday's spray, and what is no login",
-- ]
-- quieter_in = [
--     "few names a day from changing networks: all week, and on one day; the strongest network of the day is named",
--     "one name for two days, a few times an hour; the same by the clock; of names that mistype; of yesterday",
--     "one network, where somebody is at home, tries three names a day, others than yesterday's; and one name from another network each day",
--     "three names a day for a week from one network, at which four people work and somebody mistyped twice in three weeks",
--     "one name all day long, by no clock; nearly by the clock, two names from one network, one name from two",
--     "ten names from five networks on one day, in a registry that has logged failures for two weeks",
-- ]
--
-- [[sigma.rules]]
-- title = "A login of a person fails"
-- name = "qd27_failure"
-- detection = {selection = {kind = "login_failure"}, robot = {"robot|exists" = true}, condition = "selection and not robot"}
--
-- [[sigma.rules]]
-- title = "Many names fail to log in from one network"
-- correlation = {type = "value_count", rules = ["qd27_failure"], group-by = ["network"], timespan = "24h", condition = {gte = 5, field = "metadata.username"}}
--
-- [[sigma.rules]]
-- title = "One name fails to log in from many networks"
-- correlation = {type = "value_count", rules = ["qd27_failure"], group-by = ["metadata.username"], timespan = "24h", condition = {gte = 5, field = "network"}}
--
-- [[sigma.rules]]
-- title = "Logins fail in a burst"
-- correlation = {type = "event_count", rules = ["qd27_failure"], group-by = ["network"], timespan = "10m", condition = {gte = 20}}
--
-- [[sigma.rules]]
-- title = "A login of a robot fails"
-- name = "qd27_robot"
-- detection = {selection = {kind = "login_failure", "robot|exists" = true}, condition = "selection"}
--
-- [[sigma.rules]]
-- title = "A robot fails to log in again and again"
-- correlation = {type = "event_count", rules = ["qd27_robot"], group-by = ["metadata.robot"], timespan = "24h", condition = {gte = 4}}
with failures as (
    select
        event_key,
        occurred_at,
        coalesce(network, 'nowhere') as network,
        json_extract_string(metadata, '$.robot') as robot_name,
        -- The performer of a failure is nobody, or of an expired token the wrong user: only the details say who.
        coalesce(json_extract_string(metadata, '$.robot'), json_extract_string(metadata, '$.username'))
            as tried_name,
        coalesce(
            'robot:' || json_extract_string(metadata, '$.robot'),
            'user:' || json_extract_string(metadata, '$.username'),
            'an unknown ' || json_extract_string(metadata, '$.kind'),
            'an unknown name'
        ) as tried
    from int_acts
    where
        day = $day
        and kind = 'login_failure'
),

-- A name is at home where the account acted, by whatever credential, or where its password was used.
placed_failures as (
    select
        failures.*,
        of_performer.habit_value is null and of_credential.habit_value is null as is_foreign,
        count(*) over (partition by failures.network, failures.tried) as try_count,
        date_diff(
            'second',
            lag(failures.occurred_at) over (
                partition by failures.network, failures.tried
                order by failures.occurred_at, failures.event_key
            ),
            failures.occurred_at
        ) as gap_seconds
    from failures
    left join base_performer_habits as of_performer
        on
            of_performer.habit = 'network'
            and failures.network = of_performer.habit_value
            and failures.tried_name = of_performer.performer_name
    left join base_habits as of_credential
        on
            of_credential.habit = 'network'
            and failures.network = of_credential.habit_value
            and failures.tried = of_credential.credential
),

foreign_failures as (
    select
        event_key,
        occurred_at,
        network,
        tried_name,
        tried,
        false as is_success
    from placed_failures
    where
        is_foreign
        and (robot_name is null or try_count <= $max_robot_tries)
),

successes as (
    select
        logins.event_key,
        min(logins.occurred_at) as occurred_at,
        min(foreign_failures.network) as network,
        min(foreign_failures.tried_name) as tried_name,
        min(foreign_failures.tried) as tried,
        true as is_success
    from int_acts as logins
    inner join foreign_failures
        on
            logins.network = foreign_failures.network
            and logins.credential = foreign_failures.tried
            and logins.occurred_at >= foreign_failures.occurred_at
            and logins.occurred_at <= foreign_failures.occurred_at + interval 30 minutes
    where logins.kind = 'login_success'
    group by logins.event_key
),

tries as (
    select * from foreign_failures
    union all
    select * from successes
),

-- The same tries seen three ways: names by network, networks by name, networks that try anybody.
sides as (
    select
        'network:' || network as subject,
        tried as spread_over,
        *
    from tries
    union all
    select
        tried as subject,
        network as spread_over,
        *
    from tries
    where tried like 'user:%'
    union all
    select
        'registry' as subject,
        network as spread_over,
        *
    from tries
),

paced_sides as (
    select
        *,
        count(case when not is_success then 1 end) over (
            partition by subject
            order by occurred_at
            range between interval 10 minutes preceding and current row
        ) as burst_count
    from sides
),

attacks as (
    select
        subject,
        count(distinct spread_over) as spread,
        count(case when not is_success then 1 end) as failure_count,
        count(*) as event_count,
        -- All day long counts a tenth of all at once.
        case when subject = 'registry' then 0 else greatest(max(burst_count), count(*) / 10) end as burst,
        count(distinct case when is_success then tried end) as success_count,
        count(distinct tried) as tried_count,
        count(distinct network) as network_count,
        coalesce(
            min(case when is_success then tried_name end),
            case when count(distinct tried) = 1 then min(tried_name) end
        ) as performer_name,
        case when count(distinct network) = 1 then min(network) end as network,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        list_sort(list(event_key order by is_success desc, event_key asc)[1:20]) as evidence
    from paced_sides
    group by subject
    -- What one network does is said of the network.
    having subject like 'network:%' or count(distinct network) > 1
),

-- What a network sees on any day: mistyped names grow with the people behind it.
usual_failures as (
    select
        'network:' || network as subject,
        sum(login_failure_count) / 28.0 as usual_count
    from mart_network_daily
    where
        day >= $day - 28
        and day < $day
    group by network
    union all
    select
        'registry' as subject,
        count(case when login_failure_count > 0 then 1 end) / 28.0 as usual_count
    from mart_network_daily
    where
        day >= $day - 28
        and day < $day
    union all
    select
        'network:' || network as subject,
        0.05 * count(distinct performer_name) as usual_count
    from int_acts
    where
        day = $day
        and kind <> 'login_failure'
    group by network
),

expected_failures as (
    select
        subject,
        sum(usual_count) as usual_count
    from usual_failures
    group by subject
),

expected_attacks as (
    select
        attacks.*,
        0.5 + coalesce(expected_failures.usual_count, 0) as expected
    from attacks
    left join expected_failures on attacks.subject = expected_failures.subject
    -- On the first days of logging failures nobody knows how many are usual.
    where attacks.subject <> 'registry' or expected_failures.usual_count > 0
),

-- Poisson: how unlikely so many on one day are, by Chernoff's bound.
scored_attacks as (
    select
        *,
        greatest(
            case
                when spread > expected
                    then
                        $points_per_nat
                        * (spread * ln(spread / greatest(expected, 0.001)) - spread + expected)
                else 0
            end,
            case when burst >= $min_burst then least(42, 12 + 12 * log2(burst / $min_burst)) else 0 end
        ) as points
    from expected_attacks
),

weighed_attacks as (
    select
        subject,
        performer_name,
        network,
        subject || ': ' || failure_count || ' failed logins for ' || tried_count || ' names from '
        || network_count || ' networks where they are not at home' as told,
        least(70, points) as points,
        success_count,
        first_at,
        last_at,
        event_count,
        evidence
    from scored_attacks
    where points >= $min_score
),

-- Four weeks of people's refusals, as far as nobody of that name was at home there before.
foreign_days as (
    select
        refusals.day,
        coalesce(refusals.network, 'nowhere') as network,
        refusals.tried,
        min(refusals.tried_name) as tried_name,
        sum(refusals.event_count) as event_count,
        min(refusals.first_at) as first_at,
        max(refusals.last_at) as last_at
    from mart_failure_daily as refusals
    left join base_performer_habits as of_performer
        on
            of_performer.habit = 'network'
            and refusals.network = of_performer.habit_value
            and refusals.tried_name = of_performer.performer_name
            and refusals.day > of_performer.first_day
    left join base_habits as of_credential
        on
            of_credential.habit = 'network'
            and refusals.network = of_credential.habit_value
            and refusals.tried = of_credential.credential
            and refusals.day > of_credential.first_day
    where
        refusals.kind = 'login_failure'
        and refusals.tried like 'user:%'
        and refusals.day > $day - 28
        and refusals.day <= $day
        and of_performer.habit_value is null
        and of_credential.habit_value is null
    group by
        refusals.day,
        refusals.network,
        refusals.tried
),

counted_days as (
    select
        *,
        count(*) over (partition by day, network) as name_count
    from foreign_days
),

slow_sides as (
    select
        'network:' || network as subject,
        tried as spread_over,
        *
    from counted_days
    union all
    select
        tried as subject,
        network as spread_over,
        *
    from counted_days
    union all
    select
        'registry' as subject,
        tried as spread_over,
        *
    from counted_days
    -- What one network does at once is said of the network.
    where name_count < $loud_names
),

slow_attacks as (
    select
        subject,
        count(distinct case when day = $day then spread_over end) as day_spread,
        count(distinct case when day > $day - 7 then spread_over end) as spread,
        -- Of the three weeks before, by day.
        count(distinct case when day <= $day - 7 then day || spread_over end) / 21.0 as usual_spread,
        sum(case when day = $day then event_count else 0 end) as day_count,
        sum(case when day > $day - 7 then event_count else 0 end) as failure_count,
        count(distinct case when day > $day - 7 then tried end) as tried_count,
        count(distinct case when day > $day - 7 then network end) as network_count,
        min(case when day > $day - 7 then tried_name end) as tried_name,
        mode(case when day = $day then network end order by network) as network,
        min(case when day > $day - 7 then first_at end) as first_at,
        max(last_at) as last_at
    from slow_sides
    group by subject
),

todays as (
    select
        subject,
        count(distinct case when is_success then tried end) as success_count,
        min(case when is_success then tried_name end) as performer_name,
        list_sort(list(event_key order by is_success desc, event_key asc)[1:20]) as evidence
    from sides
    group by subject
),

crowds as (
    select
        'network:' || network as subject,
        count(distinct performer_name) as performer_count
    from int_acts
    where
        day = $day
        and kind <> 'login_failure'
    group by network
    union all
    -- Who is on the way mistypes as well: of the registry that many are to be expected.
    select
        'registry' as subject,
        count(distinct acts.performer_name) as performer_count
    from int_acts as acts
    left join base_performer_habits as habits
        on
            habits.habit = 'network'
            and acts.network = habits.habit_value
            and acts.performer_name = habits.performer_name
    where
        acts.day = $day
        and acts.kind <> 'login_failure'
        and habits.habit_value is null
),

-- A machine repeats an old password by the clock; whoever guesses slowly does not wish to look like one.
clocks as (
    select
        'network:' || network as subject,
        stddev_pop(gap_seconds) <= 0.1 * avg(gap_seconds) as is_regular
    from placed_failures
    where robot_name is null
    group by network
),

first_refusals as (
    select min(day) as day
    from mart_failure_daily
    where kind = 'login_failure'
),

expected_slow_attacks as (
    select
        slow_attacks.*,
        todays.success_count,
        todays.evidence,
        case
            when todays.success_count > 0 then todays.performer_name
            when slow_attacks.tried_count = 1 then slow_attacks.tried_name
        end as performer_name,
        0.5 + slow_attacks.usual_spread + 0.05 * coalesce(crowds.performer_count, 0) as day_expected,
        0.5 + 7 * (slow_attacks.usual_spread + 0.05 * coalesce(crowds.performer_count, 0)) as expected,
        coalesce(clocks.is_regular, false) as is_regular
    from slow_attacks
    inner join todays on slow_attacks.subject = todays.subject
    left join crowds on slow_attacks.subject = crowds.subject
    left join clocks on slow_attacks.subject = clocks.subject
    cross join first_refusals
    where
        -- What was told yesterday is told again only while it goes on.
        slow_attacks.day_count * 14 >= slow_attacks.failure_count
        and (slow_attacks.subject like 'network:%' or slow_attacks.network_count > 1)
        and (slow_attacks.subject <> 'registry' or first_refusals.day <= $day - 14)
),

scored_slow_attacks as (
    select
        *,
        greatest(
            case
                when spread > expected
                    then
                        $points_per_nat
                        * (spread * ln(spread / greatest(expected, 0.001)) - spread + expected)
                else 0
            end,
            case
                when subject = 'registry' and day_spread > day_expected
                    then
                        $points_per_nat
                        * (
                            day_spread * ln(day_spread / greatest(day_expected, 0.001))
                            - day_spread + day_expected
                        )
                else 0
            end,
            case
                when tried_count = 1 and network_count = 1 and failure_count >= $min_tries
                    then
                        least(45, 10 + 14 * log2(failure_count / $min_tries))
                        * case when is_regular then 0.4 else 1 end
                else 0
            end
        ) as points
    from expected_slow_attacks
),

findings as (
    select
        7 as day_span,
        subject,
        performer_name,
        network,
        subject || ': ' || failure_count || ' failed logins for ' || tried_count || ' names from '
        || network_count || ' networks where they are not at home, within a week' as told,
        least(70, points) as points,
        success_count,
        first_at,
        last_at,
        failure_count as event_count,
        evidence
    from scored_slow_attacks
    where points >= $min_score
    union all
    select
        1 as day_span,
        subject,
        performer_name,
        network,
        told,
        points,
        success_count,
        first_at,
        last_at,
        event_count,
        evidence
    from weighed_attacks
),

ranked_findings as (
    select
        *,
        points + case when success_count > 0 then 25 else 0 end as score,
        row_number() over (partition by subject order by points desc, day_span asc) as place
    from findings
),

broken_secrets as (
    select
        'robot:' || robot_name as subject,
        robot_name as performer_name,
        case when count(distinct network) = 1 then min(network) end as network,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key, 20) as evidence,
        -- A job retries by the clock; a person with somebody's old token does not.
        bool_and(is_foreign) and stddev_pop(gap_seconds) > 0.3 * avg(gap_seconds) as is_strange
    from placed_failures
    where try_count > $max_robot_tries and robot_name is not null
    group by robot_name
)

select
    subject,
    performer_name,
    cast(null as varchar) as credential,
    network,
    cast(null as varchar) as namespace_name,
    cast(null as varchar) as repository,
    cast(null as varchar) as shared,
    case
        when score < 30 then 'low'
        when score < 50 then 'medium'
        when score < 80 then 'high'
        else 'critical'
    end as severity,
    score,
    told
    || case
        when success_count > 0
            then '; ' || success_count || ' of them then succeeded, such as ' || performer_name
        else ''
    end as reason,
    first_at,
    last_at,
    cast(event_count as bigint) as event_count,
    evidence
from ranked_findings
where place = 1
union all
select
    subject,
    performer_name,
    subject as credential,
    network,
    cast(null as varchar) as namespace_name,
    cast(null as varchar) as repository,
    -- What is merely broken stays so wherever it is tried: one matter from day to day.
    case when is_strange then 'network:' || network else subject end as shared,
    case when is_strange then 'low' else 'informational' end as severity,
    case when is_strange then 14 else 2 end as score,
    'the secret of robot ' || performer_name || ' was refused ' || event_count || ' times'
    || case when is_strange then ' where it never was, and not by the clock' else ': it looks broken' end
        as reason,
    first_at,
    last_at,
    event_count,
    evidence
from broken_secrets

-- [[cases]]
-- name = "sixteen names sprayed from one network, and one of them succeeds"
-- day = 2026-03-03
-- fires = [
--     {subject = "network:203.0.113.0/24", shared = "", credential = "", severity = "critical", score = 95.0, event_count = 34, performer_name = "p3", network = "203.0.113.0/24", reason = "network:203.0.113.0/24: 32 failed logins for 16 names from 1 networks where they are not at home; 2 of them then succeeded, such as p3"},
-- ]
-- events = [
--     {days = [-28, -1], times = 12, performer_name = "p{n}", repository_name = "web"},
--     {days = [-28, -1], performer_name = "p1", repository = "203.0.113.0/24"},
--     {at = "09:00", times = 16, every = "11m", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "p{n}"}},
--     {days = [-40, -29], times = 9, kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "x"}},
--     {days = [-1, -1], times = 60, performer_name = "staff{n}", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "11:20", times = 16, kind = "login_failure", performer_name = "wrong{n}", network = "203.0.113.0/24", metadata = {kind = "user", username = "p{n}"}},
--     {at = "11:53", kind = "login_success", credential = "user:p3", network = "203.0.113.0/24"},
--     {at = "11:40", kind = "login_success", credential = "user:p4", network = "192.0.2.0/24"},
--     {at = "11:29", kind = "login_success", credential = "user:p9", network = "203.0.113.0/24"},
--     {at = "11:40", kind = "create_robot", credential = "user:p5", network = "203.0.113.0/24"},
--     {at = "12:10", kind = "login_success", credential = "user:p6", network = "203.0.113.0/24"},
--     {at = "08:00", kind = "login_success", credential = "user:p7", network = "203.0.113.0/24"},
--     {at = "11:40", kind = "login_success", credential = "user:zed", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "brute force: from one network, all day long, and from everywhere at once"
-- day = 2026-03-03
-- fires = [
--     {subject = "network:203.0.113.0/24", shared = "", credential = "", severity = "low", score = 28.21, event_count = 80, performer_name = "p0", reason = "network:203.0.113.0/24: 80 failed logins for 1 names from 1 networks where they are not at home"},
--     {subject = "network:192.0.2.0/24", severity = "low", score = 18.0, event_count = 200, performer_name = "p1"},
--     {subject = "user:p2", network = "", severity = "high", score = 53.19, event_count = 20, performer_name = "p2"},
--     {subject = "user:p7", network = "", severity = "low", score = 15.16, event_count = 24, performer_name = "p7"},
--     {subject = "registry", network = "", performer_name = "", severity = "high", score = 62.26, event_count = 324},
-- ]
-- events = [
--     {days = [-28, -1], times = 3, performer_name = "p{n}", repository_name = "web"},
--     {days = [-28, -15], kind = "login_failure", network = "10.9.0.0/24", metadata = {kind = "user", username = "x"}},
--     {days = [-40, -29], times = 9, kind = "login_failure", network = "10.1.{n}.0/24", metadata = {kind = "user", username = "x"}},
--     {days = [-28, -15], performer_name = "p0", repository_name = "web", network = "10.8.0.0/24"},
--     {at = "09:00", times = 80, every = "12s", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "p0"}},
--     {at = "00:00", times = 200, every = "7m", kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "p1"}},
--     {at = "09:00", times = 10, kind = "login_failure", network = "10.0.{n}.0/24", metadata = {kind = "user", username = "p2"}},
--     {at = "15:00", times = 12, every = "20s", kind = "login_failure", network = "10.2.0.0/24", metadata = {kind = "user", username = "p7"}},
--     {at = "15:02", times = 12, every = "20s", kind = "login_failure", network = "10.2.1.0/24", metadata = {kind = "user", username = "p7"}},
--     {at = "19:00", times = 10, kind = "login_failure", network = "10.0.{n}.0/24", metadata = {kind = "user", username = "p2"}},
-- ]
--
-- [[cases]]
-- name = "robots and tokens: broken by the clock, tried by hand, guessed by name"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "informational", score = 2.0, event_count = 300, shared = "robot:acme+ci", reason = "the secret of robot acme+ci was refused 300 times: it looks broken"},
--     {subject = "robot:acme+old", severity = "low", score = 14.0, event_count = 4, network = "203.0.113.0/24", reason = "the secret of robot acme+old was refused 4 times where it never was, and not by the clock"},
--     {subject = "robot:acme+hand", severity = "low", event_count = 4},
--     {subject = "robot:acme+slack", severity = "informational", event_count = 4},
--     {subject = "robot:acme+new", severity = "informational", score = 2.0, event_count = 4},
--     {subject = "robot:acme+own", severity = "informational", score = 2.0, event_count = 5},
--     {subject = "network:192.0.2.0/24", severity = "high", score = 53.19, event_count = 12},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], performer_name = "acme+old", repository_name = "web"},
--     {days = [-28, -1], performer_name = "acme+own", repository_name = "web"},
--     {at = "09:00", times = 300, every = "20s", kind = "login_failure", metadata = {kind = "robot", robot = "acme+ci", username = "acme"}},
--     {at = "09:00", times = 3, every = "2m", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "robot", robot = "acme+old", username = "acme"}},
--     {at = "13:00", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "robot", robot = "acme+old", username = "acme"}},
--     {at = "09:00", times = 4, every = "5m", kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "robot", robot = "acme+new", username = "acme"}},
--     {at = "09:00", times = 4, every = "2m", kind = "login_failure", metadata = {kind = "robot", robot = "acme+own", username = "acme"}},
--     {at = "16:00", kind = "login_failure", metadata = {kind = "robot", robot = "acme+own", username = "acme"}},
--     {at = "09:00", times = 9, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "robot", robot = "acme+r{n}", username = "acme"}},
--     {at = "10:00", times = 2, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "robot", robot = "acme+r1", username = "acme"}},
--     {at = "09:00", times = 2, every = "100s", kind = "login_failure", network = "203.0.114.0/24", metadata = {kind = "robot", robot = "acme+hand", username = "acme"}},
--     {at = "09:05", times = 2, every = "300s", kind = "login_failure", network = "203.0.114.0/24", metadata = {kind = "robot", robot = "acme+hand", username = "acme"}},
--     {at = "09:00", times = 2, every = "100s", kind = "login_failure", network = "203.0.114.0/24", metadata = {kind = "robot", robot = "acme+slack", username = "acme"}},
--     {at = "09:03:50", times = 2, every = "160s", kind = "login_failure", network = "203.0.114.0/24", metadata = {kind = "robot", robot = "acme+slack", username = "acme"}},
--     {at = "09:00", kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "app_specific_token"}},
-- ]
--
-- [[cases]]
-- name = "one network that hammers, in a registry where failures are usual, one that tries fifteen names, a third that tries two"
-- day = 2026-03-03
-- fires = [{subject = "network:203.0.113.0/24", score = 42.0}, {subject = "network:192.0.3.0/24", severity = "medium", score = 44.78}]
-- events = [
--     {days = [-28, -1], kind = "login_failure", metadata = {kind = "user", username = "x"}},
--     {days = [-28, -1], kind = "login_failure", network = "192.0.3.0/24", metadata = {kind = "user", username = "x"}},
--     {at = "09:00", times = 15, every = "15m", kind = "login_failure", network = "192.0.3.0/24", metadata = {kind = "user", username = "y{n}"}},
--     {at = "09:00", times = 10, performer_name = "staff{n}", repository_name = "web", network = "192.0.3.0/24"},
--     {at = "09:00", times = 200, every = "2s", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "p0"}},
--     {at = "09:00", times = 2, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "p1"}},
-- ]
--
-- [[cases]]
-- name = "few names a day from changing networks: all week, and on one day; the strongest network of the day is named"
-- day = 2026-03-03
-- fires = [{subject = "registry", severity = "high", score = 70.0, network = "203.0.113.0/24", event_count = 33, first_at = 2026-02-25T12:00:00, reason = "registry: 33 failed logins for 27 names from 21 networks where they are not at home, within a week"}]
-- events = [
--     {days = [-28, -1], times = 3, performer_name = "p{n}", repository_name = "web"},
--     {days = [-28, -15], kind = "login_failure", metadata = {kind = "user", username = "p0"}},
--     {days = [-27, -27], times = 1, kind = "login_failure", network = "10.1.{n}.0/24", metadata = {kind = "user", username = "x"}},
--     {days = [-6, -1], times = 3, kind = "login_failure", network = "10.{n}.{d}.0/24", metadata = {kind = "user", username = "a{n}{d}"}},
--     {days = [-6, -1], times = 2, kind = "login_failure", network = "10.3.0.0/24", metadata = {kind = "robot", robot = "acme+r{n}{d}", username = "acme"}},
--     {at = "09:00", times = 2, kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "b{n}"}},
--     {at = "09:30", times = 1, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "c{n}"}},
--     {days = [-6, -6], times = 12, kind = "login_failure", network = "198.19.0.0/24", metadata = {kind = "user", username = "d{n}"}},
--     {days = [-5, -5], times = 6, kind = "login_failure", network = "10.4.0.0/24", metadata = {kind = "user", username = "e{n}"}},
--     {days = [-4, -4], times = 6, kind = "login_failure", network = "10.4.0.0/24", metadata = {kind = "user", username = "e{n}"}},
-- ]
--
-- [[cases]]
-- name = "one name for two days, a few times an hour; the same by the clock; of names that mistype; of yesterday"
-- day = 2026-03-03
-- fires = [
--     {subject = "network:203.0.113.0/24", severity = "high", score = 65.82, performer_name = "p0", event_count = 46, first_at = 2026-03-02T09:00:00, reason = "network:203.0.113.0/24: 46 failed logins for 1 names from 1 networks where they are not at home, within a week; 1 of them then succeeded, such as p0"},
--     {subject = "network:192.0.2.0/24", severity = "low", score = 17.0, performer_name = "p1", event_count = 50},
-- ]
-- events = [
--     {days = [-28, -1], times = 4, performer_name = "p{n}", repository_name = "web"},
--     {days = [-1, -1], at = "09:00", times = 23, every = "21m", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "p0"}},
--     {at = "09:00", times = 12, every = "13m", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "p0"}},
--     {at = "12:00", times = 11, every = "33m", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "p0"}},
--     {at = "18:00", kind = "login_success", credential = "user:p0", network = "203.0.113.0/24"},
--     {days = [-1, 0], at = "09:00", times = 25, every = "21m", kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "p1"}},
--     {at = "09:00", times = 9, every = "13m", kind = "login_failure", network = "10.1.0.0/24", metadata = {kind = "user", username = "p2"}},
--     {days = [-1, -1], at = "09:00", times = 40, every = "13m", kind = "login_failure", network = "10.2.0.0/24", metadata = {kind = "user", username = "p3"}},
--     {at = "09:00", times = 2, every = "13m", kind = "login_failure", network = "10.2.0.0/24", metadata = {kind = "user", username = "p3"}},
-- ]
--
-- [[cases]]
-- name = "one network, where somebody is at home, tries three names a day, others than yesterday's; and one name from another network each day"
-- day = 2026-03-03
-- fires = [
--     {subject = "network:203.0.113.0/24", severity = "high", score = 70.0, event_count = 15, network = "203.0.113.0/24"},
--     {subject = "user:p1", severity = "medium", score = 31.13, event_count = 7, network = "10.6.0.0/24"},
-- ]
-- events = [
--     {days = [-28, -1], times = 4, performer_name = "p{n}", repository_name = "web"},
--     {days = [-4, 0], times = 3, kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "q{n}{d}"}},
--     {days = [-28, -1], performer_name = "zoe", network = "203.0.113.0/24"},
--     {days = [-2, -2], performer_name = "q04", network = "203.0.113.0/24"},
--     {days = [-2, -2], performer_name = "q12", network = "203.0.113.0/24"},
--     {days = [-4, -1], kind = "pull_repo_failed", performer_name = "q9", network = "203.0.113.0/24"},
--     {days = [-28, -28], performer_name = "p1", repository = "10.6.0.0/24"},
--     {days = [-6, -1], kind = "login_failure", network = "10.5.{d}.0/24", metadata = {kind = "user", username = "p1"}},
--     {kind = "login_failure", network = "10.6.0.0/24", metadata = {kind = "user", username = "p1"}},
-- ]
--
-- [[cases]]
-- name = "three names a day for a week from one network, at which four people work and somebody mistyped twice in three weeks"
-- day = 2026-03-03
-- fires = [{subject = "network:10.8.0.0/24", performer_name = "", score = 66.84, event_count = 21, evidence = ["2026-03-03 all #00000000", "2026-03-03 all #00000002", "2026-03-03 all #00000004"], first_at = 2026-02-25T12:00:00, reason = "network:10.8.0.0/24: 21 failed logins for 21 names from 1 networks where they are not at home, within a week"}]
-- events = [
--     {days = [-28, -1], times = 4, performer_name = "p{n}", repository_name = "web"},
--     {days = [-40, -27], kind = "login_failure", network = "10.8.0.0/24", metadata = {kind = "user", username = "o{d}"}},
--     {days = [-7, -7], kind = "login_failure", network = "10.8.0.0/24", metadata = {kind = "user", username = "o{d}"}},
--     {days = [-6, 0], times = 3, kind = "login_failure", network = "10.8.0.0/24", metadata = {kind = "user", username = "s{n}{d}"}},
--     {times = 4, performer_name = "p{n}", network = "10.8.0.0/24"},
-- ]
--
-- [[cases]]
-- name = "one name all day long, by no clock; nearly by the clock, two names from one network, one name from two"
-- day = 2026-03-03
-- fires = [{subject = "network:10.4.0.0/24", severity = "low", score = 29.3, event_count = 26}]
-- events = [
--     {days = [-28, -1], times = 10, performer_name = "p{n}", repository_name = "web"},
--     {at = "03:00", times = 13, every = "40m", kind = "login_failure", network = "10.4.0.0/24", metadata = {kind = "user", username = "p5"}},
--     {at = "03:17", times = 13, every = "40m", kind = "login_failure", network = "10.4.0.0/24", metadata = {kind = "user", username = "p5"}},
--     {at = "03:00", times = 13, every = "40m", kind = "login_failure", network = "10.4.1.0/24", metadata = {kind = "user", username = "p6"}},
--     {at = "03:18:36", times = 13, every = "40m", kind = "login_failure", network = "10.4.1.0/24", metadata = {kind = "user", username = "p6"}},
--     {at = "09:00", times = 6, every = "13m", kind = "login_failure", network = "10.3.0.0/24", metadata = {kind = "user", username = "p7"}},
--     {at = "09:05", times = 6, every = "17m", kind = "login_failure", network = "10.3.0.0/24", metadata = {kind = "user", username = "p8"}},
--     {at = "09:00", times = 6, every = "13m", kind = "login_failure", network = "10.3.1.0/24", metadata = {kind = "user", username = "p9"}},
--     {at = "09:05", times = 6, every = "17m", kind = "login_failure", network = "10.3.2.0/24", metadata = {kind = "user", username = "p9"}},
-- ]
--
-- [[cases]]
-- name = "ten names from five networks on one day, in a registry that has logged failures for two weeks"
-- day = 2026-03-03
-- fires = [{subject = "registry", score = 50.95, event_count = 10, network = "10.7.0.0/24", reason = "registry: 10 failed logins for 10 names from 5 networks where they are not at home, within a week"}]
-- events = [
--     {days = [-28, -1], times = 4, performer_name = "p{n}", repository_name = "web"},
--     {days = [-14, -14], kind = "login_failure", network = "10.8.0.0/24", metadata = {kind = "user", username = "x"}},
--     {at = "09:00", times = 5, kind = "login_failure", network = "10.7.{n}.0/24", metadata = {kind = "user", username = "s{n}"}},
--     {at = "10:00", times = 5, kind = "login_failure", network = "10.7.{n}.0/24", metadata = {kind = "user", username = "t{n}"}},
-- ]
--
-- [[cases]]
-- name = "quiet: at home, whoever mistypes, by account or by web login; and a trip with three attempts and a success"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 12, performer_name = "p{n}", credential = "app_specific_token:t{n}", repository_name = "web"},
--     {days = [-28, -1], times = 12, kind = "login_success", credential = "user:w{n}", network = "192.0.2.0/24"},
--     {days = [-28, -1], performer_name = "alice", repository_name = "web"},
--     {at = "09:00", times = 12, kind = "login_failure", metadata = {kind = "user", username = "p{n}"}},
--     {at = "09:30", times = 12, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "w{n}"}},
--     {at = "09:00", times = 3, kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "alice"}},
--     {at = "09:04", kind = "login_success", credential = "user:alice", network = "203.0.113.0/24"},
--     {at = "10:00", times = 9, kind = "login_failure", network = "10.7.{n}.0/24", metadata = {kind = "user", username = "v{n}"}},
--     {at = "11:00", times = 9, kind = "login_failure", network = "10.7.{n}.0/24", metadata = {kind = "robot", robot = "acme+far", username = "acme"}},
-- ]
--
-- [[cases]]
-- name = "quiet: people who mistype at home day after day"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 12, performer_name = "p{n}", credential = "app_specific_token:t{n}", repository_name = "web"},
--     {days = [-28, -1], times = 12, kind = "login_success", credential = "user:w{n}", network = "192.0.2.0/24"},
--     {days = [-6, -1], times = 9, kind = "login_failure", metadata = {kind = "user", username = "p{n}"}},
--     {days = [-6, -1], times = 9, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "w{n}"}},
--     {times = 2, kind = "login_failure", metadata = {kind = "user", username = "p{n}"}},
--     {times = 2, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "w{n}"}},
--     {times = 2, kind = "login_failure", metadata = {kind = "user", username = "z{n}"}},
--     {times = 2, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "z{n}"}},
-- ]
--
-- [[cases]]
-- name = "quiet: a gate where people mistype every day, a busy new office, yesterday's spray, and what is no login"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 6, kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "x{n}"}},
--     {days = [-28, -1], times = 60, kind = "login_failure", network = "192.0.3.0/24", metadata = {kind = "user", username = "x{n}"}},
--     {at = "09:00", kind = "login_failure", network = "192.0.3.0/24", metadata = {kind = "user", username = "x0"}},
--     {at = "09:00", times = 3, kind = "login_failure", network = "192.0.4.0/24", metadata = {kind = "user", username = "x{n}"}},
--     {days = [-1, -1], times = 30, kind = "login_failure", network = "198.18.0.0/24", metadata = {kind = "user", username = "x{n}"}},
--     {at = "09:00", times = 9, every = "15m", kind = "login_failure", network = "192.0.2.0/24", metadata = {kind = "user", username = "y{n}"}},
--     {at = "09:00", times = 9, every = "15m", kind = "login_failure", network = "203.0.113.0/24", metadata = {kind = "user", username = "z{n}"}},
--     {at = "09:00", times = 90, performer_name = "staff{n}", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "09:00", times = 30, every = "15m", kind = "change_repo_permission", network = "10.9.0.0/24", metadata = {username = "q{n}", role = "read"}},
-- ]
