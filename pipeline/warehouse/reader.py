"""One warehouse, read for as long as a program runs: by many threads, always the newest that a build put in place."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline.bundle import bundled
from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.warehouse import raw
from pipeline.warehouse.models import read_models
from pipeline.warehouse.records import RecordTable
from pipeline.warehouse.screens import Question, read_questions, values_for
from pipeline.warehouse.shelf import BUILD_STATE, view_of
from pipeline.warehouse.workbench import WAREHOUSE, connected, first_line, in_use

_TABLES = "select table_name from duckdb_tables() where database_name = 'warehouse'"


class Handed(NamedTuple):
    """A table that whoever asks hands over, as no build makes it. Shape: `types` by column, each row in their order."""

    name: str
    types: Mapping[str, str]
    rows: Sequence[Sequence[object]]


class Reader:
    """Answers questions about one lake: those in `sql/screens`, or those given. Safe to share between threads.

    `records` are the tables that something else than a build writes: empty where it has not run yet. `handed` are
    read beside them.
    Units: `memory_limit` as DuckDB writes it, for all questions together.
    """

    def __init__(
        self,
        layout: Layout,
        warehouse: Path,
        records: Sequence[RecordTable] = (),
        *,
        memory_limit: str = "700MB",
        sql: Path | None = None,
        questions: Mapping[str, Question] | None = None,
        handed: Sequence[Handed] = (),
    ) -> None:
        self._layout = layout
        self._records = records
        self._warehouse = warehouse
        self._memory_limit = memory_limit
        self._sql = sql or bundled("sql")
        self._questions = read_questions(self._sql) if questions is None else questions
        self._handed = handed
        self._lock = threading.Lock()
        self._stamp = ""
        self._connection: duckdb.DuckDBPyConnection | None = None

    def stamp(self) -> str:
        """Another text whenever the warehouse is another one; empty where there is none yet."""
        try:
            status = self._warehouse.stat()
        except FileNotFoundError:
            return ""
        return f"{status.st_ino}-{status.st_mtime_ns}-{status.st_size}"

    def answer(self, name: str, given: Mapping[str, object]) -> Any:
        """The rows that answer the question `name`, as an Arrow table; it takes what it needs of `given`.

        Raises: UsageError where there is no warehouse yet, DataError where the file is none.
        """
        question = self._questions[name]
        cursor = self._cursor()
        try:
            return cursor.sql(question.query, params=values_for(question, given)).to_arrow_table()
        except duckdb.Error as error:
            raise DataError(
                f"the question failed: {first_line(error)}",
                where=name,
                hint="run build with this version, then reload",
            ) from error

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection for one question, to the warehouse that is there now."""
        with self._lock:
            stamp = self.stamp()
            if self._connection is None or stamp != self._stamp:
                # Whoever still asks the old one keeps it until the answer is there.
                self._connection, self._stamp = self._opened(), stamp
            return self._connection.cursor()

    def _opened(self) -> duckdb.DuckDBPyConnection:
        never = UsageError("there is no warehouse yet", where=str(self._warehouse), hint="run build first")
        if not self._warehouse.exists():
            raise never
        connection = connected(":memory:", {"memory_limit": self._memory_limit})
        try:
            connection.execute(f"attach {raw.quoted(str(self._warehouse))} as warehouse (read_only)")
        except duckdb.Error as error:
            if busy := in_use(self._warehouse, error):
                raise busy from error
            raise DataError(
                f"this is no warehouse ({first_line(error)})",
                where=str(self._warehouse),
                hint="move the file away and run build: all it holds is made from the lake",
            ) from error
        stored = {name for (name,) in connection.execute(_TABLES).fetchall()}
        if BUILD_STATE not in stored:
            raise never
        self._show(connection, stored)
        for table in self._handed:
            _hand_over(connection, table)
        return connection

    def _show(self, connection: duckdb.DuckDBPyConnection, stored: set[str]) -> None:
        for name in sorted(stored):
            connection.execute(f"create view {name} as from {WAREHOUSE}.{raw.identifier(name)}")
        for table in self._records:
            if table.name not in stored:
                connection.execute(f"create table {table.name} ({raw.columns_of(table.types)})")
        for model in read_models(self._sql):
            # Files of the lake that are damaged are told by build and verify; other questions have answers.
            if model.head.publish == "view":
                with suppress(duckdb.Error):
                    connection.execute(
                        f"create view {model.published_name} as {view_of(model, self._layout)}"
                    )


def _hand_over(connection: duckdb.DuckDBPyConnection, table: Handed) -> None:
    connection.execute(f"create table {table.name} ({raw.columns_of(table.types)})")
    if table.rows:
        columns = [list(column) for column in zip(*table.rows, strict=True)]
        lists = ", ".join(f"unnest(${n}::{kind}[])" for n, kind in enumerate(table.types.values(), 1))
        connection.execute(f"insert into {table.name} select {lists}", columns)
