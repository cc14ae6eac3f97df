"""Fuzzed names through all formats: nothing is computed, run or turned, and nothing is lost."""

import csv
import io
import json
import re

import openpyxl  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.reports.cells import cut, guarded, visible
from pipeline.reports.folder import contents_of
from tests.markup import TEXTS
from tests.report_values import report_with_names
from tests.test_report_page import Page

_PIECES = (
    "=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(1)", "\t=1", "\r=1", "＝1", ";=1", "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "</td></table>", "&lt;b&gt;", "#panic()", "$x$", "\\", '"', "'", "`", "\u202e",
    "\u2066", "\u200b", "\x00", "\x1b[31m", "\x7f", "\n", "\u2028", "\ud800", "\udfff", "\ufeff", "\ufdd0", "\ue000",
    "_x0041_", "中文", "日本語", "한국어", "עברית", "العربية", "क्षि", "ไทย", "😀", "👨\u200d👩\u200d👧", "🇩🇪", "e\u0301",
    "x" * 10_000, "中" * 10_000, "a" * 40_000, " ", "",
)  # fmt: skip
names = st.lists(st.sampled_from(_PIECES) | st.text(st.characters(), max_size=8), max_size=4).map("".join)
_BIDI_OR_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ufeff\ud800-\udfff]"
)


def check(*given_names: str) -> None:
    """Every promise about these names at once: making a report costs more than looking at it."""
    report = report_with_names(*given_names)
    files = dict(contents_of(report, ["pdf", "html", "xlsx", "csv", "json"]))
    (section,) = json.loads(files["report.json"])["sections"]
    assert [row[2] for row in section["populations"][0]["rows"]] == list(given_names)
    assert section["exceptions"] == list(report.sections[0].exceptions)
    _check_csv(files["populations/E-access_changes.csv"], given_names)
    _check_workbook(files["report.xlsx"], given_names)
    _check_page(files["report.html"], given_names)
    assert files["report.pdf"].startswith(b"%PDF-")


def _check_csv(content: bytes, given_names: tuple[str, ...]) -> None:
    _, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
    for row, name in zip(rows, given_names, strict=True):
        assert not row[3].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert row[3] == guarded(name).encode("utf-8", "backslashreplace").decode()


def _check_workbook(content: bytes, given_names: tuple[str, ...]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}  # no formula, no error
    assert not any(cell.hyperlink for cell in cells)
    sheet = book["E access changes"]
    for number, name in enumerate(given_names):
        shown = (sheet.cell(6 + number, 4).value or "").replace("_x005F_", "_")  # which openpyxl leaves to us
        assert shown == visible(name) or shown.startswith(visible(name)[:1_000])


def _check_page(content: bytes, given_names: tuple[str, ...]) -> None:
    page = Page(content.decode())
    assert not {"script", "img", "b", "svg", "iframe"} & {tag for tag, _ in page.elements}
    text = "".join(page.words)
    assert not _BIDI_OR_CONTROL.search(text)
    for name in given_names:
        plain = cut(name, 2_000)[0]
        assert all(piece in text for piece in re.split(r"\[U\+[^\]]*\]", visible(plain)))


@settings(max_examples=15)
@given(st.lists(names, min_size=1, max_size=5))
def test_no_name_is_computed_run_turned_or_lost_in_any_format(given_names: list[str]) -> None:
    check(*given_names)


def test_every_hostile_piece_goes_through_every_format() -> None:
    check(*_PIECES, *TEXTS)


@given(st.text(st.characters()))
def test_what_is_shown_holds_nothing_hidden(text: str) -> None:
    assert not _BIDI_OR_CONTROL.search(visible(text))
    assert "\n" not in visible(text)


@given(st.text(st.characters(), max_size=50), st.integers(0, 60))
def test_a_cut_is_a_beginning_that_fits_and_splits_no_character(text: str, most: int) -> None:
    beginning, is_cut = cut(text, most)
    units = len(beginning.encode("utf-16-le", "surrogatepass")) // 2
    assert text.startswith(beginning)
    assert units <= most
    assert is_cut == (beginning != text)


@pytest.mark.parametrize("name", ["a" * 40_000, "=" * 40_000])
def test_a_text_longer_than_a_cell_is_whole_in_json_and_csv(name: str) -> None:
    files = dict(contents_of(report_with_names(name), ["csv", "json"]))
    assert name.encode() in files["report.json"]
    assert name.encode() in files["populations/E-access_changes.csv"]
