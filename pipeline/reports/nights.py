"""Which nights ran, by the journal that nightly keeps: a table that the queries of the report find beside the others."""

from datetime import date, datetime
from typing import Final

import msgspec

from pipeline.lake.journal import Journal, record_from_entry
from pipeline.lake.layout import Layout
from pipeline.reports.chain import naive_utc
from pipeline.warehouse.reader import Handed

_NIGHT: Final = {
    "night": "bigint",
    "day": "date",
    "begun_at": "timestamp",
    "begun_by": "varchar",
    "ended_at": "timestamp",
    "ending": "varchar",
    "incomplete_day_count": "bigint",
    "missing_entry_count": "bigint",
    "clock_skew_seconds": "double",
}


class _Record(msgspec.Struct, frozen=True, kw_only=True):
    """What a report needs of an entry: that a night began (on `today`), or how it ended."""

    event: str
    at: datetime
    today: date | None = None
    by: str | None = None
    night: int | None = None
    ending: str | None = None
    incomplete_days: int | None = None
    missing_entries: int | None = None
    clock_skew_seconds: float | None = None


_decode = msgspec.json.Decoder(_Record).decode


def nights_table(layout: Layout) -> Handed:
    """Every night that began, oldest first; one that was cut short has no ending.

    Raises: DataError naming the file of an entry that is damaged, missing or out of place.
    """
    journal = Journal(layout.nightly_journal)
    begun: dict[int, _Record] = {}
    ended: dict[int, _Record] = {}
    for entry in journal.entries():
        record = record_from_entry(entry, journal, _decode, "tells of no night")
        if record.event == "begun":
            begun[entry.sequence] = record
        elif record.event == "ended" and record.night is not None:
            ended[record.night] = record
    rows = [_row(number, record, ended.get(number)) for number, record in sorted(begun.items())]
    return Handed("told_nights", _NIGHT, rows)


def _row(number: int, begun: _Record, ended: _Record | None) -> tuple[object, ...]:
    head = (number, begun.today, naive_utc(begun.at), begun.by)
    if ended is None:
        return (*head, None, None, None, None, None)
    return (
        *head,
        naive_utc(ended.at),
        ended.ending,
        ended.incomplete_days,
        ended.missing_entries,
        ended.clock_skew_seconds,
    )
