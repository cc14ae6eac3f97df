"""Promises of the export route about files that do not come, or come in pieces: tried again, ordered again, then paged."""

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from pipeline.demo.faults import Fault, with_faults
from pipeline.quay.scopes import ALL
from tests.export_runs import PromptQuay, entries_of, extract_by
from tests.extracts import TOKEN, Silent, extract_all, files_of
from tests.small_quay import ACME, FIRST, LAST, quay, week

Answer = Callable[[httpx2.Request, httpx2.Response], httpx2.Response]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The entries of the week, by pages that lose nothing."""
    lake = tmp_path_factory.mktemp("pages")
    extract_all(quay(week()), lake, [ACME], FIRST, LAST)
    return entries_of(lake)


class Store:
    """The object store behind a Quay; its first `times` answers to downloads are `answer`."""

    def __init__(
        self, answer: Answer, times: int, post: Callable[[str, bytes], int | None] | None = None
    ) -> None:
        self.quay = PromptQuay(week())
        self.downloads: list[httpx2.Request] = []
        self._answer = answer
        self._times = times

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        response = self.quay(request)
        if "exportedactionlogs" not in request.url.path:
            return response
        self.downloads.append(request)
        return self._answer(request, response) if len(self.downloads) <= self._times else response


class _Breaking(httpx2.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content
        raise httpx2.ReadError("reset by peer")


def broken_off(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(200, stream=_Breaking(response.content[: len(response.content) // 2]))


def cut(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(200, content=response.content[: len(response.content) // 2])


def refused_connection(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    raise httpx2.ConnectError("connection refused")


def of_status(status: int) -> Answer:
    return lambda request, response: httpx2.Response(
        status, content=b"<Error><Code>AccessDenied</Code></Error>"
    )


def no_gzip(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(200, headers={"content-encoding": "gzip"}, stream=_Plain(response.content))


class _Plain(httpx2.SyncByteStream):
    def __init__(self, content: bytes) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self._content


FAULTS: dict[str, Answer] = {
    "broken off": broken_off,
    "cut": cut,
    "connection refused": refused_connection,
    "status 500": of_status(500),
    "status 503": of_status(503),
    "not the gzip that it claims to be": no_gzip,
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("times", [1, 2])
def test_a_download_that_fails_is_tried_again(
    fault: str, times: int, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    store, watcher = Store(FAULTS[fault], times), Silent()
    summary = extract_by(store, tmp_path, [ACME], FIRST, LAST, watcher=watcher)
    assert (len(store.downloads), len(store.quay.orders), store.quay.pages) == (times + 1, 1, [])
    assert (summary.windows["verified"], summary.notes) == (7, [])
    assert entries_of(tmp_path) == expected


@pytest.mark.parametrize("fault", FAULTS)
def test_a_download_that_keeps_failing_is_given_up_and_pages_are_read_with_the_reason(
    fault: str, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    store = Store(FAULTS[fault], 99)
    summary = extract_by(store, tmp_path, [ACME], FIRST, LAST)
    assert (len(store.downloads), len(store.quay.orders)) == (3, 1)
    assert entries_of(tmp_path) == expected
    (note,) = summary.notes
    assert "read by pages instead" in note
    assert "quay.example" in note or "cut short" in note


@pytest.mark.parametrize("status", [403, 404])
def test_a_link_that_is_good_no_more_is_ordered_anew_once(
    status: int, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    store = Store(of_status(status), 1)
    summary = extract_by(store, tmp_path, [ACME], FIRST, LAST)
    assert (len(store.downloads), len(store.quay.orders), store.quay.pages) == (2, 2, [])
    assert summary.notes == []
    assert entries_of(tmp_path) == expected


def test_links_that_are_never_good_are_given_up_and_pages_are_read(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    store = Store(of_status(403), 99)
    summary = extract_by(store, tmp_path, [ACME], FIRST, LAST)
    assert (len(store.downloads), len(store.quay.orders)) == (2, 2)
    assert entries_of(tmp_path) == expected
    (note,) = summary.notes
    assert "the link to quay.example answers 403" in note
    assert "good for an hour" in note


def test_a_redirect_is_not_followed(tmp_path: Path) -> None:
    def elsewhere(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
        return httpx2.Response(302, headers={"location": "https://elsewhere.example/file"})

    store = Store(elsewhere, 99)
    summary = extract_by(store, tmp_path, [ACME], FIRST, LAST)
    assert {request.url.host for request in store.downloads} == {"quay.example"}
    assert "answers 302" in summary.notes[0]


def test_who_keeps_the_file_never_sees_the_token_and_nobody_else_the_link(tmp_path: Path) -> None:
    store, watcher = Store(of_status(503), 99), Silent()
    summary = extract_by(store, tmp_path, [ACME, ALL], FIRST, LAST, watcher=watcher)
    assert store.downloads
    for request in store.downloads:
        assert "authorization" not in request.headers
        assert TOKEN not in str(request.url)
    told = repr((summary, watcher.notes, watcher.windows, files_of(tmp_path)))
    assert "X-Amz" not in told
    assert TOKEN not in told


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rate", [0.2, 0.5])
def test_whatever_fails_now_and_then_of_orders_counts_and_files_the_lake_is_the_same(
    rate: float, seed: int, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    fake = PromptQuay(week())
    faulty = with_faults(fake, rate, seed, [fault for fault in Fault if fault is not Fault.LATE])
    summary = extract_by(faulty, tmp_path, [ACME], FIRST, LAST, rows_at_most=30, tries=40)
    assert summary.windows["verified"] == 7
    assert entries_of(tmp_path) == expected
