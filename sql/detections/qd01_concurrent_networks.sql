-- id = "QD-01"
-- title = "Credential used in several places at once"
-- family = "credential_misuse"
-- severity = "high"
-- why = "One secret at work in places that nobody can be at within minutes: there are two holders of it."
-- tactics = ["Defense Evasion", "Lateral Movement", "Credential Access"]
-- techniques = ["T1550.001", "T1528"]
-- reads = [
--     "base_credentials",
--     "base_habits",
--     "base_performer_habits",
--     "base_registry",
--     "int_acts",
--     "mart_credential_habit_daily",
-- ]
-- next_steps = [
--     "List the networks, clients and repositories of both sides, and find the side that is new.",
--     "Ask the owner whether the credential was copied to a second machine or runner, or is used over a VPN.",
--     "Otherwise revoke the app-specific token or regenerate the robot's, and see which side goes silent.",
--     "Review what the new side pulled and pushed since its first event.",
-- ]
-- false_positives = [
--     "CI that grows over several NAT gateways: weighed by how often the credential was in several networks before.",
--     "A VPN that splits traffic, or a proxy in another country.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo", "push_repo", "delete_tag"]
-- network = true
-- history_days = 7
--
-- [params]
-- window_minutes = 15         # what happens within it happens at once
-- return_minutes = 30         # there and back within it: both sides were active
-- min_blocks = 3              # more /16 or /48 than this within a window, whatever is usual
-- memory_days = 7             # a network this young is still new, less with each day
-- overlap_share = 0.3         # of the days in several places, how many show them within minutes
-- return_share = 0.06        # of those, how many go there and back between a usual network and a new one
-- repeat_points = 26          # each time that the days double on which it did so
-- known_block_share = 0.5     # of a new network beside one it knows: runners come and go within a provider
-- spread_points = 40
-- country_points = 12
-- min_score = 8
with acts as (
    select
        credential,
        performer_name,
        namespace_name,
        occurred_at,
        event_key,
        network,
        country_code,
        regexp_replace(
            regexp_replace(network, '^([0-9]+\.[0-9]+)\..*$', '\1.0.0/16'),
            '^([0-9a-f]+:[0-9a-f]+:[0-9a-f]+):.*$',
            '\1::/48'
        ) as ip_block,
        floor(extract(epoch from occurred_at) / (30 * $window_minutes)) as half_window
    from int_acts
    where
        day = $day
        and not is_failure
        and credential_id is not null
        and network is not null
),

known_credentials as (
    select
        credential,
        active_day_count
    from base_credentials
    where is_known
),

places as (
    select
        credential,
        half_window,
        ip_block,
        country_code
    from acts
    group by
        credential,
        half_window,
        ip_block,
        country_code
),

windows as (
    -- Each window twice, shifted by half: what lies close together is within one of them.
    select
        credential,
        half_window as window_number,
        ip_block,
        country_code
    from places
    union all
    select
        credential,
        half_window + 1 as window_number,
        ip_block,
        country_code
    from places
),

window_places as (
    select
        credential,
        count(distinct ip_block) as block_count,
        count(distinct country_code) as country_count
    from windows
    group by
        credential,
        window_number
),

widest_windows as (
    select
        credential,
        max(block_count) as block_count,
        max(country_count) as country_count
    from window_places
    group by credential
),

earlier_days as (
    select
        credential,
        day,
        count(distinct case when habit = 'ip_block' then habit_value end) as block_count,
        count(distinct case when habit = 'country' then habit_value end) as country_count
    from mart_credential_habit_daily
    where
        day >= $day - 28
        and day < $day
        and habit in ('ip_block', 'country')
    group by
        credential,
        day
),

earlier_places as (
    select
        credential,
        max(block_count) as block_max,
        count(case when country_count > 1 then 1 end) as country_day_count
    from earlier_days
    group by credential
),

earlier_stays as (
    select
        credential,
        day,
        first_at <= max(last_at) over (
            partition by credential, day
            order by first_at, last_at, habit_value
            rows between unbounded preceding and 1 preceding
        ) as is_overlap
    from mart_credential_habit_daily
    where
        -- Whoever shares a credential this week does not thereby make it usual.
        day >= $day - $memory_days - 28
        and day < $day - $memory_days
        and habit = 'network'
),

overlap_days as (
    select
        credential,
        count(distinct case when is_overlap then day end) as overlap_day_count
    from earlier_stays
    group by credential
),

