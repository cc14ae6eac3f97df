"""Promises of the recount: a log that is not there is told apart and asked about once, and stops nothing but itself."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.errors import Refused
from pipeline.extract.recount import AbsentLog, recount
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, WindowState
from pipeline.quay.scopes import ALL, org, repo
from tests.extracts import client_of, extract_all
from tests.night_worlds import ONLY_READING, world_in
from tests.nights import FIRST as NIGHTS
from tests.nights import night_of, quay_at, registry_store
from tests.small_quay import ACME, FIRST, LAST, quay, week

GONE = [ACME, repo("acme", "api"), repo("acme", "web")]


@pytest.fixture
def windows(tmp_path: Path) -> list[WindowState]:
    """A week of all, of acme, and of two of its repositories."""
    extract_all(quay(week()), tmp_path / "lake", [ALL, *GONE], FIRST, LAST)
    return Ledger(Layout(tmp_path / "lake")).windows()


def test_however_many_logs_are_gone_the_registry_is_asked_for_its_names_once(
    windows: list[WindowState],
) -> None:
    store = week()
    store.delete_organization("acme")
    server = quay(store)
    found = recount(client_of(server), windows)
    assert (found.windows, found.rows, found.differences) == (7, 140, [])
    assert found.absent == [
        AbsentLog(str(scope), True, "the server has no namespace acme", 7, rows)
        for scope, rows in zip(GONE, (140, 0, 140), strict=True)
    ]
    lists = [path for _, path in server.requests if path.startswith("/api/v1/superuser/organizations")]
    assert len(lists) == 1


def test_a_token_that_quay_does_not_accept_is_no_deleted_log(windows: list[WindowState]) -> None:
    with pytest.raises(Refused) as caught:
        recount(client_of(quay(week()), token="unknown" + "0" * 33), windows)
    assert caught.value.status == 401


def test_a_night_names_a_log_that_is_gone_and_recounts_the_others(tmp_path: Path) -> None:
    world, store = world_in(tmp_path), registry_store(3)
    scopes = {"scopes": [ALL, org("acme")]}
    day = NIGHTS + timedelta(days=1)
    first = world.night(day, handler=quay_at(night_of(day), store), server=scopes, skipped=ONLY_READING)
    assert first.exit_status == 0
    store.delete_organization("acme")
    day += timedelta(days=1)
    second = world.night(day, handler=quay_at(night_of(day), store), server=scopes, skipped=ONLY_READING)
    (verified,) = [result for result in second.steps if result.step == "verify"]
    assert "org/acme is not there now: the server has no namespace acme" in verified.words
    assert verified.ending.value == "done"
