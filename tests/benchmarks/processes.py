"""Programs of this checkout as processes of their own, and what the operating system says that each of them took.

The peak of memory that the system reports for a process is at least that of the process that started it. So whoever
measures imports nothing big.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

ROOT = Path(__file__).parents[2]
CORES = 2
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


class Usage(NamedTuple):
    """What a process took from its start to its end: CPU of user and system, all threads."""

    cpu_seconds: float
    wall_seconds: float
    peak_rss_bytes: int


def run_measured(
    module: str,
    *arguments: str,
    folder: Path,
    variables: Mapping[str, str] | None = None,
    python: str = sys.executable,
) -> tuple[str, Usage]:
    """Run `python -m module` in a folder; gives its stdout and its usage. Raises CalledProcessError if it fails."""
    command = [python, "-m", module, *arguments]
    started = time.monotonic()
    environment = _environment(variables or {})
    with subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    taken = Usage(usage.ru_utime + usage.ru_stime, time.monotonic() - started, usage.ru_maxrss * _RSS_UNIT)
    return output, taken


@contextmanager
def run_beside(module: str, *arguments: str) -> Iterator[tuple[IO[str], IO[str]]]:
    """Run `python -m module` for the block: its stdin, which ends it when closed, and its stdout."""
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=_environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield process.stdin, process.stdout
        finally:
            process.stdin.close()


def summary_of(values: Sequence[float]) -> dict[str, float]:
    """Minimum and median: the machine adds to a figure, and never takes from it."""
    return {"min": round(min(values), 3), "median": round(statistics.median(values), 3)}


def figures_of(usages: Sequence[Usage], rows: int) -> dict[str, Any]:
    """The usages of runs that did the same, over so many rows. Units: seconds; 1,000,000 bytes."""
    return {
        "cpu_seconds": summary_of([usage.cpu_seconds for usage in usages]),
        "cpu_seconds_per_million_rows": summary_of(
            [usage.cpu_seconds / rows * 1_000_000 for usage in usages]
        ),
        "wall_seconds": summary_of([usage.wall_seconds for usage in usages]),
        "peak_rss_mb": round(max(usage.peak_rss_bytes for usage in usages) / 1_000_000),
    }


def hold_to_two_cores() -> None:
    """Let this process and those it starts run on two cores, so that figures are of the same on any machine."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])


def rows_from_environment(factor: int = 1) -> int:
    """How many rows to measure with: BENCH_ROWS, else 200,000; times `factor`."""
    return int(os.environ.get("BENCH_ROWS", "200000")) * factor


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """That of this process, without settings of the command line and without proxies."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("QUAY_AUDIT_") and not name.lower().endswith("_proxy")
    }
    return {**inherited, "PYTHONPATH": str(ROOT), **variables}
