-- title = "What Quay said, entry by entry"
-- grain = ["scope", "day", "position"]
-- reads = ["raw_log_entries"]
-- units = "times are UTC, whole seconds"
-- source = "log_entries/*/*/entries.parquet of the lake, windows that the ledger holds"
-- publish = "view"
--
-- [columns]
-- scope = "whose log was read: all, org/NAME, user/NAME or repo/NAMESPACE/NAME"
-- day = "the UTC day of the window"
-- position = "place in the window's canonical order, from 0"
-- occurred_at = "when it happened"
-- kind = "Quay's name for what happened"
-- ip = "the address it came from; null where a worker of Quay did it"
-- performer_name = "who did it, by today's name; null for nobody, or an account that is gone"
-- performer_is_robot = "whether the performer is a robot account"
-- namespace_name = "whose log the entry is in, where Quay says so (scope all alone)"
-- namespace_kind = "org or user, where Quay says so"
-- metadata = "Quay's details as JSON text, keys sorted"
-- extra = "JSON text of keys that this version does not know; null when there are none"
select
    scope,
    day,
    position,
    occurred_at,
    kind,
    ip,
    performer_name,
    performer_is_robot,
    namespace_name,
    namespace_kind,
    metadata,
    extra
from raw_log_entries
