"""dlt's REST source against an extract, on the same histories: the rows that each keeps, its CPU and its wall clock.

    make .venv-bench/.made && python -m tests.benchmarks.bench_dlt

Two histories. `distinct_times`: microseconds, as PostgreSQL stores them, from a server at full speed. `whole_seconds`:
as MySQL and MariaDB store them, with office hours and bursts, from the embedded Quay, whose paging then loses rows as a
real one's does; ours reads it by pages alone, and as it would by itself, where exports are allowed. dlt runs in an
environment of its own, `.venv-bench`.
"""

import argparse
import json
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.benchmarks.bench_routes import served_registry
from tests.benchmarks.history import LAST_DAY
from tests.benchmarks.processes import ROOT, Usage, figures_of, rows_from_environment, run_measured
from tests.benchmarks.serving import extract, served
from tests.worlds import AUDITOR

ROWS_A_DAY = 20_000
BUSY_DAYS = 14
PYTHON = str(ROOT / ".venv-bench" / "bin" / "python")
_QUIET = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL"}


def read_with_dlt(url: str, since: str, until: str, token: str, python: str) -> tuple[int, Usage]:
    """One run of dlt from nothing; the rows that it loaded."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = (url, since, until, folder, token)
        variables = _QUIET | {"HOME": folder}
        output, usage = run_measured(
            "tests.benchmarks.dlt_reader", *arguments, folder=Path(folder), variables=variables, python=python
        )
    return int(output.split()[-1]), usage


def measure_distinct_times(
    rows: int, rounds: int, python: str, rows_a_day: int = ROWS_A_DAY
) -> dict[str, Any]:
    """Both in turn, several times, from a server at full speed."""
    taken: dict[str, list[Usage]] = {"extract": [], "dlt": []}
    kept: dict[str, int] = {}
    with served(rows, rows_a_day) as target:
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder:
                summary, usage = extract(target, Path(folder))
            kept["extract"] = summary["rows"]
            taken["extract"].append(usage)
            kept["dlt"], usage = read_with_dlt(target.url, target.since, target.until, "plain", python)
            taken["dlt"].append(usage)
    return {"rows": rows, "readers": {name: _figures(kept[name], rows, taken[name]) for name in taken}}


def measure_whole_seconds(rows: int, python: str, days: int = BUSY_DAYS) -> dict[str, Any]:
    """One run each, from the embedded Quay; extracts tell how many of their days are proven."""
    rows -= rows % days
    since = (LAST_DAY - timedelta(days=days - 1)).isoformat()
    readers = {}
    with served_registry(rows, days, "--whole-seconds") as (url, _):
        held, usage = read_with_dlt(url, since, LAST_DAY.isoformat(), AUDITOR, python)
        readers["dlt"] = _figures(held, rows, [usage])
        for route in ("pages", "auto"):
            figures, usage = _extract(url, route, days)
            verified = figures["windows"]["verified"]
            readers[f"extract_{route}"] = _figures(figures["rows"], rows, [usage]) | {
                "days_verified": verified
            }
    return {"rows": rows, "days": days, "readers": readers}


def _extract(url: str, route: str, days: int) -> tuple[dict[str, Any], Usage]:
    with tempfile.TemporaryDirectory() as folder:
        arguments = (url, route, str(Path(folder) / "lake"), "--days", str(days))
        output, usage = run_measured("tests.benchmarks.route_client", *arguments, folder=Path(folder))
    figures: dict[str, Any] = json.loads(output)
    return figures, usage


def _figures(kept: int, rows: int, usages: list[Usage]) -> dict[str, Any]:
    return {"rows_kept": kept, "rows_kept_share": round(kept / rows, 4)} | figures_of(usages, rows)


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=rows_from_environment())
    parser.add_argument("--busy-rows", type=int, default=BUSY_DAYS * 5_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--python", default=PYTHON, help="of an environment that has dlt")
    asked = parser.parse_args()
    if not os.access(asked.python, os.X_OK):
        parser.error(f"{asked.python} is not there; `make .venv-bench/.made` sets it up")
    figures = {
        "distinct_times": measure_distinct_times(asked.rows, asked.rounds, asked.python),
        "whole_seconds": measure_whole_seconds(asked.busy_rows, asked.python),
    }
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
