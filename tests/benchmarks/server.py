"""A Quay that is as fast as it can be: raw sockets and prepared pages, in a process of its own.

    python -m tests.benchmarks.server --rows 200000 --rows-a-day 20000

The first line on stdout is its address. Each line on stdin is answered, as JSON, with what it was asked for since the
line before; it serves until its stdin is closed. So the cost of a client is measured without the cost of a server. Dates
are echoed, counts are right, and the last page is empty, as with Quay; tokens and everything else a server may refuse
are not looked at.
"""

import argparse
import json
import selectors
import socket
import sys
from collections import Counter
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import lru_cache, partial
from typing import IO, Any
from urllib.parse import parse_qs

from tests.benchmarks.history import History, page_body, page_number, page_token

LOGS = b"/api/v1/organization/acme/logs"
COUNTS = b"/api/v1/organization/acme/aggregatelogs"

_HEAD = (
    b"HTTP/1.1 %b\r\nServer: gunicorn\r\nDate: %b\r\nConnection: keep-alive\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\nAccess-Control-Allow-Origin: *\r\n"
    b"Access-Control-Allow-Methods: DELETE, GET, HEAD, OPTIONS, POST, PUT\r\nAccess-Control-Max-Age: 21600\r\n"
    b"Access-Control-Allow-Headers: AUTHORIZATION, CONTENT-TYPE, X-REQUESTED-WITH\r\n\r\n"
)
_REQUEST_END = b"\r\n\r\n"
_REQUEST_BYTES = 1 << 16


class FastQuay:
    """Answers requests for the log of one organization, and counts them."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._date = format_datetime(datetime.now(UTC), usegmt=True).encode()
        self._pages: Counter[date] = Counter()
        self._counts = 0

    def answer(self, request: bytes) -> bytes:
        """The response to a request, as bytes of HTTP/1.1."""
        path, _, query = request.split(b" ", 2)[1].partition(b"?")
        if path == LOGS:
            return self._response(b"200 OK", self._page(query))
        if path == COUNTS:
            return self._response(b"200 OK", self._aggregate(query))
        return self._response(b"404 NOT FOUND", b'{"detail": "Not Found", "status": 404}\n')

    def tally(self) -> dict[str, Any]:
        """How many pages were asked for, by day, and how often counts; then counting starts anew."""
        pages = {day.isoformat(): count for day, count in sorted(self._pages.items())}
        told = {"pages": pages, "counts": self._counts}
        self._pages, self._counts = Counter(), 0
        return told

    def _response(self, status: bytes, body: bytes) -> bytes:
        return _HEAD % (status, self._date, len(body)) + body

    def _page(self, query: bytes) -> bytes:
        dates, _, token = query.partition(b"&next_page=")
        day, last = _days_asked_for(dates)
        if day != last:
            raise ValueError(f"a page of {day} to {last}: this server gives one day at a time")
        self._pages[day] += 1
        number = page_number(token) if token else 0
        following = page_token(number + 1) if number < self._history.pages_on(day) else b""
        return page_body(day, self._history.entries_json(day, number), following)

    def _aggregate(self, query: bytes) -> bytes:
        self._counts += 1
        first, last = _days_asked_for(query)
        aggregated = [
            {
                "kind": kind,
                "count": count,
                "datetime": format_datetime(datetime.combine(day, datetime.min.time())),
            }
            for day in sorted(self._history.rows_by_day)
            if first <= day <= last
            for kind, count in self._history.kinds_on(day).items()
        ]
        return json.dumps({"aggregated": aggregated}).encode() + b"\n"


@lru_cache(maxsize=256)
def _days_asked_for(query: bytes) -> tuple[date, date]:
    asked = parse_qs(query.decode())
    month, day, year = map(int, asked["starttime"][0].split("/"))
    last_month, last_day, last_year = map(int, asked["endtime"][0].split("/"))
    return date(year, month, day), date(last_year, last_month, last_day)


class Server:
    """Answers on every connection to one port of this machine, one request after the other, from one thread."""

    def __init__(self, quay: FastQuay) -> None:
        self._quay = quay
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)

    @property
    def address(self) -> str:
        """The base address."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self, questions: IO[str], answers: IO[str]) -> None:
        """Serve until there are no more questions; each line of them is answered with a tally."""
        self._selector.register(questions, selectors.EVENT_READ)
        with self._selector, self._listener:
            while True:
                for key, _ in self._selector.select():
                    if key.fileobj is not questions:
                        key.data()
                    elif questions.readline():
                        print(json.dumps(self._quay.tally()), file=answers, flush=True)
                    else:
                        return

    def _accept(self) -> None:
        connection, _ = self._listener.accept()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(
            connection, selectors.EVENT_READ, partial(self._answer, connection, bytearray())
        )

    def _answer(self, connection: socket.socket, waiting: bytearray) -> None:
        try:
            received = connection.recv(_REQUEST_BYTES)
        except ConnectionError:
            received = b""
        if not received:
            self._selector.unregister(connection)
            connection.close()
            return
        waiting += received
        while (end := waiting.find(_REQUEST_END)) >= 0:
            connection.sendall(self._quay.answer(bytes(waiting[:end])))
            del waiting[: end + len(_REQUEST_END)]


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--rows-a-day", type=int, default=20_000)
    asked = parser.parse_args()
    server = Server(FastQuay(History(asked.rows, asked.rows_a_day)))
    print(server.address, flush=True)
    server.serve(sys.stdin, sys.stdout)


if __name__ == "__main__":
    main()
