"""Writes snapshots of the inventory: a Parquet file a table and day, and a state that names them, last."""

import fcntl
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime

import msgspec
import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from pipeline.errors import DataError
from pipeline.lake.files import disk_troubles_told, written_aside
from pipeline.lake.layout import Layout
from pipeline.lake.snapshots import HINT, Snapshots, SnapshotState, TableState
from pipeline.lake.storage import alone, here
from pipeline.lake.writer import put_table
from pipeline.quay.registry.rows import ListRead, Outcome
from pipeline.quay.registry.tables import LISTS, TABLE_BY_NAME, Column

_TYPES: "dict[type, pa.DataType]" = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    datetime: pa.timestamp("us"),
}
_encode = msgspec.json.Encoder().encode_lines


def save_snapshot(
    layout: Layout,
    day: date,
    rows: Mapping[str, Sequence[msgspec.Struct]],
    *,
    taken_at: datetime,
    server_url: str,
    tool_version: str,
) -> SnapshotState:
    """Put the rows of some tables, and their `lists`, into a day's snapshot; equal rows give equal bytes.

    The files are written aside, then renamed one right after the other, the state last: a kill leaves the
    snapshot that was there, or for a moment none, never one that is half of each.
    """
    state_file = layout.snapshot_file(day)
    with _locked(layout), alone(layout.snapshots):
        snapshots = Snapshots(layout)
        snapshots.remove_leftovers()
        held = snapshots.state(day)
        tables = dict(held.tables) if held else {}
        with ExitStack() as renames:
            # What is entered first is left last: the state that names the new files appears after them.
            state_aside = renames.enter_context(written_aside(state_file))
            for name, each in sorted(_with_kept_lists(layout, held, rows).items()):
                file = layout.inventory_file(name, day)
                aside = renames.enter_context(written_aside(file, voids=state_file))
                tables[name] = TableState(
                    rows=len(each),
                    file_sha256=put_table(aside, _table_from_rows(name, each)),
                    taken_at=taken_at,
                    server_url=server_url,
                    tool_version=tool_version,
                )
            state = SnapshotState(day, dict(sorted(tables.items())))
            state_aside.write_bytes(msgspec.json.format(msgspec.json.encode(state), indent=1) + b"\n")
    return state


def _with_kept_lists(
    layout: Layout, held: SnapshotState | None, rows: Mapping[str, Sequence[msgspec.Struct]]
) -> dict[str, Sequence[msgspec.Struct]]:
    """The rows, and in `lists` what an earlier run of the day noted of tables that this one does not take."""
    if held is None:
        return dict(rows)
    file = layout.inventory_file(LISTS.name, held.day)
    try:
        read = pq.ParquetFile(here(file)).read().to_pylist()
    except (OSError, ValueError) as error:
        raise DataError("this file cannot be read", where=str(file), hint=HINT) from error
    kept = [ListRead(**each | {"outcome": Outcome(each["outcome"])}) for each in read]
    return {**rows, LISTS.name: [*rows[LISTS.name], *(each for each in kept if each.table_name not in rows)]}


@contextmanager
def _locked(layout: Layout) -> Iterator[None]:
    with disk_troubles_told(layout.snapshots):
        layout.snapshots.mkdir(parents=True, exist_ok=True)
        lock = (layout.snapshots / ".lock").open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _table_from_rows(name: str, rows: Sequence[msgspec.Struct]) -> pa.Table:
    """Rows as columns, by way of JSON, as for entries: `pa.array` would import pandas, if it is installed."""
    table = TABLE_BY_NAME[name]
    schema = pa.schema([_field_from_column(column) for column in table.columns])
    if not rows:
        return schema.empty_table()
    ordered = sorted(rows, key=lambda row: tuple(getattr(row, column) for column in table.key))
    body = _encode(ordered)
    read = pj.read_json(
        io.BytesIO(body),
        read_options=pj.ReadOptions(use_threads=False, block_size=len(body) + 1),
        parse_options=pj.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
    )
    return pa.Table.from_arrays(read.columns, schema=schema)


def _field_from_column(column: Column) -> "pa.Field[pa.DataType]":
    return pa.field(column.name, _TYPES[column.kind], nullable=column.is_nullable)
