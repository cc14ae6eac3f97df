"""Lake to warehouse: the events of each day, then the marts over them; only the days that changed."""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec
from msgspec.structs import replace

from pipeline.bundle import bundled
from pipeline.lake.files import remove
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger, State, WindowState
from pipeline.lake.packs import Packs
from pipeline.lake.storage import here
from pipeline.lake.writer import metadata_of, sha256_of, write_batches
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.engine import Engine
from pipeline.warehouse.models import Period, fingerprint, read_models, upstream
from pipeline.warehouse.problems import Problem, error_from_problems, problem_from_failure, problem_from_file
from pipeline.warehouse.raw import NEVER_NULL_IN_EVENTS
from pipeline.warehouse.shelf import DAYS, DayState, Shelf
from pipeline.warehouse.snapshots import SnapshotBuild
from pipeline.warehouse.workbench import Workbench, workbench

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


def build(
    layout: Layout,
    warehouse: Path,
    *,
    full: bool = False,
    memory_limit: str = "2GB",
    threads: int | None = None,
    progress: Callable[[int, int, date], None] | None = None,
    sql: Path | None = None,
    engine: Engine | None = None,
) -> BuildSummary:
    """Bring events and marts up to date with the lake, day by day; the same lake, the same content.

    Days of the log come first, small ones worked out together, then snapshots of the inventory. `engine` works the
    models out elsewhere; what comes of it is the same.

    A day is built again when its windows or a query changed, or when its events file is not there; `full`
    builds all. A kill at any moment leaves days that are whole, old or new, and the next build does the
    rest.
    Units: `progress` is told how many days are done, of how many, and which was the last.
    Raises: UsageError while another process has the warehouse open, DataError naming the check that failed
    or the file that does not match its window, after every other day is built.
    """
    models = read_models(sql or bundled("sql"))
    make = engine.bench if engine else Workbench
    with workbench(warehouse, models, memory_limit=memory_limit, threads=threads, bench=make) as bench:
        summary, problems = _built(layout, bench, full=full, progress=progress)
    if problems:
        raise error_from_problems(problems)
    return summary


def _built(
    layout: Layout, bench: Workbench, *, full: bool, progress: Callable[[int, int, date], None] | None
) -> tuple[BuildSummary, list[Problem]]:
    job = _Build(layout, bench)
    changed = job.days_to_build(full=full)
    problems = []
    for done, (day, found) in enumerate(job.build_days(changed, full=full), 1):
        problems += found
        if progress:
            progress(done, len(changed), day)
    snapshots = SnapshotBuild(layout, bench)
    built_snapshots, troubles = snapshots.run(full=full)
    problems += [Problem(each.what, each.where, each.hint) for each in troubles]
    done_days = job.finish(changed)
    rows = done_days.rows | snapshots.row_counts()
    return replace(done_days, rows=rows, built_snapshots=built_snapshots), problems


