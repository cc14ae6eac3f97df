"""Promises of an extract: what is read, what is not, and when."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.store import Store
from pipeline.errors import Refused, UnexpectedShape
from pipeline.extract.options import Options
from pipeline.extract.sources import find_scopes
from pipeline.extract.windows import pages_for
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.quay.scopes import ALL, Scope, org, repo, user
from tests.extracts import (
    ALL_SCOPES,
    NOW,
    Handler,
    client_of,
    extract_all,
    files_of,
    lines_held,
)
from tests.small_quay import DAY, FIRST, LAST, at, busy_day, log, quay, small_store, week, window


def test_every_window_is_verified_and_holds_its_rows(tmp_path: Path) -> None:
    summary = extract_all(quay(week()), tmp_path, [org("acme")], FIRST, LAST)
    assert summary.windows == {"verified": 7, "short": 0, "unverified": 0, "open": 0, "left": 0}
    assert summary.rows == summary.rows_read == 140
    assert summary.is_complete
    state = window(tmp_path)
    assert (state.state, state.rows, state.rows_by_kind, state.missing_by_kind) == (
        State.VERIFIED,
        21,
        {"pull_repo": 21},
        {},
    )
    assert state.routes == ["pages"]
    assert sum(lines_held(tmp_path, state).values()) == 21


def test_no_page_is_asked_for_that_the_counts_do_not_call_for(tmp_path: Path) -> None:
    fake = quay(week())
    extract_all(fake, tmp_path, [org("acme")], FIRST, LAST)
    pages = [target for _, target in fake.requests if "/logs" in target]
    assert len(pages) == sum(pages_for(rows) for rows in (5, 20, 21, 90, 1, 3))
    assert not [target for target in pages if "starttime=10%2F31" in target]
    counts = [target for _, target in fake.requests if "/aggregatelogs" in target]
    assert len(counts) == 4, "each month once before and once after"


def test_a_verified_day_is_not_read_again_and_nothing_is_written(tmp_path: Path) -> None:
    extract_all(quay(week()), tmp_path, [org("acme")], FIRST, LAST)
    before = files_of(tmp_path)
    fake = quay(week())
    summary = extract_all(fake, tmp_path, [org("acme")], FIRST, LAST)
    assert not [target for _, target in fake.requests if "/logs" in target]
    assert summary.windows["verified"] == 7
    assert summary.manifest is None
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("concurrency", [1, 2, 8])
def test_any_concurrency_gives_the_same_bytes(concurrency: int, tmp_path: Path) -> None:
    extract_all(quay(week()), tmp_path / "a", [org("acme"), ALL], FIRST, LAST)
    options = Options(concurrency=concurrency)
    extract_all(quay(week()), tmp_path / "b", [ALL, org("acme")], FIRST, LAST, options=options)
    assert files_of(tmp_path / "a") == files_of(tmp_path / "b")


def test_today_is_open_and_is_read_again(tmp_path: Path) -> None:
    store = small_store()
    log(store, NOW - timedelta(hours=2))
    extract_all(quay(store), tmp_path, [org("acme")], NOW.date(), NOW.date())
    assert window(tmp_path, day=NOW.date()).state is State.OPEN
    log(store, NOW - timedelta(hours=1))
    summary = extract_all(quay(store), tmp_path, [org("acme")], NOW.date(), NOW.date())
    assert summary.windows["open"] == 1
    assert window(tmp_path, day=NOW.date()).rows == 2
    tomorrow = NOW + timedelta(days=1)
    later = FakeQuay(store, clock=lambda: tomorrow)
    extract_all(later, tmp_path, [org("acme")], NOW.date(), NOW.date(), now=tomorrow)
    assert window(tmp_path, day=NOW.date()).state is State.VERIFIED


def test_the_clock_of_the_server_closes_days(tmp_path: Path) -> None:
    store = small_store()
    log(store, at(NOW.date(), 60))
    early = FakeQuay(store, clock=lambda: datetime(2026, 11, 26, 0, 30, tzinfo=UTC))
    ahead = datetime(2026, 11, 26, 9, tzinfo=UTC)
    extract_all(early, tmp_path, [org("acme")], NOW.date(), NOW.date(), now=ahead)
    assert window(tmp_path, day=NOW.date()).state is State.OPEN


class Moving:
    """A Quay that writes a row whenever one of the given page requests comes in."""

    def __init__(self, store: Store, on: set[int], day: date = DAY) -> None:
        self.fake = quay(store)
        self._store, self._on, self._day, self._pages = store, on, day, 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/logs"):
            self._pages += 1
            if self._pages in self._on:
                log(self._store, at(self._day, 20.5 + self._pages), kind="push_repo")
        return self.fake(request)


@pytest.mark.parametrize("on", [{1}, {4}, {5}, {2, 6}])
def test_a_row_that_comes_late_while_a_day_is_read_is_not_lost(on: set[int], tmp_path: Path) -> None:
    moving = Moving(busy_day(), on)
    extract_all(moving, tmp_path, [org("acme")], DAY, DAY)
    state = window(tmp_path)
    assert state.state is State.VERIFIED
    written = 60 + sum(page <= moving._pages for page in on)
    assert state.rows == written
    assert not [target for _, target in moving.fake.requests if "/repository/" in target], (
        "moving is not losing"
    )


def test_a_day_that_never_stands_still_is_left_and_says_so(tmp_path: Path) -> None:
    moving = Moving(busy_day(), set(range(1, 100)))
    summary = extract_all(moving, tmp_path, [org("acme")], DAY, DAY)
    assert summary.windows["left"] == 1
    assert not summary.is_complete
    assert "changed during" in summary.left[0].what


def test_a_row_written_after_the_read_is_seen_by_the_second_count(tmp_path: Path) -> None:
    store = busy_day()
    fake = quay(store)
    counts = 0

    def late(request: httpx2.Request) -> httpx2.Response:
        nonlocal counts
        if request.url.path.endswith("/aggregatelogs"):
            counts += 1
            if counts == 2:
                log(store, at(DAY, 5), kind="push_repo")
        return fake(request)

    extract_all(late, tmp_path, [org("acme")], DAY, DAY)
    assert window(tmp_path).rows_by_kind == {"pull_repo": 60, "push_repo": 1}
    assert window(tmp_path).state is State.VERIFIED


def stale_dates(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(200, json=response.json() | {"start_time": "Thu, 01 Oct 2026 00:00:00 -0000"})


def foreign_rows(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    page = response.json()
    for row in page["logs"]:
        row["datetime"] = "Thu, 01 Oct 2026 00:00:00 -0000"
    return httpx2.Response(200, json=page)


def no_logs(request: httpx2.Request, response: httpx2.Response) -> httpx2.Response:
    return httpx2.Response(200, json={"start_time": "x", "end_time": "y"})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (stale_dates, "answered for 2026-10-01"),
        (foreign_rows, "rows from 2026-10-01"),
        (no_logs, "no page of logs"),
    ],
)
def test_an_answer_about_something_else_leaves_the_window_with_scope_day_and_page(
    change: Callable[[httpx2.Request, httpx2.Response], httpx2.Response], words: str, tmp_path: Path
) -> None:
    fake = quay(busy_day())

    def handler(request: httpx2.Request) -> httpx2.Response:
        response = fake(request)
        return change(request, response) if request.url.path.endswith("/logs") else response

    summary = extract_all(handler, tmp_path, [org("acme")], DAY, DAY)
    (left,) = summary.left
    assert words in left.what
    assert "org/acme" in left.what
    assert "2026-10-30" in left.what
    assert "page 1" in left.what


def test_a_refused_token_is_shown_once_and_never_again(tmp_path: Path) -> None:
    fake = quay(week())
    with pytest.raises(Refused):
        extract_all(fake, tmp_path, [org("acme"), ALL], FIRST, LAST, token="unknown")
    assert len(fake.requests) == 1


def test_a_token_that_dies_in_mid_run_ends_it_and_keeps_what_is_done(tmp_path: Path) -> None:
    fake = quay(week())

    def dying(request: httpx2.Request) -> httpx2.Response:
        return fake(request) if len(fake.requests) < 8 else httpx2.Response(401, json={"detail": "no"})

    with pytest.raises(Refused):
        extract_all(dying, tmp_path, [org("acme")], FIRST, LAST, options=Options(concurrency=1))
    held = Ledger(Layout(tmp_path)).windows()
    assert 0 < len(held) < 7
    assert len(Ledger(Layout(tmp_path)).sealed()) == len(held)
    extract_all(quay(week()), tmp_path, [org("acme")], FIRST, LAST)
    assert len(Ledger(Layout(tmp_path)).windows()) == 7


def handler_for(name: str, scopes: tuple[str, ...], *, superuser: bool = False) -> Handler:
    store = week()
    if superuser:
        store.add_user("root", superuser=True)
    store.add_token("theirs", name, scopes)
    return quay(store)


@pytest.mark.parametrize(
    ("name", "scopes", "found", "cannot"),
    [
        ("auditor", ALL_SCOPES, [ALL], 0),
        ("root", ALL_SCOPES, [ALL], 0),
        ("alice", ALL_SCOPES, [user("alice"), org("acme")], 1),
        ("alice", ("user:admin", "user:read"), [user("alice")], 2),
        (
            "alice",
            ("repo:admin", "user:read", "repo:read"),
            [repo("acme", r) for r in ("web", "api", "db")],
            3,
        ),
        ("bob", ALL_SCOPES, [user("bob")], 1),
        ("bob", ("repo:read",), [], 2),
    ],
)
def test_auto_finds_the_best_the_token_may_read_and_says_what_it_may_not(
    name: str, scopes: tuple[str, ...], found: list[Scope], cannot: int
) -> None:
    client = client_of(handler_for(name, scopes, superuser=True), "theirs")
    result = find_scopes(client, DAY)
    assert sorted(result.scopes) == sorted(found)
    assert len(result.cannot) == cannot


def test_a_user_without_org_admin_reads_the_own_log(tmp_path: Path) -> None:
    store = week()
    store.log(
        "create_robot", at(DAY, 5), "alice", performer="alice", ip="203.0.113.1", metadata={"robot": "r"}
    )
    store.add_token("theirs", "alice", ("user:admin", "user:read"))
    summary = extract_all(quay(store), tmp_path, [user("alice")], FIRST, LAST, token="theirs")
    assert summary.rows == 1
    assert window(tmp_path, user("alice")).state is State.VERIFIED


def test_counts_of_another_range_are_no_counts(tmp_path: Path) -> None:
    fake = quay(busy_day())

    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/aggregatelogs"):
            item = {"kind": "pull_repo", "count": 1, "datetime": "Thu, 01 Oct 2026 00:00:00 -0000"}
            return httpx2.Response(200, json={"aggregated": [item]})
        return fake(request)

    with pytest.raises(UnexpectedShape, match="counts for 2026-10-01"):
        extract_all(handler, tmp_path, [org("acme")], DAY, DAY)
