-- title = "Every window of the period: one scope on one UTC day"
-- reads = ["told_seals", "window_kinds", "windows"]
-- empty = "The lake holds no window of the period."
--
-- [parameters]
-- since = "the first UTC day"
-- until = "the last UTC day, included"
--
-- [figures]
-- window_count = "count(*)"
-- scope_count = "count(distinct scope)"
-- verified_count = "count(case when state = 'verified' then 1 end)"
-- row_total = "cast(coalesce(sum(row_count), 0) as bigint)"
-- missing_total = "cast(coalesce(sum(missing_count), 0) as bigint)"
-- short_count = "count(case when state = 'short' then 1 end)"
-- unverified_count = "count(case when state = 'unverified' then 1 end)"
-- open_count = "count(case when state = 'open' then 1 end)"
-- sealed_count = "count(case when seal = 'sealed' then 1 end)"
--
-- [[statements]]
-- says = "{window_count:window|windows} of {scope_count:scope|scopes} hold {row_total:entry|entries}; scopes overlap, so entries that several of them show are counted in each here."
-- [[statements]]
-- says = "{verified_count:window is|windows are} verified: equal to Quay's own count, kind by kind. {short_count} short, {unverified_count} unverified, {open_count} read before the day was over."
-- [[statements]]
-- says = "{sealed_count:window is|windows are} as the chain of manifests sealed them, by the hash of their entries and of their file."
-- [[statements]]
-- when = "missing_total"
-- says = "{missing_total:entry that Quay counts is|entries that Quay counts are} not in the lake."
--
-- [[exceptions]]
-- each = { state = "short" }
-- says = "{scope} on {day} is short: {missing_count:entry|entries} that Quay counts could not be read ({missing_by_kind})."
-- [[exceptions]]
-- each = { state = "unverified" }
-- says = "{scope} on {day} is unverified: nothing proves that its {row_count:entry is|entries are} all there were."
-- [[exceptions]]
-- each = { state = "open" }
-- says = "{scope} on {day} was read before the day was over."
-- [[exceptions]]
-- each = { seal = "not sealed" }
-- says = "{scope} on {day} is in no manifest yet."
-- [[exceptions]]
-- each = { seal = "changed since it was sealed" }
-- says = "{scope} on {day} is not the window that the chain names."
-- [[exceptions]]
-- each = { seal = "sealed, not in the warehouse" }
-- says = "{scope} on {day} is sealed and not in the warehouse, so nothing here counts it: run build."
--
-- [section]
-- name = "integrity"
-- title = "Completeness and integrity"
-- question = "Is everything here that Quay logged, and is it unchanged since it was read?"
-- limits = [
--     "Completeness is measured against Quay's own count (aggregatelogs): what Quay itself never wrote, or lost before the first reading, shows nowhere.",
--     "Quay's log has no signature of its own: integrity is proven from the moment of reading on.",
-- ]
--
-- [section.controls]
-- soc2 = ["CC7.1", "PI1"]
-- pci = ["10.3.2", "10.3.4", "10.7"]
-- iso27001 = ["A.8.15", "A.5.33"]
-- nist = ["AU-5", "AU-9(3)", "AU-10"]
-- dora = ["RTS Art 12(2)(d)", "RTS Art 12(2)(e)"]
-- hipaa = ["164.312(c)(1)"]
--
-- [columns]
-- day = ["Day", "day", "the UTC day"]
-- scope = ["Scope", "text", "whose log was read"]
-- state = ["State", "text", "verified, short, unverified or open"]
-- row_count = ["Entries", "count", "entries in the window"]
-- expected_count = ["Quay's count", "count", "entries that aggregatelogs counts; none where there is no aggregate"]
-- missing_count = ["Missing", "count", "entries that aggregatelogs counts and the window lacks"]
-- excess_count = ["In excess", "count", "entries that the window holds and aggregatelogs does not count"]
-- missing_by_kind = ["Missing, by kind", "text", "the same by kind"]
-- routes = ["Routes", "text", "how its entries were read, joined by +"]
-- request_count = ["Requests", "count", "requests that it took"]
-- fetched_at = ["Read at", "time", "when it was read"]
-- seal = ["Seal", "text", "whether it is as the newest manifest that names it sealed it"]
-- sealed_by = ["Manifest", "count", "the number of that manifest"]
-- rows_sha256 = ["SHA-256 of entries", "text", "of its canonical entries, whatever file holds them"]
with numbered_seals as (
    select
        scope,
        day,
        state,
        row_count,
        rows_sha256,
        file_sha256,
        sequence,
        row_number() over (partition by scope, day order by sequence desc) as place
    from told_seals
),

newest_seals as (
    select
        scope,
        day,
        state,
        row_count,
        rows_sha256,
        file_sha256,
        sequence
    from numbered_seals
    where place = 1
),

period_windows as (
    select
        scope,
        day,
        state,
        row_count,
        expected_count,
        missing_count,
        excess_count,
        routes,
        request_count,
        fetched_at,
        rows_sha256,
        file_sha256
    from windows
    where
        day >= $since
        and day <= $until
),

missing_kinds as (
    select
        scope,
        day,
        string_agg(kind || ' ' || missing_count, ', ' order by missing_count desc, kind asc)
            as missing_by_kind
    from window_kinds
    where
        missing_count > 0
        and day >= $since
        and day <= $until
    group by
        scope,
        day
)

select
    coalesce(period_windows.day, newest_seals.day) as day,
    coalesce(period_windows.scope, newest_seals.scope) as scope,
    coalesce(period_windows.state, newest_seals.state) as state,
    coalesce(period_windows.row_count, newest_seals.row_count) as row_count,
    period_windows.expected_count,
    coalesce(period_windows.missing_count, 0) as missing_count,
    coalesce(period_windows.excess_count, 0) as excess_count,
    missing_kinds.missing_by_kind,
    period_windows.routes,
    period_windows.request_count,
    period_windows.fetched_at,
    case
        when period_windows.scope is null then 'sealed, not in the warehouse'
        when newest_seals.scope is null then 'not sealed'
        when
            period_windows.rows_sha256 = newest_seals.rows_sha256
            and period_windows.file_sha256 = newest_seals.file_sha256
            then 'sealed'
        else 'changed since it was sealed'
    end as seal,
    newest_seals.sequence as sealed_by,
    coalesce(period_windows.rows_sha256, newest_seals.rows_sha256) as rows_sha256
from period_windows
full outer join newest_seals
    on
        period_windows.scope = newest_seals.scope
        and period_windows.day = newest_seals.day
left join missing_kinds
    on
        period_windows.scope = missing_kinds.scope
        and period_windows.day = missing_kinds.day
order by
    day asc,
    scope asc
