"""The only Parquet writer: the same rows give the same bytes."""

import hashlib
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.lake.files import written_aside
from pipeline.lake.schema import ENTRIES, ENTRIES_DICTIONARY, GROWING_ENCODING, SOUGHT, table_from_lines
from pipeline.lake.storage import here

ROW_GROUP_ROWS = 100_000
_ROW_GROUP_BYTES = 16 << 20
_CHUNK_ROWS = 1_000
_VALUES_AT_ONCE = 8_192


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
    kinds: Counter[str] = Counter()
    rows = 0
    with written_aside(path, voids=voids) as aside:
        with _entries_writer(aside) as writer:
            for group in _row_groups(lines, digest):
                writer.write_table(group, row_group_size=group.num_rows)
                kinds.update(_counts_of(group.column("kind")))
                rows += group.num_rows
        file_sha256 = sha256_of(aside)
    return Written(rows, dict(sorted(kinds.items())), file_sha256, digest.hexdigest())


def write_batches(
    path: Path,
    batches: pa.RecordBatchReader,
    metadata: Mapping[str, str] | None = None,
    *,
    never_null: Container[str] = (),
) -> str:
    """Write record batches as one Parquet file with row groups of fixed size; gives the file's SHA-256.

    `metadata` goes into the file's key/value metadata. Columns in `never_null` are declared so: then nothing is
    written, nor read, that says for each value whether it is there.

    Raises: ValueError where one of those has a null.
    """
    schema = pa.schema(
        [field.with_nullable(field.nullable and field.name not in never_null) for field in batches.schema]
    )
    with written_aside(path) as aside:
        with _batches_writer(aside, schema) as writer:
            for table in even_tables(batches, ROW_GROUP_ROWS):
                writer.write_table(table.cast(schema), row_group_size=ROW_GROUP_ROWS)
            writer.add_key_value_metadata(dict(metadata or {}))
        return sha256_of(aside)


def put_table(path: Path, table: pa.Table) -> str:
    """Write one table into `path`, a file that is still aside; gives its SHA-256."""
    with _parquet_writer(path, table.schema) as writer:
        writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
    return sha256_of(path)


def metadata_of(path: Path) -> dict[str, str]:
    """The key/value metadata that `write_batches` stored; empty where there is no file."""
    if not here(path).exists():
        return {}
    stored = pq.read_metadata(path).metadata or {}
    return {key.decode(): value.decode() for key, value in stored.items()}


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with here(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _entries_writer(path: Path) -> pq.ParquetWriter:
    return _parquet_writer(path, ENTRIES, use_dictionary=ENTRIES_DICTIONARY, column_encoding=GROWING_ENCODING)


def _batches_writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    encoding = {name: how for name, how in GROWING_ENCODING.items() if _is_growing(schema, name)}
    others = [name for name in schema.names if name not in encoding]
    told = [name for name in schema.names if name in SOUGHT]
    return _parquet_writer(
        path,
        schema,
        use_dictionary=others,
        column_encoding=encoding,
        write_statistics=told,
        write_batch_size=_VALUES_AT_ONCE,
        # What is counted again and again is to be read fast, and is small as it is.
        compression={name: "zstd" if name == "metadata" else "snappy" for name in schema.names},
        compression_level={name: 1 for name in schema.names if name == "metadata"},
    )


def _is_growing(schema: pa.Schema, name: str) -> bool:
    return name in schema.names and schema.field(name).type == ENTRIES.field(name).type


def _parquet_writer(path: Path, schema: pa.Schema, **options: Any) -> pq.ParquetWriter:
    squeezed: dict[str, Any] = {"compression": "zstd", "compression_level": 3}
    return pq.ParquetWriter(path, schema, store_schema=False, **squeezed | options)


def _row_groups(lines: Iterable[bytes], digest: "hashlib._Hash") -> Iterator[pa.Table]:
    """Cuts that depend on the rows alone, so that the bytes do too; `digest` is fed every line."""
    group: list[pa.Table] = []
    position = rows = size = 0
    for chunk in _chunks(lines):
        body = b"\n".join([*chunk, b""])
        digest.update(body)
        group.append(table_from_lines(body, len(chunk), position))
        position += len(chunk)
        rows += len(chunk)
        size += len(body)
        if rows >= ROW_GROUP_ROWS or size >= _ROW_GROUP_BYTES:
            yield pa.concat_tables(group)
            group, rows, size = [], 0, 0
    if group:
        yield pa.concat_tables(group)


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    """What is turned into columns at once: little, because it is in memory several times over meanwhile."""
    rest = iter(lines)
    while chunk := list(islice(rest, _CHUNK_ROWS)):
        yield chunk


def _counts_of(kinds: "pa.ChunkedArray[pa.StringScalar]") -> dict[str, int]:
    pairs = kinds.value_counts()
    values: list[Any] = pairs.field("values").to_pylist()
    counts: list[Any] = pairs.field("counts").to_pylist()
    return dict(zip(values, counts, strict=True))


def even_tables(batches: pa.RecordBatchReader, most_rows: int) -> Iterator[pa.Table]:
    """The batches again, in tables of `most_rows` rows, the last with what is left: batch sizes differ from run to run."""
    waiting: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        waiting.append(batch)
        rows += batch.num_rows
        while rows >= most_rows:
            table = pa.Table.from_batches(waiting, batches.schema)
            yield table.slice(0, most_rows).combine_chunks()
            waiting = table.slice(most_rows).to_batches()
            rows -= most_rows
    if rows:
        yield pa.Table.from_batches(waiting, batches.schema).combine_chunks()
