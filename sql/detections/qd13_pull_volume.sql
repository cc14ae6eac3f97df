-- id = "QD-13"
-- title = "A credential pulls far more in an hour than it ever does"
-- family = "exfiltration"
-- severity = "low"
-- why = "Volume beyond the credential's own rhythm is what copying looks like; alone it is seldom more than a rebuilt cluster, beside other signals it tells how much left."
-- tactics = ["Exfiltration"]
-- techniques = ["T1020"]
-- reads = ["int_acts", "base_credentials", "mart_credential_habit_daily"]
-- next_steps = [
--     "See which repositories and tags were pulled in that hour, and from where.",
--     "Ask whether a cluster was rebuilt, a node pool grown or a pipeline started in parallel.",
--     "If nobody knows: treat it with the other signals about the credential, and regenerate or revoke it.",
-- ]
-- false_positives = [
--     "A cluster that is rebuilt or scaled: the same repositories as always, many times.",
--     "A release day.",
--     "A batch job whose hour moved.",
-- ]
--
-- [needs]
-- kinds = ["pull_repo"]
-- failure_kinds = []
-- inventory = []
-- inventory_required = false
-- network = false
-- superuser = false
-- history_days = 7
--
-- [params]
-- min_pulls = 30           # in one hour: below that a factor says nothing
-- min_score = 12.0
with pulled_hours as (
    select
        credential,
        date_trunc('hour', occurred_at) as hour_at,
        (extract(isodow from day) - 1) * 24 + extract(hour from occurred_at) as hour_of_week,
        min(performer_name) as performer_name,
        min(network) as network,
        max(network) as other_network,
        min(repository) as repository,
        max(repository) as other_repository,
        count(*) as event_count,
        -- One pull of an image for several platforms is a row by tag and then one by digest.
        greatest(count(tag), count(*) - count(tag)) as pull_count,
        min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        min(event_key, 20) as evidence
    from int_acts
    where
        day = $day
        and kind = 'pull_repo'
    group by
        credential,
        day,
        hour_at,
        hour_of_week
    having greatest(count(tag), count(*) - count(tag)) >= $min_pulls
),

usual_hours as (
    select
        credential,
        cast(habit_value as bigint) as hour_of_week,
        median(pull_count) as pull_count
    from mart_credential_habit_daily
    where
        habit = 'hour'
        and day >= $day - 56
        and day < $day
    group by
        credential,
        habit_value
),

daily_peaks as (
    select
        credential,
        day,
        max(pull_count) as pull_count
    from mart_credential_habit_daily
    where
        habit = 'hour'
        and day >= $day - 28
        and day < $day
    group by
        credential,
        day
),

usual_peaks as (
    select
        credential,
        median(pull_count) as pull_count,
        -- Of normally spread values the quartiles lie 1.35 standard deviations apart.
        (quantile_cont(ln(1 + pull_count), 0.75) - quantile_cont(ln(1 + pull_count), 0.25)) / 1.35 as spread
    from daily_peaks
    group by credential
),

spikes as (
    select
        pulled_hours.*,
        greatest(usual_peaks.pull_count, coalesce(usual_hours.pull_count, 0)) as usual_count,
        12 * 1.3
        * log10(
            (1 + pulled_hours.pull_count)
            / (1 + greatest(usual_peaks.pull_count, coalesce(usual_hours.pull_count, 0)))
        )
        * sqrt(0.25 / (0.25 + usual_peaks.spread)) as score
    from pulled_hours
    inner join base_credentials on pulled_hours.credential = base_credentials.credential
    inner join usual_peaks on pulled_hours.credential = usual_peaks.credential
    left join usual_hours
        on
            pulled_hours.credential = usual_hours.credential
            and pulled_hours.hour_of_week = usual_hours.hour_of_week
    where base_credentials.is_known
),

ranked_spikes as (
    select
        *,
        row_number() over (
            partition by credential
            order by score desc, hour_at asc
        ) as place
    from spikes
)

select
    credential as subject,
    performer_name,
    credential,
    case when network = other_network then network end as network,
    case when repository = other_repository then split_part(repository, '/', 1) end as namespace_name,
    case when repository = other_repository then repository end as repository,
    cast(null as varchar) as shared,
    case
        when score >= 30 then 'medium'
        else 'low'
    end as severity,
    score,
    credential || ' made ' || pull_count || ' pulls in the hour from ' || strftime(hour_at, '%H:%M')
    || ' UTC (usual at most: ' || round(usual_count, 0) || ')'
    || case when network = other_network then ', from ' || network else '' end as reason,
    first_at,
    last_at,
    event_count,
    evidence
from ranked_spikes
where
    place = 1
    and score >= $min_score
