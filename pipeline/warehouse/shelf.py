"""What the warehouse file holds: stored models day by day, what each was built from, views, descriptions."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import NamedTuple

import duckdb

from pipeline.lake.layout import Layout
from pipeline.warehouse import raw
from pipeline.warehouse.models import Model
from pipeline.warehouse.workbench import WAREHOUSE, Workbench

BUILD_STATE = "build_state"
_STATE_COLUMNS = {"day": "date", "day_key": "varchar", "events_sha256": "varchar", "event_count": "bigint"}
_STATE_DESCRIPTION = "What each day was built from: a day whose key has changed is built again"
_STATE_WORDS = {
    "day": "the UTC day",
    "day_key": "a hash of the day's window states and of every query",
    "events_sha256": "SHA-256 of the day's events.parquet",
    "event_count": "events of the day",
}


class DayState(NamedTuple):
    """What a day was built from, and its events."""

    day_key: str
    events_sha256: str
    event_count: int


class Shelf:
    """Reads and writes the warehouse that is attached to a workbench."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._run = bench.connection.execute
        self._stored = [model for model in bench.models if model.is_stored]

    def prepare(self) -> None:
        """Make every table as its model has it now; where one had another shape, no day counts as built."""
        with self._transaction():
            for name in self._names("mart_") - {model.name for model in self._stored}:
                self._run(f"drop table {WAREHOUSE}.{raw.identifier(name)}")
            shapes = {str(model.published_name): self._bench.types_of(model) for model in self._stored}
            changed = [name for name, types in shapes.items() if self._types(name) != types]
            for name in changed:
                self._run(f"create or replace table {WAREHOUSE}.{name} ({raw.columns_of(shapes[name])})")
            if changed or not self._types(BUILD_STATE):
                columns = raw.columns_of(_STATE_COLUMNS)
                self._run(f"create or replace table {WAREHOUSE}.{BUILD_STATE} ({columns})")

    def states(self) -> dict[date, DayState]:
        """What each finished day was built from."""
        rows = self._run(f"select * from {WAREHOUSE}.{BUILD_STATE}").fetchall()  # noqa: S608 (names of our own)
        return {day: DayState(*rest) for day, *rest in rows}

    def days(self) -> set[date]:
        """Every day of which the warehouse holds anything, finished or not."""
        tables = [BUILD_STATE, *(model.published_name for model in self._stored)]
        query = " union ".join(f"select day from {WAREHOUSE}.{table}" for table in tables)  # noqa: S608 (names of our own)
        return {day for (day,) in self._run(query).fetchall()}

    def put(self, day: date, state: DayState | None) -> None:
        """Replace a day by what the workbench shows, all at once; without `state` it is not finished."""
        with self._transaction():
            self._delete(day)
            for model in self._stored:
                table = f"{WAREHOUSE}.{model.published_name}"
                self._run(f"insert into {table} by name select * from {model.name}")  # noqa: S608
            if state:
                statement = f"insert into {WAREHOUSE}.{BUILD_STATE} values (?, ?, ?, ?)"  # noqa: S608
                self._run(statement, [day, *state])

    def remove(self, day: date) -> None:
        """Take a day out of every table, all at once."""
        with self._transaction():
            self._delete(day)

    def row_counts(self) -> dict[str, int]:
        """The rows of every stored model."""
        names = [str(model.published_name) for model in self._stored]
        counts = ", ".join(f"(select count(*) from {WAREHOUSE}.{name})" for name in names)  # noqa: S608 (our names)
        (row,) = self._run(f"select {counts}").fetchall()
        return dict(zip(names, row, strict=True))

    def publish(self, layout: Layout) -> None:
        """Make the views over the lake's files, and describe every table, view and column."""
        self._run(f"use {WAREHOUSE}")  # so that the views find its tables, whatever the file is called later
        for model in self._bench.models:
            if model.head.publish == "view":
                # A view opens one of its files to learn the columns: a damaged one is no reason to stop
                # here. The view stays as it was, and says so itself when it is asked.
                with suppress(duckdb.Error):
                    self._run(f"create or replace view {model.published_name} as {view_of(model, layout)}")
        with self._transaction():
            there = self._names("")
            for model in self._bench.models:
                if (name := model.published_name) in there:
                    kind = "table" if model.is_stored else "view"
                    self._describe(kind, str(name), model.description, model.head.columns)
            self._describe("table", BUILD_STATE, _STATE_DESCRIPTION, _STATE_WORDS)
        self._run("use memory.main")

    def _delete(self, day: date) -> None:
        for table in [BUILD_STATE, *(model.published_name for model in self._stored)]:
            self._run(f"delete from {WAREHOUSE}.{table} where day = ?", [day])  # noqa: S608 (names of our own)

    def _describe(self, kind: str, name: str, description: str, columns: dict[str, str]) -> None:
        self._run(f"comment on {kind} {WAREHOUSE}.{name} is {raw.quoted(description)}")
        for column, words in columns.items():
            self._run(f"comment on column {WAREHOUSE}.{name}.{column} is {raw.quoted(words)}")

    def _types(self, table: str) -> dict[str, str]:
        query = (
            "select column_name, data_type from duckdb_columns() "
            "where database_name = 'warehouse' and table_name = ? order by column_index"
        )
        return dict(self._run(query, [table]).fetchall())

    def _names(self, prefix: str) -> set[str]:
        query = (
            "select distinct table_name from duckdb_columns() "
            "where database_name = 'warehouse' and starts_with(table_name, ?)"
        )
        return {name for (name,) in self._run(query, [prefix]).fetchall()}

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("begin transaction")
        is_whole = False
        try:
            yield
            is_whole = True
        finally:
            self._run("commit" if is_whole else "rollback")


def view_of(model: Model, layout: Layout) -> str:
    """The query of a model that is published as a view, over the lake's files."""
    (source,) = model.head.reads
    columns = ", ".join(model.head.columns)
    files = raw.select_from_lake(source, layout)
    return f"with {source} as ({files}) select {columns} from ({model.query})"  # noqa: S608 (names of our own)
