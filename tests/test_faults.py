"""Promises about a bad network: whatever share of the requests fails, and how, the lake is the same."""

import threading
from pathlib import Path
from traceback import TracebackException

import httpx2
import pytest

from pipeline.config import Secret
from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.faults import AnswerLate, Fault, with_faults
from pipeline.demo.server import serve
from pipeline.errors import QuayAuditError, Unreachable
from pipeline.extract.options import Options
from pipeline.extract.run import extract
from pipeline.extract.summary import ExtractSummary
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.quay.client import QuayClient
from pipeline.quay.logs import read_counts, stream_of
from pipeline.quay.scopes import ALL, org
from pipeline.quay.throttle import Throttle
from pipeline.quay.transport import transport_to
from tests.crashes import FIRST, LAST, NOON, registry
from tests.extracts import TOKEN, Handler, Silent, client_of, extract_all, files_of
from tests.gateways import closed_port

SCOPES = [ALL, org("acme")]


def extracted(handler: Handler, lake: Path, *, tries: int = 6, concurrency: int = 3) -> ExtractSummary:
    """An extract from a handler, without a network; pauses take no time."""
    options = Options(concurrency=concurrency)
    return extract_all(handler, lake, SCOPES, FIRST, LAST, options=options, now=NOON, tries=tries)


def client_to(url: str, *, timeout_seconds: float = 30.0) -> QuayClient:
    """A client over a real connection; its pauses take no time."""
    return QuayClient(
        url,
        Secret(TOKEN),
        transport=transport_to(url, ca_file=None, proxy=None, connections=4),
        throttle=Throttle(ceiling=4, sleep=lambda seconds: None),
        timeout_seconds=timeout_seconds,
        sleep=lambda seconds: None,
        now=lambda: NOON,
    )


@pytest.mark.parametrize("seed", range(5))
def test_a_fifth_of_all_requests_failing_in_any_way_changes_no_byte(seed: int, tmp_path: Path) -> None:
    calm = extracted(registry(NOON), tmp_path / "calm")
    summary = extracted(with_faults(registry(NOON), 0.2, seed), tmp_path / "faulty")
    assert summary.requests > calm.requests
    assert summary.is_complete
    assert files_of(tmp_path / "faulty") == files_of(tmp_path / "calm")


@pytest.mark.parametrize("fault", Fault)
def test_each_way_to_fail_alone_changes_no_byte_even_where_most_requests_fail(
    fault: Fault, tmp_path: Path
) -> None:
    calm = extracted(registry(NOON), tmp_path / "calm")
    summary = extracted(with_faults(registry(NOON), 0.6, 1, [fault]), tmp_path / "faulty")
    assert summary.requests > 1.5 * calm.requests
    assert files_of(tmp_path / "faulty") == files_of(tmp_path / "calm")


def test_faults_on_a_real_connection_change_no_byte(tmp_path: Path) -> None:
    now: Handler = registry(NOON)

    def quay(request: httpx2.Request) -> httpx2.Response:
        return now(request)

    with serve(quay, sleep=lambda seconds: None) as url:
        calm = extract_from(url, tmp_path / "calm")
        now = with_faults(registry(NOON), 0.2, 5)
        faulty = extract_from(url, tmp_path / "faulty")
    assert faulty.requests > calm.requests
    assert files_of(tmp_path / "faulty") == files_of(tmp_path / "calm")


def extract_from(url: str, lake: Path) -> ExtractSummary:
    client = client_to(url)
    try:
        return extract(
            client,
            Layout(lake),
            SCOPES,
            FIRST,
            LAST,
            options=Options(concurrency=3),
            now=lambda: NOON,
            watcher=Silent(),
            stop=threading.Event(),
        )
    finally:
        client.close()


def test_an_answer_that_does_not_come_in_time_is_asked_for_again() -> None:
    fake, given_up, late = registry(NOON), threading.Event(), [True]

    def quay(request: httpx2.Request) -> httpx2.Response:
        if late.pop() if late else False:
            raise AnswerLate(fake(request), request)
        given_up.set()
        return fake(request)

    # The late answer comes when the next request has come: however slow this machine is, it is too late.
    with serve(quay, sleep=lambda seconds: assert_set(given_up)) as url:
        client = client_to(url, timeout_seconds=0.2)
        counts = read_counts(client, stream_of(ALL), LAST, LAST)
        client.close()
    assert counts == {LAST: {"pull_repo": 25}}
    assert client.requests > 1


