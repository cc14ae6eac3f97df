"""Which windows there are, and what each of them needs. Pure."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple

from pipeline.extract.reconcile import reconcile
from pipeline.lake.ledger import State, WindowState
from pipeline.quay.logs import PAGE_ROWS, Counts
from pipeline.quay.scopes import Scope

INGEST_ROUTE = "ingest"
ARCHIVE_ROUTE = "archive"
"""The route of windows that came from a file somebody else asked Quay for: this server was not asked for them yet."""


class Window(NamedTuple):
    """One scope on one UTC day."""

    scope: Scope
    day: date

    def __str__(self) -> str:
        return f"{self.scope} {self.day}"


class Need(StrEnum):
    """What has to be done about a window."""

    NOTHING = "nothing"
    """Closed and verified: never fetched again."""
    LEFT = "left"
    """Short or unverified, and nothing on the server has changed that could help."""
    RECOUNT = "recount"
    """The rows that are there equal counts that were not known when they were read."""
    EMPTY = "empty"
    """The aggregate says zero: no request."""
    FETCH = "fetch"


class PlannedWindow(NamedTuple):
    """A window, what it needs, and how many rows its aggregate promises (None without one)."""

    window: Window
    need: Need
    expected: dict[str, int] | None

    @property
    def rows(self) -> int:
        """Rows to expect; 0 where there is no aggregate."""
        return sum((self.expected or {}).values())

    @property
    def pages(self) -> int:
        """Requests that reading it by pages takes: Quay ends every chain with an empty page."""
        if self.need is not Need.FETCH:
            return 0
        return pages_for(self.rows)


def pages_for(rows: int) -> int:
    """Requests for one chain over so many rows, without loss."""
    return -(-rows // PAGE_ROWS) + 1


def days_between(since: date, until: date) -> Iterator[date]:
    """Every day from `since` to `until`, both included."""
    for offset in range((until - since).days + 1):
        yield since + timedelta(days=offset)


def months_between(since: date, until: date) -> Iterator[tuple[date, date]]:
    """The range cut at month ends: first and last day of each piece."""
    start = since
    while start <= until:
        last = start.replace(day=monthrange(start.year, start.month)[1])
        yield start, min(last, until)
        start = last + timedelta(days=1)


def is_closed(day: date, now: datetime, grace: timedelta) -> bool:
    """Whether a day is over, late writers included. `now` is aware."""
    return now >= datetime.combine(day, time(), UTC) + timedelta(days=1) + grace


def plan_scope(
    scope: Scope,
    days: Iterable[date],
    counts: Counts | None,
    held: Mapping[date, WindowState],
    *,
    now: datetime,
    grace: timedelta,
    retry: bool = False,
) -> list[PlannedWindow]:
    """What each day of a scope needs. `counts` is None where the server has no aggregates; `retry` reads short windows again."""
    planned = []
    for day in days:
        expected = None if counts is None else counts.get(day, {})
        closed = is_closed(day, now, grace)
        planned.append(
            PlannedWindow(Window(scope, day), _need(held.get(day), expected, closed, retry), expected)
        )
    return planned


def _need(held: WindowState | None, expected: dict[str, int] | None, closed: bool, retry: bool) -> Need:
    if held is None or held.state is State.OPEN or not closed:
        return Need.EMPTY if expected == {} else Need.FETCH
    if held.state is State.VERIFIED:
        return Need.NOTHING
    if expected is not None and reconcile(held.rows_by_kind, expected).state is State.VERIFIED:
        return Need.RECOUNT
    # Of those no server was asked.
    is_from_files = held.routes in ([INGEST_ROUTE], [ARCHIVE_ROUTE])
    if retry or is_from_files or (expected is not None and expected != held.expected_by_kind):
        return Need.FETCH
    return Need.LEFT
