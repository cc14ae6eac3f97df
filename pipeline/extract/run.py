"""The loop: count, plan, read the longest first, count again, seal."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import date, datetime, timedelta
from typing import TypeVar

import pipeline
from pipeline.errors import DataError, ServerError
from pipeline.extract.bulk import Exporter, NoExport, Order, Slice, in_handfuls, slices_of
from pipeline.extract.counts import CountsCache
from pipeline.extract.fetch import PageFetcher
from pipeline.extract.options import Options
from pipeline.extract.planning import ScopePlan, plan, route_of
from pipeline.extract.receiver import Receiver
from pipeline.extract.record import Draft, Recorder
from pipeline.extract.registry_export import RegistryExporter
from pipeline.extract.routes import Choice, Route, obstacle_of
from pipeline.extract.slices import EXPORT_ROUTE, SliceFetcher
from pipeline.extract.sources import is_fatal
from pipeline.extract.summary import ExtractSummary
from pipeline.extract.tally import Tally, Watcher
from pipeline.extract.windows import Need, PlannedWindow, Window, days_between, months_between
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.inventory import Directory
from pipeline.quay.logs import Stream, read_counts
from pipeline.quay.scopes import Scope

NO_RECEIVER = "no callback can be received: --callback-listen is not given"
_ROUNDS = 2

_Work = tuple[Stream, PlannedWindow]
Item = TypeVar("Item")


class _Stopped(Exception):
    """The run was asked to end; the window in flight is given up."""


def extract(
    client: QuayClient,
    layout: Layout,
    scopes: list[Scope],
    since: date,
    until: date,
    *,
    options: Options,
    now: Callable[[], datetime],
    watcher: Watcher,
    stop: threading.Event,
    receiver: Receiver | None = None,
    clock: Callable[[], float] = time.monotonic,
    cannot: Iterable[str] = (),
) -> ExtractSummary:
    """Bring every window of `scopes` x days into the lake, each proven or labelled with exactly what it lacks.

    Windows are written whole, one by one: a kill costs the windows in flight. `stop` ends the run after the answers in
    flight. Exports need a `receiver`. Raises a ServerError when a scope cannot be read at all, or the token stops
    being accepted.
    """
    tally = Tally(watcher)
    run = _Run(client, layout, since, until, options, now, tally, stop, receiver)
    started = clock()
    plans = plan(client, layout, scopes, since, until, options=options, now=run.server_now, note=tally.note)
    try:
        run.carry_out(plans)
    except _Stopped:
        raise KeyboardInterrupt from None
    finally:
        manifest = Ledger(layout).seal(now(), pipeline.__version__)
    return tally.summary(
        plans, since, until, client, cannot=list(cannot), manifest=manifest, seconds=clock() - started
    )


class _Run:
    """The state of one extract."""

    def __init__(
        self,
        client: QuayClient,
        layout: Layout,
        since: date,
        until: date,
        options: Options,
        now: Callable[[], datetime],
        tally: Tally,
        stop: threading.Event,
        receiver: Receiver | None,
    ) -> None:
        self._client = client
        self._ledger = Ledger(layout)
        self._options = options
        self._now = now
        self._tally = tally
        self._stop = stop
        self._directory = Directory(client)
        counts = CountsCache(client, since, until)
        self._recorder = Recorder(layout, client.url, now=self.server_now, grace=options.grace)
        self._pages = PageFetcher(
            client,
            self._recorder,
            self._directory,
            counts,
            layout.staging,
            requests_per_row=options.requests_per_row,
            is_deep=options.deep,
            on_page=self._on_page,
            # A short window goes straight to export, where that is open: it costs less than any split.
            is_repaired=lambda stream: bool(self._obstacle(stream)),
        )
        self._slices = self._slice_fetcher(receiver, counts, layout) if receiver else None

    def _slice_fetcher(self, receiver: Receiver, counts: CountsCache, layout: Layout) -> SliceFetcher:
        exporter = Exporter(
            self._client, receiver, layout.staging, self._options.exports, is_stopped=self._stop.is_set
        )
        registry = RegistryExporter(
            self._client,
            exporter,
            self._directory,
            counts,
            rows_at_most=self._options.exports.rows_at_most,
            on_page=self._on_page,
        )
        return SliceFetcher(
            self._client, self._recorder, exporter, registry, layout.staging, on_rows=self._tally.export
        )

    def server_now(self) -> datetime:
        """The time on the server, whose clock stamps the rows."""
        return self._now() + timedelta(seconds=self._client.clock_skew_seconds or 0.0)

    def carry_out(self, plans: list[ScopePlan]) -> None:
        """Do what the plans need, then count again and redo the days that moved meanwhile."""
        work: list[ScopePlan] = plans
        for _ in range(_ROUNDS):
            self._do(work)
            work = [again for p in plans if (again := self._moved(p)).windows]
            if not work:
                return
        count = sum(len(p.windows) for p in work)
        self._tally.note(
            f"{count} windows changed on the server while they were read: the next run reads them again"
        )

    # By exports what is cheaper by exports, then the rest by pages, then what pages left short by exports.

    def _do(self, plans: list[ScopePlan]) -> None:
        choices = [(p, self._choose(p)) for p in plans]
        to_read = [w for p in plans for w in p.windows if w.need is Need.FETCH]
        paged = [w for _, choice in choices for w in choice.paged]
        self._tally.expect(sum(w.rows for w in to_read), sum(w.pages for w in paged))
        fallen_back = self._export([s for _, choice in choices for s in choice.slices])
        chosen = {w.window for w in paged}
        self._page(
            [
                (p.stream, w)
                for p in plans
                for w in p.windows
                if w.need is not Need.FETCH or w.window in chosen or w.window in fallen_back
            ]
        )
        self._export(self._slices_of_short(plans))

    def _choose(self, scope_plan: ScopePlan) -> Choice:
        obstacle = self._obstacle(scope_plan.stream)
        choice = route_of(self._client, scope_plan, self._options, obstacle=obstacle)
        if self._options.route is Route.EXPORT and choice.paged:
            self._tally.note(f"{scope_plan.stream} is read by pages: {choice.reason}")
        return choice

    def _obstacle(self, stream: Stream) -> str:
        if self._slices is None:
            return NO_RECEIVER
        if self._options.route is Route.PAGES:
            return "asked for pages"
        return obstacle_of(stream)

    def _slices_of_short(self, plans: list[ScopePlan]) -> Iterator[Slice]:
        for stream, windows in plans:
            if self._obstacle(stream):
                continue
            short = [
                PlannedWindow(w.window, Need.FETCH, state.expected_by_kind)
                for w in windows
                if (state := self._tally.done.get(w.window))
                and state.state is State.SHORT
                and EXPORT_ROUTE not in state.routes
            ]
            yield from slices_of(stream, short, self._options.exports.rows_at_most)

    def _export(self, slices: Iterable[Slice]) -> set[Window]:
        """Read slices; gives the windows that have to be read by pages after all."""
        fallen_back: set[Window] = set()
        for handful in in_handfuls(sorted(slices, key=lambda s: -s.rows)):
            self._in_pool(
                lambda item: fallen_back.update(self._read_slice(*item)), self._ordered(handful, fallen_back)
            )
        return fallen_back

    def _ordered(self, slices: Iterable[Slice], fallen_back: set[Window]) -> list[tuple[Slice, Order | None]]:
        orders = []
        for slice_ in slices:
            try:
                orders.append((slice_, self._slices.order(slice_) if self._slices else None))
            except NoExport as error:
                self._tally.note(f"{error}; read by pages instead. {error.hint}")
                fallen_back.update(planned.window for planned in slice_.windows)
        return orders

    def _read_slice(self, slice_: Slice, order: Order | None) -> set[Window]:
        """Bring one slice into the lake; gives what could not be brought."""
        waiting = {planned.window.day: planned.window for planned in slice_.windows}
        try:
            for state in self._slices.fetch(slice_, order) if self._slices else ():
                self._tally.finish(waiting.pop(state.day), state, is_read=True)
                if self._stop.is_set():
                    raise _Stopped
        except (NoExport, DataError) as error:
            if self._stop.is_set():
                raise _Stopped from error
            self._tally.note(f"{error}; read by pages instead. {error.hint}")
        return set(waiting.values())

    def _page(self, work: list[_Work]) -> None:
        def read(item: _Work) -> None:
            stream, planned = item
            try:
                state = self._state_of(stream, planned)
            except ServerError as error:
                if is_fatal(error):
                    raise
                self._tally.leave(planned.window, error)
            else:
                self._tally.finish(planned.window, state, is_read=planned.need is Need.FETCH)

        # Longest first: a long window started last would keep one chain busy while the others idle.
        self._in_pool(read, sorted(work, key=lambda item: -item[1].rows))

    def _in_pool(self, read: Callable[[Item], None], items: list[Item]) -> None:
        with ThreadPoolExecutor(self._options.concurrency, thread_name_prefix="extract") as pool:
            futures = [pool.submit(self._unless_stopped, read, item) for item in items]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _unless_stopped(self, read: Callable[[Item], None], item: Item) -> None:
        if self._stop.is_set():
            raise _Stopped
        read(item)

    def _state_of(self, stream: Stream, planned: PlannedWindow) -> WindowState:
        held = self._ledger.window(*planned.window)
        match planned.need:
            case Need.EMPTY:
                return self._recorder.write(Draft(planned.window, planned.expected, ["counts"]), (), {})
            case Need.RECOUNT if held:
                return self._recorder.rejudge(held, planned.expected)
            case Need.NOTHING | Need.LEFT if held:
                return held
        return self._pages.fetch(stream, planned)

    def _moved(self, scope_plan: ScopePlan) -> ScopePlan:
        """The closed windows of this run whose counts are no longer those that they were judged by."""
        moved = []
        stream = scope_plan.stream
        read = self._tally.judged(stream.scope)
        for first, last in months_between(min(read), max(read)) if read else ():
            counts = read_counts(self._client, stream, first, last)
            for day in days_between(first, last):
                expected = counts.get(day, {})
                if day in read and read[day].expected_by_kind != expected:
                    moved.append(PlannedWindow(Window(stream.scope, day), Need.FETCH, expected))
        return ScopePlan(stream, moved)

    def _on_page(self, page: Page) -> None:
        if self._stop.is_set():
            raise _Stopped
        self._tally.page(len(page.lines))
