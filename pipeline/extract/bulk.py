"""The export route: many days for the price of one request, and complete where paging cannot be.

One job of Quay's export worker reads a range of a namespace or repository at about 2,900 rows/s, but must end within 30 s.
So days are put together to slices well inside that, a slice that took too long is halved, and the file counts only when
its end mark is there. What is written is what pages would have given; rows outside the slice are dropped.
Source: quay/quay endpoints/api/logs.py:340-565, workers/exportactionlogsworker.py (ffba0c70), as observed.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path

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
from pipeline.extract.orders import NoExport, Order, SliceTooLong
from pipeline.extract.receiver import Receiver
from pipeline.extract.slice_plan import ROWS_AT_MOST, Slice
from pipeline.extract.windows import days_between
from pipeline.lake.spool import MEMORY_LIMIT_BYTES, Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.export_file import ExportReader
from pipeline.quay.lines import DAY_OF_LINE
from pipeline.quay.logs import Stream, quay_date

_DOWNLOADS_AT_MOST = 3
_PAUSE_SECONDS = 2.0
_LEAST_SPOOL_BYTES = 4 << 20  # smaller ones would keep too many files open
_CALLBACK_HINT = (
    "Quay must reach the address of --callback-url: private addresses must be named in SSRF_ALLOWED_HOSTS of Quay's "
    "configuration; or let Quay mail the link (the registry's own pages offer it) and give the file to quay-audit ingest"
)
_RIGHT_HINT = (
    "exports of a namespace need org:admin and an administrator of it or a global read-only superuser; those of a "
    "repository need repo:admin and an administrator, and a read-only superuser does not do"
)
_FEATURE_HINT = "FEATURE_LOG_EXPORT decides it in Quay's configuration"

DaySpools = dict[date, Spool]
_day_of = itemgetter(DAY_OF_LINE)


class _Ordered(msgspec.Struct):
    """The answer to an order."""

    export_id: str


_decode_ordered = msgspec.json.Decoder(_Ordered).decode


@dataclass(frozen=True)
class ExportOptions:
    """How exports are asked for. `wait_seconds` is how long Quay's worker may say nothing: its polling, its three tries."""

    rows_at_most: int = ROWS_AT_MOST
    wait_seconds: float = 900.0


