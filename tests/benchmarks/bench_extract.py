"""An extract from a server at full speed, page by page to verified Parquet, against what people write instead.

    python -m tests.benchmarks.bench_extract --rows 1000000

The server is a process of its own. Every contender reads the same pages in turn, as a process of its own, several times;
what it took is what the operating system says, start of Python included. Requests are those that the server counted.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.history import PAGE_ROWS, History
from tests.benchmarks.processes import Usage, figures_of, rows_from_environment, run_measured
from tests.benchmarks.serving import Served, extract, served

ROWS_A_DAY = 20_000
OURS = "extract"
_PAGES_BEYOND_THE_ROWS = 2


def _extract(target: Served, folder: Path, *options: str) -> tuple[int, Usage]:
    summary, usage = extract(target, folder, *options)
    assert summary["windows"]["verified"] == sum(summary["windows"].values())
    return summary["rows"], usage


def _read(module: str, target: Served, folder: Path, *more: str) -> tuple[int, Usage]:
    output, usage = run_measured(module, target.url, target.since, target.until, *more, folder=folder)
    return int(output), usage


CONTENDERS: dict[str, Callable[[Served, Path], tuple[int, Usage]]] = {
    OURS: _extract,
    "extract_one_chain": lambda target, folder: _extract(target, folder, "--concurrency", "1"),
    "httpx2_threads_that_drop_pages": lambda target, folder: _read(
        "tests.benchmarks.bare_reader", target, folder
    ),
    "plain_requests_to_parquet": lambda target, folder: _read(
        "tests.benchmarks.plain_reader", target, folder, str(folder)
    ),
}


def measure(rows: int, rounds: int, rows_a_day: int = ROWS_A_DAY) -> dict[str, Any]:
    """What every contender takes, their ratios round by round, and the requests of one extract."""
    usages: dict[str, list[Usage]] = {name: [] for name in CONTENDERS}
    with served(rows, rows_a_day) as target:
        for _ in range(rounds):
            for name, run in CONTENDERS.items():
                with tempfile.TemporaryDirectory() as folder:
                    before = target.requests()
                    read, usage = run(target, Path(folder))
                    assert read == rows, f"{name} read {read} rows of {rows}; before it {before}"
                    usages[name].append(usage)
                    if name == OURS:
                        asked, lake_bytes = target.requests(), _size(Path(folder))
        requests = _requests(target.history, asked)
    return {
        "rows": rows,
        "rounds": rounds,
        "contenders": {name: figures_of(taken, rows) for name, taken in usages.items()},
        "cpu_of_others_to_extract": {
            name: _ratio(taken, usages[OURS]) for name, taken in usages.items() if name != OURS
        },
        "requests_of_an_extract": requests,
        "parquet_bytes_a_row": round(lake_bytes / rows, 1),
    }


def _ratio(others: list[Usage], ours: list[Usage]) -> float:
    """The median of the ratios round by round: neighbours in time share the machine's speed."""
    return round(
        median(other.cpu_seconds / own.cpu_seconds for other, own in zip(others, ours, strict=True)), 2
    )


def _requests(history: History, asked: dict[str, Any]) -> dict[str, int]:
    """What the server was asked for, against what there was: the bound is the full pages and two more a window."""
    pages = {date.fromisoformat(day): count for day, count in asked["pages"].items()}
    with_rows = [day for day, rows in history.rows_by_day.items() if rows]
    beyond = {day: pages.get(day, 0) - -(-history.rows_on(day) // PAGE_ROWS) for day in with_rows}
    return {
        "windows_with_rows": len(with_rows),
        "empty_windows": len(history.rows_by_day) - len(with_rows),
        "pages": sum(pages.values()),
        "counts": asked["counts"],
        "most_pages_beyond_the_rows_of_a_window": max(beyond.values()),
        "windows_over_the_bound": sum(more > _PAGES_BEYOND_THE_ROWS for more in beyond.values()),
        "pages_of_empty_windows": sum(pages[day] for day in pages if not history.rows_on(day)),
    }


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*.parquet"))


def main() -> None:
    """Measure; JSON on stdout."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=rows_from_environment())
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.rows, asked.rounds), indent=2))


if __name__ == "__main__":
    main()
