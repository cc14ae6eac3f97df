-- title = "How far back each scope reaches"
-- reads = ["windows"]
-- empty = "The lake holds no window up to the end of the period."
--
-- [parameters]
-- until = "the last UTC day, included"
--
-- [figures]
-- first_day = "min(first_day)"
-- last_day = "max(last_day)"
-- scope_count = "count(*)"
-- quarter_days = "coalesce(max(quarter_day_count), 0)"
-- year_days = "coalesce(max(year_day_count), 0)"
-- is_below_a_quarter = "coalesce(max(quarter_day_count), 0) < 90"
-- is_below_a_year = "coalesce(max(year_day_count), 0) < 365"
--
-- [[statements]]
-- when = "scope_count"
-- says = "Up to the end of the period the lake holds {scope_count:scope|scopes}, from {first_day} to {last_day}; all of it can be asked at once, none of it has to be restored."
-- [[statements]]
-- says = "The best covered scope holds {quarter_days} of the last 90 days and {year_days} of the last 365."
--
-- [[exceptions]]
-- when = "is_below_a_quarter"
-- says = "No scope holds all of the last 90 days before the period's end: the best one holds {quarter_days}."
-- [[exceptions]]
-- when = "is_below_a_year"
-- says = "No scope holds all of the last 365 days before the period's end: the best one holds {year_days}."
-- [[exceptions]]
-- each = { has_gap = true }
-- says = "{scope} lacks {gap_day_count:day|days} between {first_day} and {last_day}."
--
-- [section]
-- name = "retention"
-- title = "Retention"
-- question = "How long is the log kept, and are days missing in between?"
-- limits = [
--     "Where log rotation is on, Quay deletes entries after 30 days by default: days before the first reading may be beyond recovery.",
--     "What is kept elsewhere, such as backups of the lake, is not known here.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC7.2"]
-- pci = ["10.5.1"]
-- iso27001 = ["A.5.33"]
-- nist = ["AU-11"]
-- dora = ["RTS Art 12"]
-- hipaa = ["164.316(b)(2)(i)"]
--
-- [columns]
-- scope = ["Scope", "text", "whose log was read"]
-- first_day = ["First day", "day", "the oldest window that is held"]
-- last_day = ["Last day", "day", "the newest one up to the end of the period"]
-- day_count = ["Days held", "count", "days between them that are held"]
-- gap_day_count = ["Days missing", "count", "days between them that are not"]
-- quarter_day_count = ["Of the last 90", "count", "days held of the 90 that end with the period"]
-- year_day_count = ["Of the last 365", "count", "days held of the 365 that end with the period"]
-- has_gap = ["Gap", "flag", "whether days are missing"]
with held_windows as (
    select
        scope,
        day
    from windows
    where day <= $until
)

select
    scope,
    min(day) as first_day,
    max(day) as last_day,
    count(*) as day_count,
    max(day) - min(day) + 1 - count(*) as gap_day_count,
    count(case when $until - day < 90 then 1 end) as quarter_day_count,
    count(case when $until - day < 365 then 1 end) as year_day_count,
    max(day) - min(day) + 1 > count(*) as has_gap
from held_windows
group by scope
order by scope
