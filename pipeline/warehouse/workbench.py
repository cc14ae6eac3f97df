"""Where a day is worked out: a DuckDB in memory that shows it, with the warehouse attached beside.

Every model is a view or a table here under its own name, so that its query runs as it stands in its file:
over one day it gives that day's rows, and the same query over a whole lake gives all of them.
"""

import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline.errors import DataError, UsageError
from pipeline.lake.ledger import WindowState
from pipeline.lake.snapshots import SnapshotState
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.registry.tables import TABLE_BY_NAME
from pipeline.warehouse import raw
from pipeline.warehouse.day_events import LEAST_IN_MEMORY, ShownDay, sorted_by_engine, sorted_in_memory
from pipeline.warehouse.draft import drafted
from pipeline.warehouse.models import Layer, Model, Period, upstream
from pipeline.warehouse.raw_rows import snapshot_rows, window_kind_rows, window_row
from pipeline.warehouse.side_by_side import SideBySide

_SEALED: Mapping[str, str] = {
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
}

_MEMORY = re.compile(r"\d+(\.\d+)? ?[KMGT]i?B")

WAREHOUSE = "warehouse.main"


class Failure(NamedTuple):
    """A check that found rows it should not have, and the first of them as `column=value` words."""

    check: str
    title: str
    rows: list[str]


class Workbench:
    """The models over one mounted day. Made by `workbench`.

    Units: `entries_at_once` is how many entries may be mounted before the next day starts anew; a window counts for
    `least_entries` of them where it has fewer.
    """

    entries_at_once = 100_000
    least_entries = 0

    def __init__(self, connection: duckdb.DuckDBPyConnection, models: Sequence[Model]) -> None:
        self.connection = connection
        self.side_by_side = SideBySide(connection)
        self.models = models
        self._kept_at_mount: Sequence[Model] = ()
        self.fill("raw_kinds", raw.KIND_COLUMNS, FAMILY_BY_KIND.items())
        self.mount([], [])
        self.mount_events([])
        self.mount_snapshots({}, [])
        for model in models:
            if model.layer in (Layer.STAGING, Layer.INTERMEDIATE):
                self._run(f"create {'table' if model.head.keep else 'view'} {model.name} as {model.query}")
        self._kept_at_mount = self._steps_to_events()

    def _steps_to_events(self) -> list[Model]:
        """The models that are worked out whenever entries are mounted, because their rows are few and often read."""
        return [model for model in upstream(self.models, "int_events") if model.head.keep]

    def mount(
        self, windows: Iterable[WindowState], files: Sequence[Path], packs: Sequence[Path] = ()
    ) -> None:
        """Show these windows, and the entries in these files and packs, to the models."""
        self._mounted = list(windows), files, packs
        self.days = sorted({window.day for window in self._mounted[0]})
        self._show(*self._mounted)
        for model in self._kept_at_mount:
            self._run(f"create or replace table {model.name} as {model.query}")

    def _show(self, windows: Sequence[WindowState], files: Sequence[Path], packs: Sequence[Path]) -> None:
        self.fill("raw_windows", raw.WINDOW_COLUMNS, map(window_row, windows))
        self.fill("raw_window_kinds", raw.WINDOW_KIND_COLUMNS, window_kind_rows(windows))
        self._show_entries(files, packs)

    def _show_entries(self, files: Sequence[Path], packs: Sequence[Path]) -> None:
        self._run(f"create or replace view raw_log_entries as {raw.select_entries(files, packs)}")

    def mount_events(self, files: Sequence[Path]) -> None:
        """Show these events to the models."""
        self._run(f"create or replace view raw_events as {raw.select_from_files('raw_events', files)}")

    def mount_snapshots(
        self, files: Mapping[str, Sequence[Path]], snapshots: Iterable[SnapshotState]
    ) -> None:
        """Show these snapshots, and the rows in these files by table, to the models."""
        self.fill("raw_inventory_snapshots", raw.SNAPSHOT_COLUMNS, snapshot_rows(snapshots))
        for table in TABLE_BY_NAME:
            name = f"raw_inventory_{table}"
            self._run(f"create or replace view {name} as {raw.select_from_files(name, files.get(table, ()))}")
        self._run(f"create or replace view raw_inventory_cells as {raw.select_cells()}")

    def shown(self, *names: str) -> None:
        """Told that other rows stand under these names: here there is nothing to be done."""

    def events(self, rows_a_batch: int) -> Iterator[tuple[date, Any]]:
        """The events of each mounted day in the order in which they are stored, as Arrow record batches."""
        windows, *mounted = self._mounted
        for day in self.days:
            shown = [window for window in windows if window.day == day]
            files, packs = [[file for file in part if file.parent.name == f"day={day}"] for part in mounted]
            if len(self.days) > 1:
                self._show(shown, files, packs)
            events = None
            if sum(window.rows for window in shown) >= LEAST_IN_MEMORY:
                alone = ShownDay(day, files, packs, len(shown))
                events = sorted_in_memory(self.connection, self.side_by_side, alone)
                self._show_entries(files, packs)
                if not events:
                    self.side_by_side.end()  # so large a day is worth all the engine's threads
            yield day, events or sorted_by_engine(self.connection, rows_a_batch)
        if len(self.days) > 1:
            self._show(*self._mounted)

    def make_marts(self, *periods: Period) -> None:
        """Work out the marts of what is mounted, for these periods or all."""
        queries = {
            model.name: model.query
            for model in self.models
            if (model.head.keep or model.layer is Layer.MARTS)
            and model.period in (periods or Period)
            and model not in self._kept_at_mount
        }
        reads = {name: {model.name for model in upstream(self.models, name)} for name in queries}
        self.side_by_side.make_tables(
            queries, {name: reads[name] & queries.keys() - {name} for name in queries}
        )

    def event_count(self, day: date) -> int:
        """How many events a mounted day has."""
        counts = self.connection.execute("select count(*) from stg_events where day = ?", [day])
        ((count,),) = counts.fetchall()
        return int(count)

    def failures(self, rows: int, *periods: Period, at: date | None = None) -> list[Failure]:
        """What the checks find in what is mounted, or in one period of it, at most `rows` rows a check."""
        found = []
        for model in self.models:
            if model.layer is Layer.CHECKS and model.period in (periods or Period):
                where = f"where $at is null or {model.period} = $at"
                query = f"select * from ({model.query}) {where} limit {rows}"  # noqa: S608 (names of our own)
                result = self.connection.execute(query, {"at": at})
                names = [column[0] for column in result.description or []]
                if wrong := [words_of(names, row) for row in result.fetchall()]:
                    found.append(Failure(model.name, model.head.title, wrong))
        return found

    def types_of(self, model: Model) -> dict[str, str]:
        """The columns of a model with their types, in order."""
        return {name: kind for name, kind, *_ in self._run(f"describe {model.query}").fetchall()}

    def fill(self, name: str, types: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
        """Make the table `name` anew, of these rows."""
        self._run(f"create or replace table {name} ({raw.columns_of(types)})")
        if columns := [list(column) for column in zip(*rows, strict=True)]:
            # Whole columns at once: a thousand rows cost what one costs when they go in row by row.
            lists = ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(types.values(), 1))
            self.connection.execute(f"insert into {name} select {lists}", columns)

    def _run(self, statement: str) -> duckdb.DuckDBPyConnection:
        return self.connection.execute(statement)


