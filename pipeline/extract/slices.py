"""Slices by exports: many windows from one file, each proven as if it had been paged."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.extract.bulk import DaySpools, Exporter, NoExport, Order, Slice, SliceTooLong
from pipeline.extract.reconcile import reconcile
from pipeline.extract.record import Draft, Recorder
from pipeline.extract.registry_export import RegistryExporter
from pipeline.extract.windows import PlannedWindow
from pipeline.lake.ledger import State, WindowState
from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import count_by_kind, raw_kind_of
from pipeline.quay.logs import Stream, read_counts
from pipeline.quay.scopes import ScopeKind

EXPORT_ROUTE = "export"
_REQUESTS_OF_AN_EXPORT = 2  # the order, and the file


class SliceFetcher:
    """Reads slices by exports; several threads may use one. `on_rows` is told how many rows a window took."""

    def __init__(
        self,
        client: QuayClient,
        recorder: Recorder,
        exporter: Exporter,
        registry: RegistryExporter,
        staging: Path,
        *,
        on_rows: Callable[[int], None],
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._exporter = exporter
        self._registry = registry
        self._staging = staging
        self._on_rows = on_rows

    def order(self, slice_: Slice) -> Order | None:
        """Have Quay begin; `all` is ordered part by part when it is fetched. Raises NoExport."""
        if slice_.stream.scope.kind is ScopeKind.ALL:
            return None
        return self._exporter.order(slice_.stream, slice_.first, slice_.last)

    def fetch(self, slice_: Slice, order: Order | None) -> Iterator[WindowState]:
        """The windows of a slice as they come into the lake.

        Raises: NoExport where this log cannot be exported or a single day does not end in Quay's time, DataError for
        a file that cannot be used.
        """
        try:
            with self._rows_by_day(slice_, order) as days:
                for number, planned in enumerate(slice_.windows):
                    requests = 0 if number else _REQUESTS_OF_AN_EXPORT
                    yield self._settle(slice_.stream, planned, days[planned.window.day], requests)
        except SliceTooLong as error:
            if len(slice_.windows) == 1:
                raise NoExport(
                    error.what, where=error.where, hint="by pages it takes longer, but ends"
                ) from error
            halves = slice_.halves()
            for half, half_order in zip(halves, [self.order(half) for half in halves], strict=True):
                yield from self.fetch(half, half_order)

    @contextmanager
    def _rows_by_day(self, slice_: Slice, order: Order | None) -> Iterator[DaySpools]:
        if order is None:
            with self._registry.rows_by_day(slice_, lambda: Spool(self._staging)) as days:
                yield days
        else:
            with self._exporter.rows_by_day(order) as days:
                yield days

    def _settle(self, stream: Stream, planned: PlannedWindow, rows: Spool, requests: int) -> WindowState:
        draft = Draft(planned.window, planned.expected, [EXPORT_ROUTE], requests=requests)
        by_kind = _rows_by_kind(rows)
        if self._is_proven(draft, by_kind):
            return self._write(draft, rows, by_kind)
        day = planned.window.day
        draft.expected = read_counts(self._client, stream, day, day).get(day, {})
        if self._is_proven(draft, by_kind) or stream.scope.kind is ScopeKind.ALL:
            return self._write(draft, rows, by_kind)
        # A row of the day's last millisecond, or one that came late: with a day more, both are inside.
        draft.requests += _REQUESTS_OF_AN_EXPORT
        with self._exporter.rows_by_day(self._exporter.order(stream, day, day, whole=True)) as days:
            return self._write(draft, days[day], _rows_by_kind(days[day]))

    def _is_proven(self, draft: Draft, by_kind: dict[str, int]) -> bool:
        if draft.expected is None or not self._recorder.is_closed(draft.window):
            return True
        return reconcile(by_kind, draft.expected).state is State.VERIFIED

    def _write(self, draft: Draft, rows: Spool, by_kind: dict[str, int]) -> WindowState:
        state = self._recorder.write(draft, rows, by_kind)
        self._on_rows(len(rows))
        return state


def _rows_by_kind(rows: Spool) -> dict[str, int]:
    return count_by_kind(Counter(map(raw_kind_of, rows)))
