-- title = "Every case of the period, and where it stands"
-- reads = ["told_cases"]
-- empty = "The days of the period that were judged have no case."
--
-- [parameters]
-- known_until = "the newest time that the lake knows of: what is late is late by then"
--
-- [figures]
-- case_count = "count(*)"
-- closed_count = "count(case when state = 'closed' then 1 end)"
-- undecided_count = "count(case when standing in ('nobody looked at it', 'not looked at yet') then 1 end)"
-- overdue_count = "count(case when is_overdue then 1 end)"
-- late_count = "count(case when was_late then 1 end)"
-- true_count = "count(case when disposition = 'true_positive' then 1 end)"
--
-- [[statements]]
-- says = "{case_count:case|cases}: {closed_count} closed, {true_count} of them as real; about {undecided_count} nobody decided anything."
-- [[statements]]
-- says = "{late_count:case was|cases were} closed after the time allowed, and {overdue_count:case is|cases are} overdue."
--
-- [[exceptions]]
-- each = { standing = "nobody looked at it" }
-- says = "Nobody looked at case {case_id} of {day} ({severity}: {title}, about {subject}); it was due by {due_at}."
-- [[exceptions]]
-- each = { standing = "looked at, not closed in time" }
-- says = "Case {case_id} of {day} ({severity}: {title}) was looked at and is not closed; it was due by {due_at}."
-- [[exceptions]]
-- each = { standing = "changed since it was closed" }
-- says = "Case {case_id} of {day} was closed, and something new was found since."
-- [[exceptions]]
-- each = { standing = "not there any more" }
-- says = "Case {case_id} of {day} was decided about and does not come of the log any more ({arising})."
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- case_id = ["Case", "text", "its id, the same in every run"]
-- severity = ["Severity", "text", "how much it matters"]
-- score = ["Score", "number", "points"]
-- subject = ["About", "text", "who or what it is mainly about"]
-- title = ["What", "text", "what it is, in short"]
-- state = ["State", "text", "open, acknowledged or closed"]
-- disposition = ["Disposition", "text", "what it turned out to be"]
-- standing = ["Standing", "text", "what that comes to"]
-- due_at = ["Due", "time", "until when it is to be closed"]
-- first_decided_at = ["First look", "time", "when somebody first decided something about it"]
-- closed_at = ["Closed at", "time", "when it was closed"]
-- closed_by = ["Closed by", "text", "by whom"]
-- note = ["Note", "text", "what was noted with the last decision"]
-- is_overdue = ["Overdue", "flag", "whether it needs a look and its time is over"]
-- was_late = ["Late", "flag", "whether it was closed after its time"]
-- arising = ["Arising", "text", "current, or why it comes of the log no more"]
with standings as (
    select
        *,
        not is_settled and due_at < $known_until as is_overdue,
        coalesce(closed_at > due_at, false) as was_late
    from told_cases
)

select
    day,
    case_id,
    severity,
    score,
    subject,
    title,
    state,
    disposition,
    case
        when arising <> 'current' then 'not there any more'
        when is_settled then 'closed'
        when state = 'closed' then 'changed since it was closed'
        when is_collective then 'for information'
        when decision_count = 0 and is_overdue then 'nobody looked at it'
        when decision_count = 0 then 'not looked at yet'
        when is_overdue then 'looked at, not closed in time'
        else 'being looked at'
    end as standing,
    due_at,
    first_decided_at,
    closed_at,
    closed_by,
    note,
    is_overdue,
    was_late,
    arising
from standings
order by
    day asc,
    score desc,
    case_id asc
