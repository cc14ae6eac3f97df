"""One extract by one route, in a process of its own, and what it took.

python -m tests.benchmarks.route_client URL export LAKE --days 30
"""

import argparse
import json
import resource
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.cli.connection import client_to
from pipeline.config import Secret
from pipeline.extract.options import Options
from pipeline.extract.receiver import Receiver
from pipeline.extract.routes import Route
from pipeline.extract.run import extract
from pipeline.lake.layout import Layout
from pipeline.quay.scopes import org
from tests.benchmarks.history import LAST_DAY
from tests.extracts import Silent
from tests.worlds import AUDITOR


def main() -> None:
    """Extract, and print the figures as JSON. Units: seconds; bytes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("url")
    parser.add_argument("route", type=Route)
    parser.add_argument("lake", type=Path)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--concurrency", type=int, default=4)
    asked = parser.parse_args()
    before = _cpu_seconds()
    started = time.monotonic()
    stop = threading.Event()
    with (
        Receiver(("127.0.0.1", 0)) as receiver,
        client_to(asked.url, Secret(AUDITOR), stop=stop, concurrency=asked.concurrency) as client,
    ):
        summary = extract(
            client,
            Layout(asked.lake),
            [org("acme")],
            LAST_DAY - timedelta(days=asked.days - 1),
            LAST_DAY,
            options=Options(route=asked.route, concurrency=asked.concurrency),
            now=lambda: datetime.now(UTC),
            watcher=Silent(),
            stop=stop,
            receiver=receiver,
        )
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    figures = {
        "rows": summary.rows,
        "windows": summary.windows,
        "notes": summary.notes,
        "client_cpu_seconds": _cpu_seconds() - before,
        "client_peak_rss_bytes": kilobytes * (1 if sys.platform == "darwin" else 1024),
        "seconds_at_full_speed": time.monotonic() - started,
    }
    print(json.dumps(figures))


def _cpu_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    main()
