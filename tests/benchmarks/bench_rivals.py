"""A build against two pipelines that were written by hand for the same events and marts: in DuckDB alone, and in polars.

    make .venv-bench/.made && BENCH_ROWS=200000 python -m tests.benchmarks.bench_rivals

First each makes everything of what a real Quay said, of examples of every actor and target, and of details that were
made to harm; then of one day of a million events (five times BENCH_ROWS), several times in turn, on two cores, DuckDB in
2 GB. What they make is compared row by row, events in their order too. The rivals check nothing, remember nothing and do
not survive being killed. Prints JSON; units: CPU seconds of whole processes, and of stages in the rivals' own clocks.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from pipeline.allocators import KEEP_FREED_MEMORY
from tests.benchmarks.processes import (
    CORES,
    ROOT,
    Usage,
    figures_of,
    hold_to_two_cores,
    rows_from_environment,
    run_measured,
)

PYTHON = str(ROOT / ".venv-bench" / "bin" / "python")


def measure(rows: int, rounds: int, pythons: dict[str, str]) -> dict[str, Any]:
    """The figures of every contender, the best of the rivals, and how often its CPU ours takes."""
    with tempfile.TemporaryDirectory() as folder:
        recorded = _lake(Path(folder) / "recorded", "recorded")
        _build(recorded)
        rows_compared = {name: _compared(recorded, name, python) for name, python in pythons.items()}
    usages: dict[str, list[Usage]] = {"ours": [], **{name: [] for name in pythons}}
    stages: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        drawn = _lake(Path(folder) / "drawn", "drawn", str(rows))
        for turn in range(rounds):
            usages["ours"].append(_build(drawn))
            for name, python in pythons.items():
                stages[name], usage = _rival(drawn, name, python, Path(folder) / f"{name}-{turn}")
                usages[name].append(usage)
        for name in pythons:
            _check(drawn, Path(folder) / f"{name}-0")
    cpu = {name: min(each.cpu_seconds for each in taken) for name, taken in usages.items()}
    best = min(pythons, key=lambda name: cpu[name])
    return {
        "events": rows,
        "rows_compared": {"recorded": rows_compared, "drawn": "all, equal"},
        "contenders": {name: figures_of(taken, rows) for name, taken in usages.items()},
        "stages": stages,
        "best_rival": best,
        "ours_to_best": round(cpu["ours"] / cpu[best], 2),
    }


def _lake(folder: Path, *words: str) -> Path:
    which, *events = words
    folder.mkdir()
    run_measured("tests.benchmarks.rivals.lakes", which, str(folder / "lake"), *events, folder=folder)
    return folder / "lake"


def _build(lake: Path) -> Usage:
    words = ("build", "--full", "--lake", str(lake), "--memory-limit", "2GB", "--quiet")
    _, usage = run_measured("pipeline", *words, folder=lake)
    return usage


def _rival(lake: Path, name: str, python: str, out: Path) -> tuple[dict[str, float], Usage]:
    variables = {
        **KEEP_FREED_MEMORY,
        "POLARS_MAX_THREADS": str(CORES),
    }  # what a build is told, a rival is told too
    out.mkdir()
    output, usage = run_measured(
        f"tests.benchmarks.rivals.{name}_pipeline",
        str(lake),
        str(out),
        folder=out,
        variables=variables,
        python=python,
    )
    return json.loads(output), usage


def _compared(lake: Path, name: str, python: str) -> int:
    """How many rows of the rival were compared, all of them equal."""
    with tempfile.TemporaryDirectory() as folder:
        _rival(lake, name, python, Path(folder) / "out")
        return _check(lake, Path(folder) / "out")


def _check(lake: Path, out: Path) -> int:
    """Ends the program where the rival made anything else: one that computes less is no rival."""
    output, _ = run_measured("tests.benchmarks.rivals.check", str(lake), str(out), folder=lake)
    tables: dict[str, dict[str, int]] = json.loads(output)
    if wrong := [f"{name}: {each['differing']}" for name, each in tables.items() if each["differing"]]:
        raise SystemExit(f"{out.name} differs from the build in {', '.join(wrong)} rows")
    return sum(each["rows"] for each in tables.values())


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=rows_from_environment(factor=5))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=PYTHON, help="of an environment that has polars")
    asked = parser.parse_args()
    if not os.access(asked.python, os.X_OK):
        parser.error(f"{asked.python} is not there; `make .venv-bench/.made` sets it up")
    hold_to_two_cores()
    pythons = {"duckdb": sys.executable, "polars": asked.python}
    print(json.dumps(measure(asked.rows, asked.rounds, pythons), indent=2))


if __name__ == "__main__":
    main()
