"""The same lake built and judged on DuckDB and on Sail, each in processes of their own, and whether it came to the same.

    BENCH_ROWS=1000000 python -m tests.benchmarks.bench_engines

Sail runs in the process that asks it, so that its CPU and memory are in the figures of that. Prints JSON.
"""

import json
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from pipeline.allocators import keep_freed_memory
from tests.benchmarks.processes import ROOT, run_measured

DAYS: Final = 10
JUDGED_DAYS: Final = 2
_MODULE: Final = "tests.benchmarks.bench_engines"


def measure(rows: int, *, days: int = DAYS, judged_days: int = JUDGED_DAYS) -> dict[str, Any]:
    """What either engine takes to build a lake of so many entries from nothing, and to judge its last days.

    Units: CPU seconds and wall seconds of a process from its start to its end; 1,000,000 bytes.
    """
    with tempfile.TemporaryDirectory(prefix="quay-audit-bench-") as name:
        folder = Path(name)
        run_measured(_MODULE, "draw", str(folder / "lake"), str(rows), str(days), folder=ROOT)
        figures: dict[str, Any] = {"rows": rows, "days": days, "judged_days": judged_days}
        for engine in ("duckdb", "sail"):
            shutil.copytree(folder / "lake", folder / engine)
            for step in ("build", "detect"):
                _, usage = run_measured(
                    _MODULE, step, str(folder / engine), engine, str(judged_days), folder=ROOT
                )
                figures[f"{engine}_{step}"] = {
                    "cpu_seconds": round(usage.cpu_seconds, 1),
                    "wall_seconds": round(usage.wall_seconds, 1),
                    "peak_mb": round(usage.peak_rss_bytes / 1e6),
                }
        said, _ = run_measured(_MODULE, "compare", str(folder / "duckdb"), str(folder / "sail"), folder=ROOT)
        figures |= json.loads(said)
        return figures


def draw(lake: Path, rows: int, days: int) -> None:
    """Write the lake that both are measured on: its evidence alone."""
    from pipeline.lake.layout import Layout
    from tests.benchmarks.bench_data import LAST_DAY, draw_day

    for number in range(days):
        draw_day(Layout(lake), LAST_DAY - timedelta(days=number), rows // days, seed=number)


def run(step: str, lake: Path, name: str, judged_days: int) -> None:
    """One step on one engine, as its command does it."""
    if step == "build":
        keep_freed_memory(os.environ)
    from pipeline.detect.run import detect
    from pipeline.lake.layout import Layout
    from pipeline.warehouse.build import build
    from pipeline.warehouse.spark.engine import spark_engine
    from tests.benchmarks.bench_data import LAST_DAY
    from tests.sail import sail

    layout = Layout(lake)
    with ExitStack() as stack:
        engine = None
        if name == "sail":
            engine = stack.enter_context(spark_engine(sail(), str(lake.resolve())))
        if step == "build":
            build(layout, layout.warehouse, engine=engine)
        else:
            detect(layout, layout.warehouse, engine=engine, since=LAST_DAY - timedelta(days=judged_days - 1))


def compare(one: Path, other: Path) -> None:
    """Print whether the two warehouses are the same, events among it, and how much there is of what."""
    from pipeline.lake.layout import Layout
    from tests.differences import differences

    different = differences(Layout(one).warehouse, Layout(other).warehouse)
    json.dump({"tables_that_differ": sorted(different)}, sys.stdout)


def main(arguments: list[str]) -> None:
    """Measure, or do one part of it where that is asked for."""
    match arguments:
        case ["draw", lake, rows, days]:
            draw(Path(lake), int(rows), int(days))
        case ["compare", one, other]:
            compare(Path(one), Path(other))
        case [step, lake, engine, judged_days]:
            run(step, Path(lake), engine, int(judged_days))
        case _:
            json.dump(measure(int(os.environ.get("BENCH_ROWS", "200000"))), sys.stdout, indent=2)
            sys.stdout.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
