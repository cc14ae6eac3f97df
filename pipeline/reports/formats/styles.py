"""One value in one cell of a workbook, with the format of its column: nothing from Quay is ever computed or followed."""

import math
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from pipeline.reports.cells import cut, exact_text, visible
from pipeline.reports.document import Sort, Value
from pipeline.reports.narrative import cut_cell_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped]
    from xlsxwriter.format import Format  # type: ignore[import-untyped]
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

LONGEST_CELL = 32_767
"""UTF-16 units. Source: Excel's specifications and limits."""

_LARGEST_EXACT = 2**53
_FIRST_YEAR = 1900
_ROOM_FOR_NOTE = 200
_NUMBER_FORMATS: Mapping[Sort, str] = {
    Sort.COUNT: "#,##0",
    Sort.NUMBER: "#,##0.####",
    Sort.SHARE: "0.0%",
    Sort.DAY: "yyyy-mm-dd",
    Sort.TIME: "yyyy-mm-dd hh:mm:ss",
}
_PROSE: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#0B5A78"},
    "heading": {"bold": True, "font_size": 12, "font_color": "#0B5A78"},
    "label": {"font_color": "#51606E", "valign": "top"},
    "words": {"text_wrap": True, "valign": "top"},
    "exception": {"text_wrap": True, "valign": "top", "font_color": "#8A3B00"},
    "quiet": {"font_color": "#51606E", "valign": "top"},
    "meaning": {"font_color": "#51606E", "italic": True, "text_wrap": True, "valign": "top", "font_size": 9},
    "head": {
        "bold": True,
        "font_color": "#FFFFFF",
        "bg_color": "#0B5A78",
        "border": 1,
        "border_color": "#D3DAE1",
    },
}


class Styles:
    """The formats of a workbook, each made once: those of prose by name, those of cells by what the column holds."""

    def __init__(self, book: "Workbook") -> None:
        self._prose = {
            name: book.add_format({**style, "quote_prefix": True}) for name, style in _PROSE.items()
        }
        self._cells = {
            (sort, is_sampled): book.add_format(_cell_style(sort, is_sampled))
            for sort in Sort
            for is_sampled in (False, True)
        }

    def prose(self, name: str) -> "Format":
        """The format of a heading, a sentence, ..."""
        return self._prose[name]

    def cell(self, sort: Sort, is_sampled: bool = False) -> "Format":
        """The format of a column's cells; rows of a sample are coloured."""
        return self._cells[sort, is_sampled]


def write_value(
    sheet: "Worksheet", at: tuple[int, int], value: Value, style: "Format", text_style: "Format", place: str
) -> None:
    """A value in a cell: as a number or a date where Excel holds it exactly, else as text.

    `place` is where a text is whole that is too long for a cell.
    """
    match value:
        case None:
            sheet.write_blank(*at, None, style)
        case bool():
            sheet.write_boolean(*at, value, style)
        case int() if abs(value) <= _LARGEST_EXACT:
            sheet.write_number(*at, value, style)
        case float() if math.isfinite(value):
            sheet.write_number(*at, value, style)
        case datetime() if value.year >= _FIRST_YEAR:
            sheet.write_datetime(*at, _without_zone(value), style)
        case date() if value.year >= _FIRST_YEAR and not isinstance(value, datetime):
            sheet.write_datetime(*at, value, style)
        case _:
            write_text(sheet, at, visible(exact_text(value)), text_style, place)


def write_text(sheet: "Worksheet", at: tuple[int, int], text: str, style: "Format", place: str = "") -> None:
    """Text as text, its first part where it is too long for a cell."""
    _, is_too_long = cut(text, LONGEST_CELL)
    if is_too_long:
        text = cut(text, LONGEST_CELL - _ROOM_FOR_NOTE)[0] + cut_cell_of(len(text), place)
    sheet.write_string(*at, text, style)


def _cell_style(sort: Sort, is_sampled: bool) -> dict[str, Any]:
    style: dict[str, Any] = {"valign": "top"}
    if sort in _NUMBER_FORMATS:
        style["num_format"] = _NUMBER_FORMATS[sort]
    else:
        style["quote_prefix"] = sort is Sort.TEXT
    if sort in (Sort.DAY, Sort.TIME, Sort.FLAG):
        style["align"] = "left"
    if is_sampled:
        style["bg_color"] = "#E3F1F7"
    return style


def _without_zone(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
