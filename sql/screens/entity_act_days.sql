-- title = "What a credential or performer did on each day of the period"
-- reads = ["mart_credential_habit_daily"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- credential = "robot:acme+ci, oauth_token:17, ...; null for none"
-- performer = "a performer, whatever credential was used; null for none"
--
-- [columns]
-- day = "the UTC day"
-- pulls = "pulls"
-- pushes = "pushes"
-- changes = "changes"
-- other = "everything else: logins, builds, what was refused"
select
    day,
    cast(sum(pull_count) as bigint) as pulls,
    cast(sum(push_count) as bigint) as pushes,
    cast(sum(change_count) as bigint) as changes,
    cast(sum(event_count - pull_count - push_count - change_count) as bigint) as other
from mart_credential_habit_daily
where
    habit = 'kind'
    and day >= $since
    and day <= $until
    and (credential = $credential or performer_name = $performer)
group by day
order by day asc
