"""A real S3 server on 127.0.0.1, and a gateway before it that fails, breaks off or dawdles as a test says."""

import os
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from moto.server import ThreadedMotoServer

from pipeline.config import StoreAddress
from pipeline.lake.bucket import Bucket

ADDRESS = StoreAddress("audit", "lakes/one")
_HOP_BY_HOP = ("connection", "transfer-encoding", "content-length", "server", "date")
_REFUSALS = {"403": b"AccessDenied", "501": b"NotImplemented", "503": b"SlowDown"}
_SOMEBODY = {"Authorization": "AWS4-HMAC-SHA256 Credential=nobody/20261101/us-east-1/s3/aws4_request"}
_UNCONDITIONAL = ("always", "If-None-Match")


@dataclass
class Trouble:
    """What a gateway does to requests before they reach the store, or to their answers: for each, one word or none.

    A number answers so, `reset` breaks off before the store knows, `lost` breaks off after it did as asked, `half` gives
    half of the body, `changed` another one, `slow` waits for `gate`, `always` hands a put on without its condition. `change` gives the address that is asked for instead.
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
    """The store, by the address of its gateway, and its own port."""

    url: str
    trouble: Trouble
    port: int

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

    # What tests do to the store itself goes by plain requests: to make a client costs more than a test's other work.

    def held(self) -> list[str]:
        """The lake's objects, by key."""
        listed = self._ask("GET", f"?list-type=2&prefix={ADDRESS.prefix}/")
        keys = re.findall(r"<Key>(.*?)</Key>", listed.decode())
        assert "<IsTruncated>true" not in listed.decode()
        return sorted(unescape(key).removeprefix(f"{ADDRESS.prefix}/") for key in keys)

    def empty(self) -> None:
        """Take every object away."""
        for key in self.held():
            self._ask("DELETE", self._path(key))

    def hold(self, lake: Path) -> None:
        """Put a lake that stands in a folder there."""
        for file in sorted(lake.rglob("*")):
            key = file.relative_to(lake).as_posix()
            if file.is_file() and "/" in key and "/." not in key:
                self._ask("PUT", self._path(key), file.read_bytes())

    def pass_time(self) -> None:
        """Have every claim end: half an hour passes."""
        for key in self.held():
            if ".claims/" in key:
                folder, _, name = key.rpartition("/")
                self._ask("PUT", self._path(f"{folder}/20000101T000000Z.{name.partition('.')[2]}"))
                self._ask("DELETE", self._path(key))

    def content(self) -> dict[str, bytes]:
        """The lake that it holds: every object with its content, by key, without the claims of machines."""
        return {key: self._ask("GET", self._path(key)) for key in self.held() if ".claims/" not in key}

    def lay(self, folder: Path) -> Path:
        """The same as files of a folder, which is no mirror."""
        folder.mkdir(parents=True, exist_ok=True)
        for key, content in self.content().items():
            (folder / key).parent.mkdir(parents=True, exist_ok=True)
            (folder / key).write_bytes(content)
        return folder

    def _path(self, key: str) -> str:
        return f"/{ADDRESS.prefix}/{quote(key)}"

    def _ask(self, method: str, path: str, body: bytes = b"") -> bytes:
        status, _, content = ask(self.port, method, f"/{ADDRESS.bucket}{path}", body, _SOMEBODY)
        assert status < 300, (method, path, status)
        return content


@pytest.fixture(scope="session")
def s3_server() -> Iterator["Gateway"]:
    """A server that speaks S3, with its gateway: one for all tests, so that what is warmed up for it stays of use."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    with gateway(port) as front:
        yield front
    server.stop()


@pytest.fixture(scope="module")
def s3_environment(s3_server: "Gateway") -> Iterator["Gateway"]:
    """The same, with this process's environment leading there: for processes that serve several tests."""
    with _environment(Store(s3_server.url, Trouble(), s3_server.store_port)):
        yield s3_server


@pytest.fixture
def store(s3_server: "Gateway") -> Iterator[Store]:
    """An empty bucket behind its gateway, to which this process's environment leads."""
    with emptied(s3_server) as store:
        yield store


@contextmanager
def emptied(server: "Gateway") -> Iterator[Store]:
    """The same while the block runs."""
    with server.troubled() as trouble, _environment(store := Store(server.url, trouble, server.store_port)):
        ask(server.store_port, "POST", "/moto-api/reset")
        ask(server.store_port, "PUT", f"/{ADDRESS.bucket}")
        yield store


@contextmanager
def _environment(store: Store) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(store.environment())
    yield
    os.environ.clear()
    os.environ.update(before)


@contextmanager
def gateway(port: int) -> Iterator["Gateway"]:
    """A gateway before a store, that can make trouble."""
    server = Gateway(port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Gateway(ThreadingHTTPServer):
    """Hands on what it is asked, but for the trouble of the moment."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.store_port = port
        self.trouble = Trouble()

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    @contextmanager
    def troubled(self) -> Iterator[Trouble]:
        """Trouble of one's own while the block runs; none at first."""
        self.trouble = trouble = Trouble()
        try:
            yield trouble
        finally:
            trouble.gate.set()
            self.trouble = Trouble()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that have gone are what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Gateway

    def _serve(self) -> None:
        trouble = self.server.trouble
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        trouble.seen.append((self.command, self.path))
        word = trouble.words(self.command, self.path)
        if word == "slow":
            trouble.gate.wait(30)
        if word in _REFUSALS:
            self._answer(int(word), {}, b"<Error><Code>%s</Code></Error>" % _REFUSALS[word])
        elif word == "reset":
            self.close_connection = True
        else:
            self._pass_on(body, word)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST = _serve  # noqa: N815

    def _pass_on(self, body: bytes, word: str | None) -> None:
        path = self.server.trouble.change(self.path)
        headers = {name: value for name, value in self.headers.items() if (word, name) != _UNCONDITIONAL}
        asked = ask(self.server.store_port, self.command, path, body, headers)
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


def ask(
    port: int, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """What the store itself answers: status, headers, body."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()
