"""Promises of the evidence: what is wrong is an exception, what is counted agrees, and the lake alone decides."""

import shutil
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, Ledger
from pipeline.reports.document import Report, Sort, Value
from tests.audited import (
    CLOSED,
    ENTRIES,
    FIRST,
    LAST,
    MISSING,
    SHORT,
    audited,
    is_told,
    lines_of,
    population_of,
    report_on,
)
from tests.lakes import Built, bring_up_to_date, row, save_window

SORTS: dict[Sort, tuple[type, ...]] = {
    Sort.TEXT: (str,),
    Sort.COUNT: (int,),
    Sort.NUMBER: (float, int),
    Sort.SHARE: (float,),
    Sort.DAY: (date,),
    Sort.TIME: (datetime,),
    Sort.FLAG: (bool,),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The lake that an auditor asks about; only read."""
    return audited(Layout(tmp_path_factory.mktemp("audited") / "lake"))


@pytest.fixture(scope="module")
def report(lake: Layout) -> Report:
    return report_on(lake)


@pytest.fixture
def copy(lake: Layout, tmp_path: Path) -> Layout:
    """The same lake elsewhere, to be changed."""
    shutil.copytree(lake.root, tmp_path / "copy")
    return Layout(tmp_path / "copy")


def is_of_sort(value: Value, sort: Sort) -> bool:
    """Whether a cell holds what its column says."""
    if value is None:
        return True
    is_flag, is_time = isinstance(value, bool), isinstance(value, datetime)
    return (
        isinstance(value, SORTS[sort]) and is_flag == (sort is Sort.FLAG) and is_time == (sort is Sort.TIME)
    )


# The whole report -----------------------------------------------------------------------------------------------------


def test_the_cover_counts_what_the_lake_holds(lake: Layout, report: Report) -> None:
    cover = report.cover
    assert (cover.since, cover.until, cover.event_count, cover.window_count) == (FIRST, LAST, 12, 4)
    assert cover.server_urls == ["https://quay.example"]
    assert cover.exception_count == sum(len(section.exceptions) for section in report.sections)
    (manifest,) = Ledger(lake).manifest_files()
    assert cover.manifest_number == 1
    assert cover.manifest_sha256 is not None
    assert population_of(report, "B", "manifests").rows[0][6] == cover.manifest_sha256
    assert manifest.stem == "00000001"


def test_the_same_lake_gives_the_same_report_wherever_it_lies(copy: Layout, report: Report) -> None:
    assert msgspec.json.encode(report_on(copy)) == msgspec.json.encode(report)


def test_every_cell_holds_what_its_column_says(report: Report) -> None:
    for section in report.sections:
        for population in section.populations:
            for line in population.rows:
                assert len(line) == len(population.columns)
                for value, column in zip(line, population.columns, strict=True):
                    assert is_of_sort(value, column.sort), (population.name, column.name, value)


def test_sections_and_controls_are_those_of_the_frameworks_asked_for(lake: Layout) -> None:
    dora = report_on(lake, frameworks=["dora"])
    assert [section.letter for section in dora.sections] == list("ABCDEGJKLM")
    assert {control.framework for section in dora.sections for control in section.controls} == {"dora"}
    both = report_on(lake, frameworks=["pci", "soc2"])
    assert both.cover.frameworks == ("soc2", "pci")
    assert "".join(section.letter for section in both.sections) == "ABCDEFGHIJKLM"
    with pytest.raises(UsageError, match="soc3"):
        report_on(lake, frameworks=["soc3"])


def test_without_a_warehouse_there_is_no_report(layout: Layout) -> None:
    with pytest.raises(UsageError, match="no warehouse yet"):
        report_on(layout)


def test_an_empty_period_is_no_error_and_says_so(lake: Layout) -> None:
    before = report_on(lake, since=date(2020, 1, 1), until=date(2020, 1, 2))
    assert (before.cover.event_count, before.cover.window_count, before.cover.manifest_sha256) == (0, 0, None)
    assert is_told(before, "C", "2 days at the start of the period lie before the oldest day")
    assert is_told(before, "A", "No detection judged a day")


# Counts ---------------------------------------------------------------------------------------------------------------


def test_counts_agree_with_the_marts_and_with_the_entries(lake: Layout, report: Report) -> None:
    built = Built(lake)
    counted = Counter(entry.kind for rows in ENTRIES.values() for entry in rows)
    assert {
        line["kind"]: line["event_count"] for line in lines_of(report, "A", "kinds") if line["event_count"]
    } == counted
    assert [
        (line["scope"], line["day"], line["kind"], line["row_count"])
        for line in lines_of(report, "B", "kind_days")
    ] == built.rows("select scope, day, kind, event_count from mart_kind_daily order by day, scope, kind")
    days = {line["day"]: line["event_count"] for line in lines_of(report, "C", "days")}
    assert days == {day: len(ENTRIES.get(day, [])) for day in (FIRST, SHORT, MISSING, CLOSED, LAST)}
    changes = sum(
        count for kind, count in counted.items() if kind not in ("pull_repo", "export_logs_success")
    )
    assert sum(int(str(line["event_count"])) for line in lines_of(report, "K", "daily")) == changes


# Gaps -----------------------------------------------------------------------------------------------------------------


def test_a_short_window_is_named_with_what_it_lacks_by_kind(report: Report) -> None:
    assert is_told(report, "B", f"all on {SHORT} is short", "2 entries", "push_repo 2")


def test_a_missing_day_is_named(report: Report) -> None:
    assert is_told(report, "C", f"{MISSING} is missing")
    assert is_told(report, "C", "all lacks 1 day")
    assert is_told(report, "L", "1 day of the period could not be judged")


def test_a_window_that_is_read_again_is_told_with_what_changed(copy: Layout) -> None:
    save_window(copy, "all", ENTRIES[FIRST][:-1], day=FIRST)
    assert is_told(report_on(copy), "B", "is not the state that the chain names") or is_told(
        report_on(copy), "B", "not the file that the chain names"
    )
    Ledger(copy).seal(datetime(2026, 3, 7, tzinfo=UTC), "0.1.0")
    bring_up_to_date(copy)
    again = report_on(copy)
    assert is_told(again, "B", f"all on {FIRST} held 5 entries when first sealed and 4 now")
    assert again.cover.manifest_number == 2


def test_a_window_that_no_manifest_names_is_told(copy: Layout) -> None:
    save_window(copy, "all", [row(day=MISSING)], day=MISSING)
    bring_up_to_date(copy)
    late = report_on(copy)
    assert is_told(late, "B", f"all on {MISSING} is in no manifest yet")
    assert is_told(late, "L", f"{MISSING} was read and not judged")


def test_an_edited_file_is_told_by_its_place_in_the_lake_alone(copy: Layout) -> None:
    file = next(copy.log_entries.glob(f"scope=all/day={FIRST}/{ENTRIES_FILE}"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    edited = report_on(copy)
    assert is_told(edited, "B", f"log_entries/scope=all/day={FIRST}/{ENTRIES_FILE}", "not the file")
    assert str(copy.root) not in msgspec.json.encode(edited).decode()


def test_a_broken_chain_is_told(copy: Layout) -> None:
    (manifest,) = Ledger(copy).manifest_files()
    second = manifest.read_text().replace('"previous_sha256": null', '"previous_sha256": "0"')
    manifest.with_name("00000002.json").write_text(second.replace('"sequence": 1', '"sequence": 2'))
    assert is_told(report_on(copy), "B", "Manifest 2 does not follow")
