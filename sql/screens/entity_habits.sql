-- title = "From where, with what, when and to what a credential or performer acted, in the period and ever"
-- reads = ["mart_credential_habit_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- credential = "robot:acme+ci, oauth_token:17, ...; null for none"
-- performer = "a performer, whatever credential was used; null for none"
--
-- [columns]
-- habit = "client, country, hour, kind, namespace, network, pushed_repository or repository (pulled)"
-- habit_value = "which; hour: of the week, 0 is Monday 00 UTC"
-- event_count = "its events in the period; what was refused counts for kind alone"
-- pull_count = "pulls in the period"
-- push_count = "pushes in the period"
-- change_count = "changes in the period"
-- first_at = "the first event ever, UTC"
-- last_at = "the last event ever, UTC"
select
    habit,
    habit_value,
    cast(sum(case when day >= $since and day <= $until then event_count else 0 end) as bigint) as event_count,
    cast(sum(case when day >= $since and day <= $until then pull_count else 0 end) as bigint) as pull_count,
    cast(sum(case when day >= $since and day <= $until then push_count else 0 end) as bigint) as push_count,
    cast(sum(case when day >= $since and day <= $until then change_count else 0 end) as bigint)
        as change_count,
    min(first_at) as first_at,
    max(last_at) as last_at
from mart_credential_habit_daily
where
    habit <> 'ip_block'
    and (credential = $credential or performer_name = $performer)
group by
    habit,
    habit_value
order by
    habit asc,
    event_count desc,
    habit_value asc
