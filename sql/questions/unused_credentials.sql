-- title = "Which credentials have not been used for so many days?"
-- why = "What nobody uses nobody misses when it is stolen. Where is_proven is false, Quay records no uses of such credentials and the log does not show each of these days: ask the owner."
-- reads = ["inventory_applications", "mart_coverage_daily", "mart_credential_daily", "mart_credential_inventory"]
--
-- [parameters]
-- days = "90"
with last_snapshots as (
    select
        max(snapshot_date) as snapshot_date,
        max(snapshot_date) - cast($days as integer) as unused_since
    from mart_credential_inventory
),

held as (
    select
        credentials.*,
        last_snapshots.unused_since,
        -- The log and the inventory number OAuth tokens differently: known by application and user.
        case
            when credentials.credential_kind = 'oauth_token'
                then credentials.owner_name || ' by ' || applications.application_name
            else credentials.credential_id
        end as use_key
    from mart_credential_inventory as credentials
    inner join last_snapshots on credentials.snapshot_date = last_snapshots.snapshot_date
    left join inventory_applications as applications
        on
            credentials.snapshot_date = applications.snapshot_date
            and credentials.client_id = applications.client_id
    -- No entry says by which key a service signed.
    where credentials.credential_kind <> 'service_key'
),

uses as (
    select
        credential_kind,
        case
            when credential_kind = 'oauth_token' then performer_name || ' by ' || credential_name
            else credential_id
        end as use_key,
        max(last_at) as last_seen_at
    from mart_credential_daily
    group by all
),

proven_days as (
    select count(*) as proven_day_count
    from mart_coverage_daily
    cross join last_snapshots
    where
        mart_coverage_daily.scope = 'all'
        and mart_coverage_daily.state = 'verified'
        and mart_coverage_daily.day >= last_snapshots.unused_since
        and mart_coverage_daily.day < last_snapshots.snapshot_date
)

select
    held.credential_kind,
    held.credential_id,
    held.credential_name,
    held.owner_name,
    held.rights,
    held.age_days,
    held.last_used_at,
    uses.last_seen_at,
    proven_days.proven_day_count,
    held.is_use_recorded or (held.use_key is not null and proven_days.proven_day_count = $days) as is_proven
from held
cross join proven_days
left join uses
    on
        held.credential_kind = uses.credential_kind
        and held.use_key = uses.use_key
where
    coalesce(cast(held.created_at as date) <= held.unused_since, true)
    and coalesce(cast(held.last_used_at as date) <= held.unused_since, true)
    and coalesce(cast(uses.last_seen_at as date) <= held.unused_since, true)
order by
    held.age_days desc,
    held.credential_kind asc,
    held.credential_id asc
