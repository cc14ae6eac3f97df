"""What the warehouse says of its own tables, views and columns; said again only where it has changed."""

from collections.abc import Mapping

import duckdb

from pipeline.warehouse import raw
from pipeline.warehouse.workbench import WAREHOUSE

_STANDING = """
select
    table_name,
    '' as column_name,
    comment
from duckdb_tables()
where database_name = 'warehouse'
union all
select
    view_name,
    '' as column_name,
    comment
from duckdb_views()
where database_name = 'warehouse'
union all
select
    table_name,
    column_name,
    comment
from duckdb_columns()
where database_name = 'warehouse'
"""


class Descriptions:
    """Those of the attached warehouse, as they stand when this is made."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._run = connection.execute
        rows = self._run(_STANDING).fetchall()
        self._standing: dict[tuple[str, str], str | None] = {
            (name, column): words for name, column, words in rows
        }

    def has(self, name: str) -> bool:
        """Whether there is a table or a view of this name."""
        return (name, "") in self._standing

    def put(self, kind: str, name: str, description: str, columns: Mapping[str, str]) -> None:
        """Say this of a `kind`, table or view, and of its columns: one statement for each that is not said yet."""
        place = f"{WAREHOUSE}.{name}"
        if self._standing.get((name, "")) != description:
            self._run(f"comment on {kind} {place} is {raw.quoted(description)}")
        for column, words in columns.items():
            if self._standing.get((name, column)) != words:
                self._run(f"comment on column {place}.{column} is {raw.quoted(words)}")
