"""What the warehouse file holds: stored models by period, what each was built from, views, descriptions."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar

import duckdb

from pipeline.lake.layout import Layout
from pipeline.warehouse import raw
from pipeline.warehouse.descriptions import Descriptions
from pipeline.warehouse.models import Model, Period
from pipeline.warehouse.workbench import WAREHOUSE, Workbench

S = TypeVar("S", bound=tuple[Any, ...])

BUILD_STATE = "build_state"


class DayState(NamedTuple):
    """What a day was built from, and its events."""

    day_key: str
    events_sha256: str
    event_count: int


class SnapshotKey(NamedTuple):
    """What the rows of a snapshot were built from."""

    snapshot_key: str


@dataclass(frozen=True)
class Record(Generic[S]):
    """The table that says what each period of one sort was built from."""

    period: Period
    name: str
    columns: Mapping[str, str]
    description: str
    words: Mapping[str, str]
    state: Callable[..., S]


DAYS = Record(
    Period.DAY,
    BUILD_STATE,
    {"day": "date", "day_key": "varchar", "events_sha256": "varchar", "event_count": "bigint"},
    "What each day was built from: a day whose key has changed is built again",
    {
        "day": "the UTC day",
        "day_key": "a hash of the day's window states and of every query",
        "events_sha256": "SHA-256 of the day's events.parquet",
        "event_count": "events of the day",
    },
    DayState,
)
SNAPSHOTS = Record(
    Period.SNAPSHOT,
    "inventory_build_state",
    {"snapshot_date": "date", "snapshot_key": "varchar"},
    "What each snapshot was built from: one whose key has changed is built again",
    {
        "snapshot_date": "the UTC day of the snapshot",
        "snapshot_key": "a hash of its state, of those it is compared with, and of every query",
    },
    SnapshotKey,
)


class Shelf(Generic[S]):
    """Reads and writes what the attached warehouse holds of one sort of period: days, or snapshots."""

    def __init__(self, bench: Workbench, record: Record[S]) -> None:
        self._bench = bench
        self._run = bench.connection.execute
        self._record = record
        self._stored = [model for model in bench.models if model.is_stored and model.period is record.period]

    def prepare(self) -> None:
        """Make every table as its model has it now; where one had another shape, nothing counts as built."""
        record = self._record
        with self._transaction():
            for name in self._names("mart_") - {model.name for model in self._bench.models}:
                self._run(f"drop table {WAREHOUSE}.{raw.identifier(name)}")
            shapes = {str(model.published_name): self._bench.types_of(model) for model in self._stored}
            changed = [name for name, types in shapes.items() if self._types(name) != types]
            for name in changed:
                self._run(f"create or replace table {WAREHOUSE}.{name} ({raw.columns_of(shapes[name])})")
            if changed or self._types(record.name).keys() != record.columns.keys():
                columns = raw.columns_of(record.columns)
                self._run(f"create or replace table {WAREHOUSE}.{record.name} ({columns})")

    def states(self) -> dict[date, S]:
        """What each finished period was built from."""
        rows = self._run(f"select * from {WAREHOUSE}.{self._record.name}").fetchall()  # noqa: S608 (names of our own)
        return {day: self._record.state(*rest) for day, *rest in rows}

    def days(self) -> set[date]:
        """Every period of which the warehouse holds anything, finished or not."""
        period = self._record.period
        query = " union ".join(f"select {period} from {WAREHOUSE}.{table}" for table in self._tables())  # noqa: S608
        return {day for (day,) in self._run(query).fetchall()}

    def put(self, day: date, state: S | None) -> None:
        """Replace a period by what the workbench shows, all at once; without `state` it is not finished."""
        record = self._record
        with self._transaction():
            self._delete(day)
            for model in self._stored:
                table = f"{WAREHOUSE}.{model.published_name}"
                rows = f"select * from {model.name} where {record.period} = ?"  # noqa: S608 (names of our own)
                self._run(f"insert into {table} by name {rows}", [day])
            if state:
                values = ", ".join("?" for _ in record.columns)
                self._run(f"insert into {WAREHOUSE}.{record.name} values ({values})", [day, *state])  # noqa: S608

    def remove(self, day: date) -> None:
        """Take a period out of every table, all at once."""
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
                    self._show(str(model.published_name), view_of(model, layout))
        with self._transaction():
            descriptions = Descriptions(self._bench.connection)
            for model in self._bench.models:
                if (name := model.published_name) and descriptions.has(name):
                    kind = "table" if model.is_stored else "view"
                    descriptions.put(kind, name, model.description, model.head.columns)
            for record in (DAYS, SNAPSHOTS):
                descriptions.put("table", record.name, record.description, record.words)
        self._run("use memory.main")

    def _show(self, name: str, query: str) -> None:
        """Make a view, unless it is there: making one lists every file of the lake."""
        there = """
            select true from duckdb_views() where database_name = 'warehouse' and view_name = $name
            and sql = 'CREATE VIEW ' || $name || ' AS ' || json_deserialize_sql(json_serialize_sql($query)) || ';'
        """
        if not self._run(there, {"name": name, "query": query}).fetchall():
            self._run(f"create or replace view {name} as {query}")

    def _tables(self) -> list[str]:
        return [self._record.name, *(str(model.published_name) for model in self._stored)]

    def _delete(self, day: date) -> None:
        for table in self._tables():
            self._run(f"delete from {WAREHOUSE}.{table} where {self._record.period} = ?", [day])  # noqa: S608

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


def view_of(model: Model, layout: Layout, files: str | None = None) -> str:
    """The query of a model that is published as a view, over the lake's files, or over what `files` selects of them."""
    (source,) = model.head.reads
    columns = ", ".join(model.head.columns)
    files = files or raw.select_from_lake(source, layout)
    return f"with {source} as ({files}) select {columns} from ({model.query})"  # noqa: S608 (names of our own)
