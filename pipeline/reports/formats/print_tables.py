"""The tables of the PDF: how many rows, how wide the columns, how small the type."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pipeline.reports.cells import cut, words_of
from pipeline.reports.document import Population, Section, Sort, Value
from pipeline.reports.formats.lettering import Told, longest_piece
from pipeline.reports.narrative import count_of, cut_cell_of, cut_of
from pipeline.reports.places import NumberedRow, Whole, rows_within

_MOST_ROWS: Final = 40
_LONGEST_CELL: Final = 240
_TO_THE_RIGHT: Final = (Sort.COUNT, Sort.NUMBER, Sort.SHARE)
_NARROWEST, _WIDEST = 4, range(34, 15, -2)
_BETWEEN: Final = 2
_PORTRAIT: Final = 136
_SIZES: Final = ((120, 8.0), (_PORTRAIT, 7.2), (182, 8.0), (205, 7.2))
_SMALLEST: Final = 6.6
_ROOM: Final = 225
_MARK: Final = "* "
_MARKED: Final = "Rows with * are the sample."


def table_of(section: Section, population: Population, whole: Whole) -> Mapping[str, Any]:
    """A population as the page design takes it. One that is wide gets pages on their side."""
    place = whole.population(section, population)
    numbered = rows_within(population, _MOST_ROWS)
    sorts = [Sort.COUNT, *(column.sort for column in population.columns)]
    headings = ["#", *(column.heading for column in population.columns)]
    drawn = set(population.sampled)
    rows = [_cells(each, sorts, place, _MARK * (each[0] in drawn)) for each in numbered]
    widths = _fitted([_width(heading, [row[at] for row in rows]) for at, heading in enumerate(headings)])
    note = " ".join(filter(None, [cut_of(section, population, len(rows), whole), _MARKED * bool(drawn)]))
    return {
        "title": population.title,
        "count": count_of(population),
        "empty": Told(population.empty),
        "note": [Told(note)] if note else [],
        "headings": [*map(Told, headings)],
        "widths": widths,
        "right": [sort in _TO_THE_RIGHT for sort in sorts],
        "is_wide": bool(rows) and sum(widths) > _PORTRAIT,
        "size": next((size for room, size in _SIZES if sum(widths) <= room), _SMALLEST),
        "rows": [
            {"sampled": number in drawn, "cells": [*map(Told, row)]}
            for (number, _), row in zip(numbered, rows, strict=True)
        ],
    }


def _cells(numbered: NumberedRow, sorts: Sequence[Sort], place: str, mark: str) -> Sequence[str]:
    number, row = numbered
    first, *others = [_words(value, sort, place) for value, sort in zip([number, *row], sorts, strict=True)]
    return [mark + first, *others]


def _words(value: Value, sort: Sort, place: str) -> str:
    if not isinstance(value, str):
        return words_of(value, sort)
    text, is_cut = cut(value, _LONGEST_CELL)
    return f"{text}{cut_cell_of(len(value), place)}" if is_cut else text


def _width(heading: str, cells: Sequence[str]) -> int:
    """A column's share of the width, in letters: room for nine cells in ten, and for what cannot be broken in any."""
    lengths = sorted(map(len, cells)) or [0]
    usual = lengths[len(lengths) * 9 // 10]
    unbroken = max(map(longest_piece, cells), default=0)
    longest_word = max(map(len, heading.split()), default=0) * 8 // 7  # headings are bold
    return max(usual, unbroken, longest_word, _NARROWEST) + _BETWEEN


def _fitted(widths: Sequence[int]) -> Sequence[int]:
    """The widths, the widest made narrower until all fit on a page on its side."""
    for widest in _WIDEST:
        fitted = [min(width, widest) for width in widths]
        if sum(fitted) <= _ROOM:
            break
    return fitted
