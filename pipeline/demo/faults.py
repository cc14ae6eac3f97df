"""What networks and proxies do to a share of the requests, for a server that is otherwise well.

The same wrapper serves both ways of mounting a server. In a client's transport a fault of the connection is the
client library's own exception; the demo server turns that exception into the real thing on its socket.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from enum import StrEnum

import httpx2

Quay = Callable[[httpx2.Request], httpx2.Response]

MOST_IN_A_ROW = 2
RETRY_AFTER_SECONDS = 1
LATE_SECONDS = 0.2


class Fault(StrEnum):
    """The ways in which a request can go wrong between client and server."""

    TOO_MANY_REQUESTS = "429"
    TOO_MANY_REQUESTS_RETRY_AFTER = "429 with Retry-After"
    BAD_GATEWAY = "502"
    RESET = "connection reset"
    TRUNCATED = "body shorter than its Content-Length"
    CUT = "half a body, with a Content-Length to match"
    LATE = "slow answer"
    HTML = "HTML with status 200"


class ConnectionReset(httpx2.ReadError):
    """The connection went away before an answer came."""


class BodyTruncated(httpx2.RemoteProtocolError):
    """The connection went away in the middle of `response`."""

    def __init__(self, response: httpx2.Response, request: httpx2.Request) -> None:
        super().__init__("peer closed connection without sending complete message body", request=request)
        self.response = response


class AnswerLate(httpx2.ReadTimeout):
    """`response` comes, but later than the client waits."""

    def __init__(self, response: httpx2.Response, request: httpx2.Request) -> None:
        super().__init__("the answer did not come in time", request=request)
        self.response = response


def with_faults(quay: Quay, share: float, seed: int, kinds: Sequence[Fault] = tuple(Fault)) -> Quay:
    """The same server, where a share of the requests goes wrong in one of the ways.

    The same seed fails the same requests of a sequence. No target fails more than twice in a row, so that a client
    that tries three times gets through.
    """
    chance = random.Random(seed)
    failures: Counter[str] = Counter()
    lock = threading.Lock()

    def fault_of(target: str) -> Fault | None:
        with lock:
            fault = chance.choice(kinds) if chance.random() < share else None
            if fault is None or failures[target] == MOST_IN_A_ROW:
                failures.pop(target, None)
                return None
            failures[target] += 1
            return fault

    def faulty(request: httpx2.Request) -> httpx2.Response:
        fault = fault_of(str(request.url))
        return quay(request) if fault is None else _failed(quay, request, fault)

    return faulty


def _failed(quay: Quay, request: httpx2.Request, fault: Fault) -> httpx2.Response:
    match fault:
        case Fault.TOO_MANY_REQUESTS:
            return _nginx_page(429, "Too Many Requests")
        case Fault.TOO_MANY_REQUESTS_RETRY_AFTER:
            return _nginx_page(429, "Too Many Requests", {"retry-after": str(RETRY_AFTER_SECONDS)})
        case Fault.BAD_GATEWAY:
            return _nginx_page(502, "Bad Gateway")
        case Fault.HTML:
            return _nginx_page(200, "Sign in")
        case Fault.RESET:
            raise ConnectionReset("connection reset by peer", request=request)
        case Fault.TRUNCATED:
            raise BodyTruncated(quay(request), request)
        case Fault.LATE:
            raise AnswerLate(quay(request), request)
        case Fault.CUT:
            whole = quay(request)
            length_told = ("content-length", "transfer-encoding")
            headers = {key: value for key, value in whole.headers.items() if key not in length_told}
            half = whole.content[: len(whole.content) // 2]
            return httpx2.Response(whole.status_code, headers=headers, content=half)


def _nginx_page(status: int, title: str, headers: dict[str, str] | None = None) -> httpx2.Response:
    shown = title if status == 200 else f"{status} {title}"
    page = (
        f"<html>\r\n<head><title>{shown}</title></head>\r\n<body>\r\n<center><h1>{shown}</h1></center>\r\n"
        "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return httpx2.Response(
        status,
        headers={"server": "nginx", "content-type": "text/html", **(headers or {})},
        content=page.encode(),
    )
