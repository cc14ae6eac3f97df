"""Promises of the files of a report: each format holds what it should, whole, exact, and the same each time."""

import csv
import io
import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import openpyxl  # type: ignore[import-untyped]
import pytest
from msgspec.structs import replace

from pipeline.reports.document import Column, Report, Sort, Value
from pipeline.reports.folder import FORMATS, contents_of, written
from pipeline.reports.formats.styles import LONGEST_CELL
from pipeline.reports.formats.workbook import xlsx_from_report
from pipeline.reports.frameworks import FRAMEWORKS
from pipeline.reports.places import Whole, folder_name_of
from pipeline.reports.rewording import pseudonymized
from tests.report_values import population_of, report_of, report_with_names, row_of, section_of


def files_of(report: Report, *formats: str) -> dict[str, bytes]:
    return dict(contents_of(report, formats or FORMATS))


def workbook_of(report: Report) -> Any:
    return openpyxl.load_workbook(io.BytesIO(files_of(report, "xlsx")["report.xlsx"]))


@pytest.fixture
def report() -> Report:
    rows = [row_of(f"user-{number}", number) for number in range(1, 4)]
    empty = population_of([], name="nothing", title="Nothing")
    return report_of(section_of([population_of(rows), empty]))


# The folder -----------------------------------------------------------------------------------------------------------


def test_a_report_is_a_file_a_format_and_a_csv_file_a_population(report: Report, tmp_path: Path) -> None:
    files = written(report, tmp_path)
    assert [file.relative_to(tmp_path).as_posix() for file in files] == [
        "report.pdf",
        "report.html",
        "report.xlsx",
        "populations/E-access_changes.csv",
        "populations/E-nothing.csv",
        "report.json",
    ]
    assert {file for file in tmp_path.rglob("*") if file.is_file()} == set(files)


def test_the_same_report_gives_the_same_bytes_in_every_format(report: Report) -> None:
    assert files_of(report) == files_of(report)


def test_a_file_that_already_says_the_same_is_left_alone(report: Report, tmp_path: Path) -> None:
    before = {file: file.stat().st_mtime_ns for file in written(report, tmp_path)}
    assert {file: file.stat().st_mtime_ns for file in written(report, tmp_path)} == before
    other = replace(report, not_logged=["Something else."])
    changed = {file.name for file in written(other, tmp_path) if file.stat().st_mtime_ns != before[file]}
    assert changed == {"report.pdf", "report.html", "report.xlsx", "report.json"}


def test_a_population_that_is_no_more_leaves_no_file_behind(report: Report, tmp_path: Path) -> None:
    written(report, tmp_path, ["csv"])
    fewer = replace(report, sections=[replace(report.sections[0], populations=[])])
    assert written(fewer, tmp_path, ["csv"]) == []
    assert list(tmp_path.rglob("*.csv")) == []


def test_the_folder_is_named_after_frameworks_and_period(report: Report) -> None:
    assert folder_name_of(report) == "soc2+pci-2026-07-01-to-2026-09-30"
    assert folder_name_of(report_of(frameworks=["pci"])) == "pci-2026-07-01-to-2026-09-30"
    every = report_of(frameworks=list(FRAMEWORKS))
    assert folder_name_of(every) == "all-2026-07-01-to-2026-09-30"
    hidden = pseudonymized(every, str)
    assert folder_name_of(hidden) == "all-2026-07-01-to-2026-09-30-pseudonyms"


# CSV and JSON ---------------------------------------------------------------------------------------------------------


def test_csv_holds_every_row_after_its_number_in_rfc_4180(report: Report) -> None:
    content = files_of(report, "csv")["populations/E-access_changes.csv"].decode()
    assert content.split("\r\n")[:2] == [
        "row,occurred_at,day,performer_name,event_count,weight,share,is_robot",
        "1,2026-07-02T12:01:05Z,2026-07-02,user-1,1000,0.25,0.01,false",
    ]
    assert content.endswith("\r\n")
    assert len(list(csv.reader(io.StringIO(content, newline="")))) == 4


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("@cmd", "'@cmd"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("a;=1+1;b", "a;'=1+1;b"),  # split at semicolons where the comma is the decimal sign
        ("a=b", "a=b"),
        ("user+robot", "user+robot"),
    ],
)
def test_csv_guards_what_a_spreadsheet_would_compute(text: str, guarded: str) -> None:
    content = files_of(report_with_names(text), "csv")["populations/E-access_changes.csv"].decode()
    assert list(csv.reader(io.StringIO(content, newline="")))[1][3] == guarded


def test_numbers_stay_numbers_in_csv() -> None:
    population = population_of([[-5, None]], columns=[_column("a", Sort.COUNT), _column("b", Sort.TEXT)])
    content = files_of(report_of(section_of([population])), "csv")["populations/E-access_changes.csv"]
    assert content == b"row,a,b\r\n1,-5,\r\n"


