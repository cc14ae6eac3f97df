"""What was exported already: by day, the hash of the events that are there now.

A day is written down when all of it was taken, never before. So a kill leads to some of it being exported again, and
never to a gap. A day whose events change is exported anew, whole.
"""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from pipeline.errors import DataError, UsageError
from pipeline.lake.files import write_bytes
from pipeline.warehouse.event_stream import BuiltDay


class _UnderWay(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: date
    sha256: str
    count: int


class _State(msgspec.Struct, forbid_unknown_fields=True):
    purpose: str
    days: dict[str, str] = {}
    under_way: _UnderWay | None = None


# Made here and not when it is needed: two threads that look at a type for the first time at once end the process.
_decode = msgspec.json.Decoder(_State).decode


class Checkpoint:
    """The file that remembers one export. `purpose` says which: format and destination.

    Raises: UsageError where the file is about another export, DataError where it is damaged.
    """

    def __init__(self, path: Path, purpose: str) -> None:
        self._path = path
        self._state = _read(path, purpose)

    def days_left(self, days: Sequence[BuiltDay]) -> list[BuiltDay]:
        """Those of the days that are new, or changed since they were exported."""
        return [each for each in days if self._state.days.get(str(each.day)) != each.sha256]

    def taken_of(self, day: BuiltDay) -> int:
        """How many events of this day, as it is now, were taken before a run was interrupted."""
        held = self._state.under_way
        return held.count if held and (held.day, held.sha256) == (day.day, day.sha256) else 0

    def took(self, day: BuiltDay, count: int) -> None:
        """So many events of the day, from its first one on, were taken."""
        self._state.under_way = _UnderWay(day.day, day.sha256, count)
        self._write()

    def finish(self, days: Sequence[BuiltDay]) -> None:
        """All events of these days were taken."""
        self._state.days |= {str(each.day): each.sha256 for each in days}
        self._state.under_way = None
        self._write()

    def _write(self) -> None:
        body = msgspec.json.encode(self._state, order="sorted")
        write_bytes(self._path, msgspec.json.format(body, indent=1) + b"\n")


def _read(path: Path, purpose: str) -> _State:
    if not path.exists():
        return _State(purpose)
    try:
        state = _decode(path.read_bytes())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(
            f"this is no checkpoint of an export ({error})",
            where=str(path),
            hint="name another file; or remove this one to export everything again",
        ) from error
    if state.purpose != purpose:
        raise UsageError(
            f"this checkpoint is about another export: {state.purpose}",
            where=str(path),
            hint="keep one checkpoint for each format and destination",
        )
    return state
