"""The steps of `bench_scale` that are no command of their own, each run as a process.

python -m tests.benchmarks.scale_steps draw LAKE EVENTS DAYS     every day that is not there yet
python -m tests.benchmarks.scale_steps add LAKE EVENTS           the day after the last one
python -m tests.benchmarks.scale_steps ask LAKE QUESTION         prints what the answer took, once the warehouse is open
"""

import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import WINDOW_FILE, Ledger
from pipeline.quay.scopes import ALL
from pipeline.warehouse.query import asked
from tests.benchmarks.bench_data import draw_day
from tests.benchmarks.bench_scale import ADDED_DAY, LAST_DAY, QUESTIONS

_SEALED_AT = datetime(2026, 11, 25, tzinfo=UTC)


def draw(layout: Layout, events: int, days: int) -> None:
    """Draw the days that are missing, and seal all."""
    for number in range(days):
        _draw(layout, LAST_DAY - timedelta(days=number), events // days, seed=number)
    Ledger(layout).seal(_SEALED_AT, "0.1.0")


def add(layout: Layout, events: int) -> None:
    """Draw one day more, and seal it."""
    _draw(layout, ADDED_DAY, events, seed=ADDED_DAY.toordinal())
    Ledger(layout).seal(_SEALED_AT, "0.1.0")


def ask(layout: Layout, question: str) -> None:
    """Answer a question three times; prints what the quickest took, and the rows that were counted."""
    taken = []
    with asked(layout, layout.warehouse, QUESTIONS[question]) as answer:
        for _ in range(3):
            cpu, clock = time.process_time(), time.monotonic()
            ((groups, events),) = answer.rows()
            taken.append((time.process_time() - cpu, time.monotonic() - clock))
    cpu_seconds, wall_seconds = (round(seconds, 3) for seconds in min(taken))
    figures = {
        "cpu_seconds": cpu_seconds,
        "wall_seconds": wall_seconds,
        "groups": groups,
        "events": int(events),
    }
    json.dump(figures, sys.stdout)


def _draw(layout: Layout, day: date, events: int, *, seed: int) -> None:
    if not (layout.window(ALL, day) / WINDOW_FILE).exists():
        draw_day(layout, day, events, seed=seed)


def main() -> None:
    """Run one step."""
    step, lake, *words = sys.argv[1:]
    steps: dict[str, Callable[[Layout], None]] = {
        "draw": lambda layout: draw(layout, *map(int, words)),
        "add": lambda layout: add(layout, *map(int, words)),
        "ask": lambda layout: ask(layout, *words),
    }
    steps[step](Layout(Path(lake)))


if __name__ == "__main__":
    main()
