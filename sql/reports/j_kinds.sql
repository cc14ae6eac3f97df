-- title = "Kinds that are logged often, and whether they went on"
-- reads = ["mart_namespace_kind_daily", "windows"]
-- empty = "No kind was logged on 14 days or more up to the end of the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- kind_count = "count(*)"
-- stopped_count = "count(case when is_stopped then 1 end)"
--
-- [[statements]]
-- says = "{kind_count:kind is|kinds are} logged often enough to notice when they stop; {stopped_count} stopped."
--
-- [[exceptions]]
-- each = { is_stopped = true }
-- says = "{kind} was logged on {day_count:day|days}, never with more than {longest_gap_days:day|days} between two of them, and last on {last_day}: its logging may have been switched off."
--
-- [section]
-- name = "log-stops"
-- title = "Stops of the log"
-- question = "Did the log, or a part of it, stop or change its settings?"
-- limits = [
--     "Quay does not log that its logging is switched on or off: stops are worked out from what ceases to come.",
--     "A kind that is rare cannot be told to have stopped.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC7.2"]
-- pci = ["10.2.1.6"]
-- iso27001 = ["A.8.15"]
-- nist = ["AU-5"]
-- dora = ["RTS Art 12(2)(e)"]
--
-- [columns]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- first_day = ["First day", "day", "the first day ever"]
-- last_day = ["Last day", "day", "the last day up to the end of the period"]
-- day_count = ["Days", "count", "days on which it was logged"]
-- longest_gap_days = ["Longest gap", "count", "the most days from one of them to the next"]
-- silent_days = ["Silent for", "count", "days from the last of them to the newest day that is held"]
-- is_stopped = ["Stopped", "flag", "whether that is more than a week longer than any gap before, and within the period"]
with kind_days as (
    select distinct
        kind,
        day
    from mart_namespace_kind_daily
    where day <= $until
),

gaps as (
    select
        kind,
        day,
        day - lag(day) over (partition by kind order by day) as gap_days
    from kind_days
),

newest as (
    select max(day) as newest_day
    from windows
    where day <= $until
),

kinds as (
    select
        gaps.kind,
        min(gaps.day) as first_day,
        max(gaps.day) as last_day,
        count(*) as day_count,
        coalesce(max(gaps.gap_days), 0) as longest_gap_days,
        max(newest.newest_day) - max(gaps.day) as silent_days
    from gaps
    cross join newest
    group by gaps.kind
    having count(*) >= 14
)

select
    kind,
    first_day,
    last_day,
    day_count,
    longest_gap_days,
    silent_days,
    silent_days > longest_gap_days + 7 and last_day >= $since as is_stopped
from kinds
order by kind
