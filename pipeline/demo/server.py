"""The demo server: a function from request to response, over real HTTP."""

import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2

from pipeline.demo.fakequay import ExportWorker
from pipeline.demo.faults import LATE_SECONDS, AnswerLate, BodyTruncated, ConnectionReset, Quay

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)  # SO_LINGER with no time: close sends RST
_PHRASES = {status.value: status.phrase for status in HTTPStatus}
_CHUNK_BYTES = 1 << 16
_SHORTEST_POLL_SECONDS = 0.01


@contextmanager
def serve(
    quay: Quay,
    host: str = "127.0.0.1",
    port: int = 0,
    *,
    worker: ExportWorker | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[str]:
    """Serves `quay` from threads of this process while the block runs, and gives the base address.

    Port 0 is any free one. `worker` makes the exports of the FakeQuay behind it: it polls as often as its habits say,
    whatever its clock. On leaving, open connections are closed and every thread has ended. `sleep` is how an answer is
    late, where a fault says so.
    """
    server = _Server((host, port), quay, sleep)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        with _at_work(worker):
            yield server.address
    finally:
        server.shutdown()
        thread.join()
        server.hang_up()
        server.server_close()


def serve_forever(
    quay: Quay,
    host: str,
    port: int,
    on_ready: Callable[[str], None],
    *,
    worker: ExportWorker | None = None,
) -> None:
    """Serves `quay` from this thread until it is interrupted; `on_ready` is told the base address first."""
    server = _Server((host, port), quay, time.sleep)
    try:
        with _at_work(worker):
            on_ready(server.address)
            server.serve_forever()
    finally:
        server.hang_up()
        server.server_close()


@contextmanager
def _at_work(worker: ExportWorker | None) -> Iterator[None]:
    """Polls for exports from a thread while the block runs; what is being worked on at its end is finished."""
    if worker is None:
        yield
        return
    is_over = threading.Event()
    period_seconds = max(_SHORTEST_POLL_SECONDS, worker.poll_period.total_seconds())

    def work() -> None:
        while not is_over.wait(period_seconds):
            worker.poll()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # so that server_close joins them
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], quay: Quay, sleep: Callable[[float], None]) -> None:
        super().__init__(address, _Connection)
        self.quay = quay
        self.sleep = sleep
        self.address = f"http://{address[0]}:{self.server_address[1]}"
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close what is open: a thread that waits for a next request ends."""
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):  # the client was faster
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event; a bug in the served function is shown as usual."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _answer(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        address = f"http://{self.headers.get('host') or self.server.address[len('http://') :]}{self.path}"
        content = self.rfile.read(length) if length else b""
        try:
            request = httpx2.Request(self.command, address, headers=self.headers.items(), content=content)
            self._send(self.server.quay(request))
        except httpx2.InvalidURL:
            self.send_error(HTTPStatus.BAD_REQUEST)
        except ConnectionReset:
            self._reset()
        except BodyTruncated as fault:
            self._send(fault.response, share=0.5)
            self._reset()
        except AnswerLate as fault:
            self.server.sleep(LATE_SECONDS)
            self._send(fault.response)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815

    def _send(self, response: httpx2.Response, share: float = 1.0) -> None:
        """Write a response; of its body only a share."""
        status = response.status_code
        lines = [b"HTTP/1.1 %d %s" % (status, _PHRASES.get(status, "").encode())]
        lines += [name + b": " + value for name, value in response.headers.raw]
        head = b"\r\n".join([*lines, b"", b""])
        body = response.content[: int(len(response.content) * share)]
        if response.headers.get("transfer-encoding") == "chunked":
            self._send_chunked(head, body, is_whole=share == 1.0)
        elif len(body) > _CHUNK_BYTES:  # a file of many megabytes is not copied for the sake of one write
            self.wfile.write(head)
            self.wfile.write(body)
        else:
            self.wfile.write(head + body)
        if response.headers.get("connection") == "close":
            self.close_connection = True

    def _send_chunked(self, head: bytes, body: bytes, *, is_whole: bool) -> None:
        self.wfile.write(head)
        if self.command == "HEAD":
            return
        for start in range(0, len(body), _CHUNK_BYTES):
            chunk = body[start : start + _CHUNK_BYTES]
            self.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        if is_whole:
            self.wfile.write(b"0\r\n\r\n")

    def _reset(self) -> None:
        self.wfile.flush()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: who runs the server sees what the client says."""
