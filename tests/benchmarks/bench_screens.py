"""How long the dashboard's server works on each screen of a lake, and how much memory it takes.

    python -m tests.benchmarks.bench_screens --lake quay-audit-bench/lake

Each screen is asked for as a browser does, over the WebSocket, until the server says that it is drawn: `cold` as the
first thing that a new process is asked for, imports included; `new` in a process that has drawn other screens, by
somebody whose period nobody asked for; `warm` by the next who opens the same link. Entities are the busiest of each
sort. The period is the usual one, and one day shorter for `new` and `warm`. Prints JSON; units: seconds, and CPU
seconds of the dashboard's process.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import duckdb
import psutil
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from app.views.registry.parts import PARTS
from pipeline.lake.layout import Layout
from tests.browser.apps import App, running

USUAL_DAYS = 30
_SECONDS_TO_DRAW = 120.0
_BUSIEST = {
    "robot": """
        select credential from mart_credential_habit_daily
        where habit = 'kind' and performer_kind = 'robot'
        group by all order by sum(event_count) desc, 1 limit 1
    """,
    "user": """
        select 'user:' || performer_name from mart_performer_kind_daily
        where performer_kind = 'user'
        group by all order by sum(event_count) desc, 1 limit 1
    """,
    "network": """
        select 'network:' || network from mart_network_daily
        where network is not null
        group by all order by sum(event_count) desc, 1 limit 1
    """,
    "repository": """
        select 'repository:' || namespace_name || '/' || repository_name from mart_repository_daily
        group by all order by sum(event_count) desc, 1 limit 1
    """,
    "namespace": """
        select 'namespace:' || namespace_name from mart_namespace_kind_daily
        where namespace_name is not null
        group by all order by sum(event_count) desc, 1 limit 1
    """,
}
_LAST_DAY = "select max(day) from build_state"
_NEWEST_CASE = "select case_id from cases order by day desc, score desc, case_id limit 1"


@dataclass(frozen=True)
class Screen:
    """A link: the path of the screen, the last day that it shows, and what else stands behind the `?`."""

    path: str
    until: date
    address: dict[str, str] = field(default_factory=dict)

    def query(self, days: int) -> str:
        """The address with a period of so many days."""
        since = self.until - timedelta(days=days - 1)
        return urlencode({"since": since.isoformat(), "until": self.until.isoformat(), **self.address})


class SlowScreenError(Exception):
    """A screen that is not drawn in time, or not at all."""


def main() -> None:
    """Measure every screen."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lake", type=Path, default=Path("quay-audit-bench/lake"))
    parser.add_argument("--only", nargs="*", help="names of screens, as the figures have them")
    asked = parser.parse_args()
    screens = {
        name: screen
        for name, screen in screens_of(Layout(asked.lake)).items()
        if not asked.only or name in asked.only
    }
    json.dump(measure(asked.lake, screens), sys.stdout, indent=2)
    sys.stdout.write("\n")


def screens_of(layout: Layout) -> dict[str, Screen]:
    """Every screen, and the entity of each sort that has the most events; the newest case."""
    with duckdb.connect(str(layout.warehouse), read_only=True) as connection:
        ((until,),) = connection.execute(_LAST_DAY).fetchall()
        paths = ("cases", "credentials", "registry", "coverage", "sql", "reports")
        found = {"overview": Screen("", until)} | {path: Screen(path, until) for path in paths}
        found["search"] = Screen("entity", until)
        found |= {f"registry: {part}": Screen("registry", until, {"part": part}) for part in PARTS}
        for sort, question in _BUSIEST.items():
            for (subject,) in connection.execute(question).fetchall():
                found[sort] = Screen("entity", until, {"subject": subject})
        for (case_id,) in connection.execute(_NEWEST_CASE).fetchall():
            found["case"] = Screen("cases", until, {"case": case_id})
    return found


def measure(lake: Path, screens: dict[str, Screen]) -> dict[str, Any]:
    """The figures of each screen, and the memory that a process has taken at the end that drew all of them."""
    figures: dict[str, dict[str, float]] = {}
    for name, screen in screens.items():
        with running(lake) as app:
            figures[name] = {"cold": _seconds(app, screen, USUAL_DAYS)}
            figures[name]["cold_peak_mb"] = _peak_mb(app)
        sys.stderr.write(f"{name}: {figures[name]}\n")
    with running(lake) as app:
        for screen in screens.values():  # as on a morning: everything was looked at once
            _seconds(app, screen, USUAL_DAYS)
        for name, screen in screens.items():
            before = _cpu(app)
            figures[name]["new"] = _seconds(app, screen, USUAL_DAYS - 1)
            figures[name]["new_cpu"] = round(_cpu(app) - before, 2)
            figures[name]["warm"] = _seconds(app, screen, USUAL_DAYS - 1)
            sys.stderr.write(f"{name}: {figures[name]}\n")
        return {"screens": figures, "peak_mb": _peak_mb(app)}


def _seconds(app: App, screen: Screen, days: int) -> float:
    """How long the server took to draw one screen for somebody new."""
    with _session(app) as session:
        asked = BackMsg()
        asked.rerun_script.query_string = screen.query(days)
        asked.rerun_script.page_name = screen.path
        begun = time.perf_counter()
        session.send(asked.SerializeToString())
        _await_the_end(session, screen)
        return round(time.perf_counter() - begun, 2)


def _await_the_end(session: ClientConnection, screen: Screen) -> None:
    deadline = time.monotonic() + _SECONDS_TO_DRAW
    while True:
        try:
            message = ForwardMsg.FromString(session.recv(timeout=deadline - time.monotonic(), decode=False))
        except TimeoutError:
            raise SlowScreenError(f"{screen.path} {screen.address} is not drawn") from None
        if message.delta.new_element.HasField("exception"):
            raise SlowScreenError(
                f"{screen.path} {screen.address}: {message.delta.new_element.exception.message}"
            )
        if message.WhichOneof("type") == "script_finished":
            return


@contextmanager
def _session(app: App) -> Iterator[ClientConnection]:
    address = f"ws://127.0.0.1:{app.port}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, proxy=None) as session:  # type: ignore[list-item]
        yield session


def _cpu(app: App) -> float:
    spent = psutil.Process(app.pid).cpu_times()
    return float(spent.user + spent.system)


def _peak_mb(app: App) -> int:
    status = Path(f"/proc/{app.pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    main()
