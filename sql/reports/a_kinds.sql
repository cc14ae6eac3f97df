-- title = "What the log holds of the period, by kind"
-- reads = ["mart_namespace_kind_daily", "told_kinds"]
-- empty = "Neither Quay nor the lake knows any kind."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- kind_count = "count(case when event_count > 0 then 1 end)"
-- event_total = "cast(coalesce(sum(event_count), 0) as bigint)"
-- earlier_count = "count(case when state = 'seen before the period only' then 1 end)"
-- never_count = "count(case when state = 'never seen' then 1 end)"
-- unwritten_count = "count(case when state = 'nothing in Quay writes it' then 1 end)"
-- unknown_count = "count(case when state = 'seen, unknown to this version' then 1 end)"
--
-- [[statements]]
-- says = "The period holds {event_total:event|events} of {kind_count:kind|kinds}; each is counted once, whichever scopes show it."
-- [[statements]]
-- when = "never_count"
-- says = "{never_count:kind was|kinds were} never seen up to its end: nothing of it happened, or it is not logged."
-- [[statements]]
-- when = "earlier_count"
-- says = "{earlier_count:kind was|kinds were} seen before the period only."
-- [[statements]]
-- when = "unwritten_count"
-- says = "Of {unwritten_count:kind|kinds} Quay knows the name alone: nothing in it writes them."
--
-- [[exceptions]]
-- when = "unknown_count"
-- says = "{unknown_count:kind is|kinds are} unknown to this version: counted and kept, but judged by no detection."
--
-- [section]
-- name = "coverage"
-- title = "Scope and telemetry coverage"
-- question = "What is logged, what is not, and which detections could see it?"
-- limits = [
--     "That a kind was not seen does not tell whether its logging is off or nothing of it happened: Quay says neither.",
--     "Quay has no list of the namespaces that its configuration exempts from logging; one that is silent may be one.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC7.2"]
-- pci = ["10.2.1", "10.2.2"]
-- iso27001 = ["A.8.15"]
-- nist = ["AU-2", "AU-3", "AU-12"]
-- dora = ["RTS Art 12(2)(a)", "RTS Art 12(2)(b)", "RTS Art 12(2)(c)"]
-- hipaa = ["164.312(b)"]
--
-- [columns]
-- kind_family = ["Family", "text", "what sort of thing it is"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- event_count = ["Events", "count", "how often it happened in the period"]
-- day_count = ["Days", "count", "days of the period on which it happened"]
-- first_day = ["First day", "day", "the first of them"]
-- last_day = ["Last day", "day", "the last of them"]
-- state = ["State", "text", "whether it was seen, and if not, whether it ever was"]
with period_kinds as (
    select
        kind,
        cast(sum(event_count) as bigint) as event_count,
        count(distinct day) as day_count,
        min(day) as first_day,
        max(day) as last_day
    from mart_namespace_kind_daily
    where
        day >= $since
        and day <= $until
    group by kind
),

earlier_kinds as (
    select distinct kind
    from mart_namespace_kind_daily
    where day < $since
)

select
    coalesce(told_kinds.kind_family, 'unknown') as kind_family,
    coalesce(told_kinds.kind, period_kinds.kind) as kind,
    coalesce(period_kinds.event_count, 0) as event_count,
    coalesce(period_kinds.day_count, 0) as day_count,
    period_kinds.first_day,
    period_kinds.last_day,
    case
        when told_kinds.kind is null then 'seen, unknown to this version'
        when period_kinds.kind is not null then 'seen'
        when earlier_kinds.kind is not null then 'seen before the period only'
        when told_kinds.is_never_written then 'nothing in Quay writes it'
        else 'never seen'
    end as state
from told_kinds
full outer join period_kinds on told_kinds.kind = period_kinds.kind
left join earlier_kinds on told_kinds.kind = earlier_kinds.kind
order by
    kind_family asc,
    kind asc
