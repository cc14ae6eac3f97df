"""The days of a warehouse, shown one after the other to be judged: events of two days, marts of all before."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import msgspec

from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.storage import here
from pipeline.quay.registry.tables import LISTS
from pipeline.warehouse import raw
from pipeline.warehouse.engine import Engine
from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import Layer, read_models
from pipeline.warehouse.workbench import WAREHOUSE, Workbench, workbench

HISTORY = timedelta(days=100)
"""How far before a day anything looks that judges it."""

_DAY = timedelta(days=1)
_NIGHT_AFTER = timedelta(days=1)
_LAST_TOLD_OF = timedelta(days=2)
_LISTS = f"raw_inventory_{LISTS.name}"
_SHOWN = "shown_tables"

_DAY_KEYS = """
select
    windows.day,
    coalesce(any_value(build_state.day_key || build_state.events_sha256), string_agg(
        windows.scope || ' ' || windows.state || ' ' || coalesce(windows.rows_sha256, ''), ' ' order by windows.scope
    ))
from warehouse.main.windows as windows
left join warehouse.main.build_state as build_state on windows.day = build_state.day
group by windows.day
"""
_EVENT_COUNTS = "select day, event_count from warehouse.main.build_state"
_SNAPSHOTS = "select snapshot_date, table_name, file_sha256 from warehouse.main.inventory_snapshots"
_SNAPSHOT_KEYS = "select snapshot_date, snapshot_key from warehouse.main.inventory_build_state"
_TABLES = "select table_name from duckdb_tables() where database_name = 'warehouse'"


class DaysBench:
    """Shows the built days to a judge. Made by `days_bench`."""

    def __init__(self, layout: Layout, bench: Workbench, judge: Judge) -> None:
        self.judge = judge
        self.bench = bench
        self._layout = layout
        self._run = bench.connection.execute
        self._show_what_is_stored()
        self._day_keys: dict[date, str] = dict(sorted(self._run(_DAY_KEYS).fetchall()))
        self._event_counts: dict[date, int] = dict(self._run(_EVENT_COUNTS).fetchall())
        self._snapshot_keys: dict[date, str] = dict(self._run(_SNAPSHOT_KEYS).fetchall())
        self._snapshots: defaultdict[str, dict[date, str]] = defaultdict(dict)
        for day, table, sha256 in sorted(self._run(_SNAPSHOTS).fetchall()):
            self._snapshots[table][day] = sha256
        self._shown: Mapping[str, date] | None = None

    def source_keys(self) -> dict[date, str]:
        """Every day that has a window, in order, with a hash that changes with all of the lake that judges it."""
        return {day: self._source_key(day) for day in self._day_keys}

    def turn_to(self, day: date) -> None:
        """Show this day and the one before, and the inventory nearest to it.

        Raises: DataError where the events or the inventory are gone: that would look like a quiet day.
        """
        self.bench.mount_events([file for each in (day - _DAY, day) for file in self._event_files(each)])
        self._show_snapshots(self._nearest(day))
        self.judge.turn_to(day)

    def _event_files(self, day: date) -> list[Path]:
        file = here(self._layout.events_file(day))
        if not file.exists() and self._event_counts.get(day):
            raise DataError(
                "the events of this day are gone", where=str(file), hint="run build to make them again"
            )
        return [file] if file.exists() else []

    def _show_what_is_stored(self) -> None:
        stored = {name for (name,) in self._run(_TABLES).fetchall()}
        for model in self.bench.models:
            name = str(model.published_name)
            is_wanted = model.layer is Layer.MARTS or (model.layer is Layer.STAGING and model.is_stored)
            if not is_wanted:
                continue
            if name not in stored:
                raise UsageError(
                    "the warehouse was built by an older version", where=name, hint="run build first"
                )
            columns = ", ".join(model.head.columns)
            self._run(f"create or replace view {model.name} as select {columns} from {WAREHOUSE}.{name}")  # noqa: S608

    def _source_key(self, day: date) -> str:
        lately = [(str(each), key) for each, key in self._day_keys.items() if day - HISTORY <= each <= day]
        nearest = {
            table: (str(each), self._snapshots[table][each]) for table, each in self._nearest(day).items()
        }
        told = [
            (str(each), key)
            for each, key in sorted(self._snapshot_keys.items())
            if day - HISTORY <= each <= day + _LAST_TOLD_OF
        ]
        return hashlib.sha256(msgspec.json.encode([lately, nearest, told], order="sorted")).hexdigest()

    def _nearest(self, day: date) -> dict[str, date]:
        """By table the last snapshot up to the night after the day, or else the first one after it."""
        last = day + _NIGHT_AFTER
        return {
            table: max((each for each in days if each <= last), default=min(days))
            for table, days in sorted(self._snapshots.items())
        }

    def _show_snapshots(self, nearest: Mapping[str, date]) -> None:
        if nearest == self._shown:
            return
        days = {table: [day] for table, day in nearest.items()} | {LISTS.name: sorted(set(nearest.values()))}
        files = {
            table: [self._layout.inventory_file(table, day) for day in each] for table, each in days.items()
        }
        for gone in (file for each in files.values() for file in each if not here(file).exists()):
            hint = "restore the file, or remove the state of its snapshot and run build"
            raise DataError("a table of the inventory is gone", where=str(gone), hint=hint)
        self.bench.mount_snapshots(files, [])
        self._shown = nearest
        self.bench.fill(_SHOWN, {"table_name": "varchar", "snapshot_date": "date"}, nearest.items())
        # Tables may be of different days: of each day's lists only those that its own tables were made of.
        lists = raw.select_from_files(_LISTS, files[LISTS.name])
        known = f"semi join {_SHOWN} using (table_name, snapshot_date)"
        self._run(f"create or replace view {_LISTS} as select * from ({lists}) as every_list {known}")  # noqa: S608
        self.bench.shown(_LISTS)


@contextmanager
def days_bench(
    layout: Layout,
    warehouse: Path,
    sql: Path,
    *,
    memory_limit: str = "2GB",
    threads: int | None = None,
    engine: Engine | None = None,
) -> Iterator[DaysBench]:
    """The days that were built into `warehouse`, to be judged by the models below `sql`; it is open for writing.

    `engine` works baselines and detections out elsewhere.
    Raises: UsageError where nothing was built yet, while another process has it open, and for too little memory.
    """
    never = UsageError("there is no warehouse yet", where=str(warehouse), hint="run build first")
    if not warehouse.exists():
        raise never
    make = engine.bench if engine else Workbench
    models = read_models(sql)
    with workbench(warehouse, models, memory_limit=memory_limit, threads=threads, bench=make) as bench:
        stored = {name for (name,) in bench.connection.execute(_TABLES).fetchall()}
        if "build_state" not in stored:
            raise never
        judge = engine.judge(bench, HISTORY) if engine else Judge(bench)
        yield DaysBench(layout, bench, judge)
