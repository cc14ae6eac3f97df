-- title = "What superusers changed"
-- reads = ["inventory_users", "mart_change_events"]
-- empty = "No superuser changed anything in the period, as far as the log and the inventory tell."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- change_count = "count(*)"
-- actor_count = "count(distinct performer_name)"
-- power_count = "count(case when is_power_used then 1 end)"
-- taken_count = "count(case when kind = 'take_ownership' then 1 end)"
--
-- [[statements]]
-- says = "{actor_count:superuser|superusers} made {change_count:change|changes}; {power_count} of them needed the power of a superuser."
--
-- [[exceptions]]
-- each = { kind = "take_ownership" }
-- says = "{performer_name} took over the namespace {object_name} at {occurred_at}."
-- [[exceptions]]
-- each = { is_foreign_password = true }
-- says = "{performer_name} set the password of {object_name} at {occurred_at}."
--
-- [section]
-- name = "privileged-activity"
-- title = "Privileged activity"
-- question = "What did superusers do, and did anybody use the account of a machine by hand?"
-- limits = [
--     "A superuser who only looks leaves no trace; nor does one who makes another superuser, changes the configuration or sends a recovery mail.",
--     "Who counts as a superuser is known from snapshots and from events that say so: one who was one only between two snapshots, and used no such power, is missed.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC6.8", "CC7.2"]
-- pci = ["10.2.1.2"]
-- iso27001 = ["A.8.2"]
-- nist = ["AC-6(9)"]
-- dora = ["RTS Art 12(2)(c)"]
--
-- [columns]
-- occurred_at = ["When", "time", "when it happened"]
-- performer_name = ["Superuser", "text", "who did it, as Quay says"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- namespace_name = ["Namespace", "text", "whose log it is in"]
-- object_name = ["What", "text", "the repository, tag, account or thing"]
-- is_power_used = ["Power used", "flag", "whether only a superuser can do it"]
-- is_foreign_password = ["Other's password", "flag", "whether it set the password of somebody else"]
-- credential = ["With", "text", "what was used to act"]
-- ip = ["From", "text", "the address"]
-- event_key = ["Event", "text", "which event: day, scope and place"]
with power_events as (
    select
        event_key,
        day,
        occurred_at,
        kind,
        namespace_name,
        performer_name,
        credential,
        ip,
        kind in ('take_ownership', 'user_disable', 'user_enable')
        or kind_family = 'service_key'
        or json_extract_string(metadata, '$.superuser') is not null as is_power_used,
        case
            when kind = 'take_ownership' then json_extract_string(metadata, '$.namespace')
            -- The address that a log is exported to may carry a secret: section I names its host.
            when kind like 'export_logs%' then null
            else
                coalesce(
                    repository || coalesce(':' || tag, ''),
                    regexp_replace(target_name, '://[^/?#]*@', '://***@')
                )
        end as object_name
    from mart_change_events
    where
        performer_name is not null
        and day <= $until
),

superusers as (
    select user_name as performer_name
    from inventory_users
    where is_superuser
    union
    select performer_name
    from power_events
    where is_power_used
)

select
    power_events.occurred_at,
    power_events.performer_name,
    power_events.kind,
    power_events.namespace_name,
    power_events.object_name,
    power_events.is_power_used,
    power_events.kind = 'user_change_password' and power_events.is_power_used as is_foreign_password,
    power_events.credential,
    power_events.ip,
    power_events.event_key
from power_events
inner join superusers on power_events.performer_name = superusers.performer_name
where power_events.day >= $since
order by
    power_events.occurred_at asc,
    power_events.event_key asc
