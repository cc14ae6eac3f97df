"""A webhook of our own that keeps what it is sent, and a post that only pretends to send."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pipeline.detect.casebook import read_casebook
from pipeline.detect.notices import Notice
from pipeline.detect.notify import Target, deliver, new_pages
from pipeline.detect.signals import Severity
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout

PASSWORD = "s3cr3tOfTheHook"
AT = datetime(2026, 3, 4, tzinfo=UTC)


class Hook:
    """A server on this machine that takes notices, or refuses them."""

    def __init__(self, port: int) -> None:
        self.address = f"json://auditor:{PASSWORD}@127.0.0.1:{port}/hook/{PASSWORD}"
        self.took: list[dict[str, Any]] = []
        self.status = 200


@contextmanager
def hook() -> Iterator[Hook]:
    """A hook as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if made.status == 200:
                made.took.append(body)
            self.send_response(made.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made = Hook(server.server_port)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


class Post:
    """A sender that takes what it is given, unless told to refuse; and a sleep that is only counted."""

    def __init__(self, *refusals: bool) -> None:
        self.refusals = list(refusals)
        self.sent: list[tuple[str, str]] = []
        self.slept: list[float] = []

    def send(self, target: Target, notice: Notice) -> bool:
        """Whether it was taken."""
        if self.refusals and self.refusals.pop(0):
            return False
        self.sent.append((target.service, notice.title))
        return True

    def deliver(self, layout: Layout, *targets: Target, least: Severity = Severity.HIGH) -> int:
        """Everything new to these targets."""
        book = read_casebook(layout, layout.warehouse)
        fresh = [(target, new_pages(book.pages, target, book.triage, least)) for target in targets]
        return deliver(
            fresh,
            send=self.send,
            journal=Journal(layout.triage),
            by="cron",
            now=lambda: AT,
            sleep=self.slept.append,
            tries=3,
        )
