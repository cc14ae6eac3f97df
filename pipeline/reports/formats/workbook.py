"""Excel: a cover, a sheet a section and a sheet a population, with what was asked on each."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.reports.cells import visible, words_of
from pipeline.reports.document import Column, Population, Report, Section, Sort
from pipeline.reports.formats.styles import Styles, write_text, write_value
from pipeline.reports.narrative import (
    NO_EXCEPTIONS,
    NOT_LOGGED,
    SUPPORTS,
    WHY_NOT_LOGGED,
    bound_in,
    controls_of,
    count_of,
    facts_of,
    sampling_of,
)
from pipeline.reports.places import Whole, sheet_name_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

MOST_ROWS = 1_048_576
"""The rows of a sheet. Source: Excel's specifications and limits."""

_HEAD_ROWS = 5
_WIDEST, _NARROWEST, _LABELS, _PROSE = 60, 9, 34, 110
_ROWS_MEASURED = 200

Line = tuple[str, Sequence[str]]
"""The name of a style, and the texts of a row."""


def xlsx_from_report(report: Report, whole: Whole, most_rows: int = MOST_ROWS) -> bytes:
    """The workbook. A population of more rows than a sheet takes goes on in further sheets, and each says so."""
    from xlsxwriter import Workbook

    content = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with Workbook(content, options) as book:
        book.set_properties(_properties(report))
        styles = Styles(book)
        _write_prose(book.add_worksheet("Cover"), styles, _cover(report))
        for section in report.sections:
            _write_prose(book.add_worksheet(section.letter), styles, _summary(section))
            for population in section.populations:
                _write_population(book, styles, section, population, whole, most_rows)
    return content.getvalue()


def _properties(report: Report) -> dict[str, Any]:
    """What the file says about itself; its date is that of the period, as nothing depends on when it was made."""
    return {
        "title": visible(report.cover.title),
        "subject": f"{report.cover.since} to {report.cover.until}",
        "author": f"quay-audit {report.cover.tool_version}",
        "created": datetime.combine(report.cover.until, time(), UTC),
    }


def _cover(report: Report) -> Iterator[Line]:
    yield "title", [report.cover.title]
    yield from (("label", pair) for pair in facts_of(report))
    if report.sample:
        yield "label", ["", sampling_of(report)]
    yield "heading", ["Populations"]
    for section in report.sections:
        found = f"{len(section.exceptions):,} exceptions"
        yield "label", [f"{section.letter}. {section.title}", f"sheet {section.letter}: {found}"]
        for each in section.populations:
            yield "label", ["", f"sheet {sheet_name_of(section, each)}: {each.title}, {count_of(each)}"]
    yield "heading", [NOT_LOGGED]
    yield "label", ["", WHY_NOT_LOGGED]
    yield from (("label", ["", sentence]) for sentence in report.not_logged)


def _summary(section: Section) -> Iterator[Line]:
    yield "title", [f"{section.letter}. {section.title}"]
    yield "quiet", [section.question]
    yield from (("label", ["", sentence]) for sentence in section.statements)
    yield "heading", ["Exceptions, to be looked at"]
    yield from (("exception", ["", sentence]) for sentence in section.exceptions or [NO_EXCEPTIONS])
    if section.limits:
        yield "heading", ["What this section cannot show"]
        yield from (("label", ["", sentence]) for sentence in section.limits)
    yield "heading", ["Supports"]
    yield "label", ["", SUPPORTS]
    yield from (("label", pair) for pair in controls_of(section))


def _write_prose(sheet: "Worksheet", styles: Styles, lines: Iterator[Line]) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, _LABELS)
    sheet.set_column(1, 1, _PROSE)
    for row, (style, texts) in enumerate(lines):
        for at, text in enumerate(texts):
            is_words = at == 1 and style == "label"
            write_text(sheet, (row, at), visible(text), styles.prose("words" if is_words else style))


def _write_population(
    book: "Workbook",
    styles: Styles,
    section: Section,
    population: Population,
    whole: Whole,
    most_rows: int,
) -> None:
    room = most_rows - _HEAD_ROWS
    total = len(population.rows)
    parts = max(1, -(-total // room))
    for part in range(parts):
        first, last = part * room + 1, min(total, (part + 1) * room)
        said = (
            f"rows {first:,} to {last:,} are on this sheet, part {part + 1} of {parts}" if parts > 1 else ""
        )
        sheet = book.add_worksheet(sheet_name_of(section, population, part + 1))
        columns = _columns(population)
        _write_head(sheet, styles, population, columns, said)
        _write_rows(sheet, styles, population, first, last, whole.population(section, population))
        if last:
            sheet.autofilter(_HEAD_ROWS - 1, 0, _HEAD_ROWS + last - first, len(columns) - 1)


def _columns(population: Population) -> Sequence[Column]:
    """The population's own, after the number of each row and whether it is of the sample."""
    number = Column("row", "Row", "Its number in the population", Sort.COUNT)
    mark = Column("sampled", "Sampled", "Whether the row is in the sample", Sort.FLAG)
    return [number, *([mark] if population.sampled else []), *population.columns]


def _write_head(
    sheet: "Worksheet", styles: Styles, population: Population, columns: Sequence[Column], said: str
) -> None:
    sheet.freeze_panes(_HEAD_ROWS, 1)
    sheet.repeat_rows(_HEAD_ROWS - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for at, column in enumerate(columns):
        sheet.set_column(at, at, _width(column, at - len(columns) + len(population.columns), population))
    counted = "; ".join(filter(None, [f"Population: {count_of(population)}", said]))
    write_text(sheet, (0, 0), visible(population.title), styles.prose("heading"))
    write_text(sheet, (1, 0), counted, styles.prose("quiet"))
    write_text(sheet, (2, 0), _query(population), styles.prose("quiet"))
    sheet.set_row(2, 15)
    sheet.set_row(3, 40)
    for at, column in enumerate(columns):
        write_text(sheet, (3, at), column.meaning, styles.prose("meaning"))
    for at, column in enumerate(columns):
        write_text(sheet, (4, at), column.heading, styles.prose("head"))


def _query(population: Population) -> str:
    """What was asked and what was bound, with its lines as they are."""
    lines = [f"Query: {population.query}", *bound_in(population)]
    return "\n".join(visible(line) for text in lines for line in text.split("\n"))


def _width(column: Column, at: int, population: Population) -> int:
    """Wide enough for the heading and for what the first rows hold, within reason."""
    rows = islice(population.rows, _ROWS_MEASURED) if at >= 0 else []
    longest = max((len(words_of(row[at], column.sort)) for row in rows), default=0)
    return min(max(longest, len(column.heading) + 3, _NARROWEST), _WIDEST)


def _write_rows(
    sheet: "Worksheet", styles: Styles, population: Population, first: int, last: int, place: str
) -> None:
    drawn = set(population.sampled)
    columns = _columns(population)
    for number in range(first, last + 1):
        is_sampled = number in drawn
        marks = [number, *([is_sampled] if drawn else [])]
        row = _HEAD_ROWS + number - first
        text_style = styles.cell(Sort.TEXT, is_sampled)
        for at, value in enumerate([*marks, *population.rows[number - 1]]):
            style = styles.cell(columns[at].sort, is_sampled)
            write_value(sheet, (row, at), value, style, text_style, place)
    if not last:
        write_text(sheet, (_HEAD_ROWS, 0), population.empty, styles.prose("quiet"))
