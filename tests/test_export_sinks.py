"""Promises of the sinks: what there is a receipt for is there, once where the server has ids, and no token gets out."""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Secret
from pipeline.errors import (
    QuayAuditError,
    Refused,
    ServerFailure,
    SettingsError,
    UnexpectedShape,
    Unreachable,
)
from pipeline.exports.lines import Document
from pipeline.exports.sinks import Receipt
from pipeline.exports.sinks.elasticsearch import SCHEME as API_KEY
from pipeline.exports.sinks.elasticsearch import ElasticsearchSink
from pipeline.exports.sinks.hec import SCHEME as SPLUNK
from pipeline.exports.sinks.hec import HecSink
from pipeline.exports.sinks.posting import Poster, checked_url

TOKEN = "s3cret-token-that-nobody-may-see"
URL = "https://siem.example:8088"
Answerer = Callable[[httpx2.Request], httpx2.Response]


def documents(count: int) -> list[Document]:
    return [Document(f"id-{n}", 1_795_168_800_000 + n, b'{"n":%d}' % n) for n in range(count)]


def poster(answer: Answerer, scheme: str, pauses: list[float] | None = None, tries: int = 4) -> Poster:
    sleep = (pauses if pauses is not None else []).append
    return Poster(
        URL, scheme, Secret(TOKEN), transport=httpx2.MockTransport(answer), sleep=sleep, tries=tries
    )


class FakeElasticsearch:
    """Keeps documents by id. Before it behaves, it gives the answers in `moods`, one a request."""

    def __init__(self, moods: Iterable[Any] = ()) -> None:
        self.held: dict[str, Any] = {}
        self.requests = 0
        self.authorizations: set[str] = set()
        self.moods = iter(moods)
        self.refuses: set[str] = set()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests += 1
        self.authorizations.add(request.headers["authorization"])
        assert request.url.path == "/quay-audit/_bulk"
        mood = next(self.moods, None)
        if isinstance(mood, Exception):
            raise mood
        if isinstance(mood, httpx2.Response):
            return mood
        lines = request.content.split(b"\n")[:-1]
        pairs = zip(map(json.loads, lines[::2]), map(json.loads, lines[1::2]), strict=True)
        busy = mood or set()
        items = [self._create(action["create"]["_id"], body, busy) for action, body in pairs]
        return httpx2.Response(200, json={"errors": any(each[0] > 201 for each in items), "items": [
            {"create": {"status": status, "error": {"type": why, "reason": why}}} for status, why in items
        ]})  # fmt: skip

    def _create(self, document_id: str, body: Any, busy: set[str]) -> tuple[int, str]:
        if document_id in busy:
            return 429, "es_rejected_execution_exception"
        if document_id in self.refuses:
            return 400, "document_parsing_exception"
        if document_id in self.held:
            return 409, "version_conflict_engine_exception"
        self.held[document_id] = body
        return 201, ""


class FakeCollector:
    """Splunk's collector: every event it takes is one more, copies too."""

    def __init__(self, moods: Iterable[Any] = (), indexed_after: int | None = None) -> None:
        self.events: list[Any] = []
        self.moods = iter(moods)
        self.indexed_after = indexed_after

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        assert request.headers["authorization"] == f"Splunk {TOKEN}"
        assert request.headers["x-splunk-request-channel"]
        if request.url.path == "/services/collector/ack":
            assert self.indexed_after is not None
            self.indexed_after -= 1
            return httpx2.Response(200, json={"acks": {"7": self.indexed_after < 0}})
        assert request.url.path == "/services/collector/event"
        mood = next(self.moods, None)
        if isinstance(mood, Exception):
            raise mood
        if mood is not None:
            return httpx2.Response(mood, json={"text": "Server is busy", "code": 9})
        self.events += [json.loads(line) for line in request.content.split(b"\n")]
        told = {"text": "Success", "code": 0} | ({} if self.indexed_after is None else {"ackId": 7})
        return httpx2.Response(200, json=told)


TROUBLES = (
    httpx2.ConnectError("no route"),
    httpx2.ReadTimeout("too slow"),
    httpx2.RemoteProtocolError("cut short"),
    httpx2.Response(429),
    httpx2.Response(503, text="busy"),
)


def test_elasticsearch_holds_every_document_under_its_id() -> None:
    fake = FakeElasticsearch()
    sink = ElasticsearchSink(poster(fake, API_KEY), "quay-audit")
    assert sink.send(documents(5)) == Receipt(5, 0)
    assert fake.held == {f"id-{n}": {"n": n} for n in range(5)}
    assert fake.authorizations == {f"ApiKey {TOKEN}"}


def test_what_is_sent_twice_is_there_once() -> None:
    fake = FakeElasticsearch()
    sink = ElasticsearchSink(poster(fake, API_KEY), "quay-audit")
    sink.send(documents(3))
    assert sink.send(documents(5)) == Receipt(2, 3)
    assert len(fake.held) == 5


@given(st.lists(st.sets(st.integers(0, 5)), max_size=3))
def test_only_documents_that_the_server_was_too_busy_for_are_sent_again(rounds: list[set[int]]) -> None:
    busy = [{f"id-{n}" for n in each} for each in rounds]
    fake = FakeElasticsearch(iter(busy))
    receipt = ElasticsearchSink(poster(fake, API_KEY), "quay-audit").send(documents(6))
    assert receipt == Receipt(6, 0)
    assert len(fake.held) == 6


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: repr(each))
def test_a_trouble_that_passes_is_waited_out(trouble: Any) -> None:
    pauses: list[float] = []
    fake = FakeElasticsearch(iter([trouble, trouble]))
    receipt = ElasticsearchSink(poster(fake, API_KEY, pauses), "quay-audit").send(documents(2))
    assert (receipt, pauses) == (Receipt(2, 0), [0.5, 1.0])


