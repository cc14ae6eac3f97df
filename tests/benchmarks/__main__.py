"""Every benchmark in turn: one JSON document on stdout, progress and a table for people on stderr.

    python -m tests.benchmarks                                   all of them
    BENCH_ROWS=1000000 python -m tests.benchmarks extract day    two of them, over a million rows (200,000 if not said)

A benchmark is a module `bench_*` of this folder that prints JSON when it is run. Each runs in a process of its own.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.processes import ROOT

_PREFIX = "bench_"
_LIBRARIES = ("httpx2", "msgspec", "pyarrow", "duckdb", "requests", "pandas")


def names() -> list[str]:
    """What can be measured, found by the files that are there."""
    return sorted(file.stem.removeprefix(_PREFIX) for file in Path(__file__).parent.glob(f"{_PREFIX}*.py"))


def run(name: str) -> dict[str, Any]:
    """The figures of one benchmark, and how they are had again."""
    command = ["python", "-m", f"tests.benchmarks.{_PREFIX}{name}"]
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, *command[1:]], cwd=ROOT, stdout=subprocess.PIPE, check=True, text=True
    )
    return {
        "command": " ".join([*_sizes(), *command]),
        "seconds": round(time.monotonic() - started, 1),
        "figures": json.loads(done.stdout),
    }


def machine() -> dict[str, Any]:
    """What the figures depend on. `load` is how many processes wanted to run when the benchmarks began."""
    return {
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "libraries": {name: version for name in _LIBRARIES if (version := _version(name))},
    }


def table(figures: Any, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Every number with the names that lead to it, a line each."""
    if isinstance(figures, dict):
        for name, value in figures.items():
            yield from table(value, (*path, str(name)))
    else:
        yield f"  {' / '.join(path):<90} {figures}"


def _sizes() -> list[str]:
    return [f"BENCH_ROWS={os.environ['BENCH_ROWS']}"] if "BENCH_ROWS" in os.environ else []


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    lines = told.read_text().splitlines() if told.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor()


def _version(library: str) -> str:
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return ""


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", nargs="*", help=f"one or more of: {', '.join(names())} (default: all)")
    wanted = parser.parse_args().name or names()
    if unknown := set(wanted) - set(names()):
        parser.error(f"no benchmark is called {', '.join(sorted(unknown))}")
    document: dict[str, Any] = {"machine": machine(), "benchmarks": {}}
    for name in wanted:
        print(f"{name} ...", file=sys.stderr)
        found = run(name)
        document["benchmarks"][name] = found
        print(f"{name}: {found['command']} ({found['seconds']} s)", file=sys.stderr)
        print("\n".join(table(found["figures"])), file=sys.stderr)
    print(json.dumps(document, indent=2))


if __name__ == "__main__":
    main()
