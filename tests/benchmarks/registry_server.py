"""The embedded Quay over a long history, with its export worker, in a process of its own.

    python -m tests.benchmarks.registry_server --rows 1000000 --days 30

The first line on stdout is its address. Each line on stdin is answered, as JSON, with what it has been asked so far and
what that would have cost a real server; it serves until its stdin is closed. It answers at full speed: the seconds of a
real server are added up, not waited for.
"""

import argparse
import json
import sys
from datetime import UTC, datetime, time, timedelta
from itertools import cycle, islice

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits
from pipeline.demo.server import serve
from pipeline.demo.store import Store
from tests.benchmarks.history import LAST_DAY
from tests.worlds import AUDITOR, GRANTS, exported_rows

NOW = datetime.combine(LAST_DAY, time(12), UTC) + timedelta(days=7)
_DAY_SECONDS = 86_400


def long_history(rows: int, days: int) -> Store:
    """So many rows of one organization on so many days: those of a recorded export, again and again, at even distances."""
    store = Store()
    store.add_user("admin", superuser=True)
    store.add_user("auditor", global_readonly_superuser=True)
    store.add_organization("acme", owners=["admin"])
    name, scopes = GRANTS["readonly_superuser"]
    store.add_token(AUDITOR, name, scopes)
    first = datetime.combine(LAST_DAY, time(), UTC) - timedelta(days=days - 1)
    distance = timedelta(seconds=days * _DAY_SECONDS / rows)
    for number, entry in enumerate(islice(cycle(exported_rows("corpus/export/acme.json.gz")), rows)):
        store.log_entry(entry, "acme", at=first + number * distance)
    return store


def main() -> None:
    """Serve, and tell what it costs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--days", type=int, required=True)
    asked = parser.parse_args()
    habits = Habits(
        ssrf_allowed_hosts=frozenset({"127.0.0.0/8"}), export_poll_period=timedelta(milliseconds=20)
    )
    quay = FakeQuay(long_history(asked.rows, asked.days), habits=habits, clock=lambda: NOW)
    worker = ExportWorker(quay, clock=lambda: NOW, post=post_over_http)
    with serve(quay, worker=worker) as url:
        print(url, flush=True)
        for _ in sys.stdin:
            paths = [target.split("?")[0].rsplit("/", 1)[-1] for _, target in quay.requests]
            cost = {
                "server_seconds": quay.server_seconds,
                "oauth_requests": sum(not target.startswith("/quay/") for _, target in quay.requests),
                "pages": paths.count("logs"),
                "counts": paths.count("aggregatelogs"),
                "exports": paths.count("exportlogs"),
            }
            print(json.dumps(cost), flush=True)


if __name__ == "__main__":
    main()
