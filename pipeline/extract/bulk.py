"""The export route: many days for the price of one request, and complete where paging cannot be.

One job of Quay's export worker reads a range of a namespace or repository at about 2,900 rows/s, but must end within 30 s.
So days are put together to slices well inside that, a slice that took too long is halved, and the file counts only when
its end mark is there. What is written is what pages would have given; rows outside the slice are dropped.
Source: quay/quay endpoints/api/logs.py:340-565, workers/exportactionlogsworker.py (ffba0c70), as observed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

from pipeline.errors import (
    DamagedReply,
    DataError,
    FeatureOff,
    Missing,
    ReadOnlyServer,
    Refused,
    ServerError,
    ServerFailure,
    UnexpectedShape,
    Unreachable,
)
from pipeline.extract.receiver import Receiver
from pipeline.extract.windows import PlannedWindow, days_between
from pipeline.lake.spool import MEMORY_LIMIT_BYTES, Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import second_of
from pipeline.quay.export_file import ExportReader
from pipeline.quay.logs import Stream, quay_date

ROWS_AT_MOST = 40_000
"""Rows of one slice: half of what Quay's worker reads in its 30 seconds."""

_ORDERS_AT_ONCE = 20
_DOWNLOADS_AT_MOST = 3
_LEAST_SPOOL_BYTES = 4 << 20  # smaller ones would keep too many files open
_CALLBACK_HINT = (
    "Quay must reach the address of --callback-url: private addresses must be named in SSRF_ALLOWED_HOSTS of Quay's "
    "configuration; or let Quay mail the link (the registry's own pages offer it) and give the file to quay-audit ingest"
)


Item = TypeVar("Item")


class SliceTooLong(ServerError):
    """Quay's worker gave up: the slice does not end within its time limit."""


class NoExport(ServerError):
    """This log cannot be exported here; the reason is for people, and pages remain."""


@dataclass(frozen=True)
class ExportOptions:
    """How exports are asked for. `wait_seconds` covers the worker's polling, its queue and its three tries."""

    rows_at_most: int = ROWS_AT_MOST
    wait_seconds: float = 900.0


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
        return sum(window.rows for window in self.windows)

    def halves(self) -> "tuple[Slice, Slice]":
        """Two slices of about as many rows each; only of several days."""
        middle = max(
            1, next(n for n in range(len(self.windows)) if 2 * _rows(self.windows[: n + 1]) >= self.rows)
        )
        return Slice(self.stream, self.windows[:middle]), Slice(self.stream, self.windows[middle:])


def slices_of(stream: Stream, windows: Sequence[PlannedWindow], rows_at_most: int) -> Iterator[Slice]:
    """Consecutive days put together while they stay within `rows_at_most`; a longer day is a slice of its own."""
    waiting: list[PlannedWindow] = []
    for window in windows:
        is_next = waiting and window.window.day == waiting[-1].window.day + timedelta(days=1)
        if waiting and not (is_next and _rows(waiting) + window.rows <= rows_at_most):
            yield Slice(stream, tuple(waiting))
            waiting = []
        waiting.append(window)
    if waiting:
        yield Slice(stream, tuple(waiting))


DaySpools = dict[date, Spool]


class Order(NamedTuple):
    """An export that Quay has taken."""

    stream: Stream
    first: date
    last: date
    export_id: str
    where: str


