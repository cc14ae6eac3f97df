-- title = "The daily review: every day of the period"
-- reads = ["detect_state", "told_cases", "told_days", "windows"]
-- empty = "The period has no day."
--
-- [figures]
-- day_count = "count(*)"
-- judged_count = "count(case when review = 'judged' then 1 end)"
-- case_total = "cast(coalesce(sum(case_count), 0) as bigint)"
-- settled_total = "cast(coalesce(sum(settled_count), 0) as bigint)"
-- missed_count = "count(case when review = 'held, not judged' then 1 end)"
-- unheld_count = "count(case when review = 'not held' then 1 end)"
-- late_count = "count(case when read_after_days > 2 then 1 end)"
-- newest_day = "max(case when review = 'judged' then day end)"
--
-- [[statements]]
-- says = "{judged_count} of {day_count:day was|days were} judged by every detection that could; they have {case_total:case|cases}, {settled_total} of them settled."
-- [[statements]]
-- when = "late_count"
-- says = "{late_count:day was|days were} read more than two days after their end."
--
-- [[exceptions]]
-- each = { review = "held, not judged" }
-- says = "{day} was read and not judged: nobody looked for anything in it."
-- [[exceptions]]
-- when = "unheld_count"
-- says = "{unheld_count:day|days} of the period could not be judged, as the lake has no window of them (section C)."
--
-- [section]
-- name = "review"
-- title = "Review evidence"
-- question = "Was every day looked at, what was found, who decided what, and when?"
-- limits = [
--     "The lake keeps that a day was judged and by what, and not when: a judgement is repeated whenever its day, a detection or a setting changes.",
--     "Who decided is the name that was given when the decision was written down.",
--     "A case counts as overdue after 1 day where it is critical, 3 where high, 7 where medium, 30 below; by the newest time that the lake knows of.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC7.3", "CC7.4"]
-- pci = ["10.4.1", "10.4.1.1", "10.4.3"]
-- iso27001 = ["A.8.16"]
-- nist = ["AU-6(1)", "AU-6(3)", "SI-4"]
-- dora = ["RTS Art 23"]
-- hipaa = ["164.308(a)(1)(ii)(D)"]
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- review = ["Review", "text", "judged; held, not judged; or not held"]
-- last_read_at = ["Last read", "time", "when the last of its windows was read"]
-- read_after_days = ["Read after", "count", "whole days from the end of the day to that reading"]
-- signal_count = ["Signals", "count", "what detections said, with what is suppressed"]
-- case_count = ["Cases", "count", "cases of the day"]
-- settled_count = ["Settled", "count", "cases that need nobody's look any more"]
-- undecided_count = ["Undecided", "count", "cases that nobody decided anything about"]
with readings as (
    select
        day,
        max(fetched_at) as last_read_at
    from windows
    group by day
),

day_cases as (
    select
        day,
        count(case when is_settled then 1 end) as settled_count,
        count(case when decision_count = 0 then 1 end) as undecided_count
    from told_cases
    where arising = 'current'
    group by day
)

select
    told_days.day,
    case
        when detect_state.day is not null then 'judged'
        when readings.day is not null then 'held, not judged'
        else 'not held'
    end as review,
    readings.last_read_at,
    cast(readings.last_read_at as date) - told_days.day - 1 as read_after_days,
    detect_state.signal_count,
    detect_state.case_count,
    coalesce(day_cases.settled_count, 0) as settled_count,
    coalesce(day_cases.undecided_count, 0) as undecided_count
from told_days
left join readings on told_days.day = readings.day
left join detect_state on told_days.day = detect_state.day
left join day_cases on told_days.day = day_cases.day
order by told_days.day
