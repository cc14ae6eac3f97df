-- title = "What each credential did on each of its days"
-- grain = ["credential", "day"]
-- reads = ["mart_credential_habit_daily"]
-- units = "the 100 days before the day judged; *_count count events, or distinct values of that day"
-- source = "mart_credential_habit_daily: days on which something was not refused"
--
-- [columns]
-- credential = "what was used to act, such as robot:acme+ci"
-- day = "a day on which it acted"
-- event_count = "events that were not refused"
-- pull_count = "pulls"
-- push_count = "pushes"
-- change_count = "changes"
-- repository_count = "distinct repositories that it pulled"
-- pushed_repository_count = "distinct repositories that it pushed to"
-- network_count = "distinct networks"
with deeds as (
    select
        credential,
        day,
        sum(event_count) as event_count,
        sum(pull_count) as pull_count,
        sum(push_count) as push_count,
        sum(change_count) as change_count
    from mart_credential_habit_daily
    where
        habit = 'kind'
        and habit_value not in ('pull_repo_failed', 'push_repo_failed', 'delete_tag_failed', 'login_failure')
        and day >= $day - 100
        and day < $day
    group by
        credential,
        day
),

-- Once for each value: somebody who is renamed within a day has two names on it.
values_met as (
    select
        credential,
        day,
        habit,
        habit_value
    from mart_credential_habit_daily
    where
        habit in ('repository', 'pushed_repository', 'network')
        and day >= $day - 100
        and day < $day
    group by
        credential,
        day,
        habit,
        habit_value
),

breadths as (
    select
        credential,
        day,
        count(case when habit = 'repository' then 1 end) as repository_count,
        count(case when habit = 'pushed_repository' then 1 end) as pushed_repository_count,
        count(case when habit = 'network' then 1 end) as network_count
    from values_met
    group by
        credential,
        day
)

select
    deeds.credential,
    deeds.day,
    cast(deeds.event_count as bigint) as event_count,
    cast(deeds.pull_count as bigint) as pull_count,
    cast(deeds.push_count as bigint) as push_count,
    cast(deeds.change_count as bigint) as change_count,
    coalesce(breadths.repository_count, 0) as repository_count,
    coalesce(breadths.pushed_repository_count, 0) as pushed_repository_count,
    coalesce(breadths.network_count, 0) as network_count
from deeds
left join breadths on deeds.credential = breadths.credential and deeds.day = breadths.day
