"""Promises of verify --sample: what became of rows, in words and as JSON, with a status that says whether to look."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.demo.log_tables import CURRENT_TABLE, datetime_from_moment
from pipeline.demo.server import serve
from pipeline.demo.store import Store
from pipeline.quay.scopes import ALL
from tests.commands import Ended, quay_audit
from tests.extracts import TOKEN, extract_all, files_of
from tests.small_quay import ACME, DAY, FIRST, LAST, at, log, quay, small_store, week


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    extract_all(quay(week()), tmp_path / "lake", [ACME, ALL], FIRST, LAST)
    return tmp_path / "lake"


def verify(lake: Path, store: Store, *args: str) -> Ended:
    with serve(quay(store)) as url:
        environ = {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": TOKEN, "QUAY_AUDIT_LAKE": str(lake)}
        return quay_audit("verify", "--sample", "20", *args, **environ)


def test_a_good_lake_is_told_in_three_lines_and_status_0(lake: Path) -> None:
    before = files_of(lake)
    answer = verify(lake, week(), "--quiet")
    assert (answer.status, answer.stderr) == (0, "")
    assert answer.stdout.splitlines() == [
        "14 windows and 1 manifests looked at, 0 not as they were written",
        "12 closed windows of 280 rows read again: 0 rows removed",
        "14 closed windows recounted, 0 differ from the server",
    ]
    assert files_of(lake) == before


def week_without(tag: str) -> Store:
    """The same week, from which somebody took rows."""
    whole, store = week(), small_store()
    for row in whole.tables[CURRENT_TABLE].rows():
        details = json.loads(row.metadata)
        if details["tag"] != tag:
            log(store, datetime_from_moment(row.moment), tag=details["tag"])
    return store


def test_removed_rows_end_with_5_and_are_named(lake: Path) -> None:
    answer = verify(lake, week_without("v7"))
    assert answer.status == 5
    assert answer.error.startswith(
        "6 rows that Quay showed are gone from its log, and rotation did not take them"
    )
    assert "--json" in answer.hint
    gone = [line for line in answer.stdout.splitlines() if ": gone: " in line]
    assert len(gone) == 6
    assert all("pull_repo by alice from 203.0.113.1" in line and '"tag":"v7"' in line for line in gone)
    document = json.loads(verify(lake, week_without("v7"), "--json").stdout)["drift"]
    assert document["removed"] == 6
    rows = [row for window in document["windows"] for row in window["removed_rows"]]
    assert {row["occurred_at"][:10] for row in rows} == {str(FIRST + timedelta(days=n)) for n in (1, 2, 4)}


def test_renames_rotation_and_a_deleted_organization_are_told_and_end_with_0(lake: Path) -> None:
    store = week()
    store.rename_user("alice", "alicia")
    store.delete_organization("acme")
    store.remove_rows_before(at(DAY, 0))
    answer = verify(lake, store)
    assert answer.status == 0, answer.stderr
    assert "performer alice is alicia now: 115 rows, and no entry in the lake tells of it" in answer.stdout
    assert "namespace acme was deleted, and is shown as " in answer.stdout
    assert "org/acme: deleted: the server has no namespace acme; the lake keeps its 140 rows" in answer.stdout
    assert "rotated away: 25 rows" in answer.stdout


def test_a_sample_needs_a_server(lake: Path) -> None:
    answer = verify(lake, week(), "--offline")
    assert answer.status == 2
    assert answer.error == "a sample is read from a server (--sample)"
    assert answer.hint == "leave out --offline, or --sample"


def test_rows_that_came_late_are_counted_as_before(lake: Path) -> None:
    store = week()
    log(store, at(DAY, 40_000), kind="push_repo")
    answer = verify(lake, store)
    assert answer.status == 4
    assert f"all {DAY}: not in the lake: 1 push_repo" in answer.stdout