-- [[cases]]
-- name = "four hundred pulls in an hour of what it pulls twelve times an hour, thirty where one is usual, forty where none is"
-- day = 2026-03-03
-- fires = [
--     {subject = "robot:acme+ci", performer_name = "acme+ci", network = "198.51.100.0/24", namespace_name = "acme", repository = "acme/web", severity = "low", score = 15.82, event_count = 400, reason = "robot:acme+ci made 400 pulls in the hour from 10:00 UTC (usual at most: 13.0), from 198.51.100.0/24"},
--     {subject = "robot:acme+rare", score = 18.57, event_count = 30},
--     {subject = "robot:acme+build", score = 25.16, event_count = 40},
-- ]
-- events = [
--     {days = [-63, -63], at = "10:00", times = 90, every = "10s", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-50, -29], at = "09:00", times = 100, every = "10s", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", performer_name = "acme+rare", repository_name = "web"},
--     {at = "10:00", times = 30, performer_name = "acme+rare", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", kind = "push_repo", performer_name = "acme+build", repository_name = "web"},
--     {at = "10:00", times = 40, performer_name = "acme+build", repository_name = "web"},
--     {days = [-9, -9], at = "09:00", times = 5, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-8, -6], at = "09:00", times = 10, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-5, -2], at = "09:00", times = 15, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-5, -2], at = "12:00", times = 6, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], at = "10:00", times = 300, every = "1s", performer_name = "acme+cd", repository_name = "web"},
--     {at = "09:00", times = 90, every = "2s", performer_name = "acme+ci", repository_name = "web"},
--     {at = "10:00", times = 400, every = "2s", performer_name = "acme+ci", repository_name = "web"},
--     {at = "11:00", times = 300, every = "2s", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "two thousand, from two networks and of two repositories"
-- day = 2026-03-03
-- fires = [{subject = "robot:acme+ci", repository = "", namespace_name = "", network = "", severity = "medium", event_count = 2000, reason = "robot:acme+ci made 2000 pulls in the hour from 10:00 UTC (usual at most: 12.0)"}]
-- events = [
--     {days = [-28, -1], at = "09:00", times = 12, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {at = "10:00", times = 1000, every = "3s", performer_name = "acme+ci", repository_name = "web"},
--     {at = "10:00", times = 1000, every = "3s", performer_name = "acme+ci", repository_name = "api", network = "203.0.113.0/24"},
-- ]
--
-- [[cases]]
-- name = "forty images for two platforms, by tag and then by digest, where ten are usual"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "09:00", times = 10, every = "1m", performer_name = "acme+ci", repository_name = "web", tag = "v1"},
--     {at = "10:00", times = 40, every = "30s", performer_name = "acme+ci", repository_name = "web", tag = "v{n}"},
--     {at = "10:00", times = 40, every = "30s", performer_name = "acme+ci", repository_name = "web", manifest_digest = "sha256:{n}"},
-- ]
--
-- [[cases]]
-- name = "the job of every Tuesday at three, and one of every eighth"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -1], at = "09:00", times = 12, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -28], at = "03:00", times = 400, every = "2s", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-14, -14], at = "03:00", times = 380, every = "2s", performer_name = "acme+ci", repository_name = "web"},
--     {at = "03:00", times = 420, every = "2s", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", times = 12, every = "1m", performer_name = "acme+cd", repository_name = "web"},
--     {days = [-56, -56], at = "03:00", times = 400, every = "2s", performer_name = "acme+cd", repository_name = "web"},
--     {at = "03:00", times = 420, every = "2s", performer_name = "acme+cd", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "a robot whose hours were always uneven"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, -15], at = "09:00", times = 3, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-14, -1], at = "09:00", times = 150, every = "10s", performer_name = "acme+ci", repository_name = "web"},
--     {at = "10:00", times = 900, every = "3s", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "a robot that is new, one that pulls fifteen times its one, and one that pushes"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-6, -1], at = "09:00", times = 2, performer_name = "acme+new", repository_name = "web"},
--     {at = "10:00", times = 400, every = "2s", performer_name = "acme+new", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", performer_name = "acme+rare", repository_name = "web"},
--     {at = "10:00", times = 29, performer_name = "acme+rare", repository_name = "web"},
--     {days = [-28, -1], at = "09:00", performer_name = "acme+ci", repository_name = "web"},
--     {at = "10:00", times = 400, every = "2s", kind = "push_repo", performer_name = "acme+ci", repository_name = "web"},
-- ]
--
-- [[cases]]
-- name = "the rebuild was yesterday"
-- day = 2026-03-03
-- fires = []
-- events = [
--     {days = [-28, 0], at = "09:00", times = 12, every = "1m", performer_name = "acme+ci", repository_name = "web"},
--     {days = [-1, -1], at = "09:30", times = 400, every = "2s", performer_name = "acme+ci", repository_name = "web"},
-- ]
