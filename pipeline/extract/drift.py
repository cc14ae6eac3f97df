"""Closed days, read again: what the rows are called now, what was rotated away, and what is gone without a reason.

The lake is read and never written: what it holds is the evidence, whatever the server says today.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from random import Random

from pipeline.extract.absence import Absent
from pipeline.extract.drift_names import Change, Changes, Told, told_in_lake
from pipeline.extract.drift_reading import UNREADABLE, Log, Rereader
from pipeline.extract.drift_window import Comparison, WindowDrift, is_rotatable
from pipeline.extract.sources import is_fatal
from pipeline.extract.windows import Window
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.reader import lines_of_file
from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.lines import second_of
from pipeline.quay.scopes import Scope, scope_from_text


@dataclass
class Drift:
    """What changed on the server since windows were read.

    `changes` counts the rows of the days read again whose names changed; `told` is what the lake's entries say of
    that. `rotated_days` are windows of which the server counts nothing and nothing older, with their rows; `absent`
    logs that cannot be read now, with the rows that the lake holds of them; `failed` windows, why.
    """

    windows: list[WindowDrift] = field(default_factory=list)
    changes: dict[Change, int] = field(default_factory=dict)
    told: Told = field(default_factory=lambda: Told({}, frozenset()))
    rotated_days: dict[Window, int] = field(default_factory=dict)
    absent: dict[Scope, tuple[Absent, int]] = field(default_factory=dict)
    renamed_logs: dict[Scope, Scope] = field(default_factory=dict)
    failed: dict[Window, str] = field(default_factory=dict)

    @property
    def rotated(self) -> int:
        """Rows that rotation took, as far as the API can show."""
        return sum(self.rotated_days.values()) + sum(window.rotated for window in self.windows)

    @property
    def removed(self) -> int:
        """Rows that are gone, and that rotation did not take."""
        return sum(window.removed_count for window in self.windows)

    @property
    def unread(self) -> int:
        """Rows that the server counts and did not give: of those nothing can be said."""
        return sum(sum(window.unread_by_kind.values()) for window in self.windows)


def find_drift(
    client: QuayClient,
    layout: Layout,
    windows: Iterable[WindowState],
    sample: int,
    *,
    today: date,
    random: Random,
    on_window: Callable[[Window], None] = lambda window: None,
) -> Drift:
    """Read so many closed days again and say what became of their rows.

    Days of which the server counts other numbers than the lake come first; the rest are drawn by `random`. Units: about
    one request for 20 rows of a day, and one a month and log for counts. Raises: a ServerError where nothing can be read.
    """
    held = [window for window in windows if window.state is not State.OPEN and window.rows]
    told = told_in_lake(layout)
    drift = Drift(told=told)
    if not held:
        return drift
    reader = Rereader(client, told, layout.staging, min(window.day for window in held), today)
    logs = _look_at_logs(reader, held, drift, today)
    changes = Changes()
    for state in _choose(held, logs, drift, sample, random):
        window = Window(scope_from_text(state.scope), state.day)
        on_window(window)
        try:
            drift.windows.append(_compare(reader, layout, state, logs[window.scope], changes, today))
        except UNREADABLE as error:
            if is_fatal(error):
                raise
            drift.failed[window] = str(error)
    drift.changes = dict(sorted(changes.rows.items(), key=lambda item: _in_words(item[0])))
    return drift


def _look_at_logs(
    reader: Rereader, held: Sequence[WindowState], drift: Drift, today: date
) -> dict[Scope, Log]:
    """The logs that can be read, and in `drift` those that cannot, and the days that were rotated away whole."""
    logs: dict[Scope, Log] = {}
    for text, group in groupby(sorted(held, key=lambda w: (w.scope, w.day)), key=lambda w: w.scope):
        scope, windows = scope_from_text(text), list(group)
        log = reader.log_of(scope)
        if isinstance(log, Absent):
            drift.absent[scope] = log, sum(window.rows for window in windows)
            continue
        logs[scope] = log
        if log.stream.scope != scope:
            drift.renamed_logs[scope] = log.stream.scope
        for window in windows:
            if _is_before_log(window.day, log, today):
                drift.rotated_days[Window(scope, window.day)] = window.rows
    return logs


def _is_before_log(day: date, log: Log, today: date) -> bool:
    return is_rotatable(day, today) and (log.first_day is None or day < log.first_day)


def _choose(
    held: Sequence[WindowState], logs: dict[Scope, Log], drift: Drift, sample: int, random: Random
) -> list[WindowState]:
    """The windows to read again, those whose counts differ first."""
    differing: list[WindowState] = []
    equal: list[WindowState] = []
    for window in sorted(held, key=lambda w: (w.scope, w.day)):
        scope = scope_from_text(window.scope)
        if scope not in logs or Window(scope, window.day) in drift.rotated_days:
            continue
        is_equal = logs[scope].counts.get(window.day, {}) == window.rows_by_kind
        (equal if is_equal else differing).append(window)
    chosen = differing[:sample]
    return chosen + random.sample(equal, min(len(equal), sample - len(chosen)))


def _compare(
    reader: Rereader, layout: Layout, state: WindowState, log: Log, changes: Changes, today: date
) -> WindowDrift:
    scope = scope_from_text(state.scope)
    drift = WindowDrift(Window(scope, state.day), state.rows)
    with reader.reading(log, state.day) as reread:
        drift.unread_by_kind = reread.unread_by_kind
        whole = {kind: kind not in drift.unread_by_kind for kind in state.rows_by_kind}
        oldest = _oldest_second(reread.lines) if _may_be_cut(state.day, log, today) else b""
        file = Ledger(layout).entries_file(scope, state.day)
        Comparison(drift, changes, whole, oldest).run(lines_of_file(file), reread.lines)
    return drift


def _may_be_cut(day: date, log: Log, today: date) -> bool:
    """Whether it is the oldest day of the log, and old enough for rotation to have taken its first rows."""
    return is_rotatable(day, today) and day == log.first_day


def _oldest_second(lines: Spool) -> bytes:
    return next(map(second_of, lines), b"")


def _in_words(change: Change) -> tuple[str, str, str]:
    return change.field.value, change.old or "", change.new or ""
