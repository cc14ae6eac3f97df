"""What it costs to judge a day, with a hundred days before it: every detection and every baseline that it reads.

python -m tests.benchmarks.bench_detect --events-a-day 1000000 --days 100

The events are drawn as for the baselines. The last days are drawn one by one; the marts of the days before them are
copies of those, so that a long history takes no long time to make. The run is a process of its own, so that its CPU
seconds and its peak memory are its own. Prints JSON.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from pipeline.bundle import bundled
from pipeline.detect.rules import read_detections
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State, WindowState
from pipeline.warehouse.days import days_bench
from pipeline.warehouse.models import Layer, Period, read_models
from pipeline.warehouse.shelf import DAYS, SNAPSHOTS, DayState, Shelf
from pipeline.warehouse.workbench import WAREHOUSE, Workbench, workbench
from tests.benchmarks.bench_baselines import DRAW

_ROOT = Path(__file__).parents[2]
_LAST_DAY = date(2026, 11, 20)
_DRAWN = 3
_COSTLIEST = 8

_JUDGE = """
import json, sys
from datetime import date
from pathlib import Path
from pipeline.detect.run import detect
from pipeline.lake.layout import Layout
layout = Layout(Path(sys.argv[1]))
day = date.fromisoformat(sys.argv[2])
summary = detect(
    layout, layout.warehouse, since=day, until=day, memory_limit=sys.argv[3], threads=int(sys.argv[4]), full=True
)
peak = Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]
json.dump({"signals": summary.signal_count, "cases": summary.case_count, "peak_rss_mb": int(peak) // 1024}, sys.stdout)
"""


def main() -> None:
    """Print what judging a day costs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--events-a-day", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=100)
    parser.add_argument("--memory-limit", default="2GB")
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        layout = Layout(Path(folder) / "lake")
        _make_lake(layout, asked.events_a_day, asked.days)
        figures = {
            "events_a_day": asked.events_a_day,
            "days": asked.days,
            "memory_limit": asked.memory_limit,
            "threads": asked.threads,
            "warehouse_mb": round(layout.warehouse.stat().st_size / 1e6),
            "judged": _judge_apart(layout, asked.memory_limit, asked.threads),
            **_costs(layout, asked.memory_limit, asked.threads),
        }
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _judge_apart(layout: Layout, memory_limit: str, threads: int) -> dict[str, Any]:
    begun = time.monotonic()
    command = [sys.executable, "-c", _JUDGE, str(layout.root), str(_LAST_DAY), memory_limit, str(threads)]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"the run failed ({child.returncode})")
    cpu = {
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "wall_seconds": round(time.monotonic() - begun, 2),
    }
    said_of_run: dict[str, Any] = json.loads(said)
    return cpu | said_of_run


def _costs(layout: Layout, memory_limit: str, threads: int) -> dict[str, Any]:
    """CPU seconds of all baselines and detections, those included that have no inventory here, and of the costliest.

    Each without what it reads.
    """
    costs = {}
    sql = bundled("sql")
    with days_bench(layout, layout.warehouse, sql, memory_limit=memory_limit, threads=threads) as days:
        days.turn_to(_LAST_DAY)
        for model in days.bench.models:
            if model.layer is Layer.BASELINES:
                begun = time.process_time()
                days.judge.prepare([model.name])
                costs[model.name] = round(time.process_time() - begun, 2)
        for detection in read_detections(sql):
            begun = time.process_time()
            days.judge.find(detection.query, detection.reads, detection.params, detection.id)
            costs[detection.id] = round(time.process_time() - begun, 2)
    costliest = sorted(costs.items(), key=lambda item: -item[1])
    return {
        "every_query_cpu_seconds": round(sum(costs.values()), 2),
        "costliest": dict(costliest[:_COSTLIEST]),
    }


def _make_lake(layout: Layout, events: int, days: int) -> None:
    """The events of the last days, and the marts of all."""
    models = read_models(bundled("sql"))
    with workbench(layout.warehouse, models, memory_limit="3GB", threads=2) as bench:
        Shelf(bench, SNAPSHOTS).prepare()
        shelf = Shelf(bench, DAYS)
        shelf.prepare()
        for number in range(_DRAWN):
            day = _LAST_DAY - timedelta(days=number)
            _draw(layout, day, events, number)
            bench.mount([_window(day, events)], [])
            bench.mount_events([layout.events_file(day)])
            bench.make_marts(Period.DAY)
            shelf.put(day, DayState("drawn", "drawn", events))
        for number in range(_DRAWN, days, _DRAWN):
            _copy_back(bench, number)


def _copy_back(bench: Workbench, days: int) -> None:
    """The marts of the days that were drawn, once more, so many days earlier."""
    for model in bench.models:
        if model.is_stored and model.period is Period.DAY:
            table = f"{WAREHOUSE}.{model.published_name}"
            drawn = (
                f"select * replace (day - $days::integer as day) from {table} where day > $last - {_DRAWN}"  # noqa: S608
            )
            bench.connection.execute(f"insert into {table} {drawn}", {"days": days, "last": _LAST_DAY})


def _draw(layout: Layout, day: date, events: int, seed: int) -> None:
    file = layout.events_file(day)
    file.parent.mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(DRAW.format(file=file), {"day": day, "seed": seed, "events": events})


def _window(day: date, events: int) -> WindowState:
    return WindowState(
        scope="all",
        day=day,
        state=State.VERIFIED,
        routes=["pages"],
        rows=events,
        rows_by_kind={"pull_repo": events},
        expected_by_kind={"pull_repo": events},
        missing_by_kind={},
        excess_by_kind={},
        unknown_kinds={},
        unknown_keys={},
        requests=0,
        file_sha256="",
        rows_sha256="",
        fetched_at=datetime(2026, 11, 25, tzinfo=UTC),
        server_url="https://quay.example",
        tool_version="0.1.0",
        notes=[],
    )


if __name__ == "__main__":
    main()
