"""Promises of an extract: what is read, what is not, and what is said about it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay, Habits, TieOrder
from pipeline.demo.store import Store
from pipeline.errors import Refused, UnexpectedShape
from pipeline.extract.fetch import Options
from pipeline.extract.sources import find_scopes
from pipeline.extract.windows import pages_for
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.quay.scopes import ALL, Scope, org, repo, user
from tests.extracts import (
    ALL_SCOPES,
    NOW,
    TOKEN,
    Handler,
    Silent,
    client_of,
    extract_all,
    files_of,
    lines_held,
)

FIRST, LAST = date(2026, 10, 28), date(2026, 11, 3)
DAY = date(2026, 10, 30)
ACME = org("acme")


def small_store(*, whole_seconds: bool = False) -> Store:
    store = Store(whole_seconds=whole_seconds)
    store.add_user("admin", superuser=True)
    store.add_user("auditor", global_readonly_superuser=True)
    for person in ("alice", "bob"):
        store.add_user(person)
    store.add_organization("acme", owners=["alice"])
    for name in ("web", "api", "db"):
        store.add_repository("acme", name)
    store.add_token(TOKEN, "auditor", ALL_SCOPES)
    return store


def log(store: Store, at: datetime, kind: str = "pull_repo", tag: str = "", repository: str = "web") -> None:
    metadata = {"repo": repository, "namespace": "acme", "tag": tag}
    store.log(kind, at, "acme", performer="alice", repository=repository, ip="203.0.113.1", metadata=metadata)


def at(day: date, seconds: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)


def week() -> Store:
    """Seven days over a month's end: one is empty, one has 20 rows, one 21, one 90."""
    store = small_store()
    for offset, rows in enumerate((5, 20, 21, 0, 90, 1, 3)):
        for n in range(rows):
            log(store, at(FIRST + timedelta(days=offset), 100 + 61.7 * n), tag=f"v{n}")
    return store


def quay(store: Store, **habits: object) -> FakeQuay:
    return FakeQuay(store, habits=Habits(**habits), clock=lambda: NOW)  # type: ignore[arg-type]


def window(lake: Path, scope: Scope = ACME, day: date = DAY) -> WindowState:
    state = Ledger(Layout(lake)).window(scope, day)
    assert state is not None
    return state


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


def busy_day(rows: int = 60) -> Store:
    store = small_store()
    for n in range(rows):
        log(store, at(DAY, 1000 + 3.3 * n), tag=f"v{n}")
    return store


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


def test_without_aggregates_a_window_is_unverified_and_it_is_said(tmp_path: Path) -> None:
    watcher = Silent()
    fake = quay(week(), aggregated_log_count_retrieval=False)
    summary = extract_all(fake, tmp_path, [org("acme")], FIRST, LAST, watcher=watcher)
    assert summary.windows["unverified"] == 7
    assert window(tmp_path).expected_by_kind is None
    assert any("cannot be verified" in note for note in watcher.notes)


def test_rows_read_without_aggregates_are_verified_once_there_are_some(tmp_path: Path) -> None:
    extract_all(quay(week(), aggregated_log_count_retrieval=False), tmp_path, [org("acme")], FIRST, LAST)
    fake = quay(week())
    summary = extract_all(fake, tmp_path, [org("acme")], FIRST, LAST)
    assert summary.windows["verified"] == 7
    assert not [target for _, target in fake.requests if "/logs" in target]


def test_a_log_store_that_cannot_be_searched_is_no_quiet_day(tmp_path: Path) -> None:
    summary = extract_all(quay(week(), search_unavailable=True), tmp_path, [org("acme")], FIRST, LAST)
    assert summary.windows["left"] == 7
    assert "says nothing" in summary.left[0].what
    assert Ledger(Layout(tmp_path)).windows() == []


def test_kinds_that_the_aggregate_does_not_list_are_unverified(tmp_path: Path) -> None:
    store = small_store()
    for n, kind in enumerate(("pull_repo", "push_repo", "delete_tag")):
        for m in range(3 - n):
            log(store, at(DAY, 10 * n + m), kind=kind)
    summary = extract_all(quay(store, aggregate_kind_limit=2), tmp_path, [org("acme")], DAY, DAY)
    state = window(tmp_path)
    assert summary.windows["unverified"] == 1
    assert state.excess_by_kind == {"delete_tag": 1}
    assert any("Elasticsearch" in note for note in state.notes)


