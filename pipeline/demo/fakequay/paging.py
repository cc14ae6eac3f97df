"""How Quay pages through its log tables, with the rows it loses on the way.

A page is 20 rows by falling datetime; datetime is all that orders them. Where the 21st row ties with the 20th, the
token's offset grows by 20, and nothing ever takes it back: every later page of that chain skips as many rows.
Source: quay/quay data/model/modelutil.py:34-105 and data/logs_model/table_logs_model.py:41-119, ffba0c70.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from pipeline.demo.log_tables import (
    TABLES,
    LogRow,
    LogTable,
    datetime_from_moment,
    moment_from_datetime,
    moment_of,
)

PAGE_SIZE = 20

Place = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows are asked for: of an account, of an account and a performer, of a repository, or all."""

    start: int
    end: int
    account_id: int | None = None
    performer_id: int | None = None
    repository_id: int | None = None
    ignored_kinds: frozenset[str] = frozenset()

    def rows(self, table: LogTable) -> list[LogRow]:
        """The rows of any time that the question is about, ascending."""
        return table.rows(
            account_id=self.account_id, performer_id=self.performer_id, repository_id=self.repository_id
        )

    def rows_in_range(self, table: LogTable) -> list[LogRow]:
        """The rows of its range, of every kind, ascending; a list of its own."""
        rows = self.rows(table)
        low, high = (bisect_left(rows, moment, key=moment_of) for moment in (self.start, self.end))
        return rows[low:high]


class LogPage(NamedTuple):
    """Rows, newest first, and the place of the next page, None at the end."""

    rows: list[LogRow]
    next_place: Place | None


class Pager:
    """Reads pages of log rows. With `shuffle_seed` rows of one datetime come in another order for every query."""

    def __init__(
        self, tables: dict[int, LogTable], *, max_page: int | None, shuffle_seed: int | None
    ) -> None:
        self._tables = [tables[number] for number in TABLES]
        self._max_page = max_page
        self._shuffles = None if shuffle_seed is None else random.Random(shuffle_seed)

    def page(self, question: Question, place: Place | None, *, is_capped: bool = True) -> LogPage:
        """The page at a place: of the first table that has rows there, as Quay's loop over its tables finds it.

        A place inside an older table does not say which table it is in. So a client that follows it starts
        that table again, for ever.
        """
        rows: list[LogRow] = []
        index = 0
        last = len(self._tables) - 1
        while not rows and index < last:
            if place and place.get("tti") is not None:
                index = place["tti"]
            rows, place = self._table_page(self._tables[index], question, place, is_capped)
            if place is None and index < last:
                place = {"tti": index + 1}
        return LogPage(rows, place)

    def _table_page(
        self, table: LogTable, question: Question, place: Place | None, is_capped: bool
    ) -> tuple[list[LogRow], Place | None]:
        place = place or {}
        number = place.get("page_number")
        if is_capped and number is not None and self._max_page is not None and number > self._max_page:
            return [], None
        offset = place.get("offset_val", 0)
        rows = self._fetch(table, question, place.get("start_index"), offset)
        if len(rows) <= PAGE_SIZE:
            return rows, None
        following = rows[PAGE_SIZE]
        is_tie = following.moment == rows[PAGE_SIZE - 1].moment
        return rows[:PAGE_SIZE], {
            "start_index": datetime_from_moment(following.moment).replace(tzinfo=None).isoformat() + "Z",
            "page_number": (number or 0) + 1,
            "is_datetime": True,
            "offset_val": offset + PAGE_SIZE if is_tie else offset,
        }

    def _fetch(
        self, table: LogTable, question: Question, start_index: str | None, offset: int
    ) -> list[LogRow]:
        """Up to 21 rows, newest first: the page and the row that tells where the next one starts."""
        rows = question.rows(table)
        low = bisect_left(rows, question.start, key=moment_of)
        high = bisect_left(rows, question.end, key=moment_of)
        if start_index is not None:
            high = min(
                high,
                bisect_right(rows, moment_from_datetime(datetime.fromisoformat(start_index)), key=moment_of),
            )
        if not question.ignored_kinds and self._shuffles is None:
            top = high - offset
            return rows[max(low, top - PAGE_SIZE - 1) : top][::-1] if top > low else []
        wanted = (row for row in self._descending(rows, low, high) if row.kind not in question.ignored_kinds)
        return list(islice(wanted, offset, offset + PAGE_SIZE + 1))

    def _descending(self, rows: list[LogRow], low: int, high: int) -> Iterator[LogRow]:
        while high > low:
            first = max(low, bisect_left(rows, rows[high - 1].moment, low, high, key=moment_of))
            ties = rows[first:high][::-1]
            if self._shuffles is not None and len(ties) > 1:
                self._shuffles.shuffle(ties)
            yield from ties
            high = first
