"""Extracts by exports: a Quay that makes each export as soon as it is asked for, and a receiver that it can reach."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Any

import httpx2

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits
from pipeline.demo.store import Store
from pipeline.extract.bulk import ExportOptions
from pipeline.extract.options import Options
from pipeline.extract.receiver import Receiver
from pipeline.extract.routes import Route
from pipeline.extract.summary import ExtractSummary
from pipeline.lake.ledger import ENTRIES_FILE
from pipeline.quay.scopes import Scope
from tests.extracts import NOW, TOKEN, Handler, Silent, extract_all, files_of

THIS_MACHINE = frozenset({"127.0.0.0/8"})
HERE = ("127.0.0.1", 0)
PATIENCE_SECONDS = 30.0
NO_PATIENCE_SECONDS = 0.02

Post = Callable[[str, bytes], int | None]


class PromptQuay:
    """Answers as its FakeQuay does; what it exports is ready, and told of by `post`, before the order is answered.

    A callback over real sockets is so early that no test waits for it. `posted` holds what was told.
    """

    def __init__(
        self, store: Store, *, now: datetime = NOW, post: Post = post_over_http, **habits: Any
    ) -> None:
        habits.setdefault("ssrf_allowed_hosts", THIS_MACHINE)
        self.fake = FakeQuay(store, habits=Habits(**habits), clock=lambda: now)
        self.worker = ExportWorker(self.fake, clock=lambda: now, post=self._tell)
        self.posted: list[tuple[str, bytes]] = []
        self._post = post

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        response = self.fake(request)
        if is_order(request):
            while self.worker.poll():
                """A try that failed ends a poll; what waits behind it is for the next one."""
        return response

    def _tell(self, url: str, body: bytes) -> int | None:
        self.posted.append((url, body))
        return self._post(url, body)

    @property
    def orders(self) -> list[str]:
        """The addresses of the exports that were asked for."""
        return [target for method, target in self.fake.requests if method == "POST"]

    @property
    def pages(self) -> list[str]:
        """The addresses of the pages that were asked for."""
        return [target for _, target in self.fake.requests if "/logs?" in target]


def is_order(request: httpx2.Request) -> bool:
    """Whether a request asks for an export."""
    return request.method == "POST" and request.url.path.endswith("/exportlogs")


def extract_by(
    handler: Handler,
    lake: Path,
    scopes: Iterable[Scope],
    since: date,
    until: date,
    *,
    route: Route = Route.EXPORT,
    rows_at_most: int = 40_000,
    wait_seconds: float = PATIENCE_SECONDS,
    receiver: Receiver | None = None,
    now: datetime = NOW,
    watcher: Silent | None = None,
    token: str = TOKEN,
    tries: int = 6,
    **options: Any,
) -> ExtractSummary:
    """One extract with a receiver, its own unless one is given."""
    exports = ExportOptions(rows_at_most, wait_seconds)
    with Receiver(HERE) if receiver is None else nullcontext(receiver) as door:
        return extract_all(
            handler,
            lake,
            scopes,
            since,
            until,
            options=Options(route=route, exports=exports, **options),
            now=now,
            watcher=watcher,
            token=token,
            tries=tries,
            receiver=door,
        )


def entries_of(lake: Path) -> dict[str, bytes]:
    """Every file of entries, by its path in the lake."""
    return {name: content for name, content in files_of(lake).items() if name.endswith(ENTRIES_FILE)}
