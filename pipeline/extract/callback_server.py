"""The socket behind `pipeline.extract.receiver`: takes callbacks at one path, and lets nobody hold it up.

Whoever connects has a few seconds and a small body; when too many do, the one that has waited longest is hung up on. At
the end every connection is closed and every thread is gone.
"""

import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from typing import Any

BODY_LIMIT_BYTES = 64 << 10
CONNECTION_SECONDS = 10.0
CONNECTIONS_AT_MOST = 64
_DRAINED_BYTES = 1 << 20


class CallbackServer(ThreadingHTTPServer):
    """Hands the body of every POST to one of `paths` to `take`, which says whether it was waited for: 200, else 404.

    Raises OSError when it cannot listen.
    """

    daemon_threads = False  # so that server_close joins them
    request_queue_size = 128

    def __init__(
        self,
        listen: tuple[str, int],
        paths: Iterable[str],
        take: Callable[[bytes], bool],
        *,
        tls: ssl.SSLContext | None,
        clock: Callable[[], float],
    ) -> None:
        self.take = take
        self._paths = [path.encode() for path in paths]
        self._clock = clock
        self._since: dict[socket.socket, float] = {}
        self._lock = threading.Lock()
        if ":" in listen[0]:
            self.address_family = socket.AF_INET6
        super().__init__(listen, _Handler)
        if tls is not None:
            # The handshake belongs to the connection's own thread: here it would keep all others waiting.
            self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def is_here(self, path: str) -> bool:
        """Whether callbacks are taken at a path; how long that takes tells nothing about it."""
        given = path.encode("latin-1")
        return any(secrets.compare_digest(given, known) for known in self._paths)

    def close(self) -> None:
        """Stop serving: no port, connection or thread is left."""
        self.shutdown()
        with self._lock:
            self._hang_up(self._since)
        self.server_close()

    def server_bind(self) -> None:
        """Bind, and ask no name server about it, as the parent would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def service_actions(self) -> None:
        """Hang up on those whose time is over."""
        with self._lock:
            oldest = self._clock() - CONNECTION_SECONDS
            self._hang_up(connection for connection, since in self._since.items() if since <= oldest)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give a connection a thread of its own."""
        with self._lock:
            if len(self._since) >= CONNECTIONS_AT_MOST:
                self._hang_up([next(iter(self._since))])
            self._since[request] = self._clock()
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection that is done with."""
        with self._lock:
            self._since.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that hangs up or speaks no HTTP is no event."""

    def _hang_up(self, connections: Iterable[socket.socket]) -> None:
        for connection in list(connections):
            self._since.pop(connection, None)
            with suppress(OSError):  # the peer was faster
                # Past TLS, which would want to say good-bye: the thread that reads wakes up with nothing.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    server: CallbackServer

    def do_POST(self) -> None:
        """Take a callback."""
        length = self.headers.get("content-length", "")
        if not (length.isdecimal() and length.isascii()):
            self._answer(HTTPStatus.LENGTH_REQUIRED)
        elif len(length) > 9 or int(length) > BODY_LIMIT_BYTES:
            self._answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            self._drain(length)
        elif not self.server.is_here(self.path):
            self._answer(HTTPStatus.NOT_FOUND)
            self._drain(length)
        else:
            body = self.rfile.read(int(length))
            is_wanted = len(body) == int(length) and self.server.take(body)
            self._answer(HTTPStatus.OK if is_wanted else HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """No page about what stands here: the status alone."""
        self._answer(HTTPStatus.METHOD_NOT_ALLOWED if code == HTTPStatus.NOT_IMPLEMENTED else code)

    def _answer(self, status: int) -> None:
        self.close_connection = True
        self.send_response_only(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def _drain(self, length: str) -> None:
        """Read what is on its way: a connection closed over it is reset, and the answer may be lost with it."""
        self.wfile.flush()
        self.rfile.read(min(int(length[:9]), _DRAINED_BYTES))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what strangers send is not for the terminal."""
