"""Pages to verified Parquet, without HTTP: what reading, checking, sorting and writing cost by themselves.

    python -m tests.benchmarks.bench_pages --rows 1000000

The pages of a day are made before the clock starts. Then the window is read, proven and written by the code of an
extract, by one thread, from a client that has every answer already.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx2

from pipeline.extract.counts import CountsCache
from pipeline.extract.fetch import PageFetcher
from pipeline.extract.record import Recorder
from pipeline.extract.windows import Need, PlannedWindow, Window
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from pipeline.quay.client import QuayClient
from pipeline.quay.inventory import Directory
from pipeline.quay.logs import stream_of
from pipeline.quay.scopes import org
from pipeline.quay.throttle import Throttle
from tests.benchmarks.history import LAST_DAY, History
from tests.benchmarks.processes import rows_from_environment

ROWS_A_DAY = 20_000

T = TypeVar("T")


class Answered(QuayClient):
    """A client that asks nobody: the next answer is there already."""

    def __init__(self) -> None:
        super().__init__(
            "http://127.0.0.1", None, transport=httpx2.BaseTransport(), throttle=Throttle(ceiling=1)
        )
        self.bodies: Iterator[bytes] = iter(())

    def get(self, path: str, query: Mapping[str, str], read: Callable[[bytes], T], *, where: str) -> T:
        """What `read` makes of the next answer."""
        return read(next(self.bodies))


def measure(rows: int, rounds: int, rows_a_day: int = ROWS_A_DAY) -> dict[str, Any]:
    """CPU seconds of this process for all windows of a history; units as named."""
    history = History(rows, rows_a_day)
    spent = []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            spent.append(_cpu_seconds(history, Path(folder)))
    per_million = [seconds / rows * 1_000_000 for seconds in spent]
    return {
        "rows": rows,
        "rounds": rounds,
        "cpu_seconds_per_million_rows": {
            "min": round(min(per_million), 2),
            "median": round(statistics.median(per_million), 2),
        },
    }


def _cpu_seconds(history: History, folder: Path) -> float:
    client = Answered()
    fetcher = _fetcher(client, history, folder)
    seconds = 0.0
    for day in history.rows_by_day:
        client.bodies = iter(list(history.bodies(day)))
        planned = PlannedWindow(Window(org("acme"), day), Need.FETCH, dict(history.kinds_on(day)))
        started = time.process_time()
        state = fetcher.fetch(stream_of(org("acme")), planned)
        seconds += time.process_time() - started
        assert (state.state, state.rows) == (State.VERIFIED, history.rows_on(day))
    return seconds


def _fetcher(client: QuayClient, history: History, folder: Path) -> PageFetcher:
    layout = Layout(folder)
    now = datetime.combine(LAST_DAY + timedelta(days=7), datetime.min.time(), UTC)
    return PageFetcher(
        client,
        Recorder(layout, client.url, now=lambda: now, grace=timedelta(hours=1)),
        Directory(client),
        CountsCache(client, history.first_day, LAST_DAY),
        layout.staging,
        requests_per_row=0.0,
        on_page=lambda page: None,
    )


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
