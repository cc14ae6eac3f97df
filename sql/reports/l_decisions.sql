-- title = "Every decision about a case of the period, and every decision made in it"
-- reads = ["told_decisions"]
-- empty = "Nobody decided anything about a case of the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- decision_count = "count(*)"
-- reviewer_count = "count(distinct decided_by)"
--
-- [[statements]]
-- when = "decision_count"
-- says = "{decision_count:decision was|decisions were} written down, by {reviewer_count:person|people}."
--
-- [columns]
-- place = ["Number", "count", "its place among all decisions, in the order in which they were written down"]
-- decided_at = ["When", "time", "when it was decided"]
-- decided_by = ["By", "text", "the name that was given"]
-- action = ["Decision", "text", "acknowledged, closed or reopened"]
-- disposition = ["As", "text", "what it turned out to be, where it was closed"]
-- note = ["Note", "text", "what was noted"]
-- case_id = ["Case", "text", "the case"]
-- day = ["Day", "day", "its UTC day"]
-- severity = ["Severity", "text", "how much it mattered then"]
-- title = ["What", "text", "what it was then, in short"]
select
    place,
    decided_at,
    decided_by,
    action,
    disposition,
    note,
    case_id,
    day,
    severity,
    title
from told_decisions
where
    (day >= $since and day <= $until)
    or (decided_at >= $since and decided_at < $until + 1)
order by place
