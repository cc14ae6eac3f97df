"""What differs between two warehouses, table by table and row by row."""

from pathlib import Path
from typing import Any

import duckdb

from pipeline.warehouse import raw

Rows = list[tuple[Any, ...]]

_SHOWN = 3


def differences(one: Path, other: Path) -> dict[str, tuple[Rows, Rows]]:
    """By table what only the one warehouse has and what only the other has, the first of it: columns, or else rows.

    Equal rows count each; a table that one of them lacks differs in its columns. What is the same is not named.
    """
    with duckdb.connect() as connection:
        for name, file in (("one", one), ("other", other)):
            connection.execute(f"attach {raw.quoted(str(file))} as {name} (read_only)")
        columns = {name: _columns(connection, name) for name in ("one", "other")}
        found = {}
        for table in sorted({table for table, *_ in columns["one"] | columns["other"]}):
            of_one, of_other = ({each for each in columns[name] if each[0] == table} for name in columns)
            only = (sorted(of_one - of_other), sorted(of_other - of_one))
            if only == ([], []):
                only = (_only(connection, table, "one", "other"), _only(connection, table, "other", "one"))
            if only != ([], []):
                found[table] = only
        return found


def _only(connection: duckdb.DuckDBPyConnection, table: str, here: str, there: str) -> Rows:
    name = raw.identifier(table)
    query = f"(from {here}.{name} except all from {there}.{name}) limit {_SHOWN}"
    return connection.execute(query).fetchall()


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> set[tuple[Any, ...]]:
    query = "select table_name, column_index, column_name, data_type from duckdb_columns() where database_name = ?"
    return set(connection.execute(query, [database]).fetchall())
