"""What stands between a client and a Quay: a TLS front and a proxy, each in threads of this process, on 127.0.0.1."""

import base64
import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseRequestHandler, TCPServer, ThreadingTCPServer
from typing import Any, TypeVar
from urllib.parse import urlsplit

TLS = Path(__file__).parent / "data" / "tls"
AUTHORITY = TLS / "authority.pem"

Address = tuple[str, int]
Server = TypeVar("Server", bound=TCPServer)


def address_of(url: str) -> Address:
    """Host and port of a URL."""
    parts = urlsplit(url)
    assert parts.hostname
    assert parts.port
    return parts.hostname, parts.port


def closed_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port


class TlsFront(ThreadingTCPServer):
    """Speaks TLS to clients, with a certificate for quay.example and 127.0.0.1, and plain HTTP to what lies behind.

    `handshakes` counts the connections that clients began.
    """

    daemon_threads = False

    def __init__(self, behind: Address) -> None:
        super().__init__(("127.0.0.1", 0), _TlsConnection)
        self.behind = behind
        self.handshakes = 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(TLS / "server.pem")

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.server_address[1]
        return port


class _TlsConnection(BaseRequestHandler):
    server: TlsFront

    def handle(self) -> None:
        self.server.handshakes += 1
        with suppress(OSError), self.server.context.wrap_socket(self.request, server_side=True) as inner:
            _relay(inner, self.server.behind)


class Proxy(ThreadingHTTPServer):
    """Forwards whatever is asked to one place, wherever it was meant for.

    `asked` lists the request lines that it saw, `seen` the headers. With `password` it forwards nothing for those who
    do not give it as that of `user`.
    """

    daemon_threads = False

    def __init__(self, behind: Address, password: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _ProxyConnection)
        self.behind = behind
        self.asked: list[str] = []
        self.seen: list[str] = []
        self.authorization = password and "Basic " + base64.b64encode(f"user:{password}".encode()).decode()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _ProxyConnection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def _is_admitted(self) -> bool:
        self.server.asked.append(self.requestline)
        self.server.seen.append(str(self.headers))
        wanted = self.server.authorization
        if wanted is None or self.headers.get("proxy-authorization") == wanted:
            return True
        self.send_response(407)
        self.send_header("content-length", "0")
        self.end_headers()
        return False

    def do_CONNECT(self) -> None:
        """Open a tunnel."""
        self.close_connection = True
        if self._is_admitted():
            self.send_response(200)
            self.end_headers()
            _relay(self.connection, self.server.behind)

    def do_GET(self) -> None:
        """Ask on behalf of the client."""
        if not self._is_admitted():
            return
        there = http.client.HTTPConnection(*self.server.behind)
        path = self.path.removeprefix("http://").partition("/")[2]
        there.request("GET", f"/{path}", headers=dict(self.headers.items()))
        answer = there.getresponse()
        body = answer.read()
        there.close()
        self.send_response(answer.status)
        self.send_header("content-type", answer.headers["content-type"])
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing."""


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server, while the block runs."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _relay(client: socket.socket, behind: Address) -> None:
    """Carry bytes both ways until either side has had enough."""
    with socket.create_connection(behind) as there:
        back = threading.Thread(target=_pump, args=(there, client))
        back.start()
        _pump(client, there)
        back.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(65536):
            target.sendall(chunk)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
