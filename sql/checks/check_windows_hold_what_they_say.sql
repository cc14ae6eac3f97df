-- title = "A window holds as many entries of each kind as its state says"
-- grain = ["scope", "day", "kind"]
-- reads = ["mart_kind_daily", "stg_window_kinds"]
-- units = "counts are entries"
-- source = "rows_by_kind of _window.json against entries.parquet, both ways"
--
-- [columns]
-- scope = "whose log was read"
-- day = "the UTC day"
-- kind = "the kind that differs"
-- said_count = "entries by the window's state"
-- held_count = "entries in the window's file"
select
    coalesce(mart_kind_daily.scope, stg_window_kinds.scope) as scope,
    coalesce(mart_kind_daily.day, stg_window_kinds.day) as day,
    coalesce(mart_kind_daily.kind, stg_window_kinds.kind) as kind,
    coalesce(stg_window_kinds.row_count, 0) as said_count,
    coalesce(mart_kind_daily.event_count, 0) as held_count
from mart_kind_daily
full outer join stg_window_kinds
    on
        mart_kind_daily.scope = stg_window_kinds.scope
        and mart_kind_daily.day = stg_window_kinds.day
        and mart_kind_daily.kind = stg_window_kinds.kind
where coalesce(mart_kind_daily.event_count, 0) <> coalesce(stg_window_kinds.row_count, 0)
