"""Promises of the PDF report: readable, whole where it can be, and honest about what it cannot show."""

import re

import pypdfium2  # type: ignore[import-untyped]
import pytest

from pipeline.reports.document import Report
from pipeline.reports.folder import contents_of
from pipeline.reports.formats.glyphs import characters_of, missing_from_fonts
from pipeline.reports.formats.lettering import Told, lettered, longest_piece
from tests.markup import TEXTS
from tests.report_values import population_of, report_of, report_with_names, row_of, section_of

_IN_NO_FONT = "\u0378"  # a code point that stands for nothing


def pages_of(report: Report, *formats: str) -> list[str]:
    """The text of each page, each run of blanks as one."""
    content = dict(contents_of(report, [*formats, "pdf"]))["report.pdf"]
    with pypdfium2.PdfDocument(content) as document:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in document]


def test_the_cover_says_what_the_report_is_about_and_made_from() -> None:
    cover = pages_of(report_with_names("bob"))[0]
    for words in ("2026-07-01 to 2026-09-30", "SOC 2", "PCI DSS 4.0.1", "123,456 in 92 windows", "ab" * 32):
        assert words in cover


def test_every_page_but_the_cover_has_a_head_and_all_have_a_number() -> None:
    pages = pages_of(report_with_names("bob"))
    assert all(f"{number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    assert [page.startswith("Audit log evidence for Red Hat Quay 2026-07-01") for page in pages[1:]] == [
        True
    ] * (len(pages) - 1)


def test_a_table_repeats_its_head_on_each_page_and_says_where_the_rest_is() -> None:
    rows = [row_of(f"{'long-name-' * 8}{n}", n) for n in range(1, 101)]
    pages = pages_of(report_of(section_of([population_of(rows)])), "csv")
    tables = [page for page in pages if "long-name-" in page]
    assert len(tables) > 1
    assert all("When Day Who Events" in page for page in tables)
    assert "40 of 100 rows are shown, the first. All are in populations/E-access_changes.csv." in tables[-1]


def test_nothing_from_quay_is_read_as_markup() -> None:
    hostile = [
        "#panic()",
        "$1/0$",
        '#import "@preview/x:1.0.0"',
        "<label>",
        "@ref",
        "*b* _e_",
        "= h",
        '"]#read("x")',
    ]
    text = " ".join(pages_of(report_with_names(*hostile, *TEXTS)))
    for name in hostile:
        assert name in text


def test_what_can_be_copied_from_the_file_has_no_marks_in_it() -> None:
    (name,) = ["0123456789abcdef" * 4]
    assert name in " ".join(pages_of(report_with_names(name))).replace(" ", "")
    assert "\u200b" not in " ".join(pages_of(report_with_names(name)))


def test_a_character_that_no_font_has_is_shown_as_its_code_point_and_told_once() -> None:
    pages = pages_of(report_with_names(f"ab{_IN_NO_FONT}cd"))
    assert "U+0378" in pages[0]
    assert "no font with them: U+0378, 1 in all, in 3 places." in pages[0]
    assert all(_IN_NO_FONT not in page for page in pages)
    assert sum("no font with them" in page for page in pages) == 1
    assert "ab" in pages[2]


def test_a_character_is_either_drawn_or_a_code_point() -> None:
    name = "中é😀नि"
    text = " ".join(pages_of(report_with_names(name)))
    for character in name:
        assert character in text or f"U+{ord(character):04X}" in text


def test_typst_itself_is_asked_which_characters_it_can_draw() -> None:
    assert missing_from_fonts(["plain", f"é–…{_IN_NO_FONT}", f"e\u0301 x{_IN_NO_FONT}"]) == {_IN_NO_FONT}
    assert missing_from_fonts(["plain"]) == frozenset()


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("", []),
        ("ab", ["a", "b"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("👨\u200d👩x", ["👨\u200d👩", "x"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("👍🏽!", ["👍🏽", "!"]),
    ],
)
def test_what_a_reader_takes_for_one_character_stays_together(text: str, characters: list[str]) -> None:
    assert list(characters_of(text)) == characters


def test_a_line_can_break_after_a_sign_and_within_what_has_none() -> None:
    assert lettered(Told("acme/web_front"), set()) == ["acme/\u200bweb_\u200bfront"]
    assert lettered(Told("1,234.5 at 10:30"), set()) == ["1,234.5 at 10:30"]
    assert longest_piece("x" * 1_000) < 20


def test_an_empty_report_is_a_report() -> None:
    assert "What Quay does not log" in " ".join(pages_of(report_of()))
