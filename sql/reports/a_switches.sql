-- title = "Switches of Quay's log, by what was seen"
-- reads = ["mart_namespace_kind_daily"]
-- empty = "There is no such switch."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- on_count = "count(case when event_count > 0 then 1 end)"
-- switch_count = "count(*)"
--
-- [[statements]]
-- says = "Of {switch_count:kind|kinds} that a switch of Quay's configuration decides on, {on_count} were logged in the period."
--
-- [[exceptions]]
-- each = { state = "not enabled, or nothing of it happened" }
-- says = "{kind} was never seen: {switch_name} is off (by default it is {usual_state}), or nothing of it happened."
-- [[exceptions]]
-- each = { state = "seen before the period only" }
-- says = "{kind} was seen up to {last_seen_day} and not in the period: {switch_name} may have been switched off."
--
-- [columns]
-- switch_name = ["Switch", "text", "the name in Quay's configuration"]
-- usual_state = ["By default", "text", "on or off where the configuration does not say"]
-- kind = ["Kind", "text", "what is logged while it is on"]
-- meaning = ["What it shows", "text", "what that tells"]
-- event_count = ["Events", "count", "how often it was logged in the period"]
-- first_seen_day = ["First seen", "day", "the first day ever, up to the end of the period"]
-- last_seen_day = ["Last seen", "day", "the last day, up to the end of the period"]
-- state = ["State", "text", "logged, seen before the period only, or never"]
with switches (place, switch_name, usual_state, kind, meaning) as (
    values
    (1, 'ACTION_LOG_AUDIT_LOGINS', 'on', 'login_success', 'sign-ins, and docker login'),
    (2, 'ACTION_LOG_AUDIT_LOGIN_FAILURES', 'off', 'login_failure', 'refused sign-ins'),
    (3, 'ACTION_LOG_AUDIT_PULL_FAILURES', 'off', 'pull_repo_failed', 'refused pulls'),
    (4, 'ACTION_LOG_AUDIT_PUSH_FAILURES', 'off', 'push_repo_failed', 'refused pushes'),
    (5, 'ACTION_LOG_AUDIT_DELETE_FAILURES', 'off', 'delete_tag_failed', 'refused deletions')
),

seen_kinds as (
    select
        kind,
        cast(sum(case when day >= $since then event_count else 0 end) as bigint) as event_count,
        min(day) as first_seen_day,
        max(day) as last_seen_day
    from mart_namespace_kind_daily
    where day <= $until
    group by kind
)

select
    switches.switch_name,
    switches.usual_state,
    switches.kind,
    switches.meaning,
    coalesce(seen_kinds.event_count, 0) as event_count,
    seen_kinds.first_seen_day,
    seen_kinds.last_seen_day,
    case
        when seen_kinds.event_count > 0 then 'logged'
        when seen_kinds.kind is not null then 'seen before the period only'
        else 'not enabled, or nothing of it happened'
    end as state
from switches
left join seen_kinds on switches.kind = seen_kinds.kind
order by switches.place