def test_legacy_tables_that_loop_end_short_with_the_reason(tmp_path: Path) -> None:
    store = busy_day(30)
    for n in range(50):
        metadata = {"repo": "web", "namespace": "acme", "n": n}
        store.log("pull_repo", at(DAY, n), "acme", performer="alice", metadata=metadata, table=2)
    options = Options(requests_per_row=0)
    summary = extract_all(quay(store), tmp_path, [org("acme")], DAY, DAY, options=options)
    state = window(tmp_path)
    assert summary.windows["short"] == 1
    assert state.rows == 50
    assert state.missing_by_kind == {"pull_repo": 30}
    assert any("circle" in note for note in state.notes)


def test_a_page_cap_looks_like_the_end_and_is_found_out_and_repaired(tmp_path: Path) -> None:
    store = small_store()
    for n in range(90):
        log(store, at(DAY, 100 + 7.7 * n), repository=("web", "api", "db")[n % 3], tag=f"v{n}")
    extract_all(quay(store, max_page=1), tmp_path, [org("acme")], DAY, DAY)
    state = window(tmp_path)
    assert state.state is State.VERIFIED
    assert state.rows == 90
    assert state.routes == ["pages", "repositories"]


def test_a_server_on_whole_seconds_is_repaired_or_short_by_the_exact_number(tmp_path: Path) -> None:
    store = small_store(whole_seconds=True)
    for n in range(200):
        log(store, at(DAY, 100 + 7 * (n // 3)), repository=("web", "api", "db")[n % 3], tag=f"v{n}")
    summary = extract_all(quay(store), tmp_path, [org("acme")], DAY, DAY)
    state = window(tmp_path)
    assert "repositories" in state.routes
    assert state.rows + state.missing == 200
    assert (state.state is State.VERIFIED) == summary.is_complete


def test_a_repeated_row_that_hides_a_lost_one_is_not_taken_for_proof(tmp_path: Path) -> None:
    """Sixty rows of one moment, in another order for each page: sixty come, and some of them twice."""
    store = small_store()
    for n in range(60):
        log(store, at(DAY, 5), tag=f"v{n}")
    options = Options(requests_per_row=0)
    extract_all(quay(store, tie_order=TieOrder.SHUFFLED), tmp_path, [org("acme")], DAY, DAY, options=options)
    state = window(tmp_path)
    held = lines_held(tmp_path, state)
    assert state.state is State.SHORT
    assert max(held.values()) == 1
    assert state.missing_by_kind == {"pull_repo": 60 - len(held)}


def test_what_repair_may_cost_is_bounded_and_the_window_says_so(tmp_path: Path) -> None:
    store = small_store(whole_seconds=True)
    for n in range(9_000):
        log(store, at(DAY, n // 3), repository=("web", "api", "db")[n % 3], tag=f"v{n}")
    cheap, rich = Options(requests_per_row=0), Options(requests_per_row=10)
    extract_all(quay(store), tmp_path / "a", [org("acme")], DAY, DAY, options=cheap)
    extract_all(quay(store), tmp_path / "b", [org("acme")], DAY, DAY, options=rich)
    assert window(tmp_path / "a").requests < window(tmp_path / "b").requests
    assert window(tmp_path / "a").missing > window(tmp_path / "b").missing
    assert any("left out" in note for note in window(tmp_path / "a").notes)


def test_a_window_is_never_replaced_by_one_with_fewer_rows(tmp_path: Path) -> None:
    store = busy_day()
    extract_all(quay(store, aggregated_log_count_retrieval=False), tmp_path, [org("acme")], DAY, DAY)
    store.remove_rows_before(at(DAY, 1100))
    extract_all(quay(store), tmp_path, [org("acme")], DAY, DAY, options=Options(retry=True))
    state = window(tmp_path)
    assert state.rows == 60
    assert state.state is State.UNVERIFIED
    assert any("fewer rows" in note for note in state.notes)


def test_unknown_kinds_are_kept_counted_and_shown(tmp_path: Path) -> None:
    store = busy_day(3)
    log(store, at(DAY, 9), kind="teleport_repo")
    summary = extract_all(quay(store), tmp_path, [org("acme")], DAY, DAY)
    assert summary.unknown_kinds == {"teleport_repo": 1}
    assert window(tmp_path).rows_by_kind["teleport_repo"] == 1
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
