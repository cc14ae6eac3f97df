"""Events and marts of a lake as one would write them by hand in polars: no checks, no states, no safety from crashes.

    python -m tests.benchmarks.rivals.polars_pipeline LAKE OUT

Takes a lake that has one window a day, and makes `OUT/events/DAY.parquet` and `OUT/mart_*/DAY.parquet`. What it does
for speed: each text of details is read once however often it comes, rows are sorted by one number, and marts are made
of cells, events counted by everything but hour and tag. Prints the CPU seconds of each stage as JSON.
"""

import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import polars as pl

from tests.benchmarks.rivals.cells import cells_of, listed
from tests.benchmarks.rivals.details import told_of
from tests.benchmarks.rivals.events import events_of, order_of, placed
from tests.benchmarks.rivals.marts import MARTS

_EVENT_COLUMNS = listed(
    "scope position occurred_at kind kind_family namespace_name namespace_kind repository_name performer_name "
    "performer_is_robot performer_kind credential_kind credential_id credential_name ip network country_code "
    "user_agent user_agent_family tag manifest_digest target_name metadata"
)


class Pipeline:
    """One run, a day at a time."""

    def __init__(self, out: Path) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._out = out

    def make_day(self, scope: str, day: date, file: Path) -> None:
        """Write the events of one window, and its rows of every mart."""
        with self._timed("read"):
            entries = pl.read_parquet(file, hive_partitioning=False).drop("extra")
        with self._timed("details"):
            entries = told_of(entries)
        with self._timed("derive"):
            events = events_of(placed(entries, scope))
        with self._timed("sort"):
            events = events[order_of(events)]
        with self._timed("write"):
            events.select(_EVENT_COLUMNS).write_parquet(self._file("events", day), compression_level=3)
        with self._timed("cells"):
            cells = cells_of(events)
        for name, make in MARTS.items():
            with self._timed(name):
                make(events, cells, day).write_parquet(self._file(name, day))

    def _file(self, name: str, day: date) -> Path:
        (self._out / name).mkdir(parents=True, exist_ok=True)
        return self._out / name / f"{day}.parquet"

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        begun = time.process_time()
        yield
        self.seconds[stage] += time.process_time() - begun


def main() -> None:
    """Make everything of the lake."""
    lake, out = map(Path, sys.argv[1:])
    run = Pipeline(out)
    for file in sorted((lake / "log_entries").glob("scope=*/day=*/entries.parquet")):
        day, scope = file.parent.name.removeprefix("day="), file.parent.parent.name.removeprefix("scope=")
        run.make_day(unquote(scope), date.fromisoformat(day), file)
    json.dump({stage: round(seconds, 2) for stage, seconds in run.seconds.items()}, sys.stdout)


if __name__ == "__main__":
    main()
