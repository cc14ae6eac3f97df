-- title = "The windows of the lake, and how far each is proven"
-- grain = ["scope", "day"]
-- reads = ["raw_windows"]
-- units = "counts are entries; fetched_at is UTC"
-- source = "_window.json beside each entries.parquet"
-- publish = "table"
--
-- [columns]
-- scope = "whose log was read: all, org/NAME, user/NAME or repo/NAMESPACE/NAME"
-- day = "the UTC day of the window"
-- scope_kind = "all, org, user or repo"
-- scope_namespace = "the namespace that the scope names; null for all"
-- scope_repository = "the repository that the scope names; null unless it is one"
-- state = "verified, short, unverified or open"
-- routes = "how its entries were read, joined by +"
-- row_count = "entries in the window"
-- expected_count = "entries that aggregatelogs counts; null where there is no aggregate"
-- missing_count = "entries that aggregatelogs counts and the window lacks"
-- excess_count = "entries that the window holds and aggregatelogs does not count"
-- request_count = "requests that it took to read the window"
-- file_sha256 = "SHA-256 of entries.parquet"
-- rows_sha256 = "SHA-256 of the canonical entries, whatever the Parquet writer"
-- fetched_at = "when the window was read"
-- server_url = "the Quay that was read"
-- tool_version = "the version that read it"
-- notes = "what a person should know about the window, joined by line breaks"
select
    scope,
    day,
    split_part(scope, '/', 1) as scope_kind,
    nullif(split_part(scope, '/', 2), '') as scope_namespace,
    case
        when split_part(scope, '/', 1) = 'repo'
            then substr(scope, length('repo/') + length(split_part(scope, '/', 2)) + 2)
    end as scope_repository,
    state,
    routes,
    row_count,
    expected_count,
    missing_count,
    excess_count,
    request_count,
    file_sha256,
    rows_sha256,
    fetched_at,
    server_url,
    tool_version,
    notes
from raw_windows
