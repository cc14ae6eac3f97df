-- title = "Entries held and entries counted by Quay, by scope, day and kind"
-- reads = ["window_kinds"]
-- empty = "The lake holds no entry of the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- pair_count = "count(*)"
-- equal_count = "count(case when state = 'equal' then 1 end)"
-- uncounted_count = "count(case when state = 'not counted by Quay' then 1 end)"
--
-- [[statements]]
-- says = "{pair_count:count|counts} by scope, day and kind were compared with Quay's: {equal_count} equal, {uncounted_count} without a count of Quay's."
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- scope = ["Scope", "text", "whose log was read"]
-- kind = ["Kind", "text", "Quay's name for what happened"]
-- row_count = ["Entries", "count", "entries of that kind in the window"]
-- expected_count = ["Quay's count", "count", "what aggregatelogs counts; none where there is no aggregate"]
-- missing_count = ["Missing", "count", "counted there and not held here"]
-- excess_count = ["In excess", "count", "held here and not counted there"]
-- state = ["State", "text", "equal, missing, in excess, or not counted by Quay"]
select
    day,
    scope,
    kind,
    row_count,
    expected_count,
    coalesce(missing_count, 0) as missing_count,
    coalesce(excess_count, 0) as excess_count,
    case
        when missing_count > 0 then 'missing'
        when excess_count > 0 then 'in excess'
        when expected_count is null then 'not counted by Quay'
        else 'equal'
    end as state
from window_kinds
where
    day >= $since
    and day <= $until
order by
    day asc,
    scope asc,
    kind asc
