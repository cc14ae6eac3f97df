"""The loop: count, plan, read the longest windows first, count again, seal."""

import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol

import pipeline
from pipeline.errors import FeatureOff, SearchUnavailable, ServerError
from pipeline.extract.counts import CountsCache
from pipeline.extract.fetch import Fetcher, Options
from pipeline.extract.sources import is_fatal, resolve
from pipeline.extract.summary import ExtractSummary, LeftWindow, summary_of
from pipeline.extract.windows import Need, PlannedWindow, Window, days_between, months_between, plan_scope
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, Manifest, State, WindowState
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.logs import Counts, Stream, read_counts
from pipeline.quay.scopes import Scope

_ROUNDS = 2


class Watcher(Protocol):
    """Is told how an extract goes on."""

    def planned(self, rows: int, pages: int) -> None:
        """So many rows and pages are to be read; called again when there is more to do."""

    def page(self, rows: int) -> None:
        """One page came in."""

    def window(self, state: WindowState) -> None:
        """One window is done."""

    def note(self, text: str) -> None:
        """Something that a person should know now."""


class ScopePlan(NamedTuple):
    """One scope, where it is read, and what each of its days needs."""

    stream: Stream
    windows: list[PlannedWindow]


class _Stopped(Exception):
    """The run was asked to end; the window in flight is given up."""


def plan(
    client: QuayClient,
    layout: Layout,
    scopes: Iterable[Scope],
    since: date,
    until: date,
    *,
    options: Options,
    now: Callable[[], datetime],
    note: Callable[[str], None] = lambda text: None,
) -> list[ScopePlan]:
    """What an extract would do: a count request a month and scope, and nothing written."""
    ledger = Ledger(layout)
    with ThreadPoolExecutor(options.concurrency, thread_name_prefix="plan") as pool:
        return list(
            pool.map(
                lambda scope: _plan_scope(client, ledger, scope, since, until, options, now, note), scopes
            )
        )


def _plan_scope(
    client: QuayClient,
    ledger: Ledger,
    scope: Scope,
    since: date,
    until: date,
    options: Options,
    now: Callable[[], datetime],
    note: Callable[[str], None],
) -> ScopePlan:
    stream = resolve(client, scope, until)
    counts = _counts_of(client, stream, since, until, note)
    days = list(days_between(since, until))
    held = {day: state for day in days if (state := ledger.window(scope, day)) is not None}
    planned = plan_scope(scope, days, counts, held, now=now(), grace=options.grace, retry=options.retry)
    return ScopePlan(stream, planned)


