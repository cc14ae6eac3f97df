"""Which days one export fills: as many as stay well inside the time that Quay's worker has. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from pipeline.extract.windows import Need, PlannedWindow
from pipeline.quay.logs import Stream

ROWS_AT_MOST = 40_000
"""Rows of one slice: half of what Quay's worker reads in its 30 seconds."""


class Slice(NamedTuple):
    """Days that one export fills."""

    stream: Stream
    windows: tuple[PlannedWindow, ...]

    @property
    def first(self) -> date:
        """The first day."""
        return self.windows[0].window.day

    @property
    def last(self) -> date:
        """The last day, included."""
        return self.windows[-1].window.day

    @property
    def rows(self) -> int:
        """Rows to expect."""
        return _rows(self.windows)

    def halves(self) -> "tuple[Slice, Slice]":
        """Two slices of about as many rows each, or days where rows are not counted; only of several days."""
        count = len(self.windows)
        middle = min(
            range(1, count),
            key=lambda n: (abs(2 * _rows(self.windows[:n]) - self.rows), abs(2 * n - count)),
        )
        return Slice(self.stream, self.windows[:middle]), Slice(self.stream, self.windows[middle:])


def slices_of(stream: Stream, windows: Sequence[PlannedWindow], rows_at_most: int) -> Iterator[Slice]:
    """Consecutive days put together while they stay within `rows_at_most`; a longer day is a slice of its own.

    `windows` are what is to be read, and empty ones: a slice goes on past those.
    """
    waiting: list[PlannedWindow] = []
    reached = date.min
    for window in windows:
        is_next = window.window.day == reached + timedelta(days=1)
        reached = window.window.day
        if waiting and not (is_next and _rows(waiting) + window.rows <= rows_at_most):
            yield Slice(stream, tuple(waiting))
            waiting = []
        if window.need is not Need.EMPTY:
            waiting.append(window)
    if waiting:
        yield Slice(stream, tuple(waiting))


def _rows(windows: Sequence[PlannedWindow]) -> int:
    return sum(window.rows for window in windows)
