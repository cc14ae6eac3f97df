"""The door that Quay's export worker knocks on: a small server for callbacks, open only while exports are waited for.

Quay signs nothing, repeats itself (three callbacks for one failure, the same success after a lost answer) and takes no
answer but 200 for delivered. So callbacks count only at an unguessable path and for exports that were asked for here, any
number of them, and a success outweighs the failures before it.
Source: quay/quay workers/exportactionlogsworker.py (ffba0c70), as observed.
"""

import secrets
import ssl
import threading
import time
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import msgspec

from pipeline.errors import SettingsError
from pipeline.extract.callback_server import CallbackServer

_RANK = {"success": 0, "timedout": 1, "invalidrequest": 2, "failed": 3}
_EARLY_AT_MOST = 100
_LOOK_SECONDS = 0.5


class Callback(msgspec.Struct, frozen=True):
    """What Quay says about one export. `status` is success, timedout, invalidrequest or failed."""

    export_id: str
    status: str
    exported_data_url: str | None = None


_decode_callback = msgspec.json.Decoder(Callback).decode


class Receiver:
    """Listens from `with` to its end; nothing of it is left then. `url` is what to give Quay.

    `listen` is host and port, port 0 is any free one. `public_url` is how Quay reaches that place, where that differs: a
    proxy may pass its path on or cut it off. Raises SettingsError when the port is taken or the certificate (PEM with
    its key) is unusable.
    """

    def __init__(
        self,
        listen: tuple[str, int],
        *,
        public_url: str | None = None,
        certificate: Path | None = None,
        make_secret: Callable[[], str] = secrets.token_urlsafe,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._callbacks: dict[str, Callback | None] = {}
        self._ordered_at: dict[str, float] = {}
        self._heard_at = float("-inf")
        self._orders_under_way = 0
        self._early: dict[str, Callback | None] = {}
        self._news = threading.Condition()
        if public_url is None and _is_everywhere(listen[0]):
            hint = "give --callback-url with the address of this machine as Quay sees it"
            raise SettingsError("Quay cannot reach this address", where=listen[0], hint=hint)
        tls = _tls(certificate) if certificate else None
        path = f"/{make_secret()}"
        prefix = urlsplit(public_url or "").path.rstrip("/")
        try:
            self._server = CallbackServer(listen, {path, prefix + path}, self._take, tls=tls, clock=clock)
        except OSError as error:
            hint = "give another --callback-listen, or stop what listens there"
            where = f"{listen[0]}:{listen[1]}"
            raise SettingsError(
                f"cannot listen: {error.strerror or error}", where=where, hint=hint
            ) from error
        host = f"[{listen[0]}]" if ":" in listen[0] else listen[0]
        base = public_url or f"{'https' if tls else 'http'}://{host}:{self.port}"
        self.url = f"{base.rstrip('/')}{path}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    @property
    def port(self) -> int:
        """The port that it listens on: which one it is, where any free one was asked for."""
        return self._server.server_port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        self._thread.join()

    def ask(self, order: Callable[[], str]) -> str:
        """Order an export and know its id. A callback may come before the answer to the order: it is not lost."""
        with self._news:
            self._orders_under_way += 1
        export_id = None
        try:
            export_id = order()
            return export_id
        finally:
            with self._news:
                self._orders_under_way -= 1
                if export_id is not None:
                    self._ordered_at.setdefault(export_id, self._clock())
                    self._callbacks.setdefault(export_id, self._early.pop(export_id, None))
                if not self._orders_under_way:
                    self._early.clear()

    def wait(
        self, export_id: str, seconds: float, is_stopped: Callable[[], bool] = lambda: False
    ) -> Callback | None:
        """The best news about an export; None when Quay kept silent for `seconds`, or when `is_stopped` turns true.

        Silence begins with the order, and anew with every callback: Quay's worker does one export after the other.
        """
        with self._news:
            while (callback := self._callbacks[export_id]) is None and not is_stopped():
                left = max(self._ordered_at[export_id], self._heard_at) + seconds - self._clock()
                if left <= 0:
                    return None
                self._news.wait(min(_LOOK_SECONDS, left))
            return callback

    def has_heard_since(self, export_id: str) -> bool:
        """Whether any callback has come since an export was ordered: none means that Quay cannot reach this place."""
        with self._news:
            return self._heard_at >= self._ordered_at[export_id]

    def _take(self, body: bytes) -> bool:
        """Whether a callback is one that was waited for."""
        callback = _callback_from_body(body)
        if callback is None:
            return False
        with self._news:
            held = self._early if callback.export_id not in self._callbacks else self._callbacks
            if held is self._early and not (self._orders_under_way and len(held) < _EARLY_AT_MOST):
                return False
            self._heard_at = self._clock()
            known = held.get(callback.export_id)
            if known is None or _RANK[callback.status] < _RANK[known.status]:
                held[callback.export_id] = callback
                self._news.notify_all()
            return True


def _callback_from_body(body: bytes) -> Callback | None:
    """A callback that can be true: of a known status, and with a link exactly where there is a file."""
    try:
        callback = _decode_callback(body)
        link = urlsplit(callback.exported_data_url or "")
    except (ValueError, RecursionError):
        return None
    is_link = link.scheme in ("http", "https") and bool(link.hostname)
    if callback.status not in _RANK or bool(callback.exported_data_url) != is_link:
        return None
    return callback if (callback.status == "success") == is_link else None


def _is_everywhere(host: str) -> bool:
    """Whether a host means every address of this machine, and so is none to give away."""
    try:
        return ip_address(host).is_unspecified
    except ValueError:
        return False


def _tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    try:
        # With no password of ours, OpenSSL would ask for one on the terminal.
        context.load_cert_chain(certificate, password="")
    except (OSError, ssl.SSLError) as error:
        hint = "give one PEM file with the certificate and its unencrypted key"
        raise SettingsError("unusable callback certificate", where=str(certificate), hint=hint) from error
    return context
