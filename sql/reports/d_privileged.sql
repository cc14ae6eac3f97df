-- title = "Accounts with power over the registry or an organization"
-- reads = [
--     "inventory_team_members",
--     "inventory_teams",
--     "inventory_users",
--     "mart_credential_daily",
--     "told_snapshots",
-- ]
-- empty = "No snapshot of the inventory lists users or teams: run inventory each night."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- holding_count = "count(*)"
-- none_count = "case when count(*) = 0 then 1 end"
-- superuser_count = "count(distinct case when power = 'superuser' then account_name end)"
-- reader_count = "count(distinct case when power = 'read-only superuser' then account_name end)"
-- owner_count = "count(distinct case when power = 'organization administrator' then account_name end)"
-- organization_count = "count(distinct namespace_name)"
-- snapshot_date = "max(snapshot_date)"
-- late_days = "case when max(days_after) > 3 then max(days_after) when min(days_after) < -3 then -min(days_after) end"
-- unused_count = "count(distinct case when event_count = 0 and power <> 'read-only superuser' then account_name end)"
-- disabled_count = "count(distinct case when not is_enabled then account_name end)"
--
-- [[statements]]
-- when = "holding_count"
-- says = "The snapshot of {snapshot_date} shows {superuser_count:superuser|superusers}, {reader_count:superuser|superusers} that may only read, and {owner_count:administrator|administrators} of {organization_count:organization|organizations}."
--
-- [[exceptions]]
-- when = "none_count"
-- says = "No snapshot of the inventory lists users or teams: who holds power cannot be told."
-- [[exceptions]]
-- when = "late_days"
-- says = "The nearest snapshot is {late_days:day|days} away from the end of the period: what it shows may not be how things stood then."
-- [[exceptions]]
-- when = "unused_count"
-- says = "{unused_count:account|accounts} with such power did nothing in the period that is logged."
-- [[exceptions]]
-- when = "disabled_count"
-- says = "{disabled_count:account that is|accounts that are} switched off still hold such power."
--
-- [section]
-- name = "privileged-access"
-- title = "Privileged access"
-- question = "Who can do everything, to the registry, to an organization or to a repository?"
-- limits = [
--     "Quay does not log that somebody becomes a superuser: this list is from a snapshot, and who was one between two snapshots is not known.",
--     "Reading is not logged but for pulls: an account that only reads settings or the log looks unused.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC6.1", "CC6.3"]
-- pci = ["7.2.4", "7.2.5.1", "8.2"]
-- iso27001 = ["A.8.2", "A.5.18"]
-- nist = ["AC-2", "AC-6(7)"]
-- dora = ["RTS Art 21"]
-- hipaa = ["164.308(a)(4)"]
--
-- [columns]
-- power = ["Power", "text", "superuser, read-only superuser or organization administrator"]
-- account_name = ["Account", "text", "the user or robot"]
-- is_robot = ["Robot", "flag", "whether it is a robot"]
-- namespace_name = ["Organization", "text", "over which organization; none for the whole registry"]
-- through = ["Through", "text", "the team that gives it"]
-- is_enabled = ["Enabled", "flag", "whether the account may sign in; none where no list says"]
-- event_count = ["Events", "count", "what it did in the period that is logged"]
-- last_event_at = ["Last event", "time", "the last it did that is logged, up to the end of the period"]
-- snapshot_date = ["Snapshot", "day", "the snapshot that shows it"]
-- days_after = ["Days after", "count", "how many days that is after the end of the period; negative before it"]
with listed_users as (
    select
        inventory_users.user_name,
        inventory_users.is_superuser,
        inventory_users.is_global_readonly_superuser,
        inventory_users.is_enabled,
        inventory_users.snapshot_date,
        told_snapshots.days_after
    from inventory_users
    inner join told_snapshots
        on
            inventory_users.snapshot_date = told_snapshots.snapshot_date
            and told_snapshots.table_name = 'users'
),

admin_teams as (
    select
        inventory_teams.namespace_name,
        inventory_teams.team_name
    from inventory_teams
    inner join told_snapshots
        on
            inventory_teams.snapshot_date = told_snapshots.snapshot_date
            and told_snapshots.table_name = 'teams'
    where inventory_teams.role = 'admin'
),

powers as (
    select
        1 as place,
        'superuser' as power,
        user_name as account_name,
        false as is_robot,
        cast(null as varchar) as namespace_name,
        cast(null as varchar) as through,
        snapshot_date,
        days_after
    from listed_users
    where is_superuser
    union all
    select
        2 as place,
        'read-only superuser' as power,
        user_name as account_name,
        false as is_robot,
        null as namespace_name,
        null as through,
        snapshot_date,
        days_after
    from listed_users
    where is_global_readonly_superuser
    union all
    select
        3 as place,
        'organization administrator' as power,
        inventory_team_members.member_name as account_name,
        inventory_team_members.is_robot,
        inventory_team_members.namespace_name,
        inventory_team_members.team_name as through,
        inventory_team_members.snapshot_date,
        told_snapshots.days_after
    from inventory_team_members
    inner join told_snapshots
        on
            inventory_team_members.snapshot_date = told_snapshots.snapshot_date
            and told_snapshots.table_name = 'team_members'
    inner join admin_teams
        on
            inventory_team_members.namespace_name = admin_teams.namespace_name
            and inventory_team_members.team_name = admin_teams.team_name
),

deeds as (
    select
        performer_name,
        cast(sum(case when day >= $since then event_count else 0 end) as bigint) as event_count,
        max(last_at) as last_event_at
    from mart_credential_daily
    where
        performer_name is not null
        and day <= $until
    group by performer_name
)

select
    powers.power,
    powers.account_name,
    powers.is_robot,
    powers.namespace_name,
    powers.through,
    listed_users.is_enabled,
    coalesce(deeds.event_count, 0) as event_count,
    deeds.last_event_at,
    powers.snapshot_date,
    powers.days_after
from powers
left join listed_users on powers.account_name = listed_users.user_name
left join deeds on powers.account_name = deeds.performer_name
order by
    powers.place asc,
    powers.namespace_name asc,
    powers.account_name asc,
    powers.through asc
