"""Events as they are in the lake, each day in the order of time."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.exports.run import Export, file_of_day
from pipeline.lake.files import written_aside
from pipeline.lake.writer import even_tables
from pipeline.warehouse.event_stream import BuiltDay

_GROUP_ROWS = 20_000


def to_file(export: Export, path: Path) -> list[Path]:
    """All days in one file, which appears when it is whole."""
    _write(path, export, export.days)
    export.finish(export.days)
    return [path]


def to_folder(export: Export, folder: Path) -> list[Path]:
    """One file a day, as the lake has them: each appears when it is whole."""
    files = []
    for day in export.days:
        path = file_of_day(folder, day.day, "parquet")
        _write(path, export, [day])
        files.append(path)
        export.finish([day])
    return files


def _write(path: Path, export: Export, days: Sequence[BuiltDay]) -> None:
    first, *rest = days
    reader: pa.RecordBatchReader = export.stream.batches(first)
    with (
        written_aside(path) as aside,
        pq.ParquetWriter(
            aside, reader.schema, compression="zstd", compression_level=3, store_schema=False
        ) as writer,
    ):
        _write_groups(writer, reader, export)
        for day in rest:
            _write_groups(writer, export.stream.batches(day), export)


def _write_groups(writer: pq.ParquetWriter, reader: pa.RecordBatchReader, export: Export) -> None:
    """Row groups of a fixed size, as the batches' own may differ from run to run: equal events give equal bytes."""
    for table in even_tables(reader, _GROUP_ROWS):
        writer.write_table(table, row_group_size=table.num_rows)
        export.progress(table.num_rows)
