"""Promises about what one route leaves: the other reads it, where that is open and worth it, and no row is missed unsaid."""

from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from pipeline.demo.fakequay import Storage
from pipeline.demo.store import Store
from pipeline.errors import Refused
from pipeline.extract.routes import Route
from pipeline.lake.ledger import State
from pipeline.quay.scopes import ALL
from tests.export_runs import PromptQuay, extract_by, is_order
from tests.extracts import Handler, Silent
from tests.small_quay import ACME, DAY, FIRST, LAST, at, busy_day, log, small_store, week, window


def test_rows_in_tables_that_quay_does_not_export_are_read_by_pages(tmp_path: Path) -> None:
    store = busy_day(15)
    for n in range(10):
        metadata = {"repo": "web", "namespace": "acme", "n": n}
        store.log("pull_repo", at(DAY, n), "acme", performer="alice", metadata=metadata, table=2)
    fake = PromptQuay(store)
    summary = extract_by(fake, tmp_path, [ACME], DAY, DAY)
    assert (summary.windows["verified"], window(tmp_path).rows) == (1, 25)
    assert window(tmp_path).routes == ["pages"]


def test_where_pages_cost_too_much_for_what_an_export_lacks_the_window_is_short_by_that(
    tmp_path: Path,
) -> None:
    store = busy_day(4_100)
    for n in range(10):
        store.log("push_repo", at(DAY, n), "acme", performer="alice", metadata={"n": n}, table=2)
    fake = PromptQuay(store)
    summary = extract_by(fake, tmp_path, [ACME], DAY, DAY, requests_per_row=0)
    state = window(tmp_path)
    assert (state.state, state.rows, state.missing_by_kind) == (State.SHORT, 4_100, {"push_repo": 10})
    assert fake.pages == []
    assert not summary.is_complete


def lossy_days(days: int) -> Store:
    """Days whose pages lose rows: a border falls between equal times on each."""
    store = small_store(whole_seconds=True)
    for day in range(days):
        for n in range(60):
            log(store, at(DAY - timedelta(days=day), 100 + 7 * (n // 3)), tag=f"v{n}")
    return store


def test_a_window_that_pages_leave_short_goes_straight_to_export(tmp_path: Path) -> None:
    """Many namespaces make one day of `all` cheaper by pages; what these lose, exports bring."""
    store = lossy_days(1)
    for n in range(30):
        store.add_user(f"user{n}")
    fake = PromptQuay(store)
    watcher = Silent()
    summary = extract_by(fake, tmp_path, [ALL], DAY, DAY, route=Route.AUTO, watcher=watcher)
    assert [(state.state, state.routes) for state in watcher.windows] == [
        (State.SHORT, ["pages"]),
        (State.VERIFIED, ["export"]),
    ]
    assert summary.is_complete
    assert not [target for _, target in fake.fake.requests if "/repository/" in target], "no split was tried"


def test_a_log_that_has_lost_rows_is_exported_from_then_on(tmp_path: Path) -> None:
    store = lossy_days(6)
    for n in range(120):
        store.add_user(f"user{n}")
    fake = PromptQuay(store)
    summary = extract_by(fake, tmp_path, [ALL], DAY - timedelta(days=5), DAY, route=Route.AUTO, concurrency=1)
    assert (summary.windows["verified"], summary.rows) == (6, 360)
    days = {target.split("&")[0] for target in fake.pages}
    assert len(days) == 1, "the first day told that this server stores whole seconds"
    assert len(fake.orders) == 1


def test_a_window_that_neither_export_nor_pages_complete_is_short_by_exactly_what_is_missing(
    tmp_path: Path,
) -> None:
    store = lossy_days(1)
    fake = PromptQuay(store, storage=Storage.LOCAL)
    summary = extract_by(fake, tmp_path, [ACME], DAY, DAY, requests_per_row=0)
    state = window(tmp_path)
    assert state.state in (State.SHORT, State.VERIFIED)
    assert state.rows + state.missing == 60
    assert summary.is_complete == (state.missing == 0)


# Answers that come while an export is proven --------------------------------------------------------------------------


def with_a_late_row() -> PromptQuay:
    """The day's export lacks a row of its last millisecond, so that its counts are asked for again."""
    store = busy_day(30)
    log(store, at(DAY, 86_399.999_5), kind="push_repo")
    return PromptQuay(store)


def answering(fake: PromptQuay, status: int) -> Handler:
    """The same Quay, whose counts fail once something has been ordered."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        if fake.orders and request.url.path.endswith("/aggregatelogs"):
            return httpx2.Response(status, json={"detail": "no"})
        return fake(request)

    return handler


def test_a_token_that_dies_while_an_export_is_proven_ends_the_run(tmp_path: Path) -> None:
    fake = with_a_late_row()
    with pytest.raises(Refused):
        extract_by(answering(fake, 401), tmp_path, [ACME], DAY, DAY)
    assert fake.pages == []


def test_counts_that_fail_while_an_export_is_proven_leave_its_days_to_pages(tmp_path: Path) -> None:
    fake, watcher = with_a_late_row(), Silent()
    failures = iter([500])

    def handler(request: httpx2.Request) -> httpx2.Response:
        if fake.orders and request.url.path.endswith("/aggregatelogs") and next(failures, None):
            return httpx2.Response(500, content=b"<h1>Internal Server Error</h1>")
        return fake(request)

    extract_by(handler, tmp_path, [ACME], DAY, DAY, watcher=watcher)
    assert (window(tmp_path).state, window(tmp_path).routes, window(tmp_path).rows) == (
        State.VERIFIED,
        ["pages"],
        31,
    )
    assert "Quay failed inside (status 500); read by pages instead" in watcher.notes[0]


@pytest.mark.parametrize("dates", [{"starttime": "11/02/2026", "endtime": "11/02/2026"}, {}])
def test_a_file_of_other_days_is_not_taken_for_days_without_rows(
    dates: dict[str, str], tmp_path: Path
) -> None:
    """Quay reads dates in one form alone, and answers for its usual range where it cannot: counts would tell, if on."""
    fake = PromptQuay(week(), aggregated_log_count_retrieval=False)

    def unread(request: httpx2.Request) -> httpx2.Response:
        if not is_order(request):
            return fake(request)
        url = request.url.copy_with(params=dates)
        return fake(httpx2.Request("POST", url, headers=request.headers, content=request.content))

    summary = extract_by(unread, tmp_path, [ACME], FIRST, LAST)
    assert (summary.rows, window(tmp_path).routes) == (140, ["pages"])
    assert any("this is an export of 2026-11-" in note for note in summary.notes)
