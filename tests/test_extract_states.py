"""Promises of an extract: what it says about windows that could not be proven."""

from pathlib import Path

from pipeline.demo.fakequay import TieOrder
from pipeline.extract.options import Options
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.quay.scopes import org
from tests.extracts import (
    Silent,
    extract_all,
    lines_held,
)
from tests.small_quay import DAY, FIRST, LAST, at, busy_day, log, quay, small_store, week, window


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
