-- title = "Who acted from a network, on a repository or in a namespace, or with what a performer acted"
-- reads = ["mart_credential_habit_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- habits = "which habits count, such as repository and pushed_repository"
-- habit_value = "the network, repository or namespace; null for any"
-- credential = "only this credential; null for any"
-- performer = "only this performer; null for any"
--
-- [columns]
-- credential = "what was used to act"
-- performer_name = "in whose hands, as Quay says"
-- event_count = "events in the period, without what was refused"
-- pull_count = "pulls"
-- push_count = "pushes"
-- change_count = "changes"
-- first_at = "the first event in the period, UTC"
-- last_at = "the last, UTC"
select
    credential,
    performer_name,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(pull_count) as bigint) as pull_count,
    cast(sum(push_count) as bigint) as push_count,
    cast(sum(change_count) as bigint) as change_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from mart_credential_habit_daily
where
    list_contains($habits, habit)
    and ($habit_value is null or habit_value = $habit_value)
    and (
        ($credential is null and $performer is null)
        or credential = $credential
        or performer_name = $performer
    )
    and day >= $since
    and day <= $until
group by
    credential,
    performer_name
order by
    event_count desc,
    credential asc,
    performer_name asc
limit 2000