def test_a_pause_that_the_server_asks_for_is_kept_but_not_for_ever() -> None:
    pauses: list[float] = []
    moods = [httpx2.Response(429, headers={"retry-after": text}) for text in ("7", "86400", "soon")]
    ElasticsearchSink(poster(FakeElasticsearch(iter(moods)), API_KEY, pauses), "quay-audit").send(
        documents(1)
    )
    assert pauses == [7.0, 60.0, 2.0]


def test_documents_that_are_refused_for_good_are_named_and_the_others_are_taken() -> None:
    fake = FakeElasticsearch()
    fake.refuses = {"id-1"}
    receipt = ElasticsearchSink(poster(fake, API_KEY), "quay-audit").send(documents(3))
    assert receipt == Receipt(2, 0, ("id-1 (400, document_parsing_exception)",))
    assert fake.requests == 1


def test_a_batch_that_is_too_large_is_sent_in_halves() -> None:
    fake = FakeElasticsearch(iter([httpx2.Response(413), httpx2.Response(413)]))
    assert ElasticsearchSink(poster(fake, API_KEY), "quay-audit").send(documents(5)) == Receipt(5, 0)


@pytest.mark.parametrize(
    "answer",
    [
        {"errors": False},
        {"errors": False, "items": []},
        {"items": [{"create": {"status": 201}}] * 4},
        {"items": [{"index": {}}] * 3},
        [],
        "text",
    ],
)
def test_an_answer_that_does_not_speak_of_every_document_is_no_receipt(answer: Any) -> None:
    fake = FakeElasticsearch(iter([httpx2.Response(200, json=answer)]))
    with pytest.raises(UnexpectedShape, match="documents"):
        ElasticsearchSink(poster(fake, API_KEY), "quay-audit").send(documents(3))


def test_splunk_is_told_time_source_type_and_id() -> None:
    fake = FakeCollector()
    assert HecSink(poster(fake, SPLUNK), "quay:audit:ocsf").send(documents(2)) == Receipt(2)
    assert fake.events[1] == {
        "time": 1_795_168_800.001,
        "source": "quay-audit",
        "sourcetype": "quay:audit:ocsf",
        "fields": {"event_id": "id-1"},
        "event": {"n": 1},
    }


@pytest.mark.parametrize("mood", [503, 500, httpx2.ConnectError("no route")])
def test_a_collector_that_is_busy_for_a_while_gets_each_event_once(mood: Any) -> None:
    fake = FakeCollector(iter([mood, mood]))
    assert HecSink(poster(fake, SPLUNK), "t").send(documents(3)) == Receipt(3)
    assert Counter(event["fields"]["event_id"] for event in fake.events) == {"id-0": 1, "id-1": 1, "id-2": 1}


def test_indexer_acknowledgement_is_waited_for_and_its_lack_is_told() -> None:
    pauses: list[float] = []
    assert HecSink(poster(FakeCollector(indexed_after=2), SPLUNK, pauses), "t").send(documents(1)) == Receipt(
        1
    )
    assert pauses == [0.5, 1.0]
    with pytest.raises(ServerFailure, match="do not acknowledge"):
        HecSink(poster(FakeCollector(indexed_after=99), SPLUNK), "t").send(documents(1))


def test_something_that_is_no_collector_is_no_success() -> None:
    with pytest.raises(UnexpectedShape, match="no answer of an HTTP Event Collector"):
        HecSink(poster(lambda request: httpx2.Response(200, text="<html>hello"), SPLUNK), "t").send(
            documents(1)
        )


def echo(request: httpx2.Request, status: int) -> httpx2.Response:
    return httpx2.Response(status, text=f"you sent {request.headers['authorization']}")


def failing(request: httpx2.Request) -> httpx2.Response:
    raise httpx2.ConnectError(f"with {request.headers['authorization']}")


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (lambda request: echo(request, 401), Refused),
        (lambda request: echo(request, 403), Refused),
        (lambda request: echo(request, 503), ServerFailure),
        (lambda request: echo(request, 400), ServerFailure),
        (lambda request: echo(request, 200), UnexpectedShape),
        (lambda request: httpx2.Response(302, headers={"location": "https://elsewhere"}), UnexpectedShape),
        (failing, Unreachable),
    ],
)
def test_no_error_shows_the_token(answer: Answerer, kind: type[QuayAuditError]) -> None:
    for sink in (
        HecSink(poster(answer, SPLUNK), "t"),
        ElasticsearchSink(poster(answer, API_KEY), "quay-audit"),
    ):
        with pytest.raises(kind) as caught:
            sink.send(documents(1))
        assert TOKEN not in f"{caught.value.what} {caught.value.where} {caught.value.hint} {caught.value!r}"
        assert caught.value.__cause__ is None or TOKEN not in repr(caught.value.__cause__)


def test_a_server_that_stays_away_is_given_up() -> None:
    pauses: list[float] = []
    with pytest.raises(Unreachable, match="nothing was taken in 4 tries"):
        HecSink(poster(failing, SPLUNK, pauses), "t").send(documents(1))
    assert pauses == [0.5, 1.0, 2.0]


@pytest.mark.parametrize(
    "url", ["https://u:p@h", "h:9200", "ftp://h", "https://h/?token=x", "https://", "/x"]
)
def test_an_address_that_is_none_or_holds_a_password_is_refused(url: str) -> None:
    with pytest.raises(SettingsError):
        checked_url(url)
