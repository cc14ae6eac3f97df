"""Questions to the warehouse: one SELECT at a time, which reads the lake and the warehouse alone."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline.bundle import bundled
from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.storage import fetch_below
from pipeline.warehouse import raw
from pipeline.warehouse.admission import only_reading
from pipeline.warehouse.models import read_models
from pipeline.warehouse.packed import select_packed
from pipeline.warehouse.shelf import BUILD_STATE, view_of
from pipeline.warehouse.workbench import connected, first_line, in_use

_ROWS_A_BATCH = 10_000
_SECONDS_BETWEEN_INTERRUPTS = 0.05
_FOLDERS: Mapping[str, Callable[[Layout], Path]] = {
    "events": lambda layout: layout.events,
    "inventory_": lambda layout: layout.inventory,
}


class Column(NamedTuple):
    """A column of an answer; `type` is DuckDB's word for it."""

    name: str
    type: str


class Answer:
    """What a query gives: rows, or Arrow record batches. Column names are unique. Made by `asked`."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        sql: str,
        parameters: Mapping[str, Any],
        row_limit: int | None,
    ) -> None:
        self._connection = connection
        self._sql = sql
        self._parameters = dict(parameters)
        self._row_limit = row_limit
        relation = self._relation()
        self.columns = [
            Column(*column) for column in zip(relation.columns, map(str, relation.types), strict=True)
        ]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        """The rows, a batch in memory at a time, at most `row_limit`."""
        return islice(self._all_rows(), self._row_limit)

    def batches(self) -> Any:
        """The rows as a reader of Arrow record batches, at most `row_limit` rows."""
        relation = self._relation()
        limited = relation if self._row_limit is None else relation.limit(self._row_limit)
        return limited.to_arrow_reader(_ROWS_A_BATCH)

    def _all_rows(self) -> Iterator[tuple[Any, ...]]:
        result = self._connection.execute(self._sql, self._parameters)
        while batch := result.fetchmany(_ROWS_A_BATCH):
            yield from batch

    def _relation(self) -> duckdb.DuckDBPyRelation:
        # Through a projection the second `a` is `a_1`: JSON and Parquet have one value a name.
        return self._connection.sql(self._sql, params=self._parameters).project("*")


@contextmanager
def asked(
    layout: Layout,
    warehouse: Path,
    sql: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    timeout_seconds: float | None = None,
    row_limit: int | None = None,
    memory_limit: str = "2GB",
) -> Iterator[Answer]:
    """The answer to one query; it can be read within the block. `parameters` are bound to `$name`.

    Units: the time counts from here to the end of the block.
    Raises: UsageError for anything but one SELECT, for a query that fails or takes too long, and where
    there is no warehouse yet.
    """
    with _opened(warehouse, memory_limit) as connection, _translated(timeout_seconds):
        _fetch_what_is_named(layout, sql)
        _mount(connection, layout, _entries(connection, layout, sql))
        _seal(connection, layout)
        statement = only_reading(connection, sql)
        with _interrupted_after(timeout_seconds, connection):
            yield Answer(connection, statement, parameters or {}, row_limit)


@contextmanager
def opened(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse for reading, for queries of our own.

    Raises: UsageError where it was never built or is being built, DataError where the file is no warehouse.
    """
    with _opened(warehouse, "2GB") as connection:
        yield connection


@contextmanager
def _opened(warehouse: Path, memory_limit: str) -> Iterator[duckdb.DuckDBPyConnection]:
    never = UsageError("there is no warehouse yet", where=str(warehouse), hint="run build first")
    if not warehouse.exists():
        raise never
    try:
        connection = connected(str(warehouse), {"memory_limit": memory_limit}, read_only=True)
    except duckdb.Error as error:
        if busy := in_use(warehouse, error):
            raise busy from error
        hint = "move the file away and run build: all it holds is made from the lake"
        raise DataError(
            f"this is no warehouse ({first_line(error)})", where=str(warehouse), hint=hint
        ) from error
    with connection:
        tables = "select 1 from duckdb_tables() where table_name = ?"
        if not connection.execute(tables, [BUILD_STATE]).fetchall():
            raise never
        yield connection


def _fetch_what_is_named(layout: Layout, sql: str) -> None:
    """Where the lake is in an object store: have the files here that the query may read."""
    words = sql.lower()
    for name, folder in _FOLDERS.items():
        if name in words:
            fetch_below(folder(layout))


def _entries(connection: duckdb.DuckDBPyConnection, layout: Layout, sql: str) -> str | None:
    """What is packed of the entries, and the rest; None where nothing is."""
    is_named = "log_entries" in sql.lower()
    packed = select_packed(connection, layout, is_read=is_named)
    if packed is None and is_named:
        fetch_below(layout.log_entries)
    return packed


def _mount(connection: duckdb.DuckDBPyConnection, layout: Layout, entries: str | None) -> None:
    """Point the views at this lake, wherever it was built, and give staging models their own names too."""
    for model in read_models(bundled("sql")):
        # A view opens one of its files to learn the columns: where that one is damaged, other questions
        # still have answers.
        with suppress(duckdb.Error):
            if model.head.publish == "view":
                files = entries if model.published_name == "log_entries" else None
                query = view_of(model, layout, files)
                connection.execute(f"create temp view {model.published_name} as {query}")
            if model.head.publish:
                connection.execute(f"create temp view {model.name} as from {model.published_name}")


def _seal(connection: duckdb.DuckDBPyConnection, layout: Layout) -> None:
    folders = [layout.log_entries, layout.packed, layout.events, layout.inventory]
    # A path with brackets is asked for as the pattern that matches it, so that spelling is allowed as well.
    allowed = [str(folder.resolve()) for folder in folders] + [raw.pattern_of(folder) for folder in folders]
    connection.execute(f"set allowed_directories = [{', '.join(map(raw.quoted, allowed))}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


@contextmanager
def _interrupted_after(seconds: float | None, connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Interrupts whatever runs once the time is up; again and again, as one between two steps is lost."""
    if seconds is None:
        yield
        return
    done = threading.Event()

    def interrupt() -> None:
        wait: float = seconds
        while not done.wait(wait):
            connection.interrupt()
            wait = _SECONDS_BETWEEN_INTERRUPTS

    watch = threading.Thread(target=interrupt, daemon=True)
    watch.start()
    try:
        yield
    finally:
        done.set()
        watch.join()


@contextmanager
def _translated(timeout_seconds: float | None) -> Iterator[None]:
    try:
        yield
    except duckdb.InterruptException as error:
        hint = "ask for fewer days or columns, or allow more time"
        raise UsageError(f"the query took longer than {timeout_seconds:g} s", hint=hint) from error
    except duckdb.PermissionException as error:
        raise UsageError(f"a query reads the warehouse and the lake alone ({first_line(error)})") from error
    except duckdb.OutOfMemoryException as error:
        raise UsageError(
            "the query needs more memory than it may have", hint="ask for fewer days or columns"
        ) from error
    except duckdb.Error as error:
        hint = "`show tables` lists what there is, `describe NAME` the columns"
        raise UsageError(f"the query failed: {first_line(error)}", hint=hint) from error