known_networks as (
    select
        performer_name as holder,
        habit_value as network,
        first_day
    from base_performer_habits
    where habit = 'network'
    union all
    -- An access token is nobody's.
    select
        credential as holder,
        habit_value as network,
        first_day
    from base_habits
    where habit = 'network'
),

known_blocks as (
    select
        performer_name as holder,
        habit_value as ip_block
    from base_performer_habits
    where
        habit = 'ip_block'
        and first_day <= $day - $memory_days
    union all
    select
        credential as holder,
        habit_value as ip_block
    from base_habits
    where
        habit = 'ip_block'
        and first_day <= $day - $memory_days
),

networks_met as (
    select
        credential,
        network,
        ip_block,
        coalesce(max(performer_name), credential) as holder
    from acts
    group by
        credential,
        network,
        ip_block
),

young_networks as (
    select
        met.credential,
        met.network,
        $day - coalesce(known.first_day, $day) as age_days,
        case when known_blocks.ip_block is null then 1 else $known_block_share end as place_share
    from networks_met as met
    left join known_networks as known
        on
            met.holder = known.holder
            and met.network = known.network
    left join known_blocks
        on
            met.holder = known_blocks.holder
            and met.ip_block = known_blocks.ip_block
    where coalesce(known.first_day, $day) > $day - $memory_days
),

steps as (
    select
        acts.credential,
        young_networks.network,
        young_networks.age_days,
        young_networks.place_share,
        young_networks.network is not null as is_young,
        lag(young_networks.network is not null) over (
            partition by acts.credential
            order by acts.occurred_at, acts.event_key
        ) as was_young,
        acts.occurred_at <= lag(acts.occurred_at) over (
            partition by acts.credential
            order by acts.occurred_at, acts.event_key
        ) + $return_minutes * interval 1 minute as is_soon
    from acts
    left join young_networks
        on acts.credential = young_networks.credential and acts.network = young_networks.network
    where acts.credential in (select young.credential from young_networks as young)
),

returns as (
    select
        credential,
        min(network) as network,
        max(age_days) as age_days,
        max(place_share) as place_share,
        least(
            count(case when is_soon and is_young and not was_young then 1 end),
            count(case when is_soon and was_young and not is_young then 1 end)
        ) as return_count
    from steps
    group by credential
),

repeats as (
    select
        stays.credential,
        count(distinct stays.day) as repeat_day_count
    from mart_credential_habit_daily as stays
    inner join young_networks as young
        on stays.credential = young.credential and stays.habit_value = young.network
    inner join mart_credential_habit_daily as usual
        on
            stays.credential = usual.credential
            and stays.day = usual.day
            and stays.habit = usual.habit
            and stays.first_at <= usual.last_at
            and stays.last_at >= usual.first_at
    left join young_networks as young_too
        on usual.credential = young_too.credential and usual.habit_value = young_too.network
    where
        stays.habit = 'network'
        and stays.day >= $day - $memory_days
        and stays.day < $day
        and young_too.network is null
    group by stays.credential
),

shares as (
    select
        known_credentials.credential,
        known_credentials.active_day_count,
        widest_windows.block_count,
        widest_windows.country_count,
        greatest($min_blocks, 2 * coalesce(earlier_places.block_max, 0)) as block_limit,
        (coalesce(earlier_places.country_day_count, 0) + 0.5) / (known_credentials.active_day_count + 1)
            as country_day_share,
        (coalesce(overlap_days.overlap_day_count, 0) + 0.5) / (known_credentials.active_day_count + 1)
            as overlap_day_share,
        returns.network,
        coalesce(returns.age_days, 0) as age_days,
        returns.place_share,
        coalesce(repeats.repeat_day_count, 0) as repeat_day_count,
        coalesce(returns.return_count, 0) as return_count
    from known_credentials
    inner join widest_windows on known_credentials.credential = widest_windows.credential
    left join earlier_places on known_credentials.credential = earlier_places.credential
    left join overlap_days on known_credentials.credential = overlap_days.credential
    left join returns on known_credentials.credential = returns.credential
    left join repeats on known_credentials.credential = repeats.credential
),

