"""The states of snapshots of the inventory: what the lake holds of a day, and the hashes of its files."""

from datetime import date, datetime
from pathlib import Path

import msgspec

from pipeline.errors import DataError
from pipeline.lake.files import remove_leftovers
from pipeline.lake.layout import Layout

HINT = "restore it from a backup; of today's, remove the file in inventory/_snapshots and run inventory again"


class TableState(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a snapshot. Times are UTC."""

    rows: int
    file_sha256: str
    taken_at: datetime
    server_url: str
    tool_version: str


class SnapshotState(msgspec.Struct, frozen=True):
    """What the lake holds of one day, by table: what a later run of that day did not take again is kept."""

    day: date
    tables: dict[str, TableState]


_decode_state = msgspec.json.Decoder(SnapshotState).decode


class Snapshots:
    """Reads and writes the snapshots below one lake."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def state(self, day: date) -> SnapshotState | None:
        """The snapshot of a day; None where the lake holds none whole."""
        file = self._layout.snapshot_file(day)
        return snapshot_from_bytes(file.read_bytes(), file) if file.exists() else None

    def states(self) -> list[SnapshotState]:
        """Every snapshot, oldest first."""
        return [snapshot_from_bytes(file.read_bytes(), file) for file in self.state_files()]

    def state_files(self) -> list[Path]:
        """The files of the states, oldest first."""
        return sorted(self._layout.snapshots.glob("*.json"))

    def remove_leftovers(self) -> None:
        """Delete what runs that were killed left, on whatever day; what another run is at stays.

        A state is begun before the tables that it names, and ended after them: beside it stands something of every such run.
        """
        for aside in sorted(self._layout.snapshots.glob("*.json.*")):
            day = aside.name.partition(".")[0]
            for folder in self._layout.inventory.glob(f"*/snapshot_date={day}"):
                remove_leftovers(folder / f"{folder.parent.name}.parquet")
            remove_leftovers(self._layout.snapshots / f"{day}.json")


def snapshot_from_bytes(content: bytes, file: Path) -> SnapshotState:
    """The state that a file holds; raises DataError for any other content."""
    try:
        return _decode_state(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"this is no state of a snapshot ({error})", where=str(file), hint=HINT) from error
