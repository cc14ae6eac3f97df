"""What a running Quay exported, extracted again: every day equal to the counts that it gave, entry for entry."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.records import AccountKind
from pipeline.demo.store import Store
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.quay.entries import lines_from_entries, page_from_body
from pipeline.quay.scopes import Scope, org, user
from tests.extracts import extract_all, lines_held
from tests.worlds import AUDITOR, data_from, exported_rows, store_from_export, time_of

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 24), date(2026, 11, 22)
DAYS = (LAST - FIRST).days + 1


class Export(NamedTuple):
    """One export file, and the counts that the server gave for the same log, where they were asked for."""

    scope: Scope
    file: str
    counts: str | None


EXPORTS = (
    Export(org("acme"), "corpus/export/acme.json.gz", "corpus/aggregate/org_acme.json.gz"),
    Export(user("alice"), "corpus/export/alice.json.gz", None),
    Export(org("tieorg"), "corpus/export/tieorg.json.gz", "corpus/aggregate/org_tieorg.json.gz"),
)
PAGES = ("all_2026-11-17", "org_acme_2026-11-17", "org_tieorg_2026-11-18")


def stored(export: Export, *, whole_seconds: bool) -> Store:
    is_user = export.scope.kind == "user"
    kind = AccountKind.USER if is_user else AccountKind.ORGANIZATION
    return store_from_export(export.file, export.scope.namespace, whole_seconds=whole_seconds, kind=kind)


def extracted(export: Export, lake: Path, *, whole_seconds: bool = False) -> list[WindowState]:
    fake = FakeQuay(stored(export, whole_seconds=whole_seconds), clock=lambda: NOW)
    extract_all(fake, lake, [export.scope], FIRST, LAST, now=NOW, token=AUDITOR)
    return Ledger(Layout(lake)).windows()


def truth_by_day(export: Export) -> dict[date, Counter[bytes]]:
    days = {FIRST + timedelta(days=n): Counter[bytes]() for n in range(DAYS)}
    for row in exported_rows(export.file):
        day = time_of(row).date()
        if day in days:
            days[day].update(lines_from_entries([row]))
    return days


def counted(export: Export) -> dict[date, dict[str, int]]:
    """What the server counted; for the log that it was not asked about, what its export holds."""
    if export.counts is None:
        return {
            day: dict(Counter(msgspec.json.decode(line)["kind"] for line in lines.elements()))
            for day, lines in truth_by_day(export).items()
        }
    document: dict[str, list[dict[str, Any]]] = data_from(export.counts)
    return {
        date.fromisoformat(day): {item["kind"]: item["count"] for item in items}
        for day, items in document.items()
        if FIRST <= date.fromisoformat(day) <= LAST
    }


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: str(export.scope))
def test_every_closed_day_equals_the_counts_of_the_server_and_the_entries_of_its_export(
    export: Export, tmp_path: Path
) -> None:
    windows = extracted(export, tmp_path)
    truth, counts = truth_by_day(export), counted(export)
    assert [window.day for window in windows] == sorted(truth)
    assert {window.state for window in windows} == {State.VERIFIED}
    assert {window.day: window.rows_by_kind for window in windows} == counts
    assert {window.day: lines_held(tmp_path, window) for window in windows} == truth
    compared = sum(len(kinds) for kinds in counts.values())
    entries = sum(window.rows for window in windows)
    print(f"{export.scope}: {len(windows)} days, {compared} counts, {entries} entries: all equal")
    assert len(windows) == DAYS == 60


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: str(export.scope))
def test_on_whole_seconds_every_day_is_verified_or_short_by_the_exact_number(
    export: Export, tmp_path: Path
) -> None:
    windows = extracted(export, tmp_path, whole_seconds=True)
    truth, counts = truth_by_day(export), counted(export)
    assert [window.day for window in windows] == sorted(truth)
    for window in windows:
        held = lines_held(tmp_path, window)
        assert held <= truth[window.day]
        lost = Counter(msgspec.json.decode(line)["kind"] for line in (truth[window.day] - held).elements())
        assert window.missing_by_kind == dict(lost)
        assert (window.state is State.VERIFIED) == (not lost)
        assert window.expected_by_kind == counts[window.day]
    verified = sum(window.state is State.VERIFIED for window in windows)
    missing = sum(window.missing for window in windows)
    print(
        f"{export.scope} on whole seconds: {verified} of {len(windows)} days verified, {missing} rows short"
    )
    assert verified >= 40


@pytest.mark.parametrize("name", PAGES)
def test_a_recorded_page_parses_to_exactly_the_rows_that_it_holds(name: str) -> None:
    pages = data_from(f"corpus/pages/{name}.json.gz")
    rows = 0
    for page in pages:
        parsed = page_from_body(msgspec.json.encode(page))
        assert Counter(parsed.lines) == Counter(lines_from_entries(page["logs"]))
        assert parsed.rows_by_kind == Counter(row["kind"] for row in page["logs"])
        assert not parsed.surprises
        rows += len(parsed.lines)
    assert rows == {"all_2026-11-17": 1644, "org_acme_2026-11-17": 671, "org_tieorg_2026-11-18": 120}[name]