points as (
    select
        *,
        case
            when block_count > block_limit
                then $spread_points + 12 * log2(block_count / greatest(block_limit, 1))
            else 0
        end as spread_points,
        case
            when country_count > 1
                then
                    $country_points * (1 - country_day_share)
                    + greatest(-12 * log10($overlap_share * country_day_share), 0)
            else 0
        end as country_points,
        case
            when return_count > 0
                then
                    -- A move leaves the old place; day after day in both is two holders.
                    place_share * (
                        greatest(
                            -12 * log10(
                                $return_share
                                * overlap_day_share
                                * (1 + greatest(age_days - repeat_day_count, 0))
                            ),
                            0
                        )
                        + (4 * log2(return_count) + $repeat_points * log2(1 + repeat_day_count))
                        * (1 - overlap_day_share)
                    )
            else 0
        end as return_points
    from shares
),

scored_credentials as (
    select
        *,
        least(spread_points + country_points + return_points, 90) as score
    from points
),

shown_acts as (
    select
        credential,
        network,
        half_window,
        max(performer_name) as performer_name,
        min(namespace_name) as namespace_name,
        count(*) as event_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key) as first_key
    from acts
    group by
        credential,
        network,
        half_window
)

select
    scored.credential as subject,
    max(shown_acts.performer_name) as performer_name,
    scored.credential,
    case when scored.return_count > 0 then scored.network end as network,
    min(shown_acts.namespace_name) as namespace_name,
    null as repository,
    case when scored.return_count > 0 then 'network:' || scored.network end as shared,
    case
        when scored.score >= 80 then 'critical'
        when scored.score >= 50 then 'high'
        when scored.score >= 30 then 'medium'
        else 'low'
    end as severity,
    round(scored.score, 1) as score,
    scored.credential || ' was used from ' || count(distinct shown_acts.network) || ' networks: within '
    || $window_minutes || ' minutes in ' || scored.block_count || ' places (/16 or /48) and '
    || scored.country_count || ' countries'
    || case
        when scored.return_count > 0
            then
                ', and ' || scored.return_count || ' times from its usual places to ' || scored.network
                || ', which is new to it, and back'
        else ''
    end
    || '; usual: days in several places at once '
    || round(100 * scored.overlap_day_share) || ' %' as reason,
    min(shown_acts.first_at) as first_at,
    max(shown_acts.last_at) as last_at,
    sum(shown_acts.event_count) as event_count,
    list_sort(list(shown_acts.first_key))[1:20] as evidence
from scored_credentials as scored
inner join shown_acts on scored.credential = shown_acts.credential
inner join base_registry on coalesce(base_registry.is_network_trusted, true)
where scored.score >= $min_score
group by
    scored.credential,
    scored.network,
    scored.return_count,
    scored.score,
    scored.block_count,
    scored.country_count,
    scored.overlap_day_share
