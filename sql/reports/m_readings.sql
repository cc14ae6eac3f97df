-- title = "When each day was read, and the newest entry that it then had"
-- reads = ["events", "windows"]
-- empty = "The lake holds no window of the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
-- known_until = "the newest time that the lake knows of"
--
-- [figures]
-- known_until = "max(known_until)"
-- first_read_at = "min(read_at)"
-- last_read_at = "max(read_at)"
-- ahead_count = "count(case when is_ahead then 1 end)"
-- reading_count = "count(*)"
--
-- [[statements]]
-- says = "Every day and time in this report is UTC. Quay gives its entries in UTC and in whole seconds; a day is the UTC day by that time."
-- [[statements]]
-- when = "reading_count"
-- says = "The windows of the period were read between {first_read_at} and {last_read_at}, by the clock of the machine that read them; the newest thing in the lake is of {known_until}."
-- [[statements]]
-- says = "{ahead_count:window holds|windows hold} an entry that is newer than its reading, as would be if Quay's clock was ahead."
--
-- [[exceptions]]
-- each = { is_ahead = true }
-- says = "{scope} on {day} was read at {read_at} and holds an entry of {newest_event_at}: Quay's clock was ahead of the reader's."
--
-- [section]
-- name = "time-basis"
-- title = "Time basis"
-- question = "By which clock is everything dated, and can it be relied on?"
-- limits = [
--     "The difference between Quay's clock and the reader's is measured in every run and shown by doctor and extract; the lake keeps it of nightly runs alone, and of every window when it was read.",
--     "That Quay's clock is synchronized with a time source cannot be told from its log.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC7.2"]
-- pci = ["10.6"]
-- iso27001 = ["A.8.17"]
-- nist = ["AU-8"]
-- dora = ["RTS Art 12(2)(f)"]
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- scope = ["Scope", "text", "whose log was read"]
-- read_at = ["Read at", "time", "when, by the reader's clock"]
-- newest_event_at = ["Newest event", "time", "the last of its events, by Quay's clock; none where it has none of its own"]
-- is_ahead = ["Ahead", "flag", "whether that is later than the reading"]
-- server_url = ["Server", "text", "the Quay that it was read from"]
-- tool_version = ["Version", "text", "the version that read it"]
-- known_until = ["Known until", "time", "the newest time that the lake knows of"]
with newest_events as (
    select
        scope,
        day,
        max(occurred_at) as newest_event_at
    from events
    where
        day >= $since
        and day <= $until
    group by
        scope,
        day
)

select
    windows.day,
    windows.scope,
    windows.fetched_at as read_at,
    newest_events.newest_event_at,
    coalesce(newest_events.newest_event_at > windows.fetched_at, false) as is_ahead,
    windows.server_url,
    windows.tool_version,
    cast($known_until as timestamp) as known_until
from windows
left join newest_events
    on
        windows.scope = newest_events.scope
        and windows.day = newest_events.day
where
    windows.day >= $since
    and windows.day <= $until
order by
    windows.day asc,
    windows.scope asc
