"""What a run has done so far: told to a watcher at once, and summed up at the end. Any thread may tell it."""

import threading
from datetime import date
from typing import Protocol

from pipeline.errors import ServerError
from pipeline.extract.planning import ScopePlan
from pipeline.extract.summary import ExtractSummary, LeftWindow, summary_of
from pipeline.extract.windows import Window
from pipeline.lake.ledger import Manifest, State, WindowState
from pipeline.quay.client import QuayClient
from pipeline.quay.scopes import Scope


class Watcher(Protocol):
    """Is told how an extract goes on."""

    def planned(self, rows: int, pages: int) -> None:
        """So many rows and pages are to be read; called again when there is more to do."""

    def page(self, rows: int) -> None:
        """One page came in."""

    def exported(self, rows: int) -> None:
        """So many rows came in by an export."""

    def window(self, state: WindowState) -> None:
        """One window is done."""

    def note(self, text: str) -> None:
        """Something that a person should know now."""


class Tally:
    """Windows done and left, rows read, and what a person should know."""

    def __init__(self, watcher: Watcher) -> None:
        self.done: dict[Window, WindowState] = {}
        self._left: dict[Window, ServerError] = {}
        self._read: dict[Window, WindowState] = {}
        self._notes: list[str] = []
        self._rows_read = 0
        self._watcher = watcher
        self._lock = threading.Lock()

    def expect(self, rows: int, pages: int) -> None:
        """So much is to be read."""
        self._watcher.planned(rows, pages)

    def page(self, rows: int) -> None:
        """One page came in."""
        with self._lock:
            self._rows_read += rows
        self._watcher.page(rows)

    def export(self, rows: int) -> None:
        """Rows came in by an export."""
        with self._lock:
            self._rows_read += rows
        self._watcher.exported(rows)

    def finish(self, window: Window, state: WindowState, *, is_read: bool) -> None:
        """A window is done; `is_read` says that this run read it."""
        with self._lock:
            self.done[window] = state
            self._left.pop(window, None)
            if is_read:
                self._read[window] = state
        self._watcher.window(state)

    def leave(self, window: Window, error: ServerError) -> None:
        """A window could not be read."""
        with self._lock:
            self._left[window] = error
        self._watcher.note(str(error))

    def note(self, text: str) -> None:
        """Tell a person now, and in the summary."""
        with self._lock:
            self._notes.append(text)
        self._watcher.note(text)

    def judged(self, scope: Scope) -> dict[date, WindowState]:
        """The closed windows of a scope that this run read and judged by counts."""
        return {
            window.day: state
            for window, state in self._read.items()
            if window.scope == scope and state.state is not State.OPEN and state.expected_by_kind is not None
        }

    def summary(
        self,
        plans: list[ScopePlan],
        since: date,
        until: date,
        client: QuayClient,
        *,
        cannot: list[str],
        manifest: Manifest | None,
        seconds: float,
    ) -> ExtractSummary:
        """What was done, over every window that was asked for."""
        asked = [planned.window for scope_plan in plans for planned in scope_plan.windows]
        left = [
            LeftWindow(str(window.scope), window.day, str(error), error.hint)
            for window, error in sorted(self._left.items(), key=lambda item: item[0])
        ]
        return summary_of(
            [self.done[window] for window in asked if window in self.done],
            left,
            scopes=[str(scope_plan.stream.scope) for scope_plan in plans],
            since=since,
            until=until,
            rows_read=self._rows_read,
            requests=client.requests,
            seconds=seconds,
            cannot=cannot,
            notes=self._notes,
            manifest=manifest.sequence if manifest else None,
            clock_skew_seconds=client.clock_skew_seconds,
        )
