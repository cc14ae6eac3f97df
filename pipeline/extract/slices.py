"""Slices by exports: many windows from one file, each proven as if it had been paged."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

from pipeline.errors import DataError
from pipeline.extract.bulk import DaySpools, Exporter
from pipeline.extract.orders import NoExport, Order, SliceTooLong
from pipeline.extract.reconcile import UNLISTED_KINDS, reconcile
from pipeline.extract.record import Draft, Recorder
from pipeline.extract.registry_export import RegistryExporter
from pipeline.extract.slice_plan import Slice
from pipeline.extract.windows import PlannedWindow
from pipeline.lake.ledger import State, WindowState
from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.lines import count_by_kind, raw_kind_of, unknown_keys_of
from pipeline.quay.logs import Stream, read_counts
from pipeline.quay.scopes import ScopeKind

EXPORT_ROUTE = "export"
_REQUESTS_OF_AN_EXPORT = (
    2  # the order, and the file: every day of an export says the same, however it was cut
)


class SliceFetcher:
    """Reads slices by exports; several threads may use one. `on_rows` is told how many rows a window took."""

    def __init__(
        self,
        client: QuayClient,
        recorder: Recorder,
        exporter: Exporter,
        registry: RegistryExporter,
        *,
        on_rows: Callable[[int], None],
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._exporter = exporter
        self._registry = registry
        self._on_rows = on_rows

    def fitting(self, slice_: Slice) -> Iterator[Slice]:
        """A slice as it is, or cut smaller where such slices have taken too long; `all` is cut where it is ordered."""
        is_all = slice_.stream.scope.kind is ScopeKind.ALL
        if is_all or len(slice_.windows) == 1 or slice_.rows <= self._exporter.rows_at_most:
            yield slice_
            return
        for half in slice_.halves():
            yield from self.fitting(half)

    def order(self, slice_: Slice) -> Order | None:
        """Have Quay begin; `all` is ordered part by part when it is fetched. Raises NoExport."""
        if slice_.stream.scope.kind is ScopeKind.ALL:
            return None
        return self._exporter.order(slice_.stream, slice_.first, slice_.last)

    def fetch(self, slice_: Slice, order: Order | None) -> Iterator[WindowState]:
        """The windows of a slice as they come into the lake.

        Raises, before the first of them: SliceTooLong, which later slices learn from, NoExport where this log cannot be
        exported, DataError for a file that cannot be used.
        """
        try:
            with self._rows_by_day(slice_, order) as days:
                for planned in slice_.windows:
                    yield self._settle(slice_.stream, planned, days[planned.window.day])
        except SliceTooLong:
            self._exporter.learn_from(slice_)
            raise

    def _rows_by_day(self, slice_: Slice, order: Order | None) -> AbstractContextManager[DaySpools]:
        if order is None:
            return self._registry.rows_by_day(slice_)
        return self._exporter.rows_by_day(order)

    def _settle(self, stream: Stream, planned: PlannedWindow, rows: Spool) -> WindowState:
        draft = Draft(planned.window, planned.expected, [EXPORT_ROUTE], requests=_REQUESTS_OF_AN_EXPORT)
        by_kind = _rows_by_kind(rows)
        if self._state(draft, by_kind) in (None, State.VERIFIED):
            return self._write(draft, rows, by_kind)
        day = planned.window.day
        draft.expected = read_counts(self._client, stream, day, day).get(day, {})
        state = self._state(draft, by_kind)
        if state is State.SHORT and stream.scope.kind is not ScopeKind.ALL:
            return self._settle_whole(stream, draft, rows, by_kind)
        if state is State.UNVERIFIED:
            draft.notes.append(UNLISTED_KINDS)
        return self._write(draft, rows, by_kind)

    def _settle_whole(
        self, stream: Stream, draft: Draft, rows: Spool, by_kind: dict[str, int]
    ) -> WindowState:
        """A row of the day's last millisecond, or one that came late: with a day more, both are inside."""
        day = draft.window.day
        draft.requests += _REQUESTS_OF_AN_EXPORT
        with ExitStack() as stack:
            try:
                order = self._exporter.order(stream, day, day, whole=True)
                days = stack.enter_context(self._exporter.rows_by_day(order))
            except (SliceTooLong, NoExport, DataError) as error:
                draft.notes.append(str(error))
            else:
                rows, by_kind = days[day], _rows_by_kind(days[day])
            return self._write(draft, rows, by_kind)

    def _state(self, draft: Draft, by_kind: dict[str, int]) -> State | None:
        """What counts say; None where there is nothing to prove."""
        if draft.expected is None or not self._recorder.is_closed(draft.window):
            return None
        return reconcile(by_kind, draft.expected).state

    def _write(self, draft: Draft, rows: Spool, by_kind: dict[str, int]) -> WindowState:
        draft.unknown_keys = unknown_keys_of(rows)
        state = self._recorder.write(draft, rows, by_kind)
        self._on_rows(len(rows))
        return state


def _rows_by_kind(rows: Spool) -> dict[str, int]:
    return count_by_kind(Counter(map(raw_kind_of, rows)))
