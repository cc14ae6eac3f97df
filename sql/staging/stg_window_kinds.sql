-- title = "The windows of the lake by kind: what they hold against what aggregatelogs counts"
-- grain = ["scope", "day", "kind"]
-- reads = ["raw_window_kinds"]
-- units = "counts are entries"
-- source = "rows_by_kind, expected_by_kind, missing_by_kind and excess_by_kind of _window.json"
-- publish = "table"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day of the window"
-- kind = "Quay's name for what happened"
-- row_count = "entries in the window"
-- expected_count = "entries that aggregatelogs counts; null where there is no aggregate"
-- missing_count = "entries that aggregatelogs counts and the window lacks"
-- excess_count = "entries that the window holds and aggregatelogs does not count"
select
    scope,
    day,
    kind,
    row_count,
    expected_count,
    missing_count,
    excess_count
from raw_window_kinds