def _counts_of(
    client: QuayClient, stream: Stream, since: date, until: date, note: Callable[[str], None]
) -> Counts | None:
    try:
        counts: Counts = {}
        for first, last in months_between(since, until):
            counts |= read_counts(client, stream, first, last)
        return counts
    except (FeatureOff, SearchUnavailable) as error:
        note(f"{error}: the windows of {stream} cannot be verified")
        return None


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
    clock: Callable[[], float] = time.monotonic,
    cannot: Iterable[str] = (),
) -> ExtractSummary:
    """Bring every window of `scopes` x days into the lake, each proven or labelled with exactly what it lacks.

    Windows are written whole, one by one: a kill costs the windows in flight. `stop` ends the run after the pages in
    flight. Raises a ServerError when a scope cannot be read at all, or the token stops being accepted.
    """
    run = _Run(client, layout, since, until, options, now, watcher, stop)
    started = clock()
    plans = plan(client, layout, scopes, since, until, options=options, now=run.server_now, note=run.note)
    try:
        run.carry_out(plans)
    except _Stopped:
        raise KeyboardInterrupt from None
    finally:
        manifest = Ledger(layout).seal(now(), pipeline.__version__)
    return run.summary(plans, cannot=list(cannot), manifest=manifest, seconds=clock() - started)


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
        watcher: Watcher,
        stop: threading.Event,
    ) -> None:
        self.done: dict[Window, WindowState] = {}
        self._read: dict[Window, WindowState] = {}
        self.left: list[LeftWindow] = []
        self.notes: list[str] = []
        self.rows_read = 0
        self._client = client
        self._since, self._until = since, until
        self._ledger = Ledger(layout)
        self._options = options
        self._now = now
        self._watcher = watcher
        self._stop = stop
        self._lock = threading.Lock()
        counts = CountsCache(client, since, until)
        self._fetcher = Fetcher(client, layout, options, counts, now=self.server_now, on_page=self._on_page)

    def server_now(self) -> datetime:
        """The time on the server, whose clock stamps the rows."""
        return self._now() + timedelta(seconds=self._client.clock_skew_seconds or 0.0)

    def note(self, text: str) -> None:
        """Tell a person, and keep it for the summary."""
        self.notes.append(text)
        self._watcher.note(text)

    def carry_out(self, plans: list[ScopePlan]) -> None:
        """Do what the plans need, then count again and redo the days that moved meanwhile."""
        work = [(p.stream, planned) for p in plans for planned in p.windows]
        for _ in range(_ROUNDS):
            self._do(work)
            work = [again for p in plans for again in self._moved(p)]
            if not work:
                return
        self.note(
            f"{len(work)} windows changed on the server while they were read: the next run reads them again"
        )

    def summary(
        self, plans: list[ScopePlan], *, cannot: list[str], manifest: Manifest | None, seconds: float
    ) -> ExtractSummary:
        """What was done, over every window that was asked for."""
        asked = [planned.window for p in plans for planned in p.windows]
        return summary_of(
            [self.done[window] for window in asked if window in self.done],
            self.left,
            scopes=[str(p.stream.scope) for p in plans],
            since=self._since,
            until=self._until,
            rows_read=self.rows_read,
            requests=self._client.requests,
            seconds=seconds,
            cannot=cannot,
            notes=self.notes,
            manifest=manifest.sequence if manifest else None,
            clock_skew_seconds=self._client.clock_skew_seconds,
        )

    def _do(self, work: list[tuple[Stream, PlannedWindow]]) -> None:
        to_read = [planned for _, planned in work if planned.need is Need.FETCH]
        self._watcher.planned(sum(p.rows for p in to_read), sum(p.pages for p in to_read))
        # Longest first: a long window started last would keep one chain busy while the others idle.
        ordered = sorted(work, key=lambda item: -item[1].rows)
        with ThreadPoolExecutor(self._options.concurrency, thread_name_prefix="window") as pool:
            futures = {pool.submit(self._carry_out_one, *item): item[1] for item in ordered}
            try:
                self._collect(futures)
            except BaseException:
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _collect(self, futures: dict[Future[WindowState], PlannedWindow]) -> None:
        for future in as_completed(futures):
            planned = futures[future]
            try:
                state = future.result()
            except ServerError as error:
                if is_fatal(error):
                    raise
                self.left.append(
                    LeftWindow(str(planned.window.scope), planned.window.day, str(error), error.hint)
                )
                self._watcher.note(str(error))
            else:
                self.done[planned.window] = state
                if planned.need is Need.FETCH:
                    self._read[planned.window] = state
                self._watcher.window(state)

    def _carry_out_one(self, stream: Stream, planned: PlannedWindow) -> WindowState:
        if self._stop.is_set():
            raise _Stopped
        held = self._ledger.window(*planned.window)
        match planned.need:
            case Need.EMPTY:
                return self._fetcher.empty(planned)
            case Need.FETCH:
                return self._fetcher.fetch(stream, planned)
            case Need.RECOUNT if held:
                return self._fetcher.recounted(planned, held)
        if held is None:
            return self._fetcher.fetch(stream, planned)
        return held

    def _moved(self, scope_plan: ScopePlan) -> list[tuple[Stream, PlannedWindow]]:
        """The closed windows of this run whose counts are no longer those that they were judged by."""
        moved = []
        read = {
            w.day: s for w, s in self._read.items() if w.scope == scope_plan.stream.scope and _is_judged(s)
        }
        for first, last in months_between(min(read), max(read)) if read else ():
            counts = read_counts(self._client, scope_plan.stream, first, last)
            for day in days_between(first, last):
                expected = counts.get(day, {})
                if day in read and read[day].expected_by_kind != expected:
                    window = Window(scope_plan.stream.scope, day)
                    moved.append((scope_plan.stream, PlannedWindow(window, Need.FETCH, expected)))
        return moved

    def _on_page(self, page: Page) -> None:
        if self._stop.is_set():
            raise _Stopped
        with self._lock:
            self.rows_read += len(page.lines)
        self._watcher.page(len(page.lines))


def _is_judged(state: WindowState) -> bool:
    return state.state is not State.OPEN and state.expected_by_kind is not None
