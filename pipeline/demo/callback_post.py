"""How the demo server delivers callbacks: real HTTP, as Quay's own client sends it."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Final
from urllib.parse import urlsplit

TIMEOUT_SECONDS: Final = 10.0

_ANSWER_BYTES: Final = 1 << 16

_HEADERS: Final = {
    "User-Agent": "python-requests/2.32.3",
    "Accept-Encoding": "gzip, deflate",
    "Accept": "*/*",
    "Connection": "keep-alive",
    "Content-Type": "application/json",
}


def post_over_http(url: str, body: bytes) -> int | None:
    """The status that a callback address answers with, None when nobody does; a redirect is an answer, not a way on.

    An address that asks for TLS needs a certificate that this machine trusts.
    """
    try:
        parts = urlsplit(url)
        connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        connection = connect(parts.hostname or "", parts.port, timeout=TIMEOUT_SECONDS)
    except (ValueError, HTTPException):  # a port that is none
        return None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", target, body, _HEADERS)
        response = connection.getresponse()
        response.read(_ANSWER_BYTES)
        return response.status
    except (OSError, HTTPException, UnicodeError):
        return None
    finally:
        connection.close()
