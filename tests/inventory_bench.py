"""The inventory's models over every snapshot of a lake at once, as they stand in their files."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.bundle import bundled
from pipeline.lake.layout import Layout
from pipeline.lake.snapshots import Snapshots
from pipeline.warehouse.models import Period, read_models
from pipeline.warehouse.workbench import Workbench, workbench
from tests.lakes import Rows

Ask = Callable[[str], Rows]


@contextmanager
def bench_in(folder: Path) -> Iterator[Workbench]:
    """The models, ready for any snapshots."""
    models = read_models(bundled("sql"))
    with workbench(folder / "w.duckdb", models, memory_limit="1GB", threads=1) as bench:
        yield bench


def rows_of(bench: Workbench, layout: Layout, query: str) -> Rows:
    """What a query says of all snapshots of a lake."""
    states = Snapshots(layout).states()
    files: dict[str, list[Path]] = {}
    for state in states:
        for table in state.tables:
            files.setdefault(table, []).append(layout.inventory_file(table, state.day))
    bench.mount_snapshots(files, states)
    bench.make_marts(Period.SNAPSHOT)
    return bench.connection.execute(query).fetchall()


def changes_of(bench: Workbench, layout: Layout) -> Rows:
    """Every change, in an order of its own."""
    return rows_of(
        bench,
        layout,
        "select snapshot_date, table_name, row_key, change_kind, column_name, old_value, new_value"
        " from mart_inventory_changes order by all",
    )
