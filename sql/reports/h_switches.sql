-- title = "Refusals, and whether Quay logs them at all"
-- reads = ["mart_failure_daily"]
-- empty = "There is no such kind."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- refusal_total = "cast(sum(event_count) as bigint)"
-- enabled_count = "count(case when state <> 'not enabled' then 1 end)"
-- kind_count = "count(*)"
--
-- [[statements]]
-- when = "enabled_count"
-- says = "{refusal_total:refusal is|refusals are} in the log of the period; {enabled_count} of {kind_count} kinds of refusal have ever been seen."
--
-- [[exceptions]]
-- each = { state = "not enabled" }
-- says = "{meaning}: not enabled. No {kind} was ever seen, and Quay logs none unless {switch_name} is on: this is no proof that none happened."
-- [[exceptions]]
-- each = { state = "seen before the period only" }
-- says = "{meaning}: none in the period, though {kind} was seen up to {last_seen_day}: none happened, or {switch_name} was switched off."
--
-- [section]
-- name = "failed-access"
-- title = "Failed access"
-- question = "Who was refused, and does Quay log refusals at all?"
-- limits = [
--     "All four kinds are off by default, and Quay tells nobody whether they are on: one that was never seen counts as not enabled.",
--     "What the REST API refuses (403) is logged in no case, nor are refused sign-ins by an outside provider.",
--     "A refusal for an expired OAuth token names a wrong account as its performer: such names are left out here.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC6.1"]
-- pci = ["10.2.1.4"]
-- iso27001 = ["A.8.15"]
-- nist = ["AU-2", "AC-7"]
--
-- [columns]
-- kind = ["Kind", "text", "Quay's name for it"]
-- meaning = ["What it is", "text", "what was refused"]
-- switch_name = ["Switch", "text", "what has to be on in Quay's configuration"]
-- event_count = ["Refusals", "count", "in the period; none where it is not enabled"]
-- first_seen_day = ["First seen", "day", "the first day ever, up to the end of the period"]
-- last_seen_day = ["Last seen", "day", "the last day, up to the end of the period"]
-- state = ["State", "text", "logged, seen before the period only, or not enabled"]
with kinds (place, kind, meaning, switch_name) as (
    values
    (1, 'login_failure', 'Refused sign-ins', 'ACTION_LOG_AUDIT_LOGIN_FAILURES'),
    (2, 'pull_repo_failed', 'Refused pulls', 'ACTION_LOG_AUDIT_PULL_FAILURES'),
    (3, 'push_repo_failed', 'Refused pushes', 'ACTION_LOG_AUDIT_PUSH_FAILURES'),
    (4, 'delete_tag_failed', 'Refused deletions', 'ACTION_LOG_AUDIT_DELETE_FAILURES')
),

refusals as (
    select
        kind,
        cast(sum(case when day >= $since then event_count else 0 end) as bigint) as event_count,
        min(day) as first_seen_day,
        max(day) as last_seen_day
    from mart_failure_daily
    where day <= $until
    group by kind
)

select
    kinds.kind,
    kinds.meaning,
    kinds.switch_name,
    refusals.event_count,
    refusals.first_seen_day,
    refusals.last_seen_day,
    case
        when refusals.kind is null then 'not enabled'
        when refusals.event_count = 0 then 'seen before the period only'
        else 'logged'
    end as state
from kinds
left join refusals on kinds.kind = refusals.kind
order by kinds.place
