-- title = "What the subject of a case did over time: by hour where it acts itself, by day for a network or a repository"
-- reads = ["mart_credential_habit_daily", "mart_network_daily", "mart_repository_daily"]
--
-- [parameters]
-- subject = "whom it is about, such as robot:acme+ci, network:192.0.2.0/24 or repository:acme/web"
-- performer_name = "in whose hands, for all of that performer's credentials; null for the subject alone"
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [columns]
-- began_at = "the beginning of the hour or day, UTC"
-- series = "the credential; the network or repository itself"
-- event_count = "events; those of a credential without what was refused"
with hours as (
    select
        cast(day as timestamp) + (cast(habit_value as integer) % 24) * interval 1 hour as began_at,
        credential as series,
        event_count
    from mart_credential_habit_daily
    where
        habit = 'hour'
        and day >= $since
        and day <= $until
        and (credential = $subject or performer_name = $performer_name)
),

network_days as (
    select
        cast(day as timestamp) as began_at,
        'network:' || network as series,
        event_count
    from mart_network_daily
    where
        day >= $since
        and day <= $until
        and 'network:' || network = $subject
),

repository_days as (
    select
        cast(day as timestamp) as began_at,
        'repository:' || namespace_name || '/' || repository_name as series,
        event_count
    from mart_repository_daily
    where
        day >= $since
        and day <= $until
        and 'repository:' || namespace_name || '/' || repository_name = $subject
),

counts as (
    select
        began_at,
        series,
        event_count
    from hours
    union all
    select
        began_at,
        series,
        event_count
    from network_days
    union all
    select
        began_at,
        series,
        event_count
    from repository_days
)

select
    began_at,
    series,
    cast(sum(event_count) as bigint) as event_count
from counts
group by
    began_at,
    series
order by
    began_at asc,
    series asc
