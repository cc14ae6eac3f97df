"""One window by pages: read, proven, and repaired where rows are missing."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from pipeline.errors import UnexpectedShape
from pipeline.extract.counts import CountsCache
from pipeline.extract.reading import Reading, read_stream
from pipeline.extract.reconcile import UNLISTED_KINDS, reconcile
from pipeline.extract.record import Draft, Recorder
from pipeline.extract.repair import Ladder
from pipeline.extract.windows import PlannedWindow
from pipeline.lake.ledger import State, WindowState
from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.entries import Page
from pipeline.quay.inventory import Directory
from pipeline.quay.logs import Stream, read_counts

PAGES_ROUTE = "pages"
_READS_OF_A_MOVING_DAY = 3


class PageFetcher:
    """Reads windows by pages; several threads may use one.

    `requests_per_row` bounds what a missing row may cost; `is_deep` adds the last rung;
    `is_repaired` says whether a day of a log is repaired here at all.
    """

    def __init__(
        self,
        client: QuayClient,
        recorder: Recorder,
        directory: Directory,
        counts: CountsCache,
        staging: Path,
        *,
        requests_per_row: float,
        is_deep: bool = False,
        on_page: Callable[[Page], None],
        is_repaired: Callable[[Stream, date], bool] = lambda stream, day: True,
    ) -> None:
        self._client = client
        self._recorder = recorder
        self._directory = directory
        self._counts = counts
        self._staging = staging
        self._requests_per_row = requests_per_row
        self._is_deep = is_deep
        self._on_page = on_page
        self._is_repaired = is_repaired

    def fetch(self, stream: Stream, planned: PlannedWindow) -> WindowState:
        """Bring one window into the lake: verified, or as complete as pages can make it, and labelled so.

        Counted before and after: a day that moved while it was read is read again, one that lost rows is repaired.
        """
        draft = Draft(planned.window, planned.expected, [PAGES_ROUTE])
        for _ in range(_READS_OF_A_MOVING_DAY):
            with Spool(self._staging) as spool:
                reading = self._read(stream, draft, spool)
                if self._is_settled(draft, reading):
                    return self._recorder.write(draft, reading.lines(), reading.rows_by_kind)
                recount = self._recount(stream, draft.window.day)
                if recount == draft.expected:
                    return self._repair(stream, draft, reading)
                draft.expected = recount
                if self._is_settled(draft, reading):
                    return self._recorder.write(draft, reading.lines(), reading.rows_by_kind)
        raise UnexpectedShape(
            f"Quay's counts changed during each of {_READS_OF_A_MOVING_DAY} reads",
            where=str(draft.window),
            hint="run again when nothing deletes or moves log rows of that day (log rotation, a migration)",
        )

    def _read(self, stream: Stream, draft: Draft, spool: Spool) -> Reading:
        reading = read_stream(self._client, stream, draft.window.day, spool, self._counting(draft))
        draft.unknown_keys = reading.unknown_keys
        if reading.loop is not None:
            draft.notes.append(str(reading.loop))
            if draft.expected is None:
                raise reading.loop
        return reading

    def _is_settled(self, draft: Draft, reading: Reading) -> bool:
        """Whether there is nothing left to find out or to repair."""
        if draft.expected is None or not self._recorder.is_closed(draft.window):
            return True
        verdict = reconcile(reading.rows_by_kind, draft.expected)
        if verdict.state is State.VERIFIED:
            return reading.is_certain_at(sum(draft.expected.values()))
        return False

    def _repair(self, stream: Stream, draft: Draft, reading: Reading) -> WindowState:
        expected = draft.expected or {}
        if reconcile(reading.rows_by_kind, expected).state is State.UNVERIFIED:
            draft.notes.append(UNLISTED_KINDS)
            return self._recorder.write(draft, reading.lines(), reading.rows_by_kind)
        ladder = Ladder(
            self._client,
            self._directory,
            self._counts,
            self._staging,
            requests_per_row=self._requests_per_row,
            on_page=self._counting(draft),
        )
        is_repaired = self._is_repaired(stream, draft.window.day)
        climb = ladder.climb(stream, draft.window.day, reading, expected, is_split=is_repaired)
        if self._is_deep and is_repaired:
            ladder.seek(stream, draft.window.day, climb, expected)
        draft.routes += climb.splits
        draft.notes += climb.notes
        with climb.lines:
            return self._recorder.write(draft, climb.lines, climb.rows_by_kind)

    def _recount(self, stream: Stream, day: date) -> dict[str, int]:
        return read_counts(self._client, stream, day, day).get(day, {})

    def _counting(self, draft: Draft) -> Callable[[Page], None]:
        def on_page(page: Page) -> None:
            draft.requests += 1
            self._on_page(page)

        return on_page
