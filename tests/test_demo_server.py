"""The demo server over a real socket of this machine, and faults by both ways of mounting."""

import socket
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.faults import LATE_SECONDS, MOST_IN_A_ROW, Fault, Quay, with_faults
from pipeline.demo.server import serve, serve_forever
from tests.asking import NOW, client_of, clock, numbers, pages, small_store
from tests.worlds import AUDITOR

LOGS = "organization/acme/logs"
DAYS = ("11/22/2026", "11/23/2026")


def _quay(rows: int = 90) -> FakeQuay:
    store = small_store()
    for i in range(rows):
        store.log("push_repo", NOW - timedelta(minutes=i), "acme", metadata={"i": i, "text": "é<&>"})
    return FakeQuay(store, clock=clock)


@pytest.fixture
def base() -> Iterator[str]:
    with serve(_quay()) as address:
        yield address


def _client(base: str) -> httpx2.Client:
    return httpx2.Client(base_url=f"{base}/api/v1/", headers={"authorization": f"Bearer {AUDITOR}"})


def test_a_chain_over_http_is_the_chain_of_the_function(base: str) -> None:
    with _client(base) as over_http, client_of(_quay()) as direct:
        assert numbers(pages(over_http, LOGS, *DAYS)) == numbers(pages(direct, LOGS, *DAYS))


def test_an_answer_over_http_has_the_bytes_and_headers_of_the_function(base: str) -> None:
    query = {"starttime": "11/23/2026", "endtime": "11/23/2026"}
    with _client(base) as over_http, client_of(_quay()) as direct:
        for path in (LOGS, "organization/acme/nosuch", "messages", "organization/nosuch/logs"):
            there, here = over_http.get(path, params=query), direct.get(path, params=query)
            headers = dict(here.headers)
            if "location" in headers:
                headers["location"] = headers["location"].replace("http://quay.test", base)
                assert there.status_code == 308
            else:
                assert there.content == here.content
                assert dict(there.headers) == headers


def test_many_threads_read_the_same_rows(base: str) -> None:
    def chain(_: int) -> list[int]:
        with _client(base) as client:
            return numbers(pages(client, LOGS, *DAYS))

    with ThreadPoolExecutor(4) as threads:
        chains = list(threads.map(chain, range(8)))
    assert chains == [list(range(90))] * 8


def test_one_connection_carries_many_requests(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    request = f"GET /api/v1/messages HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
    with socket.create_connection((host, int(port))) as connection:
        for _ in range(3):
            connection.sendall(request)
            answer = b""
            while not answer.endswith(b'{"messages": []}\n'):
                answer += connection.recv(4096)
            assert answer.startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_request_without_a_sound_address_is_refused(base: str) -> None:
    host, port = base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"GET /api/v1/messages HTTP/1.1\r\nHost: x:y\r\n\r\n")
        assert connection.recv(4096).startswith(b"HTTP/1.1 400 Bad Request\r\n")


def test_a_failed_request_closes_its_connection_as_gunicorn_does(base: str) -> None:
    with _client(base) as client:
        answer = client.get(LOGS, params={"performer": "nobody"})
    assert (answer.status_code, answer.headers["connection"]) == (500, "close")


def test_posting_and_head_work_over_http(base: str) -> None:
    with _client(base) as client:
        assert "export_id" in client.post("organization/acme/exportlogs", json={}).json()
        headed = client.head(LOGS)
    assert headed.content == b""
    assert int(headed.headers["content-length"]) > 1000


def test_no_thread_and_no_connection_outlives_the_server() -> None:
    before = threading.active_count()
    with serve(_quay()) as base, _client(base) as client:
        client.get("messages")
        assert threading.active_count() > before
    assert threading.active_count() == before


def test_a_server_in_the_foreground_tells_where_it_is_and_stops_when_interrupted() -> None:
    told: list[str] = []

    def interrupt(address: str) -> None:
        told.append(address)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        serve_forever(_quay(), "127.0.0.1", 0, interrupt)
    assert told[0].startswith("http://127.0.0.1:")


def _outcome(client: httpx2.Client) -> str:
    """What one request for a page comes to, as a client sees it."""
    try:
        answer = client.get(LOGS, params={"starttime": "11/23/2026", "endtime": "11/23/2026"})
    except httpx2.ReadTimeout:
        return "late"
    except (httpx2.ReadError, httpx2.RemoteProtocolError):
        return "cut off"
    if answer.status_code == 429:
        return f"429 {answer.headers.get('retry-after')}"
    if not answer.content.endswith(b"}\n"):
        return f"{answer.status_code} {'html' if answer.text.startswith('<html>') else 'cut'}"
    return str(answer.status_code)


OUTCOMES = {
    Fault.TOO_MANY_REQUESTS: "429 None",
    Fault.TOO_MANY_REQUESTS_RETRY_AFTER: "429 1",
    Fault.BAD_GATEWAY: "502 html",
    Fault.HTML: "200 html",
    Fault.CUT: "200 cut",
    Fault.RESET: "cut off",
    Fault.TRUNCATED: "cut off",
}


@pytest.mark.parametrize("fault", OUTCOMES)
def test_a_fault_is_the_same_to_a_client_of_the_function_and_of_the_socket(fault: Fault) -> None:
    with client_of(with_faults(_quay(), 1.0, 0, [fault])) as direct:
        assert _outcome(direct) == OUTCOMES[fault]
    with serve(with_faults(_quay(), 1.0, 0, [fault])) as base, _client(base) as over_http:
        assert _outcome(over_http) == OUTCOMES[fault]


def test_a_late_answer_is_a_timeout_to_a_transport_and_waits_on_a_socket() -> None:
    slept: list[float] = []
    with client_of(with_faults(_quay(), 1.0, 0, [Fault.LATE])) as direct, pytest.raises(httpx2.ReadTimeout):
        direct.get("messages")
    quay = with_faults(_quay(), 1.0, 0, [Fault.LATE])
    with serve(quay, sleep=slept.append) as base, _client(base) as over_http:
        assert over_http.get("messages").status_code == 200
    assert slept == [LATE_SECONDS]


def _statuses(quay: Quay, count: int) -> list[str]:
    with client_of(quay) as client:
        return [_outcome(client) for _ in range(count)]


def test_a_share_of_the_requests_fails_and_the_same_seed_fails_the_same() -> None:
    first, second = (_statuses(with_faults(_quay(), 0.2, 5), 300) for _ in range(2))
    assert first == second
    failed = Counter(first)
    assert 30 < 300 - failed["200"] < 90
    assert len(failed) >= 6


def test_no_request_fails_more_than_twice_in_a_row() -> None:
    outcomes = _statuses(with_faults(_quay(), 1.0, 0, [Fault.BAD_GATEWAY]), 9)
    assert outcomes == (["502 html"] * MOST_IN_A_ROW + ["200"]) * 3


def test_without_a_share_nothing_fails() -> None:
    assert _statuses(with_faults(_quay(), 0.0, 0), 20) == ["200"] * 20
