-- title = "Accounts that were switched off or deleted, and what was left to them"
-- reads = [
--     "inventory_app_tokens",
--     "inventory_application_tokens",
--     "inventory_repository_permissions",
--     "inventory_team_members",
--     "mart_change_events",
--     "mart_credential_daily",
--     "told_snapshots",
-- ]
-- empty = "No account was switched off or deleted in the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- leaver_count = "count(distinct account_name)"
--
-- [[statements]]
-- says = "{leaver_count:account was|accounts were} switched off or deleted."
--
-- [[exceptions]]
-- each = { is_lingering = true }
-- says = "{account_name} left on {left_at}; the snapshot afterwards still shows {right_count:right or token|rights or tokens} of that name."
-- [[exceptions]]
-- each = { is_active_after = true }
-- says = "{account_name} left on {left_at} and is in the log until {last_event_at}."
--
-- [columns]
-- left_at = ["When", "time", "when it was switched off or deleted"]
-- account_name = ["Account", "text", "which one"]
-- kind = ["How", "text", "user_disable or user_delete"]
-- changed_by = ["By", "text", "who did it"]
-- is_back = ["Back again", "flag", "whether it was switched on or made again afterwards, up to the end of the period"]
-- right_count = ["Left to it", "count", "roles, memberships and tokens in the snapshot; none where that is older"]
-- last_event_at = ["Last event", "time", "the last it did that is logged, up to the end of the period"]
-- is_lingering = ["Lingering", "flag", "whether it did not come back and something was left to it"]
-- is_active_after = ["Active after", "flag", "whether it did not come back and did something more than an hour later"]
with account_events as (
    select
        occurred_at,
        event_key,
        day,
        kind,
        performer_name,
        json_extract_string(metadata, '$.username') as account_name
    from mart_change_events
    where
        kind in ('user_create', 'user_delete', 'user_disable', 'user_enable')
        and day <= $until
),

leavers as (
    select
        gone.occurred_at as left_at,
        gone.event_key,
        gone.account_name,
        gone.kind,
        gone.performer_name as changed_by,
        count(back.event_key) > 0 as is_back
    from account_events as gone
    left join account_events as back
        on
            gone.account_name = back.account_name
            and back.kind in ('user_create', 'user_enable')
            and gone.occurred_at < back.occurred_at
    where
        gone.kind in ('user_delete', 'user_disable')
        and gone.day >= $since
    group by
        gone.occurred_at,
        gone.event_key,
        gone.account_name,
        gone.kind,
        gone.performer_name
),

holdings as (
    select
        grantee_name as account_name,
        'repository_permissions' as table_name,
        snapshot_date
    from inventory_repository_permissions
    where grantee_kind = 'user'
    union all
    select
        member_name as account_name,
        'team_members' as table_name,
        snapshot_date
    from inventory_team_members
    union all
    select
        owner_name as account_name,
        'app_tokens' as table_name,
        snapshot_date
    from inventory_app_tokens
    union all
    select
        creator_name as account_name,
        'application_tokens' as table_name,
        snapshot_date
    from inventory_application_tokens
),

shown_holdings as (
    select
        holdings.account_name,
        told_snapshots.taken_at
    from holdings
    inner join told_snapshots
        on
            holdings.table_name = told_snapshots.table_name
            and holdings.snapshot_date = told_snapshots.snapshot_date
),

shown_until as (
    select min(taken_at) as taken_at
    from told_snapshots
    where table_name in ('repository_permissions', 'team_members')
),

deeds as (
    select
        performer_name,
        max(last_at) as last_event_at
    from mart_credential_daily
    where
        performer_name is not null
        and day <= $until
    group by performer_name
),

left_behind as (
    select
        leavers.event_key,
        leavers.left_at,
        leavers.account_name,
        leavers.kind,
        leavers.changed_by,
        leavers.is_back,
        case when max(shown_until.taken_at) > leavers.left_at then count(shown_holdings.account_name) end
            as right_count,
        max(deeds.last_event_at) as last_event_at
    from leavers
    cross join shown_until
    left join shown_holdings
        on
            leavers.account_name = shown_holdings.account_name
            and leavers.left_at < shown_holdings.taken_at
    left join deeds on leavers.account_name = deeds.performer_name
    group by
        leavers.event_key,
        leavers.left_at,
        leavers.account_name,
        leavers.kind,
        leavers.changed_by,
        leavers.is_back
)

select
    left_at,
    account_name,
    kind,
    changed_by,
    is_back,
    right_count,
    last_event_at,
    coalesce(right_count > 0 and not is_back, false) as is_lingering,
    coalesce(last_event_at > left_at + interval '1' hour and not is_back, false) as is_active_after
from left_behind
order by
    left_at asc,
    event_key asc