-- [[cases]]
-- name = "a second network interleaved for twenty minutes"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "medium", score = 46.5, reason = "robot:acme+ci was used from 2 networks: within 15 minutes in 2 places (/16 or /48) and 0 countries, and 9 times from its usual places to 203.0.113.0/24, which is new to it, and back; usual: days in several places at once 2.0 %", shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 20},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, at = "09:00", times = 5, every = "1h", performer_name = "acme+ci", repository_name = "web"},
--     {at = "10:00", times = 10, every = "2m", performer_name = "acme+ci", repository_name = "web"},
--     {at = "10:01", times = 10, every = "2m", performer_name = "acme+ci", repository_name = "web", network = "203.0.113.0/24"},
--     {days = [-28, 0], at = "10:00:30", times = 9, every = "3m", performer_name = "alice", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "runners on twenty new networks of the one provider; of two others, one knows the provider for a week alone"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+pool", severity = "low", score = 26.3},
--     {subject = "robot:acme+week", severity = "high", score = 52.5},
-- ]
-- events = [
--     {days = [-28, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+pool", repository_name = "web", network = "10.9.200.0/24"},
--     {at = "10:00", times = 20, every = "2m", performer_name = "acme+pool", repository_name = "web", network = "10.9.{n}.0/24"},
--     {at = "10:01", times = 20, every = "2m", performer_name = "acme+pool", repository_name = "web", network = "10.9.200.0/24"},
--     {days = [-28, -1], at = "09:00", times = 5, every = "1h", performer_name = "acme+week", repository_name = "web"},
--     {days = [-6, -6], at = "20:00", performer_name = "acme+week", repository_name = "web", network = "10.8.200.0/24"},
--     {at = "10:00", times = 20, every = "2m", performer_name = "acme+week", repository_name = "web", network = "10.8.{n}.0/24"},
--     {at = "10:01", times = 20, every = "2m", performer_name = "acme+week", repository_name = "web"},
-- ]
-- [[cases]]
-- name = "there and back just within half an hour, by a credential that was in two places on some days of the four weeks before the last, for the fifth day"
-- day = 2026-03-03
-- fires = [
--     {subject = "app_specific_token:t", severity = "low", score = 14.1, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 3},
-- ]
-- events = [
--     {days = [-36, -1], performer_name = "alice", credential = "app_specific_token:t"},
--     {days = [-36, -35], at = "11:00", times = 2, every = "2h", performer_name = "alice", credential = "app_specific_token:t", network = "192.0.2.0/24"},
--     {days = [-7, -7], at = "11:00", times = 2, every = "2h", performer_name = "alice", credential = "app_specific_token:t", network = "192.0.2.0/24"},
--     {days = [-31, -29], at = "11:00", times = 2, every = "2h", performer_name = "alice", credential = "app_specific_token:t", network = "192.0.2.0/24"},
--     {days = [-28, -27], at = "11:00", times = 2, every = "2h", performer_name = "alice", credential = "app_specific_token:t", network = "192.0.2.0/24"},
--     {days = [-20, -15], at = "14:00", times = 2, performer_name = "alice", credential = "app_specific_token:t", network = "192.0.2.0/24"},
--     {days = [-4, -1], at = "06:00", performer_name = "alice", credential = "app_specific_token:t", network = "203.0.113.0/24"},
--     {at = "10:00", times = 2, every = "1h", performer_name = "alice", credential = "app_specific_token:t"},
--     {at = "10:30", performer_name = "alice", credential = "app_specific_token:t", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "back after more than half an hour, or without return, is a way to work"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 3, performer_name = "user-{n}"},
--     {at = "10:00", performer_name = "user-0"},
--     {at = "10:31", performer_name = "user-0", network = "203.0.113.0/24"},
--     {at = "10:32", performer_name = "user-0"},
--     {at = "10:00", performer_name = "user-1"},
--     {at = "10:01", performer_name = "user-1", network = "203.0.114.0/24"},
--     {at = "10:00", performer_name = "user-2", network = "203.0.115.0/24"},
--     {at = "10:29", performer_name = "user-2"},
-- ]
-- [[cases]]
-- name = "what somebody's other credential, or the last week, made usual is not new; nor does a failed try make a place"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 3, performer_name = "user-{n}"},
--     {days = [-20, -20], performer_name = "user-0", credential = "app_specific_token:t", network = "203.0.113.0/24"},
--     {days = [-7, -7], performer_name = "user-1", network = "203.0.114.0/24"},
--     {at = "10:00", times = 3, every = "2m", performer_name = "user-0"},
--     {at = "10:01", times = 3, every = "2m", performer_name = "user-0", network = "203.0.113.0/24"},
--     {at = "10:00", times = 3, every = "2m", performer_name = "user-1"},
--     {at = "10:01", times = 3, every = "2m", performer_name = "user-1", network = "203.0.114.0/24"},
--     {at = "10:00", times = 3, every = "2m", performer_name = "user-2"},
--     {at = "10:01", times = 3, every = "2m", kind = "pull_repo_failed", performer_name = "user-2", network = "203.0.115.0/24", country_code = "BR"},
--     {days = [-1, -1], at = "23:59", performer_name = "user-2", network = "203.0.116.0/24", kind = "login_failure"},
-- ]
-- [[cases]]
-- name = "two countries within a quarter of an hour, both usual alone"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+ci", shared = "", network = "", severity = "medium", score = 39.2, event_count = 2, evidence = ["2026-03-03 all #00000000", "2026-03-03 all #00000001"]}]
-- events = [
--     {days = [-28, -1], performer_name = "acme+ci", country_code = "DE"},
--     {days = [-29, -29], at = "13:00", performer_name = "acme+ci", country_code = "DE"},
--     {days = [-60, -29], performer_name = "acme+ci", network = "203.0.113.0/24", country_code = "BR"},
--     {at = "10:10", performer_name = "acme+ci", country_code = "DE"},
--     {at = "10:20", performer_name = "acme+ci", network = "203.0.113.0/24", country_code = "BR"},
-- ]
-- [[cases]]
-- name = "two countries at once on most days, or far apart on this one"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], performer_name = "acme+vpn", country_code = "DE"},
--     {days = [-28, -1], performer_name = "acme+vpn", network = "203.0.113.0/24", country_code = "BR"},
--     {days = [-40, -1], performer_name = "acme+ci", country_code = "DE"},
--     {days = [-40, -40], performer_name = "acme+ci", network = "203.0.113.0/24", country_code = "BR"},
--     {performer_name = "acme+vpn", country_code = "DE"},
--     {performer_name = "acme+vpn", network = "203.0.113.0/24", country_code = "BR"},
--     {at = "10:00", performer_name = "acme+ci", country_code = "DE"},
--     {at = "10:15", performer_name = "acme+ci", network = "203.0.113.0/24", country_code = "BR"},
-- ]
-- [[cases]]
-- name = "spread over more blocks within a quarter of an hour than on any day of four weeks"
-- day = 2026-03-03
-- fires = [
--     {subject = "access_token:deploy", shared = "", network = "", severity = "high", score = 52.0, event_count = 16},
--     {subject = "robot:acme+wide", severity = "high", score = 79.9, event_count = 30},
--     {subject = "robot:acme+six", severity = "high", score = 52.0, event_count = 6},
-- ]
-- events = [
--     {days = [-28, -1], credential = "access_token:deploy", times = 4, network = "100.{n}.113.0/24"},
--     {days = [-60, -50], credential = "access_token:deploy", times = 30, network = "100.{n}.113.0/24"},
--     {times = 16, every = "10s", credential = "access_token:deploy", network = "100.{n}.113.0/24"},
--     {days = [-28, -1], performer_name = "acme+wide", network = "2001:db8:1:2::/64"},
--     {days = [-60, -50], times = 30, performer_name = "acme+wide", network = "2001:db8:{n}:2::/64"},
--     {times = 30, every = "9s", performer_name = "acme+wide", network = "2001:db8:{n}:2::/64"},
--     {days = [-28, -1], performer_name = "acme+six"},
--     {days = [-60, -50], times = 30, performer_name = "acme+six", network = "100.{n}.113.0/24"},
--     {times = 6, every = "10s", performer_name = "acme+six", network = "100.{n}.113.0/24"},
-- ]
-- [[cases]]
-- name = "forty runners in one block, three blocks at once, twice the usual ones, a spread over the day"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 40, every = "10s", performer_name = "acme+ci", network = "100.64.{n}.0/24"},
--     {times = 40, every = "10s", performer_name = "acme+ci", network = "100.64.{n}.0/24"},
--     {days = [-60, -1], times = 3, every = "10s", performer_name = "acme+nat", network = "100.{n}.1.0/24"},
--     {days = [-60, -60], times = 6, every = "10s", performer_name = "acme+nat", network = "100.{n}.1.0/24"},
--     {times = 6, every = "10s", performer_name = "acme+nat", network = "100.{n}.1.0/24"},
--     {days = [-28, -28], times = 3, every = "10s", performer_name = "acme+edge", network = "100.{n}.1.0/24"},
--     {days = [-27, -1], performer_name = "acme+edge", network = "100.0.1.0/24"},
--     {days = [-60, -60], times = 6, every = "10s", performer_name = "acme+edge", network = "100.{n}.1.0/24"},
--     {times = 6, every = "10s", performer_name = "acme+edge", network = "100.{n}.1.0/24"},
--     {days = [-28, -1], performer_name = "acme+three", network = "100.0.1.0/24"},
--     {days = [-60, -60], times = 9, every = "1h", performer_name = "acme+three", network = "100.{n}.1.0/24"},
--     {times = 3, every = "10s", performer_name = "acme+three", network = "100.{n}.1.0/24"},
--     {at = "14:00", times = 6, every = "15m", performer_name = "acme+three", network = "100.{n}.1.0/24"},
-- ]
-- [[cases]]
-- name = "all of it together; what is nobody's or young says nothing"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", severity = "critical", score = 90.0, reason = "robot:acme+ci was used from 9 networks: within 15 minutes in 9 places (/16 or /48) and 2 countries, and 8 times from its usual places to 203.0.113.0/24, which is new to it, and back; usual: days in several places at once 2.0 %", shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 17},
-- ]
-- events = [
--     {days = [-28, -1], weekdays = true, performer_name = "acme+ci", country_code = "DE", network = "192.0.2.0/24"},
--     {days = [-6, -1], performer_name = "acme+new", country_code = "DE"},
--     {at = "10:00", times = 9, every = "1m", performer_name = "acme+ci", country_code = "DE", network = "192.0.2.0/24"},
--     {at = "10:00:30", times = 8, every = "1m", performer_name = "acme+ci", country_code = "BR", network = "203.{n}.113.0/24"},
--     {at = "10:00", times = 8, every = "1m", performer_name = "acme+new", country_code = "DE"},
--     {at = "10:00:30", times = 8, every = "1m", performer_name = "acme+new", country_code = "BR", network = "203.{n}.113.0/24"},
--     {at = "10:00:30", times = 8, every = "1m", country_code = "BR", network = "203.{n}.113.0/24"},
--     {days = [-28, -1], times = 8, every = "1m"},
-- ]
-- [[cases]]
-- name = "behind one proxy no address tells anything"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], times = 6, performer_name = "acme+job-{n}"},
--     {at = "10:00", times = 9, every = "2m", performer_name = "acme+job-0"},
--     {at = "10:01", times = 9, every = "2m", performer_name = "acme+job-0", network = "203.0.113.0/24"},
-- ]
-- [[cases]]
-- name = "only whole ways there and back count, whichever side began, and none to a network of nine days"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+one", severity = "medium", score = 35.8, shared = "network:203.0.113.0/24", network = "203.0.113.0/24", event_count = 6},
--     {subject = "robot:acme+fresh", score = 29.1, event_count = 4},
--     {subject = "robot:acme+two", severity = "low", score = 17.9, shared = "network:203.0.114.0/24", network = "203.0.114.0/24", event_count = 6},
-- ]
-- events = [
--     {days = [-28, -1], performer_name = "acme+one"},
--     {days = [-28, -1], performer_name = "acme+two", network = "203.0.113.0/24"},
--     {days = [-28, -1], credential = "access_token:deploy"},
--     {days = [-7, -1], performer_name = "acme+fresh"},
--     {at = "10:00", times = 2, every = "2m", performer_name = "acme+fresh"},
--     {at = "10:01", times = 2, every = "2m", performer_name = "acme+fresh", network = "203.0.116.0/24"},
--     {at = "10:00", times = 2, performer_name = "acme+one", network = "203.0.113.0/24"},
--     {at = "10:02", times = 2, performer_name = "acme+one"},
--     {at = "10:04", performer_name = "acme+one", network = "203.0.113.0/24"},
--     {at = "10:05", performer_name = "acme+one"},
--     {at = "10:00", times = 2, performer_name = "acme+two", network = "203.0.113.0/24"},
--     {at = "10:02", times = 2, performer_name = "acme+two", network = "203.0.114.0/24"},
--     {at = "10:04", performer_name = "acme+two", network = "203.0.113.0/24"},
--     {at = "10:05", performer_name = "acme+two", network = "203.0.114.0/24"},
--     {days = [-9, -9], credential = "access_token:deploy", network = "203.0.115.0/24"},
--     {at = "10:00", times = 3, every = "2m", credential = "access_token:deploy"},
--     {at = "10:01", times = 3, every = "2m", credential = "access_token:deploy", network = "203.0.115.0/24"},
-- ]
--
-- [[cases]]
-- name = "day after day there and back, and one who only moved"
-- day = 2026-03-03
-- fires = [
--     {subject = "user:alice", severity = "high", score = 72.7, network = "203.0.113.0/24"},
--     {subject = "user:bob", severity = "medium", score = 30.1, network = "203.0.114.0/24"},
-- ]
-- events = [
--     {days = [-40, -1], at = "09:00", times = 9, every = "1h", performer_name = "alice", repository_name = "web"},
--     # A repository that is named like a network is no stay there.
--     {days = [-20, -20], at = "09:00", performer_name = "alice", repository = "203.0.113.0/24"},
--     {days = [-6, -5], at = "10:30", performer_name = "alice", repository = "203.0.113.0/24"},
--     {days = [-3, -3], at = "23:00", performer_name = "alice", repository_name = "web", network = "203.0.113.0/24"},
--     {days = [-2, 0], at = "11:10", times = 2, every = "2h", performer_name = "alice", repository_name = "web", network = "203.0.113.0/24"},
--     {at = "11:00", times = 2, every = "30m", performer_name = "alice", repository_name = "web"},
--     {days = [-40, -3], at = "09:00", times = 9, every = "1h", performer_name = "bob", repository_name = "web"},
--     {days = [-2, 0], at = "11:10", performer_name = "bob", repository_name = "web", network = "203.0.114.0/24"},
--     {at = "11:00", times = 2, every = "30m", performer_name = "bob", repository_name = "web"},
-- ]
