"""What a night is told: where, with whom, how far, and by which clock. It asks nobody else."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from pipeline.detect.notify import Send, Target
from pipeline.detect.rules import Detection
from pipeline.detect.signals import Severity
from pipeline.extract.options import Options
from pipeline.extract.receiver import Receiver
from pipeline.lake.layout import Layout
from pipeline.nightly.deadline import After, after_seconds
from pipeline.nightly.outcomes import Ending
from pipeline.nightly.spans import Spans, no_spans
from pipeline.quay.client import QuayClient
from pipeline.quay.scopes import Scope


class Progress(Protocol):
    """Shows how far a step is. Called from any thread."""

    def expect(self, total: int) -> None: ...

    def advance(self, count: int, pages: int = 0) -> None: ...

    def say(self, text: str) -> None: ...


class _NoProgress:
    def expect(self, total: int) -> None:
        pass

    def advance(self, count: int, pages: int = 0) -> None:
        pass

    def say(self, text: str) -> None:
        pass


@contextmanager
def no_progress(step: str, unit: str) -> Iterator[Progress]:
    """Progress that nobody looks at: what matters is in the log."""
    yield _NoProgress()


class Log(Protocol):
    """Is told what happens, as it happens: an event, what it is about, and how grave it is."""

    def __call__(self, level: str, event: str, words: str, **facts: Any) -> None: ...


@dataclass(frozen=True, kw_only=True)
class Server:
    """How to reach Quay, which logs to read, and how. No scopes: the best that the token may read.

    `keep_days` is after how many days it forgets an entry; `alarm_days` how long before that somebody has to know.
    """

    connect: Callable[[threading.Event], AbstractContextManager[QuayClient]]
    receive: Callable[[], AbstractContextManager[Receiver | None]]
    options: Options
    scopes: Sequence[Scope] = ()
    keep_days: int = 30
    alarm_days: int = 7


@dataclass(frozen=True, kw_only=True)
class Judging:
    """How days are built and judged. An unsettled recent case of `fail_on` or above is a finding."""

    added: Callable[[], Sequence[Detection]] = tuple
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    fail_on: Severity | None = None
    memory_limit: str = "2GB"
    threads: int | None = None
    sql: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Who is told of cases, from which severity on, and which files a report has. Units: `tries` for each message."""

    targets: Callable[[], Sequence[Target]] = tuple
    sender: Callable[[Sequence[Target]], Send]
    least: Severity = Severity.HIGH
    tries: int = 6
    formats: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A whole night. `now` is the one clock, `sleep` the one pause, `after` the one alarm clock; all times are UTC."""

    layout: Layout
    warehouse: Path
    server: Server
    judging: Judging
    telling: Telling
    by: str
    host: str
    process: int
    now: Callable[[], datetime]
    sleep: Callable[[float], object]
    log: Log
    status_of: Callable[[Ending], int]
    watch: Callable[[str, str], AbstractContextManager[Progress]] = no_progress
    deadline: datetime | None = None
    skipped: frozenset[str] = frozenset()
    after: After = after_seconds
    spans: Spans = no_spans
