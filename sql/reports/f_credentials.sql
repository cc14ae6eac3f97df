-- title = "Tokens, robots and keys that were there"
-- reads = ["mart_credential_habit_daily", "mart_credential_inventory", "told_snapshots"]
-- empty = "No snapshot of the inventory lists a token, robot or key: run inventory each night."
--
-- [parameters]
-- until = "the last UTC day, included"
--
-- [figures]
-- credential_count = "count(*)"
-- none_count = "case when count(*) = 0 then 1 end"
-- robot_count = "count(case when credential_kind = 'robot' then 1 end)"
-- oauth_count = "count(case when credential_kind = 'OAuth token' then 1 end)"
-- app_count = "count(case when credential_kind = 'app-specific token' then 1 end)"
-- key_count = "count(case when credential_kind = 'service key' then 1 end)"
-- snapshot_date = "max(snapshot_date)"
-- oldest_days = "coalesce(max(age_days), 0)"
-- endless_count = "count(case when is_endless then 1 end)"
-- ended_count = "count(case when is_ended then 1 end)"
-- idle_count = "count(case when is_idle then 1 end)"
-- powerful_count = "count(case when is_powerful then 1 end)"
-- unrecorded_count = "count(case when idle_days is null then 1 end)"
--
-- [[statements]]
-- when = "credential_count"
-- says = "The snapshot of {snapshot_date} lists {robot_count:robot|robots}, {oauth_count:OAuth token|OAuth tokens}, {app_count:app-specific token|app-specific tokens} and {key_count:service key|service keys}; the oldest is {oldest_days:day|days} old."
-- [[statements]]
-- when = "robot_count"
-- says = "The token of a robot has no end in Quay: it lasts until it is made anew."
-- [[statements]]
-- when = "unrecorded_count"
-- says = "Of {unrecorded_count:credential|credentials} Quay records no use, so idleness cannot be told from the inventory; the column for the log says what can."
--
-- [[exceptions]]
-- when = "none_count"
-- says = "No snapshot of the inventory lists tokens, robots or keys: their age and end cannot be told."
-- [[exceptions]]
-- each = { is_endless = true }
-- says = "The {credential_kind} {credential_name} (owner: {owner_name}) has no end."
-- [[exceptions]]
-- each = { is_idle = true }
-- says = "The {credential_kind} {credential_name} (owner: {owner_name}) was not used for {idle_days:day|days}."
-- [[exceptions]]
-- each = { is_ended = true }
-- says = "The {credential_kind} {credential_name} (owner: {owner_name}) has ended and is still listed."
-- [[exceptions]]
-- each = { is_powerful = true }
-- says = "The {credential_kind} {credential_name} (owner: {owner_name}) may administer: {rights}."
--
-- [section]
-- name = "credentials"
-- title = "Tokens and keys"
-- question = "Which tokens and keys are there, how old are they, when do they end, and are they used?"
-- limits = [
--     "Passwords, sessions and the access tokens of single repositories are in no list of Quay's API.",
--     "That a token is read by somebody is not logged, nor that an OAuth token is issued by /oauth/authorize.",
--     "The log names OAuth tokens by another number than the inventory: their use there cannot be matched.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC6.1"]
-- pci = ["8.6.3"]
-- iso27001 = ["A.5.17"]
-- nist = ["IA-5", "AC-2(3)"]
-- hipaa = ["164.312(d)"]
--
-- [columns]
-- credential_kind = ["Kind", "text", "app-specific token, OAuth token, robot or service key"]
-- credential_name = ["Name", "text", "its name for people"]
-- owner_name = ["Owner", "text", "whose it is; none where no list says"]
-- namespace_name = ["Namespace", "text", "what it belongs to"]
-- rights = ["Rights", "text", "what it may do; none where that is not limited or not known"]
-- repository_count = ["Repositories", "count", "on which a robot has a role of its own"]
-- created_at = ["Made", "time", "when it was made"]
-- expires_at = ["Ends", "time", "when it ends; none for never"]
-- age_days = ["Age in days", "count", "up to the day of the snapshot"]
-- days_to_expiry = ["Days left", "count", "until its end; negative once it has ended"]
-- last_used_at = ["Last use", "time", "as Quay records it"]
-- idle_days = ["Idle days", "count", "since its last use; none where Quay records no use of its kind"]
-- last_event_at = ["In the log", "time", "its last event up to the end of the period; none where the log names it otherwise"]
-- is_endless = ["No end", "flag", "whether it is a token or key without an end"]
-- is_ended = ["Ended", "flag", "whether its end lies before the snapshot"]
-- is_idle = ["Idle", "flag", "whether it was not used for 90 days or more"]
-- is_powerful = ["Powerful", "flag", "whether it may administer users, organizations or repositories"]
-- snapshot_date = ["Snapshot", "day", "the snapshot that lists it"]
-- credential_id = ["Id", "text", "the uuid of a token, the name of a robot, the id of a key"]
with kinds (credential_kind, kind_name, table_name) as (
    values
    ('app_specific_token', 'app-specific token', 'app_tokens'),
    ('oauth_token', 'OAuth token', 'application_tokens'),
    ('robot', 'robot', 'robots'),
    ('service_key', 'service key', 'service_keys')
),

appearances as (
    select
        credential,
        max(last_at) as last_event_at
    from mart_credential_habit_daily
    where
        habit = 'kind'
        and credential_kind in ('app_specific_token', 'robot')
        and day <= $until
    group by credential
)

select
    kinds.kind_name as credential_kind,
    listed.credential_name,
    listed.owner_name,
    listed.namespace_name,
    listed.rights,
    listed.repository_count,
    listed.created_at,
    listed.expires_at,
    listed.age_days,
    listed.days_to_expiry,
    listed.last_used_at,
    case when listed.is_use_recorded then listed.idle_days end as idle_days,
    appearances.last_event_at,
    listed.never_expires and listed.credential_kind <> 'robot' as is_endless,
    coalesce(listed.days_to_expiry < 0, false) as is_ended,
    coalesce(listed.is_use_recorded and listed.idle_days >= 90, false) as is_idle,
    listed.credential_kind = 'oauth_token'
    and (
        coalesce(listed.rights, '') like '%super:user%'
        or coalesce(listed.rights, '') like '%org:admin%'
        or coalesce(listed.rights, '') like '%user:admin%'
        or coalesce(listed.rights, '') like '%repo:admin%'
    ) as is_powerful,
    listed.snapshot_date,
    listed.credential_id
from mart_credential_inventory as listed
inner join kinds on listed.credential_kind = kinds.credential_kind
inner join told_snapshots
    on
        kinds.table_name = told_snapshots.table_name
        and listed.snapshot_date = told_snapshots.snapshot_date
left join appearances on listed.credential_kind || ':' || listed.credential_id = appearances.credential
order by
    kinds.kind_name asc,
    listed.owner_name asc,
    listed.credential_name asc,
    listed.credential_id asc
