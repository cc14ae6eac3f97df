"""What the lake holds and how far it can be trusted: one state a window, and a chain of manifests over them.

A manifest lists the windows and snapshots that were written since the one before it, with their hashes, and
the hash of that manifest.
Editing, dropping or reordering anything that a manifest names breaks the chain or a hash; `lake.inspection` says where.
"""

import fcntl
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path

import msgspec

from pipeline.errors import DataError
from pipeline.lake import storage
from pipeline.lake.files import disk_troubles_told, only_writer, write_bytes
from pipeline.lake.layout import Layout
from pipeline.lake.snapshots import Snapshots, snapshot_from_bytes
from pipeline.lake.state_files import state_files
from pipeline.quay.scopes import Scope, scope_from_text

WINDOW_FILE = "_window.json"
ENTRIES_FILE = "entries.parquet"


class State(StrEnum):
    """How far a window is proven."""

    VERIFIED = "verified"
    """Equal to aggregatelogs, kind by kind."""
    SHORT = "short"
    """Fewer rows than aggregatelogs, after every repair."""
    UNVERIFIED = "unverified"
    """No aggregate to compare with, or rows that the aggregate does not list."""
    OPEN = "open"
    """The day is not over."""


class WindowState(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The state of one window, as `_window.json` holds it. Times are UTC.

    `missing_by_kind` is exact; `excess_by_kind` counts rows that the aggregate does not know of, `unknown_kinds` rows
    of kinds that this version does not know, `unknown_keys` keys that it does not know. `notes` are sentences for people.
    """

    scope: str
    day: date
    state: State
    routes: list[str]
    rows: int
    rows_by_kind: dict[str, int]
    expected_by_kind: dict[str, int] | None
    missing_by_kind: dict[str, int]
    excess_by_kind: dict[str, int]
    unknown_kinds: dict[str, int]
    unknown_keys: dict[str, int]
    requests: int
    file_sha256: str
    rows_sha256: str
    fetched_at: datetime
    server_url: str
    tool_version: str
    notes: list[str]

    @property
    def missing(self) -> int:
        """How many rows are known to be missing."""
        return sum(self.missing_by_kind.values())


class SealedWindow(msgspec.Struct, frozen=True):
    """A window as a manifest names it. `window_sha256` is of its `_window.json`."""

    scope: str
    day: date
    state: State
    rows: int
    rows_sha256: str
    file_sha256: str
    window_sha256: str


class SealedSnapshot(msgspec.Struct, frozen=True):
    """A snapshot as a manifest names it. `snapshot_sha256` is of its state, which names each table's hash."""

    day: date
    rows: int
    snapshot_sha256: str


class Manifest(msgspec.Struct, frozen=True, omit_defaults=True):
    """One link of the chain. Without snapshots it is written as it was before there were any."""

    sequence: int
    previous_sha256: str | None
    written_at: datetime
    tool_version: str
    windows: list[SealedWindow]
    snapshots: list[SealedSnapshot] = []


class Ledger:
    """Reads and writes window states and manifests below one lake."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._snapshots = Snapshots(layout)

    def window(self, scope: Scope, day: date) -> WindowState | None:
        """The state of one window; None when the lake does not hold it whole."""
        file = self.state_file(scope, day)
        with suppress(FileNotFoundError):
            return _window_from_bytes(file.read_bytes(), file)
        return None

    def windows(self) -> list[WindowState]:
        """Every window that the lake holds, by scope and day."""
        return [
            _window_from_bytes(content, file)
            for file, content in state_files(self._layout.log_entries, WINDOW_FILE)
        ]

    def entries_file(self, scope: Scope, day: date) -> Path:
        """Where the entries of a window are."""
        return self._layout.window(scope, day) / ENTRIES_FILE

    def state_file(self, scope: Scope, day: date) -> Path:
        """Where the state of a window is: without it, the lake does not hold the window."""
        return self._layout.window(scope, day) / WINDOW_FILE

    def writing(self, scope: Scope, day: date) -> AbstractContextManager[None]:
        """Be the only one who writes a window: what is held of it does not change while the block runs."""
        return only_writer(self._layout.window(scope, day))

    def save(self, window: WindowState) -> None:
        """Make a window count: its entries must be on disk. Written last, so a kill before leaves no window."""
        write_bytes(self.state_file(scope_from_text(window.scope), window.day), _json(window))

    def manifests(self) -> list[Manifest]:
        """The chain, oldest first."""
        return [_manifest_from_bytes(file.read_bytes(), file) for file in self.manifest_files()]

    def manifest_files(self) -> list[Path]:
        """The files of the chain, oldest first."""
        return sorted(self._layout.manifests.glob("[0-9]*.json"))

    def sealed(self) -> dict[tuple[str, date], SealedWindow]:
        """The newest word of the chain on every window."""
        return _newest_windows(self.manifests())

    def sealed_snapshots(self) -> dict[date, SealedSnapshot]:
        """The newest word of the chain on every snapshot."""
        return _newest_snapshots(self.manifests())

    def seal(self, now: datetime, tool_version: str) -> Manifest | None:
        """Add a manifest over all windows and snapshots that the chain does not know as they are, if any.

        What a run that was killed has left is taken up by the next one.
        """
        with self._chain_lock():
            while True:
                # What other machines wrote comes first: an old state of ours must not be sealed over a new one of theirs.
                storage.refresh(self._layout.root)
                manifest = self._due(now, tool_version)
                if manifest is None:
                    return None
                file = self._layout.manifests / f"{manifest.sequence:08d}.json"
                with suppress(FileExistsError):
                    write_bytes(file, _json(manifest), is_new=True)
                    return manifest

    def _due(self, now: datetime, tool_version: str) -> Manifest | None:
        chain = self.manifests()
        sealed, known = _newest_windows(chain), _newest_snapshots(chain)
        fresh = [w for w in self._windows_to_seal() if sealed.get((w.scope, w.day)) != w]
        taken = [s for s in self._snapshots_to_seal() if known.get(s.day) != s]
        if not fresh and not taken:
            return None
        files = self.manifest_files()
        previous = hashlib.sha256(files[-1].read_bytes()).hexdigest() if files else None
        return Manifest(len(files) + 1, previous, now, tool_version, fresh, taken)

    def _windows_to_seal(self) -> Iterable[SealedWindow]:
        for file, content in state_files(self._layout.log_entries, WINDOW_FILE):
            w = _window_from_bytes(content, file)
            digest = hashlib.sha256(content).hexdigest()
            yield SealedWindow(w.scope, w.day, w.state, w.rows, w.rows_sha256, w.file_sha256, digest)

    def _snapshots_to_seal(self) -> Iterable[SealedSnapshot]:
        for file in self._snapshots.state_files():
            content = file.read_bytes()
            state = snapshot_from_bytes(content, file)
            rows = sum(table.rows for table in state.tables.values())
            yield SealedSnapshot(state.day, rows, hashlib.sha256(content).hexdigest())

    @contextmanager
    def _chain_lock(self) -> Iterator[None]:
        with disk_troubles_told(self._layout.manifests):
            self._layout.manifests.mkdir(parents=True, exist_ok=True)
            lock = (self._layout.manifests / ".lock").open("w")
        with lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _newest_windows(chain: Iterable[Manifest]) -> dict[tuple[str, date], SealedWindow]:
    return {(window.scope, window.day): window for link in chain for window in link.windows}


def _newest_snapshots(chain: Iterable[Manifest]) -> dict[date, SealedSnapshot]:
    return {snapshot.day: snapshot for link in chain for snapshot in link.snapshots}


_HINT = "restore it from a backup, or remove the window's folder and extract it again"

# Made here and not when they are needed: msgspec looks at a type when it first meets it, and two threads that do so at
# once end the process (a segmentation fault, seen with 0.22).
_decode_window = msgspec.json.Decoder(WindowState).decode
_decode_manifest = msgspec.json.Decoder(Manifest).decode


def _window_from_bytes(content: bytes, file: str | Path) -> WindowState:
    try:
        return _decode_window(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"this is no window state ({error})", where=str(file), hint=_HINT) from error


def _manifest_from_bytes(content: bytes, file: Path) -> Manifest:
    try:
        return _decode_manifest(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = "restore the manifests folder from a backup: the chain cannot be made again"
        raise DataError(f"this is no manifest ({error})", where=str(file), hint=hint) from error


def _json(value: msgspec.Struct) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"
