"""Snapshots to warehouse: what is in each, and what changed since the one before; only those that are new."""

import hashlib
from bisect import bisect_left
from collections import defaultdict
from datetime import date
from pathlib import Path

import msgspec

from pipeline.errors import DataError
from pipeline.lake.layout import Layout
from pipeline.lake.snapshots import Snapshots, SnapshotState
from pipeline.lake.storage import here
from pipeline.lake.writer import sha256_of
from pipeline.quay.registry.tables import LISTS
from pipeline.warehouse.models import Period, fingerprint
from pipeline.warehouse.shelf import SNAPSHOTS, Shelf, SnapshotKey
from pipeline.warehouse.workbench import Failure, Workbench

_ROWS_SHOWN = 3
_HINT = "run verify to see what else differs; restore the file, or where it is today's run inventory again"


class SnapshotBuild:
    """One run over the snapshots of a lake."""

    def __init__(self, layout: Layout, bench: Workbench) -> None:
        self._layout = layout
        self._bench = bench
        self._shelf = Shelf(bench, SNAPSHOTS)
        self._shelf.prepare()
        self._states = {state.day: state for state in Snapshots(layout).states()}
        self._days_by_table: defaultdict[str, list[date]] = defaultdict(list)
        for day, state in sorted(self._states.items()):
            for table in state.tables:
                self._days_by_table[table].append(day)
        self._queries = fingerprint(model for model in bench.models if model.period is Period.SNAPSHOT)

    def run(self, *, full: bool) -> tuple[list[date], list[DataError]]:
        """Bring every snapshot up to date, oldest first: which were built, and what stood in the way.

        One is built again when it, one that it is compared with, or a query has changed; `full` builds all.
        """
        held = self._shelf.states()
        keys = {day: SnapshotKey(self._key(state)) for day, state in self._states.items()}
        due = [day for day in sorted(keys) if full or held.get(day) != keys[day]]
        troubles: list[DataError] = []
        for day in due:
            troubles += self._build(self._states[day], keys[day])
        for day in self._shelf.days() - self._states.keys():
            self._shelf.remove(day)
        return due, troubles

    def row_counts(self) -> dict[str, int]:
        """The rows of every model that is made of snapshots."""
        return self._shelf.row_counts()

    def _build(self, state: SnapshotState, key: SnapshotKey) -> list[DataError]:
        hashes = {
            table: {self._layout.inventory_file(table, day): self._sha256(table, day) for day in days}
            for table, days in self._compared(state).items()
        }
        every_file = [item for each in hashes.values() for item in each.items()]
        if strange := [file for file, sha256 in every_file if not _is_whole(file, sha256)]:
            return [_error_from_file(file) for file in strange]
        self._bench.mount_snapshots({table: list(each) for table, each in hashes.items()}, [state])
        self._bench.make_marts(Period.SNAPSHOT)
        failures = self._bench.failures(_ROWS_SHOWN, Period.SNAPSHOT, at=state.day)
        self._shelf.put(state.day, None if failures else key)
        return [_error_from_failure(failure, state.day) for failure in failures]

    def _compared(self, state: SnapshotState) -> dict[str, list[date]]:
        """By table the snapshots that are needed: this one, and the one that it is compared with.

        Some runs take only a few tables, so those may be of different days; `lists` is needed of each.
        """
        days = {table: [*self._before(state.day, table), state.day] for table in state.tables}
        days[LISTS.name] = sorted({day for each in days.values() for day in each})
        return days

    def _before(self, day: date, table: str) -> list[date]:
        """The last snapshot before a day that has this table, if there is one."""
        days = self._days_by_table[table]
        at = bisect_left(days, day)
        return days[max(at - 1, 0) : at]

    def _sha256(self, table: str, day: date) -> str:
        return self._states[day].tables[table].file_sha256

    def _key(self, state: SnapshotState) -> str:
        """Changes with anything that a row of the snapshot can show."""
        compared = [
            (table, day, self._sha256(table, day))
            for table, days in sorted(self._compared(state).items())
            for day in days
        ]
        return hashlib.sha256(msgspec.json.encode([state, compared, self._queries])).hexdigest()


def _is_whole(file: Path, sha256: str) -> bool:
    return here(file).exists() and sha256_of(file) == sha256


def _error_from_file(file: Path) -> DataError:
    what = "this file is not the one that its snapshot names, so what is made of it was left as it was"
    return DataError(what, where=str(file), hint=_HINT)


def _error_from_failure(failure: Failure, day: date) -> DataError:
    hint = "the snapshot is in the warehouse as it is: look at it with query"
    what = f"{failure.check}: not so: {failure.title!r}: {'; '.join(failure.rows)}"
    return DataError(what, where=f"snapshot of {day}", hint=hint)
