"""Rows of many days in one stream, cut into a stream a day."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import pyarrow as pa

from pipeline.errors import DataError

Part = tuple[date, pa.Table]


def readers_by_day(
    days: Sequence[date], tables: Iterable[pa.Table], schema: pa.Schema
) -> Iterator[tuple[date, pa.RecordBatchReader]]:
    """A reader for each of these days, in order, of rows that come sorted by their column `day`.

    The columns are those of `schema`, whatever the stream has besides; a day without rows has an empty reader.
    Each has to be read to its end before the next is asked for.
    Raises: DataError where a row is of another day than these, or out of order.
    """
    parts = _Parts(tables, schema)
    for day in days:
        yield day, pa.RecordBatchReader.from_batches(schema, parts.batches_of(day))
    if parts.waiting:
        what = "rows came that are of no day that was asked for, or out of their order"
        raise DataError(what, where=f"day {parts.waiting[0]}", hint="run build again, with --engine duckdb")


class _Parts:
    """Hands out the parts of the stream; `waiting` is the next one, None at the end."""

    def __init__(self, tables: Iterable[pa.Table], schema: pa.Schema) -> None:
        self._parts = _parts(tables, schema)
        self.waiting: Part | None = next(self._parts, None)

    def batches_of(self, day: date) -> Iterator[pa.RecordBatch]:
        """The rows of one day."""
        while self.waiting and self.waiting[0] == day:
            yield from self.waiting[1].to_batches()
            self.waiting = next(self._parts, None)


def _parts(tables: Iterable[pa.Table], schema: pa.Schema) -> Iterator[Part]:
    for table in tables:
        start = 0
        days: list[Any] = table.column("day").to_pylist()
        while start < table.num_rows:
            day = days[start]
            end = bisect_right(days, day, lo=start)
            yield day, table.slice(start, end - start).select(schema.names).cast(schema)
            start = end
