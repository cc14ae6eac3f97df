"""Lake to warehouse: the events of each day, then the marts over them; only the days that changed."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pipeline.bundle import bundled
from pipeline.errors import DataError
from pipeline.lake.files import remove
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger, State, WindowState
from pipeline.lake.storage import here
from pipeline.lake.writer import metadata_of, sha256_of, write_batches
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.models import Period, fingerprint, read_models, upstream
from pipeline.warehouse.shelf import DAYS, DayState, Shelf
from pipeline.warehouse.snapshots import SnapshotBuild
from pipeline.warehouse.workbench import Failure, Workbench, workbench

EVENTS_KEY = "quay_audit.events_key"
_ROWS_A_BATCH = 50_000
_ROWS_SHOWN = 3


class BuildSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a build did. `rows` counts what the warehouse holds now, by table."""

    built_days: list[date]
    unchanged_days: int
    removed_days: list[date]
    events: int
    rows: dict[str, int]
    built_snapshots: list[date] = []


class _Problem(msgspec.Struct, frozen=True):
    what: str
    where: str
    hint: str


def build(
    layout: Layout,
    warehouse: Path,
    *,
    full: bool = False,
    memory_limit: str = "2GB",
    threads: int | None = None,
    progress: Callable[[int, int, date], None] | None = None,
    sql: Path | None = None,
) -> BuildSummary:
    """Bring events and marts up to date with the lake, a day at a time; the same lake, the same content.

    Days of the log come first, then snapshots of the inventory.

    A day is built again when its windows or a query changed, or when its events file is not there; `full`
    builds all. A kill at any moment leaves days that are whole, old or new, and the next build does the
    rest.
    Units: `progress` is told how many days are done, of how many, and which was the last.
    Raises: UsageError while another process has the warehouse open, DataError naming the check that failed
    or the file that does not match its window, after every other day is built.
    """
    models = read_models(sql or bundled("sql"))
    with workbench(warehouse, models, memory_limit=memory_limit, threads=threads) as bench:
        job = _Build(layout, bench)
        changed = job.days_to_build(full=full)
        problems = []
        for done, day in enumerate(changed, 1):
            problems += job.build_day(day, full=full)
            if progress:
                progress(done, len(changed), day)
        snapshots = SnapshotBuild(layout, bench)
        built_snapshots, troubles = snapshots.run(full=full)
        problems += [_Problem(each.what, each.where, each.hint) for each in troubles]
        done_days = job.finish(changed)
        summary = replace(
            done_days, rows=done_days.rows | snapshots.row_counts(), built_snapshots=built_snapshots
        )
    if problems:
        raise _error_from_problems(problems)
    return summary


