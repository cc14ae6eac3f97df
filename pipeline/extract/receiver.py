"""The door that Quay's export worker knocks on: a small server for callbacks, open only while exports are waited for.

Quay signs nothing, repeats itself (three callbacks for one failure, the same success after a lost answer) and takes no
answer but 200 for delivered. So callbacks count only at an unguessable path and for exports that were asked for here, any
number of them, and a success outweighs the failures before it.
Source: quay/quay workers/exportactionlogsworker.py (ffba0c70), as observed.
"""

import secrets
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec

from pipeline.errors import SettingsError

_BODY_LIMIT_BYTES = 64 << 10
_HANDLER_SECONDS = 10.0
_RANK = {"success": 0, "timedout": 1, "invalidrequest": 2, "failed": 3}


class Callback(msgspec.Struct, frozen=True):
    """What Quay says about one export. `status` is success, timedout, invalidrequest or failed."""

    export_id: str
    status: str
    exported_data_url: str | None = None


class Receiver:
    """Listens from `with` to its end; nothing of it is left then. `url` is what to give Quay.

    `listen` is host and port, port 0 is any free one. `public_url` is how Quay reaches that place, where that differs.
    Raises SettingsError when the port is taken or the certificate (PEM with its key) is unusable.
    """

    def __init__(
        self,
        listen: tuple[str, int],
        *,
        public_url: str | None = None,
        certificate: Path | None = None,
        make_secret: Callable[[], str] = secrets.token_urlsafe,
    ) -> None:
        self._path = f"/{make_secret()}"
        self._callbacks: dict[str, Callback | None] = {}
        self._news = threading.Condition()
        try:
            self._server = _Server(listen, self._path, self._take)
        except OSError as error:
            hint = "give another --callback-listen, or stop what listens there"
            raise SettingsError(
                f"cannot listen: {error.strerror}", where=f"{listen[0]}:{listen[1]}", hint=hint
            ) from error
        if certificate:
            self._server.socket = _tls(certificate).wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        base = (
            public_url
            or f"{'https' if certificate else 'http'}://{listen[0]}:{self._server.server_address[1]}"
        )
        self.url = f"{base.rstrip('/')}{self._path}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def ask(self, order: Callable[[], str]) -> str:
        """Order an export and know its id before its callback can be judged: a quick worker may be faster than us."""
        with self._news:
            export_id = order()
            self._callbacks.setdefault(export_id, None)
            return export_id

    def wait(
        self, export_id: str, seconds: float, is_stopped: Callable[[], bool] = lambda: False
    ) -> Callback | None:
        """The best news about an export; None when there was none in time, or when `is_stopped` turns true."""
        waited = 0.0
        with self._news:
            while self._callbacks[export_id] is None and waited < seconds and not is_stopped():
                self._news.wait(min(0.5, seconds - waited))
                waited += 0.5
            return self._callbacks[export_id]

    def _take(self, body: bytes) -> bool:
        """Whether a callback is one that was waited for."""
        try:
            callback = msgspec.json.decode(body, type=Callback)
        except msgspec.DecodeError:
            return False
        if callback.status not in _RANK or (callback.status == "success") != bool(callback.exported_data_url):
            return False
        with self._news:
            if callback.export_id not in self._callbacks:
                return False
            held = self._callbacks[callback.export_id]
            if held is None or _RANK[callback.status] < _RANK[held.status]:
                self._callbacks[callback.export_id] = callback
                self._news.notify_all()
            return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a peer that says nothing must not hold up the end

    def __init__(self, listen: tuple[str, int], path: str, take: Callable[[bytes], bool]) -> None:
        self.path = path
        self.take = take
        super().__init__(listen, _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that hangs up or speaks no HTTP is no event."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _HANDLER_SECONDS
    server_version = "quay-audit"
    sys_version = ""

    def do_POST(self) -> None:
        """Take a callback."""
        length = self.headers.get("content-length", "")
        if not length.isdigit() or int(length) > _BODY_LIMIT_BYTES:
            self._answer(413)
        elif not secrets.compare_digest(self.path.encode("latin-1"), self.server.path.encode()):
            self._answer(404)
        else:
            self._answer(200 if self.server.take(self.rfile.read(int(length))) else 404)

    def _answer(self, status: int) -> None:
        self.close_connection = True
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what strangers send is not for the terminal."""


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        context.load_cert_chain(certificate)
    except (OSError, ssl.SSLError) as error:
        hint = "give one PEM file with the certificate and its unencrypted key"
        raise SettingsError("unusable callback certificate", where=str(certificate), hint=hint) from error
    return context
