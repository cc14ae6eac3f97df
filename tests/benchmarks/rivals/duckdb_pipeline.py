"""Events and marts of a lake as one would write them by hand in DuckDB: no checks, no states, no safety from crashes.

    python -m tests.benchmarks.rivals.duckdb_pipeline LAKE OUT

Takes a lake that has one window a day, and makes `OUT/events/DAY.parquet` and `OUT/warehouse.duckdb`. What it does for
speed: entries are sorted before anything is worked out of them, each document is read once, and all marts that leave
out the hour and the tag are made of cells, events counted by everything else. Prints the CPU seconds of each stage as JSON.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote

import duckdb

from pipeline.quay.kinds import FAMILY_BY_KIND

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "2GB", "threads": 2}
_SQL = Path(__file__).with_name("sql")


class Pipeline:
    """One run, a day at a time."""

    def __init__(self, out: Path) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._out = out
        self._connection = duckdb.connect(config=_SETTINGS)
        self._connection.execute("set enable_progress_bar = false")
        self._connection.execute(f"attach '{out / 'warehouse.duckdb'}' as warehouse")
        self._connection.execute("create table kinds (kind varchar, kind_family varchar)")
        self._connection.executemany("insert into kinds values (?, ?)", list(FAMILY_BY_KIND.items()))

    def close(self) -> None:
        """Let go of the warehouse."""
        self._connection.close()

    def make_day(self, scope: str, day: str, entries: Path) -> None:
        """Write the events of one window, and add its rows to every mart."""
        place = {"scope": scope, "day": day}
        events = self._out / "events" / f"{day}.parquet"
        with self._timed("networks"):
            self._run("networks", entries=entries)
        with self._timed("events"):
            self._run("events", place, entries=entries, events=events)
        with self._timed("cells"):
            self._run("cells", place, entries=entries, events=events)
        for file in sorted(_SQL.glob("mart_*.sql")):
            with self._timed(file.stem):
                self._add(file.stem, place, events)

    def _add(self, mart: str, place: dict[str, str], events: Path) -> None:
        query = (_SQL / f"{mart}.sql").read_text().format(events=events)
        table = f"warehouse.{mart}"
        self._connection.execute(f"create temp table made as {query}", _asked(query, place))
        self._connection.execute(f"create table if not exists {table} as from made limit 0")
        self._connection.execute(f"insert into {table} from made")
        self._connection.execute("drop table made")

    def _run(self, name: str, place: dict[str, str] | None = None, **files: Path) -> None:
        query = (_SQL / f"{name}.sql").read_text().format(**files)
        self._connection.execute(query, _asked(query, place or {}))

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        begun = time.process_time()
        yield
        self.seconds[stage] += time.process_time() - begun


def _asked(query: str, place: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in place.items() if f"${name}" in query}


def make(lake: Path, out: Path) -> dict[str, float]:
    """Everything of a lake; gives the CPU seconds of each stage."""
    (out / "events").mkdir(parents=True)
    run = Pipeline(out)
    for file in sorted((lake / "log_entries").glob("scope=*/day=*/entries.parquet")):
        day, scope = file.parent.name.removeprefix("day="), file.parent.parent.name.removeprefix("scope=")
        run.make_day(unquote(scope), day, file)
    run.close()
    return run.seconds


def main() -> None:
    """Make everything of the lake."""
    lake, out = map(Path, sys.argv[1:])
    json.dump({stage: round(seconds, 2) for stage, seconds in make(lake, out).items()}, sys.stdout)


if __name__ == "__main__":
    main()