class _Build:
    """One run of `build`."""

    def __init__(self, layout: Layout, bench: Workbench) -> None:
        self._layout = layout
        self._bench = bench
        self._shelf = Shelf(bench, DAYS)
        self._shelf.prepare()
        self._states = self._shelf.states()
        self._packs = Packs(layout)
        self._windows = _windows_by_day(Ledger(layout).windows())
        self._all_queries = fingerprint(model for model in bench.models if model.period is Period.DAY)
        self._event_queries = fingerprint(upstream(bench.models, "int_events"))

    def days_to_build(self, *, full: bool) -> list[date]:
        """The days whose windows, queries or events file are not those they were built from."""
        return [day for day in sorted(self._windows) if full or not self._is_current(day)]

    def build_days(self, days: Sequence[date], *, full: bool) -> Iterator[tuple[date, list[Problem]]]:
        """Make the events and rows of these days; each comes with what stands in its way, or is wrong with it."""
        for group in self._days_at_once(days):
            yield from self._build_group(group, full=full)

    def _days_at_once(self, days: Sequence[date]) -> Iterator[list[date]]:
        """These days in groups that are built together: so many that one of them fills what may be mounted."""
        group: list[date] = []
        entries = 0
        for day in days:
            group.append(day)
            entries += sum(max(window.rows, self._bench.least_entries) for window in self._windows[day])
            if entries >= self._bench.entries_at_once:
                yield group
                group, entries = [], 0
        if group:
            yield group

    def _build_group(self, days: Sequence[date], *, full: bool) -> Iterator[tuple[date, list[Problem]]]:
        troubles = {day: self._troubles(day) for day in days}
        whole = [day for day in days if not troubles[day]]
        if whole:
            self._mount(whole)
            events_sha256 = self._make_events(whole, full=full)
            self._bench.mount_events([self._layout.events_file(day) for day in whole])
            self._bench.make_marts(Period.DAY)
        for day in days:
            yield day, troubles[day] or self._put(day, events_sha256[day])

    def _put(self, day: date, events_sha256: str) -> list[Problem]:
        """Keep the rows of a day that is made; what its checks found is given back."""
        failures = self._bench.failures(_ROWS_SHOWN, Period.DAY, at=day)
        state = DayState(self._day_key(day), events_sha256, self._bench.event_count(day))
        # A day that fails a check is shown as it is, for somebody to look at, but stays to be built again.
        self._shelf.put(day, None if failures else state)
        return [problem_from_failure(failure, day) for failure in failures]

    def _files(self, day: date) -> dict[Path, WindowState]:
        return {_entries_file(self._layout, window): window for window in self._windows[day] if window.rows}

    def _troubles(self, day: date) -> list[Problem]:
        return [
            problem_from_file(file)
            for file, window in self._files(day).items()
            if not _is_whole(file, window)
        ]

    def _mount(self, days: Sequence[date]) -> None:
        """Show these days to the models."""
        apart: list[Path] = []
        packs: list[Path] = []
        for day in days:
            pack = self._packs.made(day, self._windows[day])
            packed = pack.scopes if pack else frozenset()
            packs += [pack.file] if pack else []
            apart += [file for file, window in self._files(day).items() if window.scope not in packed]
        self._bench.mount([window for day in days for window in self._windows[day]], apart, packs)

    def finish(self, built_days: Sequence[date]) -> BuildSummary:
        """Take away what the lake no longer has, and describe the rest."""
        removed = sorted((self._shelf.days() | self._event_days()) - self._windows.keys())
        for day in removed:
            self._shelf.remove(day)
            events_file = self._layout.events_file(day)
            remove(events_file)
            with suppress(OSError):
                events_file.parent.rmdir()
        for day in self._packs.days() - self._windows.keys():
            self._packs.remove(day)
        self._shelf.publish(self._layout)
        return BuildSummary(
            built_days=list(built_days),
            unchanged_days=len(self._windows) - len(built_days),
            removed_days=removed,
            events=sum(state.event_count for state in self._shelf.states().values()),
            rows=self._shelf.row_counts(),
        )

    def _make_events(self, days: Sequence[date], *, full: bool) -> dict[date, str]:
        """Write the events of the mounted days, unless their files hold them already; gives the hashes of those."""
        files = {day: self._layout.events_file(day) for day in days}
        keys = {day: self._events_key(day) for day in days}
        if not full and all(_key_of(files[day]) == keys[day] for day in days):
            return {day: sha256_of(file) for day, file in files.items()}
        return {
            day: write_batches(files[day], batches, {EVENTS_KEY: keys[day]}, never_null=NEVER_NULL_IN_EVENTS)
            for day, batches in self._bench.events(_ROWS_A_BATCH)
        }

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
        return _hash([windows, self._event_queries, FAMILY_BY_KIND, sorted(NEVER_NULL_IN_EVENTS)])

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