class Exporter:
    """Orders exports, waits for their callbacks and reads their files."""

    def __init__(
        self,
        client: QuayClient,
        receiver: Receiver,
        staging: Path,
        options: ExportOptions,
        *,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._client = client
        self._receiver = receiver
        self._staging = staging
        self._options = options
        self._is_stopped = is_stopped

    def order(self, stream: Stream, first: date, last: date, *, whole: bool = False) -> Order:
        """Have Quay export the days from `first` to `last`. `whole` asks for a day more.

        Quay's worker leaves out the last millisecond of a range; with a day more it is inside.
        Raises NoExport where this log cannot be exported.
        """
        where = f"{stream}, export of {first} to {last}"
        path = stream.endpoints.export
        if path is None or stream.performer is not None:
            raise NoExport(f"Quay exports no log of {stream}", where=where)
        until = last if whole else last - timedelta(days=1)
        query = {"starttime": quay_date(first), "endtime": quay_date(until)}
        document = {"callback_url": self._receiver.url}

        def send() -> str:
            return self._client.post(path, query, document, _export_id_from_body, where=where)

        try:
            return Order(stream, first, last, self._receiver.ask(send), where)
        except (FeatureOff, Missing, ReadOnlyServer, Refused, ServerFailure, UnexpectedShape) as error:
            if isinstance(error, DamagedReply) or (isinstance(error, Refused) and error.status == 401):
                raise
            raise NoExport(f"no export: {error.what}", where=where, hint=_CALLBACK_HINT) from error

    @contextmanager
    def rows_by_day(self, order: Order) -> Iterator[DaySpools]:
        """The rows of each day of an order, within the block.

        Raises: SliceTooLong, NoExport when no callback or no file came, DataError for a corrupt file.
        """
        link = self._link_of(order)
        with ExitStack() as stack:
            yield self._downloaded_in_some_tries(link, order, stack)

    def _link_of(self, order: Order) -> str:
        """The link to the file, once it is there."""
        callback = self._receiver.wait(order.export_id, self._options.wait_seconds, self._is_stopped)
        if callback is None:
            raise NoExport(
                "Quay took the export, but no callback came", where=order.where, hint=_CALLBACK_HINT
            )
        if callback.status == "timedout":
            raise SliceTooLong("the export did not end within Quay's time limit", where=order.where)
        if callback.exported_data_url is None:
            hint = "Quay's own log holds the reason"
            raise NoExport(f"the export ended as {callback.status}", where=order.where, hint=hint)
        return callback.exported_data_url

    def _downloaded_in_some_tries(self, link: str, order: Order, stack: ExitStack) -> DaySpools:
        for tries_left in reversed(range(_DOWNLOADS_AT_MOST)):
            try:
                with ExitStack() as attempt:
                    days = self._downloaded(link, order, attempt)
                    stack.push(attempt.pop_all())
                    return days
            except Unreachable as error:
                if not tries_left:
                    raise NoExport(error.what, where=order.where, hint=error.hint) from error
        raise AssertionError("the last try returns or raises")

    def _downloaded(self, link: str, order: Order, stack: ExitStack) -> DaySpools:
        wanted = list(days_between(order.first, order.last))
        limit = max(MEMORY_LIMIT_BYTES // len(wanted), _LEAST_SPOOL_BYTES)
        days = {day: stack.enter_context(Spool(self._staging, limit)) for day in wanted}
        by_text = {day.isoformat().encode(): spool for day, spool in days.items()}
        reader = ExportReader(self._client.download(link, where=order.where), order.where)
        if reader.export.namespace != order.stream.scope.namespace:
            raise DataError(f"this is an export of {reader.export.namespace}", where=order.where)
        for lines in reader.batches(order.stream.stamp):
            for line in lines:
                spool = by_text.get(second_of(line)[:10])
                if spool is not None:
                    spool.extend((line,))
        return days


def in_handfuls(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """So many at once as may wait in Quay's queue: a link is good for an hour, and others export too."""
    for start in range(0, len(items), _ORDERS_AT_ONCE):
        yield items[start : start + _ORDERS_AT_ONCE]


def _export_id_from_body(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=dict[str, Any])["export_id"]  # type: ignore[no-any-return]
    except (msgspec.DecodeError, KeyError) as error:
        raise UnexpectedShape("no export id came back") from error


def _rows(windows: Sequence[PlannedWindow]) -> int:
    return sum(window.rows for window in windows)
