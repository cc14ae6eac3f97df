-- title = "An event happened on the day of its window"
-- grain = ["scope", "day", "position"]
-- reads = ["stg_events"]
-- units = "times are UTC"
-- source = "Quay answers for [day 00:00, next day 00:00) (quay/quay endpoints/api/logs.py:56-70, ffba0c70)"
--
-- [columns]
-- scope = "the window that the event was taken from"
-- day = "the UTC day of the window"
-- position = "the entry"
-- occurred_at = "when it happened"
select
    scope,
    day,
    position,
    occurred_at
from stg_events
where cast(occurred_at as date) <> day
