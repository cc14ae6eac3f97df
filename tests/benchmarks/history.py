"""A long history at little cost: the entries of one recorded export, dealt out over many days as pages of 20.

A real Quay wrote the entries (`tests/data/corpus`); they keep everything but their time. A page is a template, made
once, that takes twenty times: so a million rows need neither a gigabyte of memory nor a slow server.
"""

import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

PAGE_ROWS = 20
LAST_DAY = date(2025, 10, 31)
"""The day that the histories end with: over long ago, so that every window is closed."""

_EXPORT = Path(__file__).parents[1] / "data" / "corpus" / "export" / "acme.json.gz"
_DAY_SECONDS = 86_400
_SIZES = (0.4123, 1.5891, 0.9981, 0.7007, 1.2998)  # of a day, against the mean


class PageTemplate(NamedTuple):
    """The JSON text of twenty entries with a gap for each time, also cut to fewer rows; and their kinds."""

    text: bytes
    kinds: tuple[str, ...]


@lru_cache(maxsize=1)
def page_templates() -> tuple[PageTemplate, ...]:
    """Every full page of the recorded export."""
    logs: list[dict[str, Any]] = json.loads(gzip.decompress(_EXPORT.read_bytes()))["logs"]
    entries = [entry for entry in logs if "terminator" not in entry]
    full = range(0, len(entries) - PAGE_ROWS + 1, PAGE_ROWS)
    return tuple(_template(entries[start : start + PAGE_ROWS]) for start in full)


def _template(entries: list[dict[str, Any]]) -> PageTemplate:
    return PageTemplate(
        b", ".join(map(_entry_with_a_gap, entries)), tuple(entry["kind"] for entry in entries)
    )


def _entry_with_a_gap(entry: dict[str, Any]) -> bytes:
    text = json.dumps(entry | {"datetime": "\0"}).replace("%", "%%")  # ASCII, as Quay writes it
    return text.replace("\\u0000", "%b").encode()


class History:
    """Which rows there are on which day: `rows` in all, about `rows_a_day` each day, none on Sundays.

    The last day is `LAST_DAY`. Days differ in size, and hardly one is a multiple of a page.
    """

    def __init__(self, rows: int, rows_a_day: int) -> None:
        self.rows_by_day: dict[date, int] = {}
        day, left = LAST_DAY, rows
        while left:
            size = 0 if day.weekday() == 6 else int(rows_a_day * _SIZES[day.toordinal() % len(_SIZES)])
            self.rows_by_day[day] = min(left, size)
            left -= self.rows_by_day[day]
            day -= timedelta(days=1)

    @property
    def first_day(self) -> date:
        """The oldest day that has rows."""
        return min(self.rows_by_day)

    def rows_on(self, day: date) -> int:
        """How many rows a day has."""
        return self.rows_by_day.get(day, 0)

    def pages_on(self, day: date) -> int:
        """How many pages of a day hold rows; an empty one comes after them."""
        return -(-self.rows_on(day) // PAGE_ROWS)

    def kinds_on(self, day: date) -> Counter[str]:
        """The rows of a day by kind."""
        kinds: Counter[str] = Counter()
        for number in range(self.pages_on(day)):
            kinds.update(_page_of(day, number).kinds[: self._rows_of_page(day, number)])
        return kinds

    def entries_json(self, day: date, number: int) -> bytes:
        """The JSON text of the entries of one page of a day, newest first."""
        rows = self._rows_of_page(day, number)
        if rows <= 0:
            return b""
        template, times = _page_of(day, number), _times_of(day)
        first, total = number * PAGE_ROWS, self.rows_on(day)
        moments = tuple(
            times[_DAY_SECONDS - 1 - row * _DAY_SECONDS // total] for row in range(first, first + rows)
        )
        return template.text % moments if rows == PAGE_ROWS else _cut(template.text, rows) % moments

    def bodies(self, day: date) -> Iterator[bytes]:
        """The body of every answer that a reader of one day gets, the empty page at the end included."""
        pages = self.pages_on(day)
        for number in range(pages + 1):
            yield page_body(
                day, self.entries_json(day, number), page_token(number + 1) if number < pages else b""
            )

    def _rows_of_page(self, day: date, number: int) -> int:
        return min(PAGE_ROWS, self.rows_on(day) - number * PAGE_ROWS)


def page_body(day: date, entries: bytes, token: bytes) -> bytes:
    """The body of a page of one day's log."""
    return b'%b"logs": [%b]%b}\n' % (_head_of(day), entries, b', "next_page": "%b"' % token if token else b"")


def page_token(number: int) -> bytes:
    """A token for a page, as long as Quay's."""
    return b"gAAAAAB" + b"%0221d" % number


def page_number(token: bytes) -> int:
    """The inverse of `page_token`."""
    return int(token[7:])


def _page_of(day: date, number: int) -> PageTemplate:
    templates = page_templates()
    return templates[(day.toordinal() * 97 + number) % len(templates)]


def _cut(text: bytes, rows: int) -> bytes:
    """The template of the first few entries: each begins with its kind."""
    mark = b', {"kind": '
    return mark.join(text.split(mark)[:rows])


@lru_cache(maxsize=8)
def _times_of(day: date) -> list[bytes]:
    """Every second of a day as Quay writes it."""
    start = f"{day:%a, %d %b %Y} ".encode()
    return [start + clock for clock in _clocks()]


@lru_cache(maxsize=1)
def _clocks() -> list[bytes]:
    return [
        b"%02d:%02d:%02d -0000" % (second // 3600, second // 60 % 60, second % 60)
        for second in range(_DAY_SECONDS)
    ]


@lru_cache(maxsize=64)
def _head_of(day: date) -> bytes:
    midnight = datetime.combine(day, time())
    start, end = format_datetime(midnight), format_datetime(midnight + timedelta(days=1))
    return f'{{"start_time": "{start}", "end_time": "{end}", '.encode()
