"""A workbench whose models are worked out on a Spark Connect server; what comes of them is kept in DuckDB as ever."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import duckdb

from pipeline.lake.daily import readers_by_day
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WindowState
from pipeline.lake.snapshots import SnapshotState
from pipeline.quay.registry.tables import TABLE_BY_NAME
from pipeline.warehouse import raw
from pipeline.warehouse.day_events import EVENT_ORDER
from pipeline.warehouse.models import Layer, Model, Period
from pipeline.warehouse.spark.server import Server
from pipeline.warehouse.workbench import Failure, Workbench, words_of

Said = Mapping[str, date | str]
_STEPS: Final = (Layer.STAGING, Layer.INTERMEDIATE)


class SparkBench(Workbench):
    """The same models over the same days, many of them at once: one job gives the rows of all.

    `lake` is the address of the lake as the server sees it.
    """

    entries_at_once = 5_000_000
    least_entries = 50_000  # each window is a file, which some worker has to open

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, models: Sequence[Model], server: Server, lake: str
    ) -> None:
        self.server = server
        self._lake = lake
        self._stale: set[str] = set()
        self._found: dict[str, list[dict[str, Any]]] = {}
        super().__init__(connection, models)
        # A server may have seen through a view when it was made: whatever it stands on has to be there before.
        self._stale = {name for model in models if model.layer is Layer.STAGING for name in model.head.reads}
        self.shown("raw_kinds")

    def _steps_to_events(self) -> list[Model]:
        return []  # there they are steps like any other

    def mount(
        self, windows: Iterable[WindowState], files: Sequence[Path], packs: Sequence[Path] = ()
    ) -> None:
        """Show these windows, and their entries, to the models: here and there."""
        windows = list(windows)
        super().mount(windows, files, packs)
        self.shown("raw_windows", "raw_window_kinds")
        self._show_files("raw_log_entries", [_said_of_windows(files), _said_of_days(packs)])

    def mount_events(self, files: Sequence[Path]) -> None:
        """Show these events to the models: here and there."""
        super().mount_events(files)
        self._show_files("raw_events", [_said_of_days(files)])

    def mount_snapshots(
        self, files: Mapping[str, Sequence[Path]], snapshots: Iterable[SnapshotState]
    ) -> None:
        """Show these snapshots to the models: here and there. They are small, and are sent."""
        super().mount_snapshots(files, snapshots)
        tables = [f"raw_inventory_{table}" for table in TABLE_BY_NAME]
        self.shown("raw_inventory_snapshots", *tables, "raw_inventory_cells")

    def shown(self, *names: str) -> None:
        """Send the server the rows that stand under these names now."""
        for name in names:
            self.server.show_rows(name, self.connection.sql(f"select * from {name}").to_arrow_table())  # noqa: S608
        self._stale.update(names)

    def events(self, rows_a_batch: int) -> Iterator[tuple[date, Any]]:
        """The events of each mounted day, in one job for all of them."""
        self.define_steps()
        columns = ", ".join(raw.EVENT_COLUMNS)
        query = f"select {columns} from int_events order by day, {EVENT_ORDER}"  # noqa: S608 (names of our own)
        kept = ", ".join(column for column in raw.EVENT_COLUMNS if column != "day")
        shape = self.connection.sql(f"select {kept} from int_events limit 0").to_arrow_reader(1).schema  # noqa: S608
        yield from readers_by_day(self.days, self.server.stream(query, "int_events"), shape)

    def make_marts(self, *periods: Period) -> None:
        """Work out the marts of what is mounted there, and keep them here."""
        self.define_steps()
        checked = {name for model in self.models if model.layer is Layer.CHECKS for name in model.head.reads}
        for model in self.models:
            if model.layer is Layer.MARTS and model.period in (periods or Period):
                table = self.server.rows(model.query, where=model.name)
                self._keep(model, table)
                if model.name in checked:
                    self.server.show_rows(model.name, table)
        self._found.clear()

    def failures(self, rows: int, *periods: Period, at: date | None = None) -> list[Failure]:
        """What the checks find, which are asked once for all that is mounted."""
        found = []
        for model in self.models:
            if model.layer is Layer.CHECKS and model.period in (periods or Period):
                wrong = [row for row in self._rows_of_check(model) if at in (None, row[str(model.period)])]
                if wrong:
                    words = [words_of(list(row), list(row.values())) for row in wrong[:rows]]
                    found.append(Failure(model.name, model.head.title, words))
        return found

    def define_steps(self) -> None:
        """Have the server know every step between the raw rows and the marts that has changed since it was told."""
        for model in self.models:
            if model.layer in _STEPS and self._stale.intersection(model.head.reads):
                self.server.define_model(model.name, model.query)
                self._stale.add(model.name)
        self._stale.clear()

    def _rows_of_check(self, model: Model) -> list[dict[str, Any]]:
        if model.name not in self._found:
            rows = self.server.rows(model.query, where=model.name)
            self._found[model.name] = sorted(rows.to_pylist(), key=str)
        return self._found[model.name]

    def _show_files(self, name: str, groups: Sequence[Mapping[Path, Said]]) -> None:
        """Have files stand under a name there, in groups of which folders say the same columns."""
        columns = list(raw.types_of(name))
        parts = []
        for number, group in enumerate(filter(None, groups)):
            parts.append(f"{name}_{number}")
            self.server.show_files(
                parts[-1], columns, {self._seen(file): said for file, said in group.items()}
            )
        if not parts:
            self.shown(name)
            return
        self.server.define(name, " union all ".join(f"select * from {part}" for part in parts))  # noqa: S608
        self._stale.add(name)

    def _seen(self, file: Path) -> str:
        """A file of the lake as the server sees it: what is above the lake may have other names there."""
        return "/".join([self._lake, *file.parts[-4 if file.name == ENTRIES_FILE else -3 :]])

    def _keep(self, model: Model, table: Any) -> None:
        columns = ", ".join(
            f"cast({name} as {kind}) as {name}" for name, kind in self.types_of(model).items()
        )
        self.connection.register("answer", table)
        try:
            self.connection.execute(f"create or replace table {model.name} as select {columns} from answer")  # noqa: S608
        finally:
            self.connection.unregister("answer")


def _said_of_days(files: Sequence[Path]) -> dict[Path, Said]:
    """By file of a day what its folder says."""
    return {file: {"day": date.fromisoformat(file.parent.name.removeprefix("day="))} for file in files}


def _said_of_windows(files: Sequence[Path]) -> dict[Path, Said]:
    """By file of a window what its folders say."""
    windows = {file: Layout(file.parents[3]).window_of(file.parent) for file in files}
    return {file: {"scope": str(scope), "day": day} for file, (scope, day) in windows.items()}