def assert_set(event: threading.Event) -> None:
    assert event.wait(30)


class Dying:
    """A Quay that is gone for good after so many answers."""

    def __init__(self, fake: FakeQuay, answers: int) -> None:
        self._fake, self._answers = fake, answers

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self._answers -= 1
        if self._answers < 0:
            raise httpx2.ConnectError("connection refused", request=request)
        return self._fake(request)


@pytest.mark.parametrize("answers", [0, 1, 3, 8, 15, 24, 30])
def test_a_server_that_goes_away_for_good_costs_only_the_windows_in_flight(
    answers: int, tmp_path: Path
) -> None:
    with pytest.raises(Unreachable) as caught:
        extracted(Dying(registry(NOON), answers), tmp_path / "left", concurrency=1)
    assert caught.value.hint
    inspection = inspect(Layout(tmp_path / "left"))
    assert (inspection.findings, inspection.unsealed) == ([], 0)
    extracted(registry(NOON), tmp_path / "left")
    extracted(registry(NOON), tmp_path / "calm")
    assert entries_of(tmp_path / "left") == entries_of(tmp_path / "calm")


def test_one_page_that_always_fails_inside_quay_leaves_that_window_alone(tmp_path: Path) -> None:
    fake = registry(NOON)

    def quay(request: httpx2.Request) -> httpx2.Response:
        is_broken = "/superuser/logs" in str(request.url) and "starttime=11%2F01" in str(request.url)
        return httpx2.Response(500, html="<h1>Internal Server Error</h1>") if is_broken else fake(request)

    summary = extracted(quay, tmp_path / "left")
    assert [(left.scope, str(left.day)) for left in summary.left] == [("all", "2026-11-01")]
    assert "Quay failed inside" in summary.left[0].what
    assert "page 1" in summary.left[0].what
    assert summary.left[0].hint
    assert not summary.is_complete
    assert extracted(registry(NOON), tmp_path / "left").is_complete
    extracted(registry(NOON), tmp_path / "calm")
    assert entries_of(tmp_path / "left") == entries_of(tmp_path / "calm")


def entries_of(lake: Path) -> dict[str, bytes]:
    """Entries and their states: the manifests tell how many runs it took."""
    return {name: content for name, content in files_of(lake).items() if name.startswith("log_entries/")}


def no_answer(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError("connection refused", request=request)


def no_json(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, html="<html>", request=request)


def other_json(request: httpx2.Request) -> httpx2.Response:
    return httpx2.Response(200, json={"hello": 1}, request=request)


def echo(request: httpx2.Request) -> httpx2.Response:
    """A debugging proxy: shows what it was sent, the token too."""
    return httpx2.Response(400, json={"message": f"bad request: {dict(request.headers)}"}, request=request)


def to_elsewhere(request: httpx2.Request) -> httpx2.Response:
    """A sign-in page that hands on what it was sent."""
    location = f"https://sign.in/{request.headers['authorization']}"
    return httpx2.Response(302, headers={"location": location}, request=request)


@pytest.mark.parametrize("handler", [no_answer, no_json, other_json])
def test_no_traceback_shows_the_token_not_even_with_every_local_variable(handler: Handler) -> None:
    with pytest.raises(QuayAuditError) as caught:
        read_counts(client_of(handler), stream_of(ALL), LAST, LAST)
    assert caught.value.hint
    assert TOKEN not in words_of(caught.value, with_locals=True)


@pytest.mark.parametrize("handler", [echo, to_elsewhere])
def test_a_token_that_comes_back_in_an_answer_is_not_shown(handler: Handler) -> None:
    with pytest.raises(QuayAuditError) as caught:
        read_counts(client_of(handler), stream_of(ALL), LAST, LAST)
    assert "Bearer ..." in str(caught.value)
    assert TOKEN not in words_of(caught.value)


def test_no_traceback_of_a_real_connection_shows_the_token() -> None:
    with pytest.raises(Unreachable) as caught:
        read_counts(client_to(f"http://127.0.0.1:{closed_port()}"), stream_of(ALL), LAST, LAST)
    assert "refused" in str(caught.value)
    assert TOKEN not in words_of(caught.value, with_locals=True)


def words_of(error: BaseException, *, with_locals: bool = False) -> str:
    """A traceback as it is printed."""
    told = TracebackException.from_exception(error, capture_locals=with_locals)
    return "".join(told.format())
