"""One window from the first request to its state on disk."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import msgspec

import pipeline
from pipeline.errors import UnexpectedShape
from pipeline.extract.counts import CountsCache
from pipeline.extract.reading import Reading, read_stream
from pipeline.extract.reconcile import reconcile
from pipeline.extract.repair import Ladder
from pipeline.extract.windows import PlannedWindow, Window, is_closed
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.spool import Spool
from pipeline.lake.writer import Written, write_entries
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.inventory import Directory
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.logs import Stream, read_counts
from pipeline.quay.scopes import scope_from_text

PAGES_ROUTE = "pages"
_READS_OF_A_MOVING_DAY = 3


@dataclass(frozen=True)
class Options:
    """How an extract behaves. `grace` is how long after its midnight a day may still get rows."""

    concurrency: int = 4
    grace: timedelta = timedelta(hours=1)
    retry: bool = False
    requests_per_row: float = 10.0


class Fetcher:
    """Reads, proves, repairs and writes windows; several threads may use one."""

    def __init__(
        self,
        client: QuayClient,
        layout: Layout,
        options: Options,
        counts: CountsCache,
        *,
        now: Callable[[], datetime],
        on_page: Callable[[Page], None],
    ) -> None:
        self._client = client
        self._layout = layout
        self._ledger = Ledger(layout)
        self._options = options
        self._counts = counts
        self._directory = Directory(client)
        self._now = now
        self._on_page = on_page

    def fetch(self, stream: Stream, planned: PlannedWindow) -> WindowState:
        """Bring one window into the lake: verified, or as complete as pages can make it, and labelled so.

        Counted before and after: a day that moved while it was read is read again, one that lost rows is repaired.
        """
        draft = _Draft(planned.window, planned.expected, self._on_page)
        for _ in range(_READS_OF_A_MOVING_DAY):
            with Spool(self._layout.staging) as spool:
                reading = read_stream(self._client, stream, draft.window.day, spool, draft.on_page)
                draft.unknown_keys = reading.unknown_keys
                if reading.loop is not None:
                    draft.notes.append(str(reading.loop))
                    if draft.expected is None:
                        raise reading.loop
                if self._is_settled(draft, reading):
                    return self._write(draft, reading.lines(), reading.rows_by_kind)
                recount = self._recount(stream, draft.window.day)
                if recount == draft.expected:
                    return self._repair(stream, draft, reading)
                draft.expected = recount
                if self._is_settled(draft, reading):
                    return self._write(draft, reading.lines(), reading.rows_by_kind)
        raise UnexpectedShape(
            f"Quay's counts changed during each of {_READS_OF_A_MOVING_DAY} reads",
            where=str(draft.window),
            hint="run again when nothing deletes or moves log rows of that day (log rotation, a migration)",
        )

    def empty(self, planned: PlannedWindow) -> WindowState:
        """A window that the aggregate says is empty: no request."""
        return self._write(_Draft(planned.window, planned.expected, self._on_page), iter(()), {})

    def recounted(self, planned: PlannedWindow, held: WindowState) -> WindowState:
        """The window that is held, judged by counts that were not there before."""
        state = self._judged(held, planned.expected)
        self._ledger.save(state)
        return state

    def _is_settled(self, draft: "_Draft", reading: Reading) -> bool:
        """Whether there is nothing left to find out or to repair."""
        if draft.expected is None or not self._is_closed(draft.window):
            return True
        verdict = reconcile(reading.rows_by_kind, draft.expected)
        if verdict.state is State.VERIFIED:
            return reading.is_certain_at(sum(draft.expected.values()))
        return False

    def _repair(self, stream: Stream, draft: "_Draft", reading: Reading) -> WindowState:
        expected = draft.expected or {}
        if reconcile(reading.rows_by_kind, expected).state is State.UNVERIFIED:
            draft.notes.append(
                "the aggregate does not list every row that the pages hold (a server on Elasticsearch lists its ten most "
                "frequent kinds alone): those kinds are unverified"
            )
            return self._write(draft, reading.lines(), reading.rows_by_kind)
        ladder = Ladder(
            self._client,
            self._directory,
            self._counts,
            self._layout.staging,
            requests_per_row=self._options.requests_per_row,
            on_page=draft.on_page,
        )
        climb = ladder.climb(stream, draft.window.day, reading, expected)
        draft.routes += climb.splits
        draft.notes += climb.notes
        with climb.lines:
            return self._write(draft, iter(climb.lines), climb.rows_by_kind)

    def _write(self, draft: "_Draft", lines: Iterator[bytes], rows_by_kind: Mapping[str, int]) -> WindowState:
        scope, day = draft.window
        held = self._ledger.window(scope, day)
        if held is not None and held.rows > sum(rows_by_kind.values()):
            return self._keep(held, draft)
        entries, state_file = self._ledger.entries_file(scope, day), self._ledger.state_file(scope, day)
        written = write_entries(entries, lines, voids=state_file)
        state = self._state(draft, written)
        self._ledger.save(state)
        return state

    def _keep(self, held: WindowState, draft: "_Draft") -> WindowState:
        """A window is never replaced by one with fewer rows."""
        state = self._judged(held, draft.expected)
        note = "the server gave fewer rows than the lake holds: the lake's are kept"
        if note not in state.notes:
            state = msgspec.structs.replace(state, notes=[*state.notes, note])
        self._ledger.save(state)
        return state

    def _judged(self, held: WindowState, expected: dict[str, int] | None) -> WindowState:
        verdict = reconcile(held.rows_by_kind, expected)
        window = Window(scope_from_text(held.scope), held.day)
        return msgspec.structs.replace(
            held,
            state=verdict.state if self._is_closed(window) else State.OPEN,
            expected_by_kind=expected,
            missing_by_kind=verdict.missing,
            excess_by_kind=verdict.excess,
        )

    def _state(self, draft: "_Draft", written: Written) -> WindowState:
        verdict = reconcile(written.rows_by_kind, draft.expected)
        return WindowState(
            scope=str(draft.window.scope),
            day=draft.window.day,
            state=verdict.state if self._is_closed(draft.window) else State.OPEN,
            routes=draft.routes,
            rows=written.rows,
            rows_by_kind=written.rows_by_kind,
            expected_by_kind=draft.expected,
            missing_by_kind=verdict.missing,
            excess_by_kind=verdict.excess,
            unknown_kinds={k: n for k, n in written.rows_by_kind.items() if k not in FAMILY_BY_KIND},
            unknown_keys=dict(sorted(draft.unknown_keys.items())),
            requests=draft.requests,
            file_sha256=written.file_sha256,
            rows_sha256=written.rows_sha256,
            fetched_at=self._now(),
            server_url=self._client.url,
            tool_version=pipeline.__version__,
            notes=draft.notes,
        )

    def _is_closed(self, window: Window) -> bool:
        return is_closed(window.day, self._now(), self._options.grace)

    def _recount(self, stream: Stream, day: date) -> dict[str, int]:
        return read_counts(self._client, stream, day, day).get(day, {})


class _Draft:
    """What is known about a window while it is being read."""

    def __init__(
        self, window: Window, expected: dict[str, int] | None, on_page: Callable[[Page], None]
    ) -> None:
        self.window = window
        self.expected = expected
        self.routes = [PAGES_ROUTE]
        self.notes: list[str] = []
        self.unknown_keys: Counter[str] = Counter()
        self.requests = 0
        self._on_page = on_page

    def on_page(self, page: Page) -> None:
        """Count one answer, and pass it on."""
        self.requests += 1
        self._on_page(page)
