"""Counts by kind and day, with Quay's way of telling the day: by its number in the month.

The day of a count is rebuilt from the day of the month and the month of the start. Inside one month that is right;
across a month's end days of two months can fall together, or fall on a day that the first month does not have.
Source: quay/quay data/logs_model/table_logs_model.py:184-202, ffba0c70.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from zlib import crc32

from pipeline.demo.fakequay.paging import Question
from pipeline.demo.log_tables import DAY, LogTable, datetime_from_moment, moment_of

LONGEST_RANGE = timedelta(days=31)

Counts = Counter[tuple[str, int]]

_kind_of = attrgetter("kind")


def counts_by_kind_and_day(tables: Iterable[LogTable], question: Question) -> Counts:
    """Rows by kind and number of the day in its month, as Quay groups them."""
    counts: Counts = Counter()
    for table in tables:
        rows = question.rows(table)
        low = bisect_left(rows, question.start, key=moment_of)
        high = bisect_left(rows, question.end, key=moment_of)
        while low < high:
            day = rows[low].moment // DAY
            end_of_day = bisect_left(rows, (day + 1) * DAY, low, high, key=moment_of)
            number = datetime_from_moment(day * DAY).day
            for kind, count in Counter(map(_kind_of, rows[low:end_of_day])).items():
                if kind not in question.ignored_kinds:
                    counts[kind, number] += count
            low = end_of_day
    return counts


def most_frequent_kinds(counts: Counts, limit: int | None) -> Counts:
    """What a store that lists only so many kinds shows; everything without a limit.

    Source: quay/quay data/logs_model/document_logs_model.py:427, ffba0c70.
    """
    if limit is None:
        return counts
    totals: Counter[str] = Counter()
    for (kind, _), count in counts.items():
        totals[kind] += count
    kept = {kind for kind, _ in totals.most_common(limit)}
    return Counter({key: count for key, count in counts.items() if key[0] in kept})


def shown_date(start: datetime, number: int) -> datetime:
    """The date under which Quay shows a day of the month; raises ValueError where the first month has no such day."""
    shown = datetime(start.year, start.month, number, tzinfo=start.tzinfo)
    if number >= start.day:
        return shown
    year, month = (start.year + 1, 1) if start.month == 12 else (start.year, start.month + 1)
    return datetime(year, month, number, tzinfo=start.tzinfo)


def in_no_order(counts: Counts) -> list[tuple[str, int, int]]:
    """Kind, day and count in an order that means nothing and is always the same."""
    return sorted(
        ((kind, number, count) for (kind, number), count in counts.items()),
        key=lambda each: crc32(f"{each[0]} {each[1]}".encode()),
    )
