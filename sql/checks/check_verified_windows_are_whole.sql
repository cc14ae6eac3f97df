-- title = "A verified window holds what aggregatelogs counts, kind by kind"
-- grain = ["scope", "day", "kind"]
-- reads = ["stg_window_kinds", "stg_windows"]
-- units = "counts are entries"
-- source = "state verified of _window.json against its own expected_by_kind"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day"
-- kind = "the kind that differs"
-- expected_count = "entries that aggregatelogs counts"
-- row_count = "entries in the window"
select
    stg_windows.scope,
    stg_windows.day,
    stg_window_kinds.kind,
    stg_window_kinds.expected_count,
    stg_window_kinds.row_count
from stg_windows
inner join stg_window_kinds
    on stg_windows.scope = stg_window_kinds.scope and stg_windows.day = stg_window_kinds.day
where
    stg_windows.state = 'verified'
    and (
        stg_window_kinds.expected_count is null
        or stg_window_kinds.expected_count <> stg_window_kinds.row_count
    )