def test_json_is_exact(report: Report) -> None:
    at = datetime(2026, 7, 1, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=2)))
    values: list[Value] = [2**70, 0.1, float("nan"), True, None, at, date(2026, 7, 1), "=1\x00\ud800\u202e中"]
    columns = [_column(f"column_{number}", Sort.TEXT) for number in range(len(values))]
    content = files_of(report_of(section_of([population_of([values], columns=columns)])), "json")[
        "report.json"
    ]
    (section,) = json.loads(content)["sections"]
    (row,) = section["populations"][0]["rows"]
    assert row == [2**70, 0.1, "nan", True, None, "2026-06-30T23:02:03.000004Z", "2026-07-01", values[-1]]
    assert section["supports"][0] == {"framework": "soc2", "reference": "CC6.2"}
    assert content.isascii()


# Excel ----------------------------------------------------------------------------------------------------------------


def test_the_workbook_has_a_cover_a_sheet_a_section_and_one_a_population(report: Report) -> None:
    book = workbook_of(report)
    assert book.sheetnames == ["Cover", "E", "E access changes", "E nothing"]
    assert "2026-07-01 to 2026-09-30" in book["Cover"]["B2"].value
    assert book["E"]["A1"].value == "E. Access changes in the period"
    assert book["E nothing"]["A6"].value == "Nothing was granted or withdrawn in this period."


def test_each_sheet_tells_its_query_and_its_count_and_can_be_filtered_under_a_frozen_head(
    report: Report,
) -> None:
    sheet = workbook_of(report)["E access changes"]
    assert sheet["A2"].value == "Population: 3 rows"
    assert sheet["A3"].value.startswith("Query: select\n    occurred_at,")
    assert sheet["A3"].value.endswith("$since = 2026-07-01\n$until = 2026-09-30")
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("B6", "A5:H8")
    assert [cell.value for cell in sheet[4]][1] == "When it happened, UTC"


def test_dates_are_dates_and_counts_have_separators(report: Report) -> None:
    row = workbook_of(report)["E access changes"][6]
    assert [cell.value for cell in row] == [
        1,
        datetime(2026, 7, 2, 12, 1, 5, tzinfo=UTC).replace(tzinfo=None),
        datetime(2026, 7, 2, tzinfo=UTC).replace(tzinfo=None),
        "user-1",
        1000,
        0.25,
        0.01,
        False,
    ]
    assert [cell.number_format for cell in row][1:7] == [
        "yyyy-mm-dd hh:mm:ss",
        "yyyy-mm-dd",
        "General",
        "#,##0",
        "#,##0.####",
        "0.0%",
    ]


def test_what_excel_would_round_or_cannot_date_is_text() -> None:
    values: list[Value] = [2**53 + 1, date(1820, 1, 1), float("inf")]
    columns = [_column("a", Sort.COUNT), _column("b", Sort.DAY), _column("c", Sort.NUMBER)]
    book = workbook_of(report_of(section_of([population_of([values], columns=columns)])))
    assert [cell.value for cell in book["E access changes"][6]][1:] == [
        "9007199254740993",
        "1820-01-01",
        "inf",
    ]


def test_a_text_too_long_for_a_cell_is_cut_and_says_where_it_is_whole() -> None:
    names = ["x" * LONGEST_CELL, "x" * (LONGEST_CELL + 1), "😀" * LONGEST_CELL]
    report = report_with_names(*names)
    content = files_of(report, "xlsx", "csv")["report.xlsx"]
    sheet = openpyxl.load_workbook(io.BytesIO(content))["E access changes"]
    fits, cut, emoji = (sheet.cell(row, 4).value for row in (6, 7, 8))
    assert fits == names[0]
    for text in (cut, emoji):
        assert len(text.encode("utf-16-le")) // 2 <= LONGEST_CELL
        assert text.endswith("characters, whole in populations/E-access_changes.csv")


def test_a_population_longer_than_a_sheet_goes_on_in_the_next_and_says_so() -> None:
    report = report_of(section_of([population_of([row_of(f"user-{n}", n) for n in range(1, 25)])]))
    content = xlsx_from_report(report, Whole(["xlsx"]), most_rows=15)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames[2:] == ["E access changes", "E access changes 2", "E access changes 3"]
    assert book["E access changes 2"]["A2"].value == (
        "Population: 24 rows; rows 11 to 20 are on this sheet, part 2 of 3"
    )
    numbers = [sheet.cell(row, 1).value for sheet in book.worksheets[2:] for row in range(6, 16)]
    assert [number for number in numbers if number] == list(range(1, 25))


def test_the_workbook_says_nothing_of_when_or_where_it_was_made(report: Report) -> None:
    properties = workbook_of(report).properties
    assert properties.created == datetime(2026, 9, 30, tzinfo=UTC).replace(tzinfo=None)
    assert properties.creator == "quay-audit 0.1.0"


# Pseudonyms -----------------------------------------------------------------------------------------------------------


def test_every_text_that_names_somebody_is_reworded_and_the_cover_says_so() -> None:
    report = report_with_names("bob", "bob+ci")
    hidden = pseudonymized(report, lambda text: text.replace("bob", "person-1"))
    for name, content in files_of(hidden, "csv", "json", "html").items():
        assert b"bob" not in content, name
        assert b"person-1" in content, name
    assert hidden.cover.pseudonymized
    assert "replaced by pseudonyms" in files_of(hidden, "html")["report.html"].decode()


def _column(name: str, sort: Sort) -> Column:
    return Column(name, name, "", sort)
