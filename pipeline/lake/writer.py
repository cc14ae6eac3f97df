"""The only Parquet writer: the same rows give the same bytes."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.lake.files import written_aside
from pipeline.lake.schema import ENTRIES, table_from_lines
from pipeline.quay.entries import count_by_kind, raw_kind_of

ROW_GROUP_ROWS = 100_000
_ROW_GROUP_BYTES = 32 << 20
_PIECE_ROWS = 2_000


class Written(NamedTuple):
    """What a file of entries holds: `rows_sha256` is of the canonical lines, whatever the Parquet writer."""

    rows: int
    rows_by_kind: dict[str, int]
    file_sha256: str
    rows_sha256: str


def write_entries(path: Path, lines: Iterable[bytes], *, voids: Path | None = None) -> Written:
    """Write sorted canonical lines as one `entries.parquet`, streaming: memory does not grow with the rows.

    `voids` is the state of the entries that were there: it stands until the new ones are on disk.
    """
    digest = hashlib.sha256()
    kinds: Counter[bytes] = Counter()
    rows = 0
    with written_aside(path, voids=voids) as aside:
        with _parquet_writer(aside, ENTRIES) as writer:
            for group in _row_groups(lines):
                for piece in _pieces(group):
                    digest.update(b"\n".join(piece) + b"\n")
                kinds.update(map(raw_kind_of, group))
                writer.write_table(table_from_lines(group, rows), row_group_size=ROW_GROUP_ROWS)
                rows += len(group)
        file_sha256 = sha256_of(aside)
    return Written(rows, count_by_kind(kinds), file_sha256, digest.hexdigest())


def write_batches(
    path: Path, batches: pa.RecordBatchReader, metadata: Mapping[str, str] | None = None
) -> str:
    """Write record batches as one Parquet file with row groups of fixed size; gives the file's SHA-256.

    `metadata` goes into the file's key/value metadata.
    """
    with written_aside(path) as aside:
        with _parquet_writer(aside, batches.schema) as writer:
            for table in _even_tables(batches):
                writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
            writer.add_key_value_metadata(dict(metadata or {}))
        return sha256_of(aside)


def put_table(path: Path, table: pa.Table) -> str:
    """Write one table into `path`, a file that is still aside; gives its SHA-256."""
    with _parquet_writer(path, table.schema) as writer:
        writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
    return sha256_of(path)


def metadata_of(path: Path) -> dict[str, str]:
    """The key/value metadata that `write_batches` stored; empty where there is no file."""
    if not path.exists():
        return {}
    stored = pq.read_metadata(path).metadata or {}
    return {key.decode(): value.decode() for key, value in stored.items()}


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parquet_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    return pq.ParquetWriter(path, schema, compression="zstd", compression_level=3, store_schema=False)


def _pieces(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Few enough at once that a copy of them is small."""
    for start in range(0, len(lines), _PIECE_ROWS):
        yield lines[start : start + _PIECE_ROWS]


def _row_groups(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """Cuts that depend on the rows alone, so that the bytes do too."""
    group: list[bytes] = []
    size = 0
    for line in lines:
        group.append(line)
        size += len(line)
        if len(group) == ROW_GROUP_ROWS or size >= _ROW_GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _even_tables(batches: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The batches again, in tables of ROW_GROUP_ROWS rows: batch sizes differ from run to run."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        while rows >= ROW_GROUP_ROWS:
            table = pa.Table.from_batches(waiting, batches.schema)
            yield table.slice(0, ROW_GROUP_ROWS).combine_chunks()
            waiting = table.slice(ROW_GROUP_ROWS).to_batches()
            rows -= ROW_GROUP_ROWS
    if rows:
        yield pa.Table.from_batches(waiting, batches.schema).combine_chunks()