class _Build:
    """One run of `build`."""

    def __init__(self, layout: Layout, bench: Workbench) -> None:
        self._layout = layout
        self._bench = bench
        self._shelf = Shelf(bench, DAYS)
        self._shelf.prepare()
        self._states = self._shelf.states()
        self._windows = _windows_by_day(Ledger(layout).windows())
        self._all_queries = fingerprint(model for model in bench.models if model.period is Period.DAY)
        self._event_queries = fingerprint(upstream(bench.models, "int_events"))

    def days_to_build(self, *, full: bool) -> list[date]:
        """The days whose windows, queries or events file are not those they were built from."""
        return [day for day in sorted(self._windows) if full or not self._is_current(day)]

    def build_day(self, day: date, *, full: bool) -> list[_Problem]:
        """Make one day's events and rows. What stands in the way, or is wrong with the day, is given back."""
        windows = self._windows[day]
        files = {_entries_file(self._layout, window): window for window in windows if window.rows}
        if strange := [_strange_file(file) for file, window in files.items() if not _is_whole(file, window)]:
            return strange
        self._bench.mount(windows, list(files))
        events_file = self._layout.events_file(day)
        events_sha256 = self._make_events(day, events_file, full=full)
        self._bench.mount_events([events_file])
        self._bench.make_marts(Period.DAY)
        failures = self._bench.failures(_ROWS_SHOWN, Period.DAY)
        state = DayState(self._day_key(day), events_sha256, self._bench.event_count())
        # A day that fails a check is shown as it is, for somebody to look at, but stays to be built again.
        self._shelf.put(day, None if failures else state)
        return [_problem_from_failure(failure, day) for failure in failures]

    def finish(self, built_days: Sequence[date]) -> BuildSummary:
        """Take away what the lake no longer has, and describe the rest."""
        removed = sorted((self._shelf.days() | self._event_days()) - self._windows.keys())
        for day in removed:
            self._shelf.remove(day)
            events_file = self._layout.events_file(day)
            remove(events_file)
            with suppress(OSError):
                events_file.parent.rmdir()
        self._shelf.publish(self._layout)
        return BuildSummary(
            built_days=list(built_days),
            unchanged_days=len(self._windows) - len(built_days),
            removed_days=removed,
            events=sum(state.event_count for state in self._shelf.states().values()),
            rows=self._shelf.row_counts(),
        )

    def _make_events(self, day: date, file: Path, *, full: bool) -> str:
        """Write the day's events, unless the file holds them already; gives its hash."""
        key = self._events_key(day)
        if not full and _key_of(file) == key:
            return sha256_of(file)
        return write_batches(file, self._bench.events(_ROWS_A_BATCH), {EVENTS_KEY: key})

    def _is_current(self, day: date) -> bool:
        state = self._states.get(day)
        if state is None or state.day_key != self._day_key(day):
            return False
        return _key_of(self._layout.events_file(day)) == self._events_key(day)

    def _day_key(self, day: date) -> str:
        """Changes with anything that a row of the warehouse can show."""
        return _hash([self._windows[day], self._all_queries, FAMILY_BY_KIND])

    def _events_key(self, day: date) -> str:
        """Changes with anything that an event can show; when and how a window was read is not among it."""
        windows = [(w.scope, w.state is State.VERIFIED, w.rows_sha256) for w in self._windows[day]]
        return _hash([windows, self._event_queries, FAMILY_BY_KIND])

    def _event_days(self) -> set[date]:
        return {
            date.fromisoformat(folder.name.removeprefix("day="))
            for folder in self._layout.events.glob("day=*")
        }


def _windows_by_day(windows: Sequence[WindowState]) -> Mapping[date, list[WindowState]]:
    by_day: defaultdict[date, list[WindowState]] = defaultdict(list)
    for window in sorted(windows, key=lambda window: window.scope):
        by_day[window.day].append(window)
    return by_day


def _entries_file(layout: Layout, window: WindowState) -> Path:
    return layout.window(scope_from_text(window.scope), window.day) / ENTRIES_FILE


def _key_of(events_file: Path) -> str | None:
    """What the events in a file were made from; None for a file that is not there or cannot be read."""
    try:
        return metadata_of(events_file).get(EVENTS_KEY)
    except (OSError, ValueError):
        return None


def _is_whole(file: Path, window: WindowState) -> bool:
    return here(file).exists() and sha256_of(file) == window.file_sha256


def _hash(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def _strange_file(file: Path) -> _Problem:
    hint = "run verify to see what else differs; restore the file, or remove its folder and extract again"
    return _Problem(
        "this file is not the one that its window describes, so its day was left as it was", str(file), hint
    )


def _problem_from_failure(failure: Failure, day: date) -> _Problem:
    hint = "the day is in the warehouse as it is: look at it with query; if it is wrong, extract it again"
    return _Problem(
        f"{failure.check}: not so: {failure.title!r}: {'; '.join(failure.rows)}", f"day {day}", hint
    )


def _error_from_problems(problems: Sequence[_Problem]) -> DataError:
    first, *others = problems
    more = f" (and {len(others)} more like it)" if others else ""
    return DataError(f"{first.what}{more}", where=first.where, hint=first.hint)
