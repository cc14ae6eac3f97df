-- title = "The nightly runs of the period, and the days without one"
-- reads = ["told_days", "told_nights"]
-- empty = "No nightly run is recorded up to the end of the period."
--
-- [figures]
-- night_count = "count(night)"
-- complete_count = "count(case when ending in ('done', 'findings') then 1 end)"
--
-- [[statements]]
-- when = "night_count"
-- says = "{night_count:nightly run|nightly runs} began in the period; {complete_count} of them ended complete."
--
-- [[exceptions]]
-- each = { ending = "none began" }
-- says = "No nightly run began on {day}."
-- [[exceptions]]
-- each = { ending = "cut short" }
-- says = "The nightly run of {begun_at} was cut short."
-- [[exceptions]]
-- each = { ending = "incomplete" }
-- says = "The nightly run of {begun_at} ended incomplete."
-- [[exceptions]]
-- each = { ending = "server" }
-- says = "The nightly run of {begun_at} ended without an answer of the server."
-- [[exceptions]]
-- each = { ending = "usage" }
-- says = "The nightly run of {begun_at} was not set up to do its work."
-- [[exceptions]]
-- each = { ending = "data" }
-- says = "The nightly run of {begun_at} found files that do not match."
--
-- [columns]
-- day = ["Day", "day", "the UTC day on which it began"]
-- night = ["Number", "count", "its place in the journal of nights"]
-- begun_at = ["Begun", "time", "when it began, by the clock of the machine that ran it"]
-- begun_by = ["By", "text", "the account that ran it"]
-- ended_at = ["Ended", "time", "when it ended by itself"]
-- ending = ["Ending", "text", "done, findings, incomplete, server, usage or data; cut short; or none began"]
-- incomplete_day_count = ["Incomplete days", "count", "days that were not complete when it ended"]
-- missing_entry_count = ["Missing entries", "count", "entries that its windows lacked when it ended"]
with first_nights as (
    select min(day) as first_day
    from told_nights
)

select
    told_days.day,
    told_nights.night,
    told_nights.begun_at,
    told_nights.begun_by,
    told_nights.ended_at,
    case
        when told_nights.night is null then 'none began'
        else coalesce(told_nights.ending, 'cut short')
    end as ending,
    told_nights.incomplete_day_count,
    told_nights.missing_entry_count
from told_days
inner join first_nights on told_days.day >= first_nights.first_day
left join told_nights on told_days.day = told_nights.day
order by
    told_days.day,
    told_nights.night
