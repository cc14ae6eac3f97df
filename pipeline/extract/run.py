"""The loop: count, plan, read the longest first, count again, seal."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta

import pipeline
from pipeline.errors import ServerError
from pipeline.extract.bulk import Exporter
from pipeline.extract.bulk_reader import BulkReader
from pipeline.extract.counts import CountsCache
from pipeline.extract.fetch import PageFetcher
from pipeline.extract.options import Options
from pipeline.extract.planning import ScopePlan, plan, route_of
from pipeline.extract.pool import Pool, Stopped
from pipeline.extract.receiver import Receiver
from pipeline.extract.record import Draft, Recorder
from pipeline.extract.registry_export import RegistryExporter
from pipeline.extract.routes import Choice, Route, obstacle_of
from pipeline.extract.slice_plan import Slice, slices_of
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
_FILES_AT_ONCE = 2  # reading one is work for a core, and a file's days are in memory until they are proven

_Work = tuple[Stream, PlannedWindow]


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
    except Stopped:
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
        self._pool = Pool(options.concurrency, stop)
        self._fallen_back: set[Window] = set()
        self._diverted: set[Window] = set()
        self._lossy: set[Scope] = set()
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
            is_repaired=self._is_last_resort,
        )
        self._bulk = self._bulk_reader(receiver, counts, layout) if receiver else None

    def _bulk_reader(self, receiver: Receiver, counts: CountsCache, layout: Layout) -> BulkReader:
        exporter = Exporter(
            self._client, receiver, layout.staging, self._options.exports, is_stopped=self._stop.is_set
        )
        registry = RegistryExporter(
            self._client,
            exporter,
            self._directory,
            counts,
            layout.staging,
            on_page=self._on_page,
            note=self._tally.note,
        )
        fetcher = SliceFetcher(self._client, self._recorder, exporter, registry, on_rows=self._tally.export)
        pool = Pool(min(self._options.concurrency, _FILES_AT_ONCE), self._stop)
        return BulkReader(fetcher, pool, self._tally, requests_per_row=self._options.requests_per_row)

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

    # By exports what is cheaper by exports, then the rest by pages, then what pages left short by exports. What exports
    # leave, pages read at last.

    def _do(self, plans: list[ScopePlan]) -> None:
        choices = [(p, self._choose(p)) for p in plans]
        to_read = [w for p in plans for w in p.windows if w.need is Need.FETCH]
        paged = {w.window for _, choice in choices for w in choice.paged}
        self._tally.expect(sum(w.rows for w in to_read), sum(w.pages for w in to_read if w.window in paged))
        left = self._export(s for _, choice in choices for s in choice.slices)
        self._page(plans, lambda w: w.need is not Need.FETCH or w.window in paged or w.window in left)
        left = self._export(self._slices_of_the_rest(plans))
        self._page(plans, lambda w: w.window in left)

    def _choose(self, scope_plan: ScopePlan) -> Choice:
        obstacle = self._obstacle(scope_plan.stream)
        choice = route_of(self._client, scope_plan, self._options, obstacle=obstacle)
        if self._options.route is Route.EXPORT and choice.paged:
            self._tally.note(f"{scope_plan.stream} is read by pages: {choice.reason}")
        return choice

    def _obstacle(self, stream: Stream) -> str:
        if self._bulk is None:
            return NO_RECEIVER
        if self._options.route is Route.PAGES:
            return "asked for pages"
        return obstacle_of(stream)

    def _export(self, slices: Iterable[Slice]) -> set[Window]:
        """Read slices; gives the windows that have to be read by pages after all."""
        left = self._bulk.read(slices) if self._bulk else set()
        self._fallen_back |= left
        return left

    def _is_last_resort(self, stream: Stream, day: date) -> bool:
        """Whether nothing but pages is left for a window. Else one that they leave short is exported, which costs less."""
        return bool(self._obstacle(stream)) or Window(stream.scope, day) in self._fallen_back

    def _slices_of_the_rest(self, plans: list[ScopePlan]) -> Iterator[Slice]:
        """What pages left short, and what was not even begun with pages for that reason."""
        for stream, windows in plans:
            rest = []
            for planned in windows:
                state = self._tally.done.get(planned.window)
                if planned.window in self._diverted:
                    self._diverted.remove(planned.window)
                    rest.append(planned)
                elif (
                    state is not None
                    and state.state is State.SHORT
                    and EXPORT_ROUTE not in state.routes
                    and not self._is_last_resort(stream, state.day)
                ):
                    rest.append(planned._replace(need=Need.FETCH, expected=state.expected_by_kind))
            yield from slices_of(stream, rest, self._options.exports.rows_at_most)

    def _page(self, plans: list[ScopePlan], is_wanted: Callable[[PlannedWindow], bool]) -> None:
        work = [(p.stream, w) for p in plans for w in p.windows if is_wanted(w)]
        # Longest first: a long window started last would keep one chain busy while the others idle.
        self._pool.each(self._read, sorted(work, key=lambda item: -item[1].rows))

    def _read(self, work: _Work) -> None:
        stream, planned = work
        can_export = planned.need is Need.FETCH and not self._is_last_resort(stream, planned.window.day)
        if can_export and stream.scope in self._lossy:
            self._diverted.add(planned.window)
            return
        try:
            state = self._state_of(stream, planned)
        except ServerError as error:
            if is_fatal(error):
                raise
            self._tally.leave(planned.window, error)
        else:
            self._tally.finish(planned.window, state, is_read=planned.need is Need.FETCH)
            if can_export and state.state is State.SHORT:
                self._lossy.add(stream.scope)

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
        self._pool.check()
        self._tally.page(len(page.lines))
