"""The demo's lake built and judged on DuckDB and on Sail, and what came of it compared: `make demo-spark`.

    python -m tests.demo_spark quay-audit-demo/lake

Sail is a Spark Connect server without a JVM, started here on 127.0.0.1. Status 5 where any event, mart,
signal or case differs; the report goes to stdout.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.detect.run import detect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.warehouse.build import build
from pipeline.warehouse.engine import Engine
from pipeline.warehouse.spark.engine import spark_engine
from tests.differences import differences
from tests.sail import sail

JUDGED_DAYS: Final = 3
_DIFFERENT: Final = 5


class Run(NamedTuple):
    """What one engine did, and the CPU seconds that it took, its server's among them."""

    warehouse: Path
    build_seconds: float
    detect_seconds: float
    events: int
    cases: int


def run_on(lake: Layout, address: str | None) -> Run:
    """Build all of a lake anew and judge its last days: on the server at `address`, or on DuckDB where that is None."""
    last = max(window.day for window in Ledger(lake).windows())
    engine: Any = spark_engine(address, str(lake.root.resolve())) if address else nullcontext()
    with engine as elsewhere:
        chosen: Engine | None = elsewhere
        start = time.process_time()
        built = build(lake, lake.warehouse, engine=chosen)
        done = time.process_time()
        judged = detect(lake, lake.warehouse, engine=chosen, since=last - timedelta(days=JUDGED_DAYS - 1))
    return Run(lake.warehouse, done - start, time.process_time() - done, built.events, judged.case_count)


def main(arguments: Sequence[str]) -> int:
    """Run both on copies of the lake that is named, and tell."""
    lake = Path(arguments[0])
    if not (lake / "log_entries").is_dir():
        raise SystemExit(f"{lake} is no lake; run quay-audit demo first")
    with tempfile.TemporaryDirectory(prefix="quay-audit-") as folder:
        runs = {}
        for name, where in (("DuckDB", None), ("Sail", sail())):
            copy = Layout(Path(folder) / name / "lake")
            shutil.copytree(lake, copy.root, ignore=shutil.ignore_patterns("events", "packed", "warehouse.*"))
            runs[name] = run_on(copy, where)
            _say(_line(name, runs[name]))
        different = differences(runs["DuckDB"].warehouse, runs["Sail"].warehouse)
    for table, (here, there) in different.items():
        _say(f"{table} differs: DuckDB {here}, Sail {there}")
    if not different:
        _say("every event, mart, signal and case is the same")
    return _DIFFERENT if different else 0


def _line(name: str, run: Run) -> str:
    return (
        f"{name}: {run.events:,} events built in {run.build_seconds:.1f} CPU s; "
        f"{JUDGED_DAYS} days judged in {run.detect_seconds:.1f} CPU s: {run.cases:,} cases"
    )


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
