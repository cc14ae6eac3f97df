"""The embedded Quay over a long history, with its export worker, in a process of its own.

    python -m tests.benchmarks.registry_server --rows 1000000 --days 30
    python -m tests.benchmarks.registry_server --rows 70000 --days 14 --whole-seconds

The first line on stdout is its address. Each line on stdin is answered, as JSON, with what it has been asked so far and
what that would have cost a real server; it serves until its stdin is closed. It answers at full speed: the seconds of a
real server are added up, not waited for.
"""

import argparse
import json
import sys
from datetime import UTC, datetime, time, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from itertools import cycle, islice

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits
from pipeline.demo.server import serve
from pipeline.demo.store import Store
from tests.benchmarks.bench_repair import DAY, busy_day
from tests.benchmarks.history import LAST_DAY
from tests.worlds import AUDITOR, GRANTS, exported_rows, store_from_export

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


def busy_history(rows: int, days: int) -> Store:
    """As many rows, in office hours and bursts, as a database with whole-second times holds them."""
    entries = []
    for number in range(days):
        shift = LAST_DAY - timedelta(days=days - 1 - number) - DAY
        for entry in busy_day(rows // days, seed=number):
            at = parsedate_to_datetime(entry["datetime"]) + shift
            entries.append(entry | {"datetime": format_datetime(at)})
    return store_from_export(entries, "acme", whole_seconds=True)


def main() -> None:
    """Serve, and tell what it costs."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, required=True)
    parser.add_argument("--days", type=int, required=True)
    parser.add_argument("--whole-seconds", action="store_true")
    asked = parser.parse_args()
    history = busy_history if asked.whole_seconds else long_history
    habits = Habits(
        ssrf_allowed_hosts=frozenset({"127.0.0.0/8"}), export_poll_period=timedelta(milliseconds=20)
    )
    quay = FakeQuay(history(asked.rows, asked.days), habits=habits, clock=lambda: NOW)
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
