"""Whether the lake still is what was written: files against hashes, windows against the chain, links against each other.

Needs no server. What is found is named by file; nothing is mended.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import DataError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, Ledger, SealedSnapshot, SealedWindow
from pipeline.lake.reader import rows_sha256_of
from pipeline.lake.snapshots import Snapshots, snapshot_from_bytes
from pipeline.lake.storage import here
from pipeline.lake.writer import sha256_of
from pipeline.quay.scopes import scope_from_text


class Finding(NamedTuple):
    """One thing that is not as it was written: where, and what."""

    where: str
    what: str


class Inspection(NamedTuple):
    """How much was looked at, and what was wrong.

    `unsealed` windows and snapshots are whole, but no manifest names them yet.
    """

    manifests: int
    windows: int
    unsealed: int
    findings: list[Finding]
    snapshots: int = 0


def inspect(layout: Layout) -> Inspection:
    """Look at every manifest and every window of a lake."""
    ledger = Ledger(layout)
    try:
        findings = list(_inspect_chain(ledger))
        sealed, windows = ledger.sealed(), ledger.windows()
        taken, snapshots = ledger.sealed_snapshots(), Snapshots(layout).states()
    except DataError as error:
        return Inspection(len(ledger.manifest_files()), 0, 0, [Finding(error.where, error.what)])
    held = {(window.scope, window.day) for window in windows}
    for key, window in sealed.items():
        findings += _inspect_window(layout, window) if key in held else [_gone(layout, window)]
    for snapshot in taken.values():
        findings += _inspect_snapshot(layout, snapshot)
    return Inspection(
        manifests=len(ledger.manifest_files()),
        windows=len(windows),
        unsealed=len(held - sealed.keys()) + len({snapshot.day for snapshot in snapshots} - taken.keys()),
        findings=findings,
        snapshots=len(snapshots),
    )


def _inspect_chain(ledger: Ledger) -> Iterator[Finding]:
    previous: str | None = None
    for number, (file, manifest) in enumerate(
        zip(ledger.manifest_files(), ledger.manifests(), strict=True), 1
    ):
        if manifest.sequence != number or file.stem != f"{number:08d}":
            yield Finding(str(file), f"manifest {number} was due here: one is missing, or out of order")
        if manifest.previous_sha256 != previous:
            yield Finding(str(file), "the manifest before it is not the one that it was written after")
        previous = hashlib.sha256(file.read_bytes()).hexdigest()


def _inspect_window(layout: Layout, sealed: SealedWindow) -> Iterator[Finding]:
    folder = _folder(layout, sealed)
    state, entries = folder / WINDOW_FILE, folder / ENTRIES_FILE
    if hashlib.sha256(state.read_bytes()).hexdigest() != sealed.window_sha256:
        yield Finding(str(state), "not the state that the chain names")
    if not here(entries).exists():
        yield Finding(str(entries), "the file is gone")
    elif sha256_of(entries) != sealed.file_sha256:
        yield Finding(str(entries), f"not the file that the chain names: {_how_it_differs(entries, sealed)}")


def _inspect_snapshot(layout: Layout, sealed: SealedSnapshot) -> Iterator[Finding]:
    file = layout.snapshot_file(sealed.day)
    if not file.exists():
        yield Finding(str(file), f"the snapshot of {sealed.day} ({sealed.rows} rows) is gone")
        return
    content = file.read_bytes()
    if hashlib.sha256(content).hexdigest() != sealed.snapshot_sha256:
        yield Finding(str(file), "not the state that the chain names")
    for name, table in snapshot_from_bytes(content, file).tables.items():
        rows = layout.inventory_file(name, sealed.day)
        if not here(rows).exists():
            yield Finding(str(rows), "the file is gone")
        elif sha256_of(rows) != table.file_sha256:
            yield Finding(str(rows), "not the file that its snapshot names")


def _how_it_differs(entries: Path, sealed: SealedWindow) -> str:
    try:
        same_rows = rows_sha256_of(entries) == sealed.rows_sha256
    except (OSError, ValueError, KeyError):
        return "it cannot be read"
    return "another writer wrote the same rows" if same_rows else "its rows differ"


def _gone(layout: Layout, sealed: SealedWindow) -> Finding:
    return Finding(str(_folder(layout, sealed)), f"{sealed.scope} {sealed.day} ({sealed.rows} rows) is gone")


def _folder(layout: Layout, sealed: SealedWindow) -> Path:
    return layout.window(scope_from_text(sealed.scope), sealed.day)
