"""What a running Quay exported and paged, extracted again by exports: every day equal to the counts that it gave."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.extract.routes import Route
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.quay.entries import lines_from_entries
from pipeline.quay.scopes import org
from tests.export_runs import PromptQuay, entries_of, extract_by
from tests.extracts import extract_all, lines_held
from tests.test_corpus_extract import DAYS, EXPORTS, FIRST, LAST, NOW, Export, counted, stored, truth_by_day
from tests.test_fakequay_corpus import MARIADB_WINDOWS
from tests.worlds import AUDITOR, data_from, exported_rows, store_from_export, time_of

MARIADB_NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def windows_of(lake: Path) -> list[WindowState]:
    return Ledger(Layout(lake)).windows()


@pytest.mark.slow
@pytest.mark.parametrize("whole_seconds", [False, True], ids=["microseconds", "whole seconds"])
@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: str(export.scope))
def test_every_closed_day_by_export_equals_the_counts_of_the_server_and_the_entries_that_it_exported(
    export: Export, whole_seconds: bool, tmp_path: Path
) -> None:
    fake = PromptQuay(stored(export, whole_seconds=whole_seconds), now=NOW)
    summary = extract_by(fake, tmp_path, [export.scope], FIRST, LAST, now=NOW, token=AUDITOR)
    windows, truth, counts = windows_of(tmp_path), truth_by_day(export), counted(export)
    assert {window.state for window in windows} == {State.VERIFIED}
    assert {window.day: window.rows_by_kind for window in windows} == counts
    assert {window.day: lines_held(tmp_path, window) for window in windows} == truth
    assert (len(windows), fake.pages) == (DAYS, [])
    print(
        f"{export.scope}: {len(windows)} days, {summary.rows} entries, {summary.requests} requests: all equal"
    )


@pytest.mark.slow
@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: str(export.scope))
def test_exports_and_pages_that_lose_nothing_give_the_same_bytes(export: Export, tmp_path: Path) -> None:
    fake = PromptQuay(stored(export, whole_seconds=True), now=NOW)
    extract_by(fake, tmp_path / "a", [export.scope], FIRST, LAST, now=NOW, token=AUDITOR)
    paging = PromptQuay(stored(export, whole_seconds=False), now=NOW)
    extract_all(paging, tmp_path / "b", [export.scope], FIRST, LAST, now=NOW, token=AUDITOR)
    assert entries_of(tmp_path / "a") == entries_of(tmp_path / "b")
    assert paging.orders == []


@pytest.mark.parametrize("name", MARIADB_WINDOWS)
def test_a_window_of_which_a_running_mariadb_lost_rows_is_verified_whole(name: str, tmp_path: Path) -> None:
    namespace, _, text = name.partition("-")
    day = date.fromisoformat(text)
    path = f"corpus-mariadb/export/{name}.json.gz"
    fake = PromptQuay(store_from_export(path, namespace, whole_seconds=True), now=MARIADB_NOW)
    extract_by(fake, tmp_path, [org(namespace)], day, day, route=Route.AUTO, now=MARIADB_NOW, token=AUDITOR)
    (window,) = windows_of(tmp_path)
    recorded: list[dict[str, Any]] = data_from(f"corpus-mariadb/aggregate/{name}.json.gz")["aggregated"]
    truth = Counter(
        line
        for row in exported_rows(path)
        if time_of(row).date() == day
        for line in lines_from_entries([row])
    )
    assert (window.state, window.routes) == (State.VERIFIED, ["export"])
    assert window.rows_by_kind == {each["kind"]: each["count"] for each in recorded}
    assert lines_held(tmp_path, window) == truth
    paged = sum(len(page["logs"]) for page in data_from(f"corpus-mariadb/pages/{name}.json.gz"))
    print(f"{name}: {paged} of {window.rows} rows by the recorded pages, all by export")
    assert paged < window.rows


def test_the_day_after_in_a_recorded_file_stays_outside(tmp_path: Path) -> None:
    """The recorded exports reach one day further than was asked for."""
    path = "corpus-mariadb/export/small-2026-11-10.json.gz"
    days = Counter(time_of(row).date() for row in exported_rows(path))
    assert set(days) == {date(2026, 11, 10), date(2026, 11, 11)}
    fake = PromptQuay(store_from_export(path, "small", whole_seconds=True), now=MARIADB_NOW)
    for day in sorted(days):
        lake = tmp_path / str(day)
        extract_by(fake, lake, [org("small")], day, day, now=MARIADB_NOW, token=AUDITOR)
        assert [(w.day, w.rows) for w in windows_of(lake)] == [(day, days[day])]
    assert max(days) - min(days) == timedelta(days=1)
