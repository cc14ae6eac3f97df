"""Canonical lines again, from a file of entries: what hashes and comparisons are made of."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from pipeline.lake.storage import here
from pipeline.quay.lines import Row, line_from_row

_BATCH_ROWS = 10_000


def lines_of_file(path: Path) -> Iterator[bytes]:
    """The lines that `write_entries` was given, in their order."""
    with pq.ParquetFile(here(path)) as file:
        for batch in file.iter_batches(_BATCH_ROWS):
            for row in batch.to_pylist():
                yield line_from_row(
                    Row(
                        occurred_at=row["occurred_at"].isoformat(timespec="seconds"),
                        **{name: row[name] for name in Row.__struct_fields__ if name != "occurred_at"},
                    )
                )


def rows_sha256_of(path: Path) -> str:
    """The hash over the lines of a file, whatever wrote its bytes."""
    digest = hashlib.sha256()
    for line in lines_of_file(path):
        digest.update(line + b"\n")
    return digest.hexdigest()