def connected(
    database: str, settings: Mapping[str, str], *, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """A connection that downloads nothing, sees none of Python's variables, and leaves stdout alone.

    Raises: UsageError for a memory limit that is none, duckdb.Error where `database` cannot be opened.
    """
    if not _MEMORY.fullmatch(settings["memory_limit"]):
        hint = "write it like 500MB or 2GB"
        raise UsageError(f"{settings['memory_limit']!r} is no amount of memory", hint=hint)
    connection = duckdb.connect(database, read_only=read_only, config={**_SEALED, **settings})
    # In a notebook without ipywidgets it is off already, and turning it off is an error.
    ((shows_progress,),) = connection.execute("select current_setting('enable_progress_bar')").fetchall()
    if shows_progress:
        connection.execute("set enable_progress_bar = false")
    return connection


@contextmanager
def workbench(
    warehouse: Path,
    models: Sequence[Model],
    *,
    memory_limit: str,
    threads: int | None,
    bench: Callable[[duckdb.DuckDBPyConnection, Sequence[Model]], Workbench] = Workbench,
) -> Iterator[Workbench]:
    """A workbench with a draft of `warehouse` attached for writing, which takes its place at the end of the block.

    `bench` makes it: one of another engine works the models out elsewhere.

    Raises: UsageError while another process writes it, DataError where the file is no warehouse, and for
    a failure of the engine within the block.
    """
    if "?" in str(warehouse):
        # DuckDB 2.0 takes what follows for options and then misplaces the journal.
        hint = "give it another place with QUAY_AUDIT_WAREHOUSE"
        raise UsageError("a warehouse's path may hold no question mark", where=str(warehouse), hint=hint)
    # Without this a scan of a large file holds on to its rows until their turn comes: memory would grow
    # with the day. Sorted results stay sorted.
    settings = {"memory_limit": memory_limit, "preserve_insertion_order": "false"}
    spill = warehouse.with_name(f"{warehouse.name}.spill")
    settings["temp_directory"] = str(spill)
    if threads:
        settings["threads"] = str(threads)
    with drafted(warehouse) as draft, connected(":memory:", settings) as connection:
        _attach(connection, draft.file)
        draft.is_warehouse = True
        # Of a build that was killed: with the draft attached, no other one is running.
        shutil.rmtree(spill, ignore_errors=True)
        try:
            made = bench(connection, models)
            with closing(made.side_by_side):
                yield made
        except duckdb.OutOfMemoryException as error:
            hint = "give it more memory, or fewer threads: each thread holds rows of its own"
            raise UsageError(
                f"this needs more than {memory_limit} of memory", where=str(warehouse), hint=hint
            ) from error


def in_use(warehouse: Path, error: duckdb.Error) -> UsageError | None:
    """What to raise when `error` says that another process holds the warehouse; None for any other."""
    if "lock" not in str(error).lower():
        return None
    hint = "close the program that has it open for writing, then run this again"
    return UsageError("another process has the warehouse open", where=str(warehouse), hint=hint)


def first_line(error: duckdb.Error) -> str:
    """What the engine says, without its drawing of the statement."""
    return str(error).partition("\n")[0]


def _attach(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    try:
        connection.execute(f"attach {raw.quoted(str(warehouse))} as warehouse")
    except duckdb.Error as error:
        if busy := in_use(warehouse, error):
            raise busy from error
        hint = "move the file away and run build: all it holds is made from the lake"
        raise DataError(
            f"this is no warehouse ({first_line(error)})", where=str(warehouse), hint=hint
        ) from error


def words_of(names: Sequence[str], row: Sequence[Any]) -> str:
    """A row for people: `column=value`, with a space between two."""
    return " ".join(f"{name}={value}" for name, value in zip(names, row, strict=True))