class Exporter:
    """Orders exports, waits for their callbacks and reads their files; several threads may use one.

    `rows_at_most` is how many rows to order at once: fewer after a slice that took too long.
    """

    def __init__(
        self,
        client: QuayClient,
        receiver: Receiver,
        staging: Path,
        options: ExportOptions,
        *,
        is_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.rows_at_most = options.rows_at_most
        self._client = client
        self._receiver = receiver
        self._staging = staging
        self._wait_seconds = options.wait_seconds
        self._is_stopped = is_stopped
        self._refusals: dict[Stream, NoExport] = {}
        self._damage: DataError | None = None
        self._unheard: str | None = None

    def order(self, stream: Stream, first: date, last: date, *, whole: bool = False) -> Order:
        """Have Quay export the days from `first` to `last`. `whole` asks for a day more.

        Quay's worker leaves out the last millisecond of a range; with a day more it is inside. Raises NoExport where this
        log cannot be exported: Quay is asked once, for each refusal is a row in its log.
        """
        path = stream.endpoints.export
        if path is None or stream.performer is not None:
            raise NoExport(f"Quay exports no log of {stream}", where=str(stream))
        self._raise_what_is_known(stream)
        until = last if whole else last - timedelta(days=1)
        query = {"starttime": quay_date(first), "endtime": quay_date(until)}
        document = {"callback_url": self._receiver.url}
        where = Order(stream, first, last, whole, "").where

        def send() -> str:
            return self._client.post(path, query, document, _export_id_from_body, where=where)

        try:
            return Order(stream, first, last, whole, self._receiver.ask(send))
        except (FeatureOff, Missing, ReadOnlyServer, Refused, ServerFailure, UnexpectedShape) as error:
            if isinstance(error, Refused) and error.status == 401:
                raise
            refusal = NoExport(f"no export: {error.what}", where=str(stream), hint=_hint_of(error))
            if not isinstance(error, DamagedReply):
                self._refusals[stream] = refusal
            raise refusal from error

    @contextmanager
    def rows_by_day(self, order: Order) -> Iterator[DaySpools]:
        """The rows of each day of an order, within the block.

        Raises: SliceTooLong, NoExport when no callback or no file came, DataError for a corrupt file.
        """
        with ExitStack() as stack:
            try:
                days = self._downloaded_in_some_tries(order, stack)
            except Missing:
                # The link was good for an hour, and that is over. Another file costs the server less than pages would.
                again = self.order(order.stream, order.first, order.last, whole=order.is_whole)
                days = self._downloaded_in_some_tries(again, stack, is_last=True)
            yield days

    def learn_from(self, slice_: Slice) -> None:
        """Order less at once than in a slice that took too long."""
        self.rows_at_most = max(1, min(self.rows_at_most, slice_.rows // 2 or self.rows_at_most))

    def _raise_what_is_known(self, stream: Stream) -> None:
        refusal = self._refusals.get(stream)
        if refusal is not None:
            raise NoExport(refusal.what, where=refusal.where, hint=refusal.hint)
        if self._damage is not None:
            raise NoExport(self._damage.what, where=str(stream), hint=self._damage.hint)
        if self._unheard is not None and not self._receiver.has_heard_since(self._unheard):
            raise NoExport("no callback has come so far", where=str(stream), hint=_CALLBACK_HINT)

    def _link_of(self, order: Order) -> str:
        """The link to the file, once it is there."""
        callback = self._receiver.wait(order.export_id, self._wait_seconds, self._is_stopped)
        if callback is None:
            if not self._is_stopped():
                self._unheard = order.export_id
            raise NoExport(
                "Quay took the export, but no callback came", where=order.where, hint=_CALLBACK_HINT
            )
        if callback.status == "timedout":
            hint = "by pages it takes longer, but ends"
            raise SliceTooLong(
                "the export did not end within Quay's time limit", where=order.where, hint=hint
            )
        if callback.exported_data_url is None:
            hint = "Quay's own log holds the reason"
            raise NoExport(f"the export ended as {callback.status}", where=order.where, hint=hint)
        return callback.exported_data_url

    def _downloaded_in_some_tries(
        self, order: Order, stack: ExitStack, *, is_last: bool = False
    ) -> DaySpools:
        """The file's rows. Raises Missing for a link that is good no more, unless this is the last that is asked for."""
        link = self._link_of(order)
        for tries_left in reversed(range(_DOWNLOADS_AT_MOST)):
            try:
                with ExitStack() as attempt:
                    days = self._downloaded(link, order, attempt)
                    stack.push(attempt.pop_all())
                    return days
            except (Unreachable, Missing) as error:
                if isinstance(error, Missing) and not is_last:
                    raise
                if isinstance(error, Missing) or not tries_left:
                    raise NoExport(error.what, where=order.where, hint=error.hint) from error
                self._client.pause(_PAUSE_SECONDS)
            except DataError as error:
                if not tries_left:
                    self._damage = error
                    raise
        raise AssertionError("the last try returns or raises")

    def _downloaded(self, link: str, order: Order, stack: ExitStack) -> DaySpools:
        wanted = list(days_between(order.first, order.last))
        limit = spool_bytes(len(wanted))
        days = {day: stack.enter_context(Spool(self._staging, limit)) for day in wanted}
        by_text = {day.isoformat().encode(): spool for day, spool in days.items()}
        with closing(self._client.download(link, where=order.where)) as chunks:
            reader = ExportReader(chunks, order.where)
            order.check(reader.export)
            for lines in reader.batches(order.stream.stamp):
                for day, of_day in groupby(lines, _day_of):
                    if day in by_text:
                        by_text[day].extend(of_day)
        return days


def spool_bytes(days: int) -> int:
    """What each of so many days may hold in memory."""
    return max(MEMORY_LIMIT_BYTES // days, _LEAST_SPOOL_BYTES)


def _hint_of(error: ServerError) -> str:
    match error:
        case Refused():
            return _RIGHT_HINT
        case FeatureOff():
            return _FEATURE_HINT
        case UnexpectedShape() if not isinstance(error, DamagedReply):
            return _CALLBACK_HINT
    return error.hint


def _export_id_from_body(body: bytes) -> str:
    try:
        return _decode_ordered(body).export_id
    except msgspec.ValidationError as error:
        raise UnexpectedShape("no export id came back") from error
    except (ValueError, RecursionError) as error:
        raise DamagedReply("the answer to an order is not JSON") from error
