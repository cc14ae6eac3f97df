"""The text of an export file: Quay reads slices of time that grow, and writes each as one part."""

import json
import random
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from pipeline.demo.fakequay.export_jobs import ExportJob
from pipeline.demo.fakequay.ranges import TimeRange, day_from_text, rfc_2822
from pipeline.demo.fakequay.views import entry_from_row
from pipeline.demo.log_tables import DAY, SECOND, LogRow, moment_of
from pipeline.demo.records import Account

SHORTEST_SLICE: Final = SECOND
LONGEST_SLICE: Final = 31 * DAY
ENOUGH_ROWS: Final = 1000  # a slice with as many does not make the next one longer

_TAIL: Final = b'\n        {"terminator": true}]\n      }'


def queued_text(at: datetime) -> str:
    """A time as the queue stores it: the date alone, a year before 1000 without its zeros."""
    return f"{at:%m/%d}/{at.year}"


def range_of_job(job: ExportJob) -> TimeRange | None:
    """What the worker reads: a day more than was queued, which is a day more than was asked; None without dates.

    The last millisecond of the last day is left out. Raises OverflowError at the end of the calendar.
    Source: quay/quay workers/exportactionlogsworker.py, ffba0c70.
    """
    start, end = day_from_text(queued_text(job.start)), day_from_text(queued_text(job.end))
    if start is None or end is None:
        return None
    return TimeRange(start, end + timedelta(days=1) - timedelta(milliseconds=1))


def slices_of(rows: Sequence[LogRow], start: int, end: int) -> Iterator[Sequence[LogRow]]:
    """Rows of a range in slices of a second, two, four and so on, while they hold few; empty ones are left out.

    Source: quay/quay data/logs_model/table_logs_model.py yield_logs_for_export, ffba0c70.
    """
    length = SHORTEST_SLICE
    low = bisect_left(rows, start, key=moment_of)
    while start < end:
        start = min(start + length, end)
        high = bisect_left(rows, start, low, key=moment_of)
        if high > low:
            yield rows[low:high]
        if high - low < ENOUGH_ROWS:
            length = min(length * 2, LONGEST_SLICE)
        low = high


def parts_of_file(
    job: ExportJob,
    during: TimeRange,
    slices: Iterable[Sequence[LogRow]],
    accounts: Mapping[int, Account],
    shuffle: random.Random | None,
) -> Iterator[bytes]:
    """The parts in which Quay sends a file to its storage: the head, the rows of each slice, the tail.

    Rows of a slice come as they are, or in an order that means nothing, by `shuffle`.
    """
    details = {
        "start_time": rfc_2822(during.start),
        "end_time": rfc_2822(during.end),
        "namespace": job.namespace,
        "repository": job.repository,
    }
    yield (
        f'{{\n      "export_id": "{job.export_id}",\n      "details": {json.dumps(details)},\n      "logs": [\n    '
    ).encode()
    for rows in slices:
        ordered = shuffle.sample(rows, len(rows)) if shuffle else rows
        yield b",".join(entry_from_row(row, accounts, False) for row in ordered) + b","
    yield _TAIL


def overwritten(parts: Iterable[bytes]) -> bytes:
    """What local storage makes of the parts: each is written over the start of the file.

    Source: quay/quay storage/local.py:95-101, ffba0c70.
    """
    file = bytearray()
    for part in parts:
        file[: len(part)] = part
    return bytes(file)
