"""What the lake says of itself: the manifests and what each sealed, whether files still match, which snapshots there are.

Read into tables that the queries of the report find beside those of the warehouse.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Final, NamedTuple

from pipeline.lake.inspection import Inspection, inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, Manifest
from pipeline.lake.snapshots import Snapshots, SnapshotState
from pipeline.warehouse.reader import Handed

_MANIFEST: Final = {
    "sequence": "bigint",
    "manifest_sha256": "varchar",
    "previous_sha256": "varchar",
    "is_linked": "boolean",
    "written_at": "timestamp",
    "tool_version": "varchar",
    "window_count": "bigint",
    "snapshot_count": "bigint",
}
_SEAL: Final = {
    "sequence": "bigint",
    "written_at": "timestamp",
    "scope": "varchar",
    "day": "date",
    "state": "varchar",
    "row_count": "bigint",
    "rows_sha256": "varchar",
    "file_sha256": "varchar",
}


class Link(NamedTuple):
    """One manifest with the hash of its file, and whether it names the one before it."""

    manifest: Manifest
    sha256: str
    is_linked: bool


def links_of(layout: Layout) -> list[Link]:
    """The chain, oldest first.

    Raises: DataError naming a file that is no manifest.
    """
    ledger = Ledger(layout)
    links: list[Link] = []
    for file, manifest in zip(ledger.manifest_files(), ledger.manifests(), strict=True):
        previous = links[-1].sha256 if links else None
        is_linked = manifest.previous_sha256 == previous and manifest.sequence == len(links) + 1
        links.append(Link(manifest, hashlib.sha256(file.read_bytes()).hexdigest(), is_linked))
    return links


def newest_about(links: Sequence[Link], since: date, until: date) -> Link | None:
    """The newest manifest that names a window of these days; None where none does."""
    about = (link for link in links if any(since <= window.day <= until for window in link.manifest.windows))
    return max(about, key=lambda link: link.manifest.sequence, default=None)


def chain_tables(layout: Layout, links: Sequence[Link], since: date, until: date) -> list[Handed]:
    """The chain, what it sealed of these days, and what a look at every file found.

    Units: reads every file of the lake once, to compare its hash.
    """
    inspection = inspect(layout)
    looked_at = [
        ("manifests", inspection.manifests),
        ("windows", inspection.windows),
        ("snapshots of the inventory", inspection.snapshots),
    ]
    return [
        Handed("told_manifests", _MANIFEST, [_manifest_row(link) for link in links]),
        Handed("told_seals", _SEAL, list(_seal_rows(links, since, until))),
        Handed("told_inspection", {"subject": "varchar", "looked_at_count": "bigint"}, looked_at),
        Handed(
            "told_findings", {"place": "varchar", "finding": "varchar"}, _finding_rows(layout, inspection)
        ),
    ]


def snapshot_table(states: Sequence[SnapshotState], until: date) -> Handed:
    """By table the snapshot that shows how things stood at the end: the last taken up to the night after, or the next."""
    types = {
        "table_name": "varchar",
        "snapshot_date": "date",
        "taken_at": "timestamp",
        "days_after": "bigint",
    }
    names = sorted({name for state in states for name in state.tables})
    rows = []
    for name in names:
        held = [state for state in states if name in state.tables]
        in_time = [state for state in held if (state.day - until).days <= 1]
        chosen = in_time[-1] if in_time else held[0]
        taken_at = naive_utc(chosen.tables[name].taken_at)
        rows.append((name, chosen.day, taken_at, (chosen.day - until).days))
    return Handed("told_snapshots", types, rows)


def snapshot_states(layout: Layout) -> list[SnapshotState]:
    """Every snapshot, oldest first."""
    return Snapshots(layout).states()


def naive_utc(at: datetime) -> datetime:
    """The moment as the warehouse keeps it: in UTC, without saying so."""
    return at.astimezone(UTC).replace(tzinfo=None)


def _manifest_row(link: Link) -> tuple[object, ...]:
    manifest = link.manifest
    return (
        manifest.sequence,
        link.sha256,
        manifest.previous_sha256,
        link.is_linked,
        naive_utc(manifest.written_at),
        manifest.tool_version,
        len(manifest.windows),
        len(manifest.snapshots),
    )


def _seal_rows(links: Sequence[Link], since: date, until: date) -> Iterator[tuple[object, ...]]:
    for link in links:
        for window in link.manifest.windows:
            if since <= window.day <= until:
                yield (
                    link.manifest.sequence,
                    naive_utc(link.manifest.written_at),
                    window.scope,
                    window.day,
                    window.state.value,
                    window.rows,
                    window.rows_sha256,
                    window.file_sha256,
                )


def _finding_rows(layout: Layout, inspection: Inspection) -> list[tuple[object, ...]]:
    # Where the lake lies is no part of the evidence: the same lake elsewhere gives the same report.
    root = f"{layout.root}/"
    return [
        (finding.where.removeprefix(root), finding.what.replace(root, "")) for finding in inspection.findings
    ]
