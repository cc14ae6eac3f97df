"""Days that are given as rows, to try detections without a lake: the same models run over them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.errors import UsageError
from pipeline.warehouse import raw
from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import Layer, read_models, upstream
from pipeline.warehouse.workbench import Workbench, connected

Row = Mapping[str, Any]

_INVENTORY = "raw_inventory_"
_CHANGES = "base_inventory_changes"
_SETTINGS = {"memory_limit": "1GB", "threads": "1"}


class GivenDays(NamedTuple):
    """What a lake would show, as rows by column; a column that a row lacks is null.

    `inventory` has the rows of a snapshot by table; `changes` are rows of base_inventory_changes.
    """

    events: Sequence[Row] = ()
    windows: Sequence[Row] = ()
    inventory: Mapping[str, Sequence[Row]] = {}
    changes: Sequence[Row] = ()


class GivenBench:
    """Mounts days that are given, one set after the other. Made by `given_bench`."""

    def __init__(self, bench: Workbench) -> None:
        self.judge = Judge(bench)
        self._bench = bench
        self._run = bench.connection.execute
        self._marts: list[str] = []

    def mount(self, given: GivenDays, day: date, reads: Sequence[str]) -> None:
        """Show these days to the judge, turned to `day`, as far as a query with these `reads` needs it."""
        for name in self._marts:
            self._run(f"drop table {name}")
        self._marts = []
        self.judge.turn_to(day)
        self._bench.fill("raw_windows", raw.WINDOW_COLUMNS, _values(given.windows, raw.WINDOW_COLUMNS))
        self._show("raw_events", given.events)
        self._show("raw_log_entries", [_entry(row) for row in given.events])
        self._bench.mount_snapshots({}, [])
        self._bench.fill("raw_inventory_snapshots", raw.SNAPSHOT_COLUMNS, _snapshots(given.inventory, day))
        for table, rows in given.inventory.items():
            self._show(f"{_INVENTORY}{table}", rows)
        marts = [model.name for model in self.judge.needed(reads, Layer.MARTS)]
        for model in upstream(self._bench.models, *marts):
            if model.head.keep:
                self._run(f"create or replace table {model.name} as {model.query}")
            elif model.layer is Layer.MARTS:
                self._run(f"create table {model.name} as {model.query}")
                self._marts.append(model.name)
        self._show("raw_events", [row for row in given.events if day - timedelta(1) <= row["day"] <= day])
        self.judge.prepare(reads)
        self._add_changes(given.changes)

    def _show(self, name: str, rows: Sequence[Row]) -> None:
        """Show the rows as `name` (raw_events, raw_inventory_...)."""
        types = raw.types_of(name)
        self._bench.fill(f"given_{name}", types, _values(rows, types))
        self._run(f"create or replace view {name} as select {', '.join(types)} from given_{name}")  # noqa: S608

    def _add_changes(self, rows: Sequence[Row]) -> None:
        for row in rows:
            names = ", ".join(map(raw.identifier, row))
            places = ", ".join("?" for _ in row)
            self._run(f"insert into {_CHANGES} ({names}) values ({places})", list(row.values()))  # noqa: S608


@contextmanager
def given_bench(sql: Path) -> Iterator[GivenBench]:
    """A bench in memory over the models below `sql`; nothing is read from disk, nothing written."""
    with connected(":memory:", _SETTINGS) as connection:
        yield GivenBench(Workbench(connection, read_models(sql)))


def _entry(event: Row) -> Row:
    """The entry that an event was made from, as far as anything counts it."""
    return {column: event.get(column) for column in raw.types_of("raw_log_entries")}


def _snapshots(inventory: Mapping[str, Sequence[Row]], day: date) -> Iterator[list[Any]]:
    """One snapshot that has these tables, taken soon after midnight: the registry as it was before `day`."""
    taken_at = datetime.combine(day, time(0, 30))
    for table, rows in inventory.items():
        yield [day, table, len(rows), "", taken_at, "https://quay.example.com", "0"]


def _values(rows: Sequence[Row], types: Mapping[str, str]) -> Iterator[list[Any]]:
    for row in rows:
        if strange := sorted(row.keys() - types.keys()):
            raise UsageError(f"{strange[0]} is no column here", hint=f"the columns are {', '.join(types)}")
        yield [row.get(column) for column in types]
