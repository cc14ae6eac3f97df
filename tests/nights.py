"""Nights over a small registry, without network or waiting; and nights that are shot dead at a moment of a step.

`python -m tests.nights` reads orders from stdin, a JSON line each, forks a child for each and answers with the child's
exit status: to import everything once is what makes ten nights a matter of seconds.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2
import msgspec

from pipeline.cli.status import Status
from pipeline.config import Secret
from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.store import Store
from pipeline.detect.notices import Notice
from pipeline.detect.notify import Send, Target, sender_through_apprise, targets_from_secret
from pipeline.detect.signals import Severity
from pipeline.extract.options import Options
from pipeline.lake.layout import Layout
from pipeline.nightly.plan import Judging, Plan, Server, Telling
from pipeline.nightly.run import run_night
from pipeline.nightly.spans import Span, no_spans
from pipeline.nightly.summary import NightSummary
from pipeline.quay.client import QuayClient
from tests.crashes import warm
from tests.extracts import Handler, client_of
from tests.small_quay import at, small_store

ROOT = Path(__file__).parents[1]
FIRST = date(2026, 11, 1)
KEEP_DAYS = 12
KILLED = -signal.SIGKILL
_USUAL = ("web", "api", "db")
_DAYS = 14
_SWEEPS = {3: "alice", 6: "bob", 9: "carol"}
"""On which days after FIRST who pulls repositories that are new to them: three high cases, if one looks."""


def night_of(day: date) -> datetime:
    """The time of the night after a day: two in the morning."""
    return datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(days=1)


def registry_store(days: int = _DAYS) -> Store:
    """Pulls of a robot on every day, and three sweeps of people."""
    store = small_store()
    store.add_user("carol")
    store.add_robot("acme", "ci")
    for offset in range(days):
        day = FIRST + timedelta(days=offset)
        for n in range(25):
            _pull(store, at(day, 3_000 + 61 * n), "acme+ci", _USUAL[n % 3])
        for n, repository in enumerate(_USUAL if offset in _SWEEPS else ()):
            _pull(store, at(day, 40_000 + 60 * n), _SWEEPS[offset], repository)
    return store


def _pull(store: Store, moment: datetime, performer: str, repository: str) -> None:
    details = {"repo": repository, "namespace": "acme", "tag": "v1"}
    store.log(
        "pull_repo",
        moment,
        "acme",
        performer=performer,
        repository=repository,
        ip="203.0.113.1",
        metadata=details,
    )


class Post:
    """Takes every message, and keeps its title; refuses while `is_deaf`."""

    def __init__(self) -> None:
        self.titles: list[str] = []
        self.is_deaf = False

    def sender(self, targets: object) -> Send:
        """As `sender_through_apprise`."""
        return self.send

    def send(self, target: Target, notice: Notice) -> bool:
        """Whether it was taken."""
        if not self.is_deaf:
            self.titles.append(notice.title)
        return not self.is_deaf


class Events:
    """A log that only remembers."""

    def __init__(self) -> None:
        self.all: list[tuple[str, str, dict[str, Any]]] = []

    def __call__(self, level: str, event: str, words: str, **facts: Any) -> None:
        self.all.append((level, event, facts))


def plan_of(
    lake: Path,
    handler: Handler,
    now: Callable[[], datetime],
    *,
    sql: Path | None,
    post: Post | None = None,
    server: dict[str, Any] | None = None,
    telling: dict[str, Any] | None = None,
    **given: Any,
) -> Plan:
    """A night at `now` that asks `handler`, judges by the folder `sql`, and writes reports as JSON alone."""
    told: dict[str, Any] = {
        "targets": lambda: targets_from_secret(Secret("json://u:p@127.0.0.1/")) if post else [],
        "sender": post.sender if post else sender_through_apprise,
        "tries": 2,
        "formats": ["json"],
    }
    return Plan(
        layout=Layout(lake),
        warehouse=Layout(lake).warehouse,
        server=Server(
            connect=lambda stop: _connected(handler, now, stop),
            receive=_no_receiver,
            options=Options(concurrency=2),
            **(server or {}),
        ),
        judging=Judging(threads=1, sql=sql, fail_on=given.pop("fail_on", None)),
        telling=Telling(**(told | (telling or {}))),
        by="cron",
        host="audit.example",
        process=4711,
        now=now,
        sleep=lambda seconds: None,
        log=given.pop("log", Events()),
        status_of=lambda ending: Status[ending.name],
        **given,
    )


@contextmanager
def _connected(handler: Handler, now: Callable[[], datetime], stop: threading.Event) -> Iterator[QuayClient]:
    yield client_of(handler, now=now(), tries=2)


@contextmanager
def _no_receiver() -> Iterator[None]:
    yield None


def unreachable(request: httpx2.Request) -> httpx2.Response:
    """A server that is down."""
    raise httpx2.ConnectError("connection refused", request=request)


def quay_at(moment: datetime, store: Store) -> FakeQuay:
    """The registry at a moment."""
    return FakeQuay(store, clock=lambda: moment)


# Nights that are killed -----------------------------------------------------------------------------------------------


class Order(msgspec.Struct, frozen=True):
    """The night after `day`, told to `hook`, dead at the nth thing that the step does to files or sockets, or at its end."""

    lake: str
    sql: str
    day: date
    hook: str
    step: str = ""
    nth: int = 0
    is_down: bool = False


class Killer:
    """Ends this very process for good within a step: at the nth file that it writes or connection that it makes, else right at its end.

    Between a message and the note that it was taken it holds back: there a kill sends it once more, as is promised.
    """

    _OF_FILES = ("open", "os.rename", "os.link", "os.remove", "os.mkdir")
    _STORE_PORT = urlsplit(os.environ.get("AWS_ENDPOINT_URL", "")).port

    def __init__(self, lake: str, step: str, nth: int) -> None:
        self._lake = lake
        self._step = step
        self._left = nth
        self._is_armed = False
        if step:
            sys.addaudithook(self._look)

    @contextmanager
    def spans(self, name: str) -> Iterator[Span]:
        """Where it hears of steps."""
        self._is_armed = name == self._step
        with no_spans(name) as span:
            yield span
            if name == self._step:
                os.kill(os.getpid(), signal.SIGKILL)

    def _look(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._is_armed and (
            self._is_a_message(event, arguments) or self._is_of_the_lake(event, arguments)
        ):
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def _is_a_message(self, event: str, arguments: tuple[Any, ...]) -> bool:
        return event == "socket.connect" and arguments[1][1] != self._STORE_PORT

    def _is_of_the_lake(self, event: str, arguments: tuple[Any, ...]) -> bool:
        if event not in self._OF_FILES or (event == "open" and not arguments[2] & os.O_CREAT):
            return False
        path = str(arguments[0])
        return path.startswith(self._lake) and "triage" not in path


def carry_out(order: Order, store: Store) -> NightSummary:
    """The night of an order, in this process; where it says so, to the death."""
    now = night_of(order.day)
    plan = plan_of(
        Path(order.lake),
        unreachable if order.is_down else quay_at(now, store),
        lambda: now,
        sql=Path(order.sql),
        server={"keep_days": KEEP_DAYS},
        telling={
            "targets": lambda: targets_from_secret(Secret(order.hook)),
            "sender": sender_through_apprise,
            "least": Severity.LOW,
        },
    )
    killer = Killer(order.lake, order.step, order.nth)
    return run_night(replace(plan, spans=killer.spans))


class Nights:
    """A warmed process and its children, one a night. `run` gives the exit status of the child."""

    def __enter__(self) -> Self:
        words = [sys.executable, "-m", "tests.nights"]
        self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self

    def __exit__(self, *raised: object) -> None:
        with self._process:
            assert self._process.stdin
            self._process.stdin.close()

    def run(self, order: Order) -> int:
        """The night's own status, or KILLED."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


def main() -> None:
    """Carry out orders until there are no more."""
    import apprise  # noqa: F401 (once, for all children)

    warm()
    store = registry_store()
    for line in sys.stdin:
        order = msgspec.json.decode(line, type=Order)
        child = os.fork()
        if not child:
            os._exit(carry_out(order, store).exit_status)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
