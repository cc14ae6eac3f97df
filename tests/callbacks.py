"""Callbacks as Quay sends them, as others forge them, and the peers that send nothing at all."""

import json
import socket
import ssl
from http.client import HTTPConnection, HTTPSConnection
from urllib.parse import urlsplit

from pipeline.extract.receiver import Receiver

HERE = ("127.0.0.1", 0)
LINK = "https://store.example/file?signature=x"
FOREVER = 30.0
STATUSES = ("success", "timedout", "invalidrequest", "failed")


class Clock:
    """A time that only a test changes."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def ordered(receiver: Receiver, export_id: str = "e-1") -> str:
    return receiver.ask(lambda: export_id)


def callback(status: str = "success", export_id: str = "e-1", **changes: object) -> bytes:
    """A callback as Quay sends it."""
    body = {
        "export_id": export_id,
        "start_time": "11/20/2026",
        "end_time": "11/21/2026",
        "namespace": "acme",
        "repository": None,
        "exported_data_url": LINK if status == "success" else None,
        "status": status,
    }
    return json.dumps(body | changes).encode()


def asked(
    url: str, body: bytes | None = None, method: str = "POST", tls: ssl.SSLContext | None = None
) -> int:
    """The status that an address answers with."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection = HTTPSConnection(host, port, context=tls) if tls else HTTPConnection(host, port)
    try:
        connection.request(method, url.split(f":{port}", 1)[1] or "/", body)
        return connection.getresponse().status
    finally:
        connection.close()


def raw_answer(url: str, request: bytes) -> bytes:
    """Everything that comes back for some bytes, to the end of the connection."""
    with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port)) as peer:
        peer.sendall(request)
        peer.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: peer.recv(4096), b""))


def silent_peer(receiver: Receiver, said: bytes = b"") -> socket.socket:
    parts = urlsplit(receiver.url)
    peer = socket.create_connection((parts.hostname, parts.port), timeout=FOREVER)
    peer.sendall(said)
    return peer


def assert_hung_up(peer: socket.socket) -> None:
    """The connection ends, whatever was said on it before."""
    with peer:
        while peer.recv(4096):
            pass
