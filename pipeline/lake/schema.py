"""The columns of the lake's files, and the step from canonical lines to them."""

import io
from array import array

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

GROWING_ENCODING = {"position": "DELTA_BINARY_PACKED", "occurred_at": "DELTA_BINARY_PACKED"}
"""What grows, in a window or for each performer, takes next to nothing as differences."""

SOUGHT = frozenset(
    (
        "scope",
        "position",
        "occurred_at",
        "kind",
        "namespace_name",
        "repository_name",
        "performer_name",
        "credential_id",
        "ip",
    )
)
"""What events are looked up by, so that it pays to write down the least and the greatest of each row group.

The order of events says little of the other columns, and writing theirs down took a tenth of the time that a file takes.
"""

ENTRIES_DICTIONARY = [
    "kind",
    "ip",
    "performer_name",
    "performer_is_robot",
    "namespace_name",
    "namespace_kind",
]
"""The columns with few values. Metadata hardly repeats: a dictionary of it would be built and thrown away."""

_LINE = pa.schema([pa.field(field.name, field.type) for field in ENTRIES if field.name != "position"])


def table_from_lines(lines: bytes, rows: int, first_position: int) -> pa.Table:
    """The entries of so many canonical lines, each ended by a line feed, as columns in the same order.

    The reader in C++ takes the lines as they are: no Python object is made for a row.
    """
    # pa.array would import pandas, if it is installed: a second of CPU for each process.
    positions = array("q", range(first_position, first_position + rows))
    columns = pj.read_json(
        io.BytesIO(lines),
        read_options=pj.ReadOptions(use_threads=False, block_size=len(lines) + 1),
        parse_options=pj.ParseOptions(explicit_schema=_LINE, unexpected_field_behavior="error"),
    )
    position = pa.Array.from_buffers(pa.int64(), rows, [None, pa.py_buffer(positions)])
    return pa.Table.from_arrays([position, *columns.columns], schema=ENTRIES)
