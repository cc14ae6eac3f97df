"""Promises about what one route leaves: the other reads it, where that is open and worth it, and no row is missed unsaid."""

from datetime import timedelta
from pathlib import Path

from pipeline.demo.fakequay import Storage
from pipeline.demo.store import Store
from pipeline.extract.routes import Route
from pipeline.lake.ledger import State
from pipeline.quay.scopes import ALL
from tests.export_runs import PromptQuay, extract_by
from tests.extracts import Silent
from tests.small_quay import ACME, DAY, at, busy_day, log, small_store, window


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
