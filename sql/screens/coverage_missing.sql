-- title = "Exactly which entries are missing or too many, by window and kind, the newest first"
-- reads = ["window_kinds", "windows"]
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- namespace = "the scopes that cover one namespace; null for all"
--
-- [columns]
-- day = "the UTC day"
-- scope = "whose log was read"
-- state = "the state of the window"
-- kind = "Quay's name for what happened"
-- row_count = "entries in the window"
-- expected_count = "entries that aggregatelogs counts"
-- missing_count = "entries that the window lacks"
-- excess_count = "entries that the window holds and aggregatelogs does not count"
-- notes = "what a person should know about the window"
-- read_at = "when the window was read, UTC"
select
    window_kinds.day,
    window_kinds.scope,
    windows.state,
    window_kinds.kind,
    window_kinds.row_count,
    window_kinds.expected_count,
    window_kinds.missing_count,
    window_kinds.excess_count,
    windows.notes,
    windows.fetched_at as read_at
from window_kinds
inner join windows on window_kinds.scope = windows.scope and window_kinds.day = windows.day
where
    (window_kinds.missing_count > 0 or window_kinds.excess_count > 0)
    and window_kinds.day >= $since
    and window_kinds.day <= $until
    and (
        $namespace is null
        or window_kinds.scope in ('all', 'org/' || $namespace, 'user/' || $namespace)
        or starts_with(window_kinds.scope, 'repo/' || $namespace || '/')
    )
order by
    window_kinds.day desc,
    window_kinds.scope asc,
    window_kinds.missing_count desc,
    window_kinds.kind asc
limit 5000
