"""What it costs to export a million events, all of one day, to each format.

BENCH_ROWS=200000 python -m tests.benchmarks.bench_export

The entries are drawn as in `bench_data`; each export is the command itself, in a process of its own. Prints JSON.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from tests.benchmarks.processes import ROOT, figures_of, rows_from_environment, run_measured

_LAKE: Final = """
import sys
from pathlib import Path
from pipeline.lake.layout import Layout
from pipeline.warehouse.build import build
from tests.benchmarks.bench_data import LAST_DAY, draw_day
layout = Layout(Path(sys.argv[1]))
draw_day(layout, LAST_DAY, int(sys.argv[2]), seed=1)
build(layout, layout.warehouse)
"""
_TO_A_FILE: Final = ("ndjson", "ocsf", "ecs", "csv", "parquet")
_SECURITY_LAKE: Final = ("--region", "eu-west-1", "--account", "123456789012")


def main() -> None:
    """Print what each export cost."""
    rows = rows_from_environment(factor=5)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", _LAKE, str(folder / "lake"), str(rows)]
        subprocess.run(command, check=True, env=environment, cwd=ROOT)
        figures = {"events": rows, **{each: _measured(folder, each, rows) for each in _TO_A_FILE}}
        figures["security_lake"] = _measured(folder, "ocsf", rows, "--security-lake", "s", *_SECURITY_LAKE)
    json.dump(figures, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _measured(folder: Path, format_name: str, rows: int, *to: str) -> dict[str, Any]:
    place = to or ("--out", f"events.{format_name}")
    words = ("export", "--lake", "lake", "--format", format_name, "--json", *place)
    output, usage = run_measured("pipeline", *words, folder=folder)
    summary = json.loads(output)
    if summary["events"] != rows:
        raise SystemExit(f"{summary['events']} events were exported, not {rows}")
    size = sum((folder / file).stat().st_size for file in summary["files"])
    for file in summary["files"]:
        (folder / file).unlink()
    return {**figures_of([usage], rows), "bytes_per_event": round(size / rows)}


if __name__ == "__main__":
    main()
