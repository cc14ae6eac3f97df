"""Tables of the warehouse that are not made by models but by what judges its days; all of them have a `day`."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.warehouse import raw
from pipeline.warehouse.descriptions import Descriptions
from pipeline.warehouse.query import opened
from pipeline.warehouse.workbench import WAREHOUSE, Workbench

Row = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class RecordTable:
    """A table by name; `columns` say the type and what the values are, the first is `day`."""

    name: str
    description: str
    columns: Mapping[str, tuple[str, str]]

    @property
    def types(self) -> dict[str, str]:
        """The columns with their types."""
        return {name: kind for name, (kind, _) in self.columns.items()}


class Records:
    """Writes these tables of the attached warehouse, a day at a time, all of them together."""

    def __init__(self, bench: Workbench, tables: Sequence[RecordTable]) -> None:
        self._bench = bench
        self._run = bench.connection.execute
        self._tables = tables

    def prepare(self) -> None:
        """Make every table, empty where one of them had another shape, and describe them."""
        with self._transaction():
            is_current = all(_types(self._run, table.name) == table.types for table in self._tables)
            for table in self._tables:
                if not is_current:
                    columns = raw.columns_of(table.types)
                    self._run(f"create or replace table {WAREHOUSE}.{table.name} ({columns})")
            descriptions = Descriptions(self._bench.connection)
            for table in self._tables:
                words = {name: text for name, (_, text) in table.columns.items()}
                descriptions.put("table", table.name, table.description, words)

    def values(self, table: str, column: str) -> dict[date, Any]:
        """One column by day, of a table that has a row a day."""
        return dict(self._run(f"select day, {column} from {WAREHOUSE}.{table}").fetchall())  # noqa: S608 (our names)

    def days(self) -> set[date]:
        """Every day of which there is a row in any of the tables."""
        query = " union ".join(f"select day from {WAREHOUSE}.{table.name}" for table in self._tables)  # noqa: S608
        return {day for (day,) in self._run(query).fetchall()}

    def put(self, day: date, rows: Mapping[str, Sequence[Row]]) -> None:
        """Replace all that there is of one day by these rows by table, all at once."""
        with self._transaction():
            for table in self._tables:
                self._run(f"delete from {WAREHOUSE}.{table.name} where day = ?", [day])  # noqa: S608 (our names)
                self._insert(table, rows.get(table.name, ()))

    def _insert(self, table: RecordTable, rows: Sequence[Row]) -> None:
        if not rows:
            return
        columns = [[row[name] for row in rows] for name in table.types]
        lists = ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(table.types.values(), 1))
        self._run(f"insert into {WAREHOUSE}.{table.name} select {lists}", columns)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._run("begin transaction")
        is_whole = False
        try:
            yield
            is_whole = True
        finally:
            self._run("commit" if is_whole else "rollback")


def read_rows(
    warehouse: Path, table: RecordTable, order: str, since: date | None = None, until: date | None = None
) -> list[dict[str, Any]]:
    """The rows of these days, both included, sorted by the columns in `order`; none where it was never written.

    Raises: UsageError where there is no warehouse yet or it is in use.
    """
    (rows,) = read_tables(warehouse, {table: order}, since, until)
    return rows


def read_tables(
    warehouse: Path, orders: Mapping[RecordTable, str], since: date | None = None, until: date | None = None
) -> list[list[dict[str, Any]]]:
    """As `read_rows` of each table, in the order given: all of them as they were at one moment."""
    values = {"since": since or date.min, "until": until or date.max}
    with opened(warehouse) as connection:
        there = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
        read = []
        for table, order in orders.items():
            columns = ", ".join(table.types)
            query = f"select {columns} from {table.name} where day between $since and $until order by {order}"  # noqa: S608
            rows = connection.execute(query, values).fetchall() if table.name in there else []
            read.append([dict(zip(table.types, row, strict=True)) for row in rows])
        return read


def _types(run: Any, table: str) -> dict[str, str]:
    query = (
        "select column_name, lower(data_type) from duckdb_columns() "
        "where database_name = 'warehouse' and table_name = ? order by column_index"
    )
    return dict(run(query, [table]).fetchall())
