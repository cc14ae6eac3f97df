"""From rows to a window on disk, whatever route they came by: the state is judged, and nothing poorer replaces it."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

import pipeline
from pipeline.extract.drift_rows import beyond
from pipeline.extract.reconcile import reconcile
from pipeline.extract.windows import ARCHIVE_ROUTE, Window, is_closed
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.reader import lines_of_file
from pipeline.lake.spool import Spool
from pipeline.lake.writer import Written, write_entries
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.lines import count_by_kind, raw_kind_of
from pipeline.quay.scopes import scope_from_text


@dataclass
class Draft:
    """What is known about a window while it is being read."""

    window: Window
    expected: dict[str, int] | None
    routes: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    unknown_keys: Counter[str] = field(default_factory=Counter)
    requests: int = 0


class Recorder:
    """Writes windows into one lake. `now` is the server's time: a day that is not over by it is open."""

    def __init__(
        self, layout: Layout, server_url: str, *, now: Callable[[], datetime], grace: timedelta
    ) -> None:
        self._ledger = Ledger(layout)
        self._staging = layout.staging
        self._server_url = server_url
        self._now = now
        self._grace = grace
        self._writing = (
            threading.Lock()
        )  # one file's columns in memory, however many windows are read at once

    def is_closed(self, window: Window) -> bool:
        """Whether the window's day is over, late writers included."""
        return is_closed(window.day, self._now(), self._grace)

    def write(self, draft: Draft, lines: Iterable[bytes], rows_by_kind: Mapping[str, int]) -> WindowState:
        """Put sorted lines into the lake as the window's rows; a window that holds more is kept as it is.

        Rows that the window has of an archive stay, also where the server does not show them any more.
        """
        with self._ledger.writing(*draft.window):
            return self.write_alone(draft, lines, rows_by_kind)

    def write_alone(
        self, draft: Draft, lines: Iterable[bytes], rows_by_kind: Mapping[str, int]
    ) -> WindowState:
        """The same, for who is the only one that writes the window already, by `Ledger.writing`."""
        with ExitStack() as spools:
            held = self._ledger.window(*draft.window)
            if held is not None and ARCHIVE_ROUTE in held.routes and ARCHIVE_ROUTE not in draft.routes:
                lines = self._with_archived(draft, held, lines, spools)
                rows_by_kind = count_by_kind(Counter(map(raw_kind_of, lines)))
            if held is not None and held.rows > sum(rows_by_kind.values()):
                return self._keep(held, draft)
            entries, state_file = (
                self._ledger.entries_file(*draft.window),
                self._ledger.state_file(*draft.window),
            )
            with self._writing:
                written = write_entries(entries, lines, voids=state_file)
            state = self._state(draft, written)
            self._ledger.save(state)
            return state

    def _with_archived(
        self, draft: Draft, held: WindowState, lines: Iterable[bytes], spools: ExitStack
    ) -> Spool:
        """These lines, and what the window holds beyond them: rotation takes rows away while a day is read again."""
        rows, more = (spools.enter_context(Spool(self._staging)) for _ in range(2))
        rows.extend(lines)
        more.extend(beyond(lines_of_file(self._ledger.entries_file(*draft.window)), rows))
        rows.extend(more)
        if len(more):
            draft.routes.append(ARCHIVE_ROUTE)
            draft.notes += [note for note in held.notes if note not in draft.notes]
        return rows

    def rejudge(self, held: WindowState, expected: dict[str, int] | None) -> WindowState:
        """The window that is held, judged by other counts than those that it was read with."""
        window = Window(scope_from_text(held.scope), held.day)
        with self._ledger.writing(*window):
            state = self._judged(self._ledger.window(*window) or held, expected)
            self._ledger.save(state)
        return state

    def _keep(self, held: WindowState, draft: Draft) -> WindowState:
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
            state=verdict.state if self.is_closed(window) else State.OPEN,
            expected_by_kind=expected,
            missing_by_kind=verdict.missing,
            excess_by_kind=verdict.excess,
        )

    def _state(self, draft: Draft, written: Written) -> WindowState:
        verdict = reconcile(written.rows_by_kind, draft.expected)
        return WindowState(
            scope=str(draft.window.scope),
            day=draft.window.day,
            state=verdict.state if self.is_closed(draft.window) else State.OPEN,
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
            server_url=self._server_url,
            tool_version=pipeline.__version__,
            notes=draft.notes,
        )
