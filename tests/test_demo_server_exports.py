"""Exports over real sockets of this machine: the worker's thread, callbacks as Quay sends them, downloads of any size."""

import json
import queue
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits, Storage
from pipeline.demo.faults import Fault, with_faults
from pipeline.demo.server import serve, serve_forever
from tests.asking import client_of, clock, small_store
from tests.exporting import every, log_rows, rows_of
from tests.worlds import ALICE, recordings

PATIENCE_SECONDS = 20


def _habits(storage: Storage = Storage.OBJECT) -> Habits:
    return Habits(
        storage=storage,
        ssrf_allowed_hosts=frozenset({"127.0.0.0/8"}),
        export_poll_period=timedelta(milliseconds=10),
    )


def _quay(habits: Habits | None = None, rows: int = 500) -> FakeQuay:
    store = small_store()
    log_rows(store, every(10, datetime(2026, 11, 20, tzinfo=UTC), rows))
    return FakeQuay(store, habits=habits or _habits(), clock=clock)


def _worker(quay: FakeQuay) -> ExportWorker:
    return ExportWorker(quay, clock=clock, post=post_over_http)


class _Receiver(ThreadingHTTPServer):
    """Keeps what is posted to it, and answers with one status."""

    def __init__(self, status: int) -> None:
        super().__init__(("127.0.0.1", 0), _Posted)
        self.status = status
        self.calls: queue.SimpleQueue[tuple[str, dict[str, str], bytes]] = queue.SimpleQueue()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Posted(BaseHTTPRequestHandler):
    server: _Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.calls.put((self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        if self.server.status == 302:
            self.send_header("location", f"{self.server.address}/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def _receiver(status: int = 200) -> Iterator[_Receiver]:
    server = _Receiver(status)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _ask(base: str, callback_url: str) -> int:
    return httpx2.post(
        f"{base}/api/v1/organization/acme/exportlogs",
        params={"starttime": "11/20/2026", "endtime": "11/20/2026"},
        json={"callback_url": callback_url},
        headers={"authorization": f"Bearer {ALICE}"},
    ).status_code


def _told(receiver: _Receiver) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(receiver.calls.get(timeout=PATIENCE_SECONDS)[2])
    return told


def test_an_export_goes_all_its_way_over_http_without_anybody_calling_the_worker() -> None:
    quay = _quay()
    with _receiver() as receiver, serve(quay, worker=_worker(quay)) as base:
        _ask(base, f"{receiver.address}/cb?x=1")
        path, headers, body = receiver.calls.get(timeout=PATIENCE_SECONDS)
        link = json.loads(body)["exported_data_url"]
        assert link.startswith(f"{base}/")
        assert len(rows_of(httpx2.get(link).content)) == 500
    assert path == "/cb?x=1"
    recorded = recordings()["export_callback_success"]["request"]["headers"]
    chance = ("Host", "Content-Length")
    assert {key: value for key, value in headers.items() if key not in chance} == {
        key: value for key, value in recorded.items() if key not in chance
    }


def test_exports_of_a_server_with_faults_are_made_all_the_same() -> None:
    quay = _quay()
    faulty = with_faults(quay, 1.0, 0, [Fault.TOO_MANY_REQUESTS])
    with _receiver() as receiver, serve(faulty, worker=_worker(quay)) as base:
        asked = [_ask(base, receiver.address) for _ in range(3)]
        link = _told(receiver)["exported_data_url"]
        fetched = [httpx2.get(link).status_code for _ in range(3)]
    assert asked == fetched == [429, 429, 200]


@pytest.mark.parametrize("storage", list(Storage))
def test_a_file_of_many_chunks_arrives_whole_from_either_storage(storage: Storage) -> None:
    quay = _quay(_habits(storage), rows=12_000)
    with _receiver() as receiver, serve(quay, worker=_worker(quay)) as base:
        _ask(base, receiver.address)
        link = _told(receiver)["exported_data_url"]
        direct = quay(httpx2.Request("GET", link))
        with httpx2.stream("GET", link) as response:
            pieces = list(response.iter_bytes(1 << 16))
        headed = httpx2.head(link)
    assert b"".join(pieces) == direct.content
    assert len(pieces) > 2
    assert ("transfer-encoding" in response.headers) == (storage == Storage.LOCAL)
    assert (headed.status_code, headed.content) == (200, b"")


@pytest.mark.parametrize("storage", list(Storage))
def test_a_download_that_is_cut_off_is_an_error_and_not_a_short_file(storage: Storage) -> None:
    quay = _quay(_habits(storage))
    with _receiver() as receiver:
        with serve(quay, worker=_worker(quay)) as base:
            _ask(base, receiver.address)
            path = _told(receiver)["exported_data_url"].removeprefix(base)
        with (
            serve(with_faults(quay, 1.0, 0, [Fault.TRUNCATED])) as base,
            pytest.raises((httpx2.RemoteProtocolError, httpx2.ReadError)),
        ):
            httpx2.get(base + path)
        with serve(with_faults(quay, 1.0, 0, [Fault.CUT])) as base:
            half = httpx2.get(base + path)
    assert len(half.content) == int(half.headers["content-length"]) > 0


def test_a_server_in_the_foreground_works_on_exports_too() -> None:
    quay = _quay()
    before = threading.active_count()
    with _receiver() as receiver:
        with client_of(quay, ALICE) as client:
            client.post("organization/acme/exportlogs", json={"callback_url": receiver.address})

        def wait_and_leave(base: str) -> None:
            assert _told(receiver)["status"] == "success"
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            serve_forever(quay, "127.0.0.1", 0, wait_and_leave, worker=_worker(quay))
    assert threading.active_count() == before


def test_no_thread_outlives_the_server_and_what_was_begun_is_finished() -> None:
    quay = _quay()
    before = threading.active_count()
    with serve(quay, worker=_worker(quay)) as base, _receiver() as receiver:
        _ask(base, receiver.address)
        assert _told(receiver)["status"] == "success"
    assert threading.active_count() == before


@pytest.mark.parametrize("status", [200, 204, 302, 500])
def test_posting_gives_the_status_of_the_answer_and_follows_no_redirect(status: int) -> None:
    with _receiver(status) as receiver:
        assert post_over_http(f"{receiver.address}/cb", b'{"a": 1}') == status
        assert receiver.calls.get(timeout=PATIENCE_SECONDS)[::2] == ("/cb", b'{"a": 1}')
        assert receiver.calls.empty()


def _port_without_a_listener() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def test_posting_where_nobody_answers_gives_nothing() -> None:
    with _receiver() as receiver:
        tls = receiver.address.replace("http:", "https:")
        nowhere = f"http://127.0.0.1:{_port_without_a_listener()}/cb"
        impossible = (
            "http://127.0.0.1:99999/",
            "http://127.0.0.1:x/",
            f"{receiver.address}/a b",
            f"{receiver.address}/é",
        )
        assert [post_over_http(url, b"{}") for url in (tls, nowhere, *impossible)] == [None] * 6
