"""Whether a rival made what a build made: every mart as a bag of rows, and events in their order.

    python -m tests.benchmarks.rivals.check LAKE OUT

Prints JSON: by table, how many rows the build has and how many of all rows are on one side alone.
"""

import json
import sys
from pathlib import Path
from typing import NamedTuple

import duckdb

from pipeline.lake.layout import Layout

_PLACE = "file_row_number"


class Compared(NamedTuple):
    """How many rows a build has of a table, and how many either side has alone."""

    rows: int
    differing: int


def compared(layout: Layout, out: Path) -> dict[str, Compared]:
    """Every mart of the rival, and its events."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{layout.warehouse}' as ours (read_only)")
        if (stored := out / "warehouse.duckdb").exists():
            connection.execute(f"attach '{stored}' as rival (read_only)")
            tables = "select table_name from duckdb_tables() where database_name = 'rival' order by 1"
            marts = {name: f"rival.{name}" for (name,) in connection.execute(tables).fetchall()}
        else:
            marts = {each.name: f"read_parquet('{each}/*.parquet')" for each in sorted(out.glob("mart_*"))}
        found = {name: _compare(connection, f"ours.{name}", rows) for name, rows in marts.items()}
        return {"events": _compare_events(connection, layout, out), **found}


def _compare_events(connection: duckdb.DuckDBPyConnection, layout: Layout, out: Path) -> Compared:
    days = []
    for file in sorted((out / "events").glob("*.parquet")):
        ours = layout.events / f"day={file.stem}" / "events.parquet"
        sides = (
            f"read_parquet('{each}', {_PLACE} = true, hive_partitioning = false)" for each in (ours, file)
        )
        days.append(_compare(connection, *sides, _PLACE))
    return Compared(sum(day.rows for day in days), sum(day.differing for day in days))


def _compare(connection: duckdb.DuckDBPyConnection, ours: str, rival: str, *more: str) -> Compared:
    described = connection.execute(f"describe from {ours}").fetchall()
    columns = ", ".join([*more, *(f'"{name}"' for name, *_ in described if name not in more)])
    left, right = (f"select {columns} from {table}" for table in (ours, rival))  # noqa: S608 (our names)
    query = f"""
        select
            (select count(*) from ({left})),
            (select count(*) from ({left} except all {right}))
            + (select count(*) from ({right} except all {left}))
    """  # noqa: S608 (our names)
    (row,) = connection.execute(query).fetchall()
    return Compared(*row)


def main() -> None:
    """Compare; JSON on stdout."""
    lake, out = map(Path, sys.argv[1:])
    found = compared(Layout(lake), out)
    json.dump({name: each._asdict() for name, each in found.items()}, sys.stdout)


if __name__ == "__main__":
    main()
