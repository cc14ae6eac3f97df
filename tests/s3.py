"""A real S3 server on 127.0.0.1, and a gateway before it that fails, breaks off or dawdles as a test says."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from pipeline.config import StoreAddress
from pipeline.lake.bucket import Bucket

ADDRESS = StoreAddress("audit", "lakes/one")
_HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "server", "date")


@dataclass
class Trouble:
    """What a gateway does to requests before they reach the store, or to their answers: for each, one word or none.

    `503` answers so, `reset` breaks off before the store knows, `lost` breaks off after it did as asked, `half` gives
    half of the body, `changed` another one, `slow` waits for `gate`. `change` gives the address that is asked for instead.
    """

    words: Callable[[str, str], str | None] = lambda method, path: None
    change: Callable[[str], str] = lambda url: url
    gate: threading.Event = field(default_factory=threading.Event)
    seen: list[tuple[str, str]] = field(default_factory=list)

    def next_few(self, word: str, count: int, *, method: str, path: str = "") -> None:
        """Do it to the next `count` requests of this kind."""
        left = [count]

        def words(asked: str, where: str) -> str | None:
            if asked == method and path in where and left[0]:
                left[0] -= 1
                return word
            return None

        self.words = words
        self.seen.clear()


@dataclass(frozen=True)
class Store:
    """The store, by the address of its gateway."""

    url: str
    trouble: Trouble

    def environment(self) -> dict[str, str]:
        """What a process needs to reach it."""
        return {
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "not-a-secret",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": self.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def bucket(self, address: StoreAddress = ADDRESS, **options: Any) -> Bucket:
        """One prefix of it; waits for nothing unless it is told to."""
        return Bucket(address, **({"sleep": lambda seconds: None, "chance": lambda: 0.0} | options))

    def empty(self) -> None:
        """Take every object away."""
        bucket = self.bucket()
        for key in bucket.stamps():
            bucket.delete(key)
        bucket.close()

    def content(self, address: StoreAddress = ADDRESS, *, folder: Path) -> dict[str, bytes]:
        """Every object with its content, by key."""
        bucket = self.bucket(address)
        content = {}
        for key in sorted(bucket.stamps()):
            bucket.fetch(key, folder)
            content[key] = folder.read_bytes()
        bucket.close()
        return content


@pytest.fixture(scope="session")
def s3_server() -> Iterator[int]:
    """The port of a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield port
    server.stop()


@pytest.fixture
def store(s3_server: int) -> Iterator[Store]:
    """An empty bucket, reached through a gateway of its own; this process's environment leads there."""
    with gateway(s3_server) as store:
        _ask(s3_server, "POST", "/moto-api/reset")
        _ask(s3_server, "PUT", f"/{ADDRESS.bucket}")
        before = dict(os.environ)
        os.environ.update(store.environment())
        yield store
        os.environ.clear()
        os.environ.update(before)


@contextmanager
def gateway(port: int) -> Iterator[Store]:
    """A store behind a gateway that can make trouble."""
    trouble = Trouble()
    server = _Gateway(port, trouble)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield Store(f"http://127.0.0.1:{server.server_port}", trouble)
    finally:
        trouble.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Gateway(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int, trouble: Trouble) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store_port = port
        self.trouble = trouble

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that have gone are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Gateway

    def _serve(self) -> None:
        trouble = self.server.trouble
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        trouble.seen.append((self.command, self.path))
        word = trouble.words(self.command, self.path)
        if word == "slow":
            trouble.gate.wait(30)
        if word == "503":
            self._answer(503, {}, b"<Error><Code>SlowDown</Code></Error>")
        elif word == "reset":
            self.close_connection = True
        else:
            self._pass_on(body, word)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = _serve  # noqa: N815

    def _pass_on(self, body: bytes, word: str | None) -> None:
        path = self.server.trouble.change(self.path)
        asked = _ask(self.server.store_port, self.command, path, body, dict(self.headers))
        status, headers, content = asked
        if word == "lost":
            self.close_connection = True
            return
        if word == "changed":
            content = content[:-1] + b"?"
        self._answer(status, headers, content, is_cut=word == "half")

    def _answer(self, status: int, headers: dict[str, str], content: bytes, *, is_cut: bool = False) -> None:
        self.send_response(status)
        for name, value in headers.items():
            if name.lower() not in _HOP_BY_HOP:
                self.send_header(name, value)
        length = headers.get("Content-Length", str(len(content)))
        self.send_header("Content-Length", length if self.command == "HEAD" else str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if is_cut else content)
        self.close_connection = self.close_connection or is_cut

    def log_message(self, *words: Any) -> None:
        """Nobody reads it."""


def _ask(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()
