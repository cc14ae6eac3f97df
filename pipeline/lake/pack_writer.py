"""Writes packs: each small file is read once, and its bytes are checked before its rows are taken over."""

import hashlib
from array import array
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.lake.packs import Member
from pipeline.lake.schema import ENTRIES
from pipeline.lake.storage import here
from pipeline.lake.writer import write_batches

_SCOPE: "pa.Field[pa.DataType]" = pa.field("scope", pa.string(), nullable=False)
_PACKED = pa.schema([_SCOPE, *ENTRIES])


def write_pack(pack: Path, windows: Mapping[Path, Member]) -> str | None:
    """Write the entries of these windows, given by file, as one file in the same order; gives its SHA-256.

    None, and no pack, where a file is not the one that its window describes.
    """
    batches = pa.RecordBatchReader.from_batches(_PACKED, _batches(windows))
    try:
        return write_batches(pack, batches)
    except _StrangeFile:
        return None


def _batches(windows: Mapping[Path, Member]) -> Iterator[pa.RecordBatch]:
    for file, member in windows.items():
        for table in _tables_of(file, member):
            yield from _with_scope(table, member.scope).to_batches()


class _StrangeFile(Exception):
    """A file is not the one that its window describes, or holds no entries: whoever checks windows says so."""


def _tables_of(file: Path, member: Member) -> Iterator[pa.Table]:
    """The row groups of a small file, out of the very bytes that were hashed."""
    try:
        content = here(file).read_bytes()
        if hashlib.sha256(content).hexdigest() != member.file_sha256:
            raise _StrangeFile
        with pq.ParquetFile(pa.BufferReader(content), pre_buffer=False) as source:
            for number in range(source.num_row_groups):
                table = source.read_row_group(number, use_threads=False)
                yield table if table.schema.equals(ENTRIES) else table.select(ENTRIES.names).cast(ENTRIES)
    except (OSError, KeyError, ValueError) as error:
        raise _StrangeFile from error


def _with_scope(table: pa.Table, scope: str) -> pa.Table:
    """The entries with their scope in front. pa.array would import pandas, as in `table_from_lines`."""
    rows, name = table.num_rows, scope.encode()
    ends = array("i", range(0, (rows + 1) * len(name), len(name)))
    scopes = pa.Array.from_buffers(pa.string(), rows, [None, pa.py_buffer(ends), pa.py_buffer(name * rows)])
    return pa.Table.from_arrays([scopes, *table.columns], schema=_PACKED)
