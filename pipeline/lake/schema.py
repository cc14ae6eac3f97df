"""The columns of the lake's files, and the step from canonical lines to them."""

import io
from array import array
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.json as pj

_FIELDS: "list[pa.Field[pa.DataType]]" = [
    pa.field("position", pa.int64(), nullable=False),
    pa.field("occurred_at", pa.timestamp("us"), nullable=False),
    pa.field("kind", pa.string(), nullable=False),
    pa.field("ip", pa.string()),
    pa.field("performer_name", pa.string()),
    pa.field("performer_is_robot", pa.bool_()),
    pa.field("namespace_name", pa.string()),
    pa.field("namespace_kind", pa.string()),
    pa.field("metadata", pa.string(), nullable=False),
    pa.field("extra", pa.string()),
]
ENTRIES = pa.schema(_FIELDS)

_LINE = pa.schema([pa.field(field.name, field.type) for field in ENTRIES if field.name != "position"])

_PIECE_ROWS = 2_000


def table_from_lines(lines: Sequence[bytes], first_position: int) -> pa.Table:
    """The entries of canonical lines, in their order, as columns.

    The reader in C++ takes the lines as they are: no Python object is made for a row.
    """
    if not lines:
        return ENTRIES.empty_table()
    # pa.array would import pandas, if it is installed: a second of CPU for each process.
    positions = array("q", range(first_position, first_position + len(lines)))
    position = pa.Array.from_buffers(pa.int64(), len(lines), [None, pa.py_buffer(positions)])
    # A piece at a time: the reader takes many times the memory of what it reads at once.
    pieces = [
        _columns_from_lines(lines[start : start + _PIECE_ROWS]) for start in range(0, len(lines), _PIECE_ROWS)
    ]
    columns = pa.concat_tables(pieces).combine_chunks()
    return pa.Table.from_arrays([position, *columns.columns], schema=ENTRIES)


def _columns_from_lines(lines: Sequence[bytes]) -> pa.Table:
    body = b"\n".join(lines)
    return pj.read_json(
        io.BytesIO(body),
        read_options=pj.ReadOptions(use_threads=False, block_size=len(body) + 1),
        parse_options=pj.ParseOptions(explicit_schema=_LINE, unexpected_field_behavior="error"),
    )
