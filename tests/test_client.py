"""Promises of `pipeline.quay.client`: retries, refusals, secrets."""

import ssl
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx2
import pytest

from pipeline import __version__
from pipeline.config import Secret
from pipeline.errors import (
    DamagedReply,
    FeatureOff,
    Missing,
    ReadOnlyServer,
    Refused,
    ServerError,
    ServerFailure,
    SettingsError,
    UnexpectedShape,
    Unreachable,
)
from pipeline.quay.client import BODY_LIMIT_BYTES, QuayClient
from pipeline.quay.throttle import Throttle
from pipeline.quay.transport import transport_to
from tests.extracts import NOW, TOKEN, client_of

Answer = httpx2.Response | httpx2.TransportError


def ok(**more: object) -> httpx2.Response:
    return httpx2.Response(200, json={"ok": True} | more)


def html(status: int, **headers: str) -> httpx2.Response:
    return httpx2.Response(status, html="<h1>nginx</h1>", headers=headers)


class Script:
    """Answers in turn; the last one for ever. Pauses are counted, not taken."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []
        self.pauses: list[float] = []
        self.time = 0.0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, httpx2.TransportError):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.time += seconds

    def client(self, tries: int = 6, total_seconds: float = 600.0) -> QuayClient:
        return QuayClient(
            "https://quay.example/",
            Secret(TOKEN),
            transport=httpx2.MockTransport(self),
            throttle=Throttle(ceiling=2, clock=lambda: self.time, sleep=self.sleep),
            tries=tries,
            total_seconds=total_seconds,
            clock=lambda: self.time,
            sleep=self.sleep,
            now=lambda: NOW,
            jitter=lambda: 1.0,
        )

    def get(self, **bounds: float) -> bytes:
        client = self.client(int(bounds.get("tries", 6)), bounds.get("total_seconds", 600.0))
        return client.get(
            "/api/v1/x", {"starttime": "11/20/2026"}, bytes, where="org/acme, day 2026-11-20, page 3"
        )


TRANSIENT: list[Callable[[], Answer]] = [
    lambda: html(429),
    lambda: html(502),
    lambda: html(503),
    lambda: html(504),
    lambda: html(200),
    lambda: httpx2.ConnectError("refused"),
    lambda: httpx2.ReadError("reset"),
    lambda: httpx2.ReadTimeout("slow"),
    lambda: httpx2.RemoteProtocolError("peer closed connection without sending complete message body"),
]


@pytest.mark.parametrize("failure", TRANSIENT)
def test_what_may_go_better_is_tried_again(failure: Callable[[], Answer]) -> None:
    script = Script(failure(), failure(), ok())
    assert script.get() == b'{"ok":true}'
    assert len(script.requests) == 3
    assert len(script.pauses) == 2


@pytest.mark.parametrize("failure", TRANSIENT)
def test_tries_are_bounded_and_the_end_says_where(failure: Callable[[], Answer]) -> None:
    script = Script(failure())
    with pytest.raises((Unreachable, DamagedReply)) as caught:
        script.get(tries=4)
    assert len(script.requests) == 4
    assert caught.value.where == "org/acme, day 2026-11-20, page 3"
    assert caught.value.hint


def test_seconds_are_bounded_too() -> None:
    script = Script(html(503))
    with pytest.raises(Unreachable):
        script.get(tries=100, total_seconds=20)
    assert script.time <= 20
    assert 3 <= len(script.requests) < 100


def test_pauses_grow_and_are_capped() -> None:
    script = Script(html(503))
    with pytest.raises(Unreachable):
        script.get(tries=12, total_seconds=10_000)
    assert script.pauses == sorted(script.pauses)
    assert script.pauses[0] >= 0.5
    assert script.pauses[-1] == 60


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("17", 17.0), ("Wed, 25 Nov 2026 12:00:30 GMT", 30.0), ("soon", 1.0), ("9999", 120.0)],
)
def test_retry_after_is_honoured_within_reason(header: str, seconds: float) -> None:
    script = Script(html(429, **{"Retry-After": header}), ok())
    script.get()
    assert script.pauses == [seconds]


def problem(status: int, detail: str) -> httpx2.Response:
    return httpx2.Response(status, json={"detail": detail, "status": status, "title": "x"})


def redirect(location: str) -> httpx2.Response:
    return httpx2.Response(308, html="<p>", headers={"Location": location})


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (problem(401, "Requires authentication"), Refused, "token"),
        (httpx2.Response(401, json={"error": "Anonymous access is not allowed"}), Refused, "Anonymous"),
        (problem(403, "Unauthorized"), Refused, "may not read"),
        (problem(404, "Not Found"), Missing, "Not Found"),
        (
            httpx2.Response(400, json={"message": "Invalid namespace requested: x"}),
            Missing,
            "Invalid namespace",
        ),
        (
            httpx2.Response(400, json={"message": "Invalid date range for logs"}),
            UnexpectedShape,
            "date range",
        ),
        (html(404), FeatureOff, "/api/v1/x"),
        (httpx2.Response(405, json={"message": "no"}), FeatureOff, "/api/v1/x"),
        (redirect("https://quay.example/api/v1/x/?starttime=1"), FeatureOff, "switched off"),
        (redirect("https://elsewhere.example/login"), UnexpectedShape, "elsewhere.example"),
        (
            httpx2.Response(503, json={"is_readonly": True, "message": "read-only"}),
            ReadOnlyServer,
            "read-only",
        ),
        (html(500), ServerFailure, "500"),
        (html(418), UnexpectedShape, "418"),
    ],
)
def test_every_refusal_has_its_own_error_and_is_asked_once(
    answer: httpx2.Response, error: type[ServerError], words: str
) -> None:
    script = Script(answer)
    with pytest.raises(error, match=words) as caught:
        script.get()
    assert len(script.requests) == 1
    assert caught.value.where == "org/acme, day 2026-11-20, page 3"
    assert caught.value.hint


def test_a_request_says_who_asks_and_carries_no_cookie() -> None:
    script = Script(httpx2.Response(200, json={}, headers={"Set-Cookie": "session=1; Path=/"}))
    client = script.client()
    for _ in range(2):
        client.get("/api/v1/x", {"a": "1 +/"}, bytes, where="x")
    assert all("cookie" not in request.headers for request in script.requests)
    assert script.requests[1].headers["user-agent"] == f"quay-audit/{__version__}"
    assert script.requests[1].headers["authorization"] == f"Bearer {TOKEN}"
    assert str(script.requests[1].url) == "https://quay.example/api/v1/x?a=1+%2B%2F"


@pytest.mark.parametrize("failure", [*TRANSIENT, lambda: html(500), lambda: problem(401, "no")])
def test_the_token_is_in_no_error_and_no_traceback(failure: Callable[[], Answer]) -> None:
    with pytest.raises(ServerError) as caught:
        Script(failure()).get(tries=2)
    text = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + repr(caught.value.args)
    assert TOKEN not in text


def test_an_endless_answer_is_cut_off() -> None:
    def chunks() -> Iterable[bytes]:
        for _ in range(2 * (BODY_LIMIT_BYTES >> 20)):
            yield b" " * (1 << 20)

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=chunks(), headers={"content-type": "application/json"})

    with pytest.raises(Unreachable, match="64 MiB"):
        client_of(answer, tries=2).get("/x", {}, bytes, where="x")


def test_an_answer_that_trickles_is_given_up() -> None:
    script = Script(ok())

    def chunks() -> Iterable[bytes]:
        for _ in range(1000):
            script.time += 1
            yield b" "

    script.answers = [httpx2.Response(200, content=chunks(), headers={"content-type": "application/json"})]
    with pytest.raises(Unreachable, match="trickles"):
        script.get(tries=1)
    assert script.time < 200


def test_the_clock_of_the_server_is_noted() -> None:
    script = Script(httpx2.Response(200, json={}, headers={"Date": "Wed, 25 Nov 2026 12:05:00 GMT"}))
    client = script.client()
    client.get("/x", {}, bytes, where="x")
    assert client.clock_skew_seconds == 300


def test_a_file_without_certificates_is_a_settings_error(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    with pytest.raises(SettingsError, match=r"ca\.pem"):
        transport_to("https://quay.example", ca_file=file, proxy=None, connections=1)


def test_tls_is_verified(tmp_path: Path) -> None:
    transport = transport_to("https://quay.example", ca_file=None, proxy=None, connections=1)
    context = transport._pool._ssl_context
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


def test_no_more_requests_at_once_than_the_ceiling_and_fewer_when_answers_slow_down() -> None:
    throttle = Throttle(ceiling=4)
    for _ in range(50):
        throttle.learn(0.3)
    assert throttle.limit == 4
    for _ in range(20):
        throttle.learn(1.2)
    assert throttle.limit < 4
    throttle.learn(0.3, overloaded=True)
    throttle.learn(0.3, overloaded=True)
    assert throttle.limit == 1
    for _ in range(50):
        throttle.learn(0.3)
    assert throttle.limit == 4


def test_the_rate_spaces_requests() -> None:
    pauses: list[float] = []
    throttle = Throttle(ceiling=1, rate=4, clock=lambda: 100.0, sleep=pauses.append)
    for _ in range(3):
        with throttle.slot():
            pass
    assert pauses == [0.25, 0.5]
