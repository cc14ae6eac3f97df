-- title = "What is usual for each credential"
-- grain = ["credential"]
-- reads = ["base_credential_days", "base_habit_days", "base_habits"]
-- units = "28 days before the day judged; first_day, last_day, gaps and shares: 100 days; medians and mads: active days"
-- source = "base_credential_days, base_habits; a mad is the median distance from the median, not scaled"
--
-- [columns]
-- credential = "what was used to act, such as robot:acme+ci"
-- credential_kind = "password_or_session, oauth_token, app_specific_token, robot, access_token or anonymous"
-- performer_name = "in whose hands last, as Quay says; of two on the same day the last by letter"
-- performer_kind = "user, robot or anonymous"
-- first_day = "the first day on which it acted"
-- last_day = "the last day"
-- active_day_count = "days on which it acted"
-- is_known = "whether those are seven or more"
-- longest_gap_days = "the most days from one active day to the next; null where it has one day alone"
-- events_per_day_median = "events an active day"
-- events_per_day_mad = "how far that usually is off"
-- event_max = "most events on a day"
-- pull_median = "pulls an active day"
-- pull_mad = "how far that usually is off"
-- pull_max = "most pulls on a day"
-- repository_median = "distinct repositories pulled an active day"
-- repository_mad = "how far that usually is off"
-- repository_max = "most of them on a day"
-- network_median = "distinct networks an active day"
-- network_max = "most of them on a day"
-- repository_count = "distinct repositories pulled"
-- pushed_repository_count = "distinct repositories pushed to"
-- network_count = "distinct networks"
-- country_count = "distinct countries"
-- client_count = "distinct clients"
-- later_day_count = "active days after its first seven, of which the shares are"
-- new_network_day_share = "share of later days that brought a network it had never met: (days + 1) / (later days + 2)"
-- new_repository_day_share = "the same of repositories that it pulls"
-- new_client_day_share = "the same of clients"
-- new_country_day_share = "the same of countries"
-- new_repositories_per_day = "repositories it had never pulled, a later day: (repositories + 1) / (later days + 2)"
-- is_broad = "whether it pulls 25 repositories or more on most of its days, of three at least: a scanner or mirror"
with numbered_days as (
    select
        credential,
        day,
        day - lag(day) over (
            partition by credential
            order by day
        ) as gap_days,
        row_number() over (
            partition by credential
            order by day
        ) as day_number
    from base_credential_days
),

lives as (
    select
        credential,
        min(day) as first_day,
        max(day) as last_day,
        max(gap_days) as longest_gap_days,
        count(case when day >= $day - 28 then 1 end) as active_day_count,
        min(case when day_number = 7 then day end) as seventh_day,
        greatest(count(*) - 7, 0) as later_day_count
    from numbered_days
    group by credential
),

recent_days as (
    select
        credential,
        event_count,
        pull_count,
        repository_count,
        network_count
    from base_credential_days
    where day >= $day - 28
),

medians as (
    select
        credential,
        median(event_count) as event_median,
        median(pull_count) as pull_median,
        median(repository_count) as repository_median,
        median(network_count) as network_median,
        max(event_count) as event_max,
        max(pull_count) as pull_max,
        max(repository_count) as repository_max,
        max(network_count) as network_max,
        count(*) >= 3
        and sum(case when repository_count >= 25 then 1 else 0 end) * 2 > count(*) as is_broad
    from recent_days
    group by credential
),

deviations as (
    select
        recent_days.credential,
        median(abs(recent_days.event_count - medians.event_median)) as event_mad,
        median(abs(recent_days.pull_count - medians.pull_median)) as pull_mad,
        median(abs(recent_days.repository_count - medians.repository_median)) as repository_mad
    from recent_days
    inner join medians on recent_days.credential = medians.credential
    group by recent_days.credential
),

breadths as (
    select
        credential,
        count(case when habit = 'repository' then 1 end) as repository_count,
        count(case when habit = 'pushed_repository' then 1 end) as pushed_repository_count,
        count(case when habit = 'network' then 1 end) as network_count,
        count(case when habit = 'country' then 1 end) as country_count,
        count(case when habit = 'client' then 1 end) as client_count
    from base_habits
    where day_bits <> 0
    group by credential
),

novelties as (
    select
        base_habits.credential,
        count(distinct case when base_habits.habit = 'network' then base_habits.first_day end)
            as network_days,
        count(distinct case when base_habits.habit = 'repository' then base_habits.first_day end)
            as repository_days,
        count(distinct case when base_habits.habit = 'client' then base_habits.first_day end) as client_days,
        count(distinct case when base_habits.habit = 'country' then base_habits.first_day end)
            as country_days,
        count(case when base_habits.habit = 'repository' then 1 end) as repositories
    from base_habits
    inner join lives
        on
            base_habits.credential = lives.credential
            and base_habits.first_day > lives.seventh_day
    where base_habits.habit in ('network', 'repository', 'client', 'country')
    group by base_habits.credential
),

ranked_holders as (
    select
        credential,
        performer_name,
        performer_kind,
        row_number() over (
            partition by credential
            order by max(last_day) desc, performer_name desc nulls last
        ) as place
    from base_habit_days
    group by
        credential,
        performer_name,
        performer_kind
)

select
    lives.credential,
    case
        when lives.credential like 'user:%' or lives.credential = 'user' then 'password_or_session'
        else split_part(lives.credential, ':', 1)
    end as credential_kind,
    ranked_holders.performer_name,
    ranked_holders.performer_kind,
    lives.first_day,
    lives.last_day,
    lives.active_day_count,
    lives.active_day_count >= 7 as is_known,
    lives.longest_gap_days,
    medians.event_median as events_per_day_median,
    deviations.event_mad as events_per_day_mad,
    medians.event_max,
    medians.pull_median,
    deviations.pull_mad,
    medians.pull_max,
    medians.repository_median,
    deviations.repository_mad,
    medians.repository_max,
    medians.network_median,
    medians.network_max,
    coalesce(breadths.repository_count, 0) as repository_count,
    coalesce(breadths.pushed_repository_count, 0) as pushed_repository_count,
    coalesce(breadths.network_count, 0) as network_count,
    coalesce(breadths.country_count, 0) as country_count,
    coalesce(breadths.client_count, 0) as client_count,
    lives.later_day_count,
    (coalesce(novelties.network_days, 0) + 1) / (lives.later_day_count + 2) as new_network_day_share,
    (coalesce(novelties.repository_days, 0) + 1) / (lives.later_day_count + 2) as new_repository_day_share,
    (coalesce(novelties.client_days, 0) + 1) / (lives.later_day_count + 2) as new_client_day_share,
    (coalesce(novelties.country_days, 0) + 1) / (lives.later_day_count + 2) as new_country_day_share,
    (coalesce(novelties.repositories, 0) + 1) / (lives.later_day_count + 2) as new_repositories_per_day,
    coalesce(medians.is_broad, false) as is_broad
from lives
inner join ranked_holders on lives.credential = ranked_holders.credential and ranked_holders.place = 1
left join medians on lives.credential = medians.credential
left join deviations on lives.credential = deviations.credential
left join breadths on lives.credential = breadths.credential
left join novelties on lives.credential = novelties.credential
