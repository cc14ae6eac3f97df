-- title = "The credentials of the newest snapshot, and from how many networks the log shows each in a period"
-- reads = ["mart_credential_habit_daily", "mart_credential_inventory"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "only what belongs to it, or to the user of that name; null for all"
--
-- [columns]
-- snapshot_date = "the UTC day of the snapshot"
-- credential_kind = "app_specific_token, oauth_token, robot or service_key"
-- credential_id = "token uuid, robot or key id"
-- credential_name = "its name for people"
-- owner_name = "whose it is; null where no list says"
-- rights = "what it may do; null where that is not limited or not known"
-- repository_count = "repositories on which a robot has a role of its own"
-- created_at = "when it was made, UTC"
-- expires_at = "when it ends, UTC; null for never"
-- last_used_at = "its last use as Quay records it, UTC"
-- age_days = "how old it is"
-- days_to_expiry = "how long it still lasts, negative once it has ended; null for ever"
-- idle_days = "how long it has not been used; null where Quay records no uses of its kind"
-- is_use_recorded = "whether Quay records uses of this kind at all"
-- never_expires = "whether it has no end"
-- is_in_log_by_id = "whether the log names credentials of this kind as the inventory does"
-- seen_at = "its last event in the period, UTC; null where there is none, or the log names it otherwise"
-- network_count = "distinct networks in the period; null where the log names it otherwise"
with appearances as (
    select
        credential,
        count(distinct case when habit = 'network' then habit_value end) as network_count,
        max(last_at) as seen_at
    from mart_credential_habit_daily
    where
        credential_kind in ('app_specific_token', 'robot')
        and habit in ('kind', 'network')
        and day >= $since
        and day <= $until
    group by credential
),

credentials as (
    select
        snapshot_date,
        credential_kind,
        credential_id,
        credential_name,
        owner_name,
        rights,
        repository_count,
        created_at,
        expires_at,
        last_used_at,
        age_days,
        days_to_expiry,
        case when is_use_recorded then idle_days end as idle_days,
        is_use_recorded,
        never_expires,
        -- The log has the number of an OAuth token, the inventory its UUID; service keys act in no log.
        credential_kind in ('app_specific_token', 'robot') as is_in_log_by_id
    from mart_credential_inventory
    where
        snapshot_date = (
            select max(newest.snapshot_date)
            from mart_credential_inventory as newest
        )
        and ($namespace is null or namespace_name = $namespace or owner_name = $namespace)
)

select
    credentials.snapshot_date,
    credentials.credential_kind,
    credentials.credential_id,
    credentials.credential_name,
    credentials.owner_name,
    credentials.rights,
    credentials.repository_count,
    credentials.created_at,
    credentials.expires_at,
    credentials.last_used_at,
    credentials.age_days,
    credentials.days_to_expiry,
    credentials.idle_days,
    credentials.is_use_recorded,
    credentials.never_expires,
    credentials.is_in_log_by_id,
    appearances.seen_at,
    case when credentials.is_in_log_by_id then coalesce(appearances.network_count, 0) end as network_count
from credentials
left join appearances
    on credentials.credential_kind || ':' || credentials.credential_id = appearances.credential
order by
    credentials.credential_kind asc,
    credentials.created_at asc,
    credentials.credential_id asc
limit 50000
