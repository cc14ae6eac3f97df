"""An extract from any handler, without network, clock or waiting: what many tests begin with."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import httpx2

from pipeline.config import Secret
from pipeline.extract.options import Options
from pipeline.extract.receiver import Receiver
from pipeline.extract.run import extract
from pipeline.extract.summary import ExtractSummary
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WindowState
from pipeline.lake.reader import lines_of_file
from pipeline.quay.client import QuayClient
from pipeline.quay.scopes import Scope, scope_from_text
from pipeline.quay.throttle import Throttle

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
TOKEN = "demo-token-of-the-auditor"
ALL_SCOPES = ("super:user", "org:admin", "repo:admin", "user:admin", "repo:read", "user:read")

Handler = Callable[[httpx2.Request], httpx2.Response]


class Silent:
    """A watcher that only remembers."""

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.windows: list[WindowState] = []

    def planned(self, rows: int, pages: int) -> None:
        pass

    def page(self, rows: int) -> None:
        pass

    def exported(self, rows: int) -> None:
        pass

    def window(self, state: WindowState) -> None:
        self.windows.append(state)

    def note(self, text: str) -> None:
        self.notes.append(text)


def client_of(handler: Handler, token: str = TOKEN, *, now: datetime = NOW, tries: int = 6) -> QuayClient:
    """A client whose pauses take no time."""
    return QuayClient(
        "https://quay.example",
        Secret(token),
        transport=httpx2.MockTransport(handler),
        throttle=Throttle(ceiling=4, sleep=lambda seconds: None),
        tries=tries,
        sleep=lambda seconds: None,
        now=lambda: now,
    )


def extract_all(
    handler: Handler,
    lake: Path,
    scopes: Iterable[Scope],
    since: date,
    until: date,
    *,
    options: Options | None = None,
    now: datetime = NOW,
    watcher: Silent | None = None,
    token: str = TOKEN,
    tries: int = 6,
    receiver: Receiver | None = None,
    stop: threading.Event | None = None,
) -> ExtractSummary:
    """One extract; with a receiver it may go by exports."""
    return extract(
        client_of(handler, token, now=now, tries=tries),
        Layout(lake),
        list(scopes),
        since,
        until,
        options=options or Options(),
        now=lambda: now,
        watcher=watcher or Silent(),
        stop=stop or threading.Event(),
        receiver=receiver,
        clock=lambda: 0.0,
    )


def lines_held(lake: Path, window: WindowState) -> Counter[bytes]:
    """The rows of a window, as a multiset."""
    folder = Layout(lake).window(scope_from_text(window.scope), window.day)
    return Counter(lines_of_file(folder / ENTRIES_FILE))


def files_of(lake: Path) -> dict[str, bytes]:
    """Every file of a lake, by its path in it, without locks."""
    return {
        str(file.relative_to(lake)): file.read_bytes()
        for file in sorted(lake.rglob("*"))
        if file.is_file() and file.name != ".lock"
    }
