-- title = "The chain of manifests, whole"
-- reads = ["told_manifests"]
-- empty = "The lake has no manifest: nothing is sealed."
--
-- [figures]
-- manifest_count = "count(*)"
-- none_count = "case when count(*) = 0 then 1 end"
-- linked_count = "count(case when is_linked then 1 end)"
-- first_at = "min(written_at)"
-- last_at = "max(written_at)"
--
-- [[statements]]
-- when = "manifest_count"
-- says = "{manifest_count:manifest was|manifests were} written between {first_at} and {last_at}; {linked_count} name the hash of the one before, from the first on."
--
-- [[exceptions]]
-- when = "none_count"
-- says = "There is no manifest: nothing proves that the lake is as it was written."
-- [[exceptions]]
-- each = { is_linked = false }
-- says = "Manifest {sequence} does not follow the one before it: one is missing, was changed, or stands out of order."
--
-- [columns]
-- sequence = ["Manifest", "count", "its number, from 1"]
-- written_at = ["Written at", "time", "when it was written"]
-- window_count = ["Windows", "count", "windows that it seals"]
-- snapshot_count = ["Snapshots", "count", "snapshots of the inventory that it seals"]
-- tool_version = ["Version", "text", "the version that wrote it"]
-- is_linked = ["Linked", "flag", "whether it names the hash of the manifest before it"]
-- manifest_sha256 = ["SHA-256", "text", "of its file"]
-- previous_sha256 = ["SHA-256 before", "text", "of the manifest that it was written after"]
select
    sequence,
    written_at,
    window_count,
    snapshot_count,
    tool_version,
    is_linked,
    manifest_sha256,
    previous_sha256
from told_manifests
order by sequence
