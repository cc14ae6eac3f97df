"""The tables of the HTML page, and the text in them."""

from collections.abc import Sequence

from pipeline.reports.cells import cut, runs_of, words_of
from pipeline.reports.document import Column, Population, Section, Sort, Value
from pipeline.reports.formats.markup import Markup, element, joined
from pipeline.reports.narrative import bound_in, count_of, cut_cell_of, cut_of, shortened
from pipeline.reports.places import Whole, key_of, rows_within

_MOST_ROWS = 1_000
_LONGEST_CELL = 2_000
_SHORT = 16
_CLASS_BY_SORT = {
    Sort.COUNT: "n",
    Sort.NUMBER: "n",
    Sort.SHARE: "n",
    Sort.DAY: "when",
    Sort.TIME: "when",
}


def table_of(section: Section, population: Population, whole: Whole) -> Markup:
    """A population under its title; a long one is cut, and says where it is `whole`."""
    label = f"{key_of(section, population)}-title"
    rows = rows_within(population, _MOST_ROWS)
    place = whole.population(section, population)
    caption = element("caption", population.title, " ", element("span", count_of(population)), id=label)
    heads = [element("th", "#", scope="col", class_="n"), *map(_head, population.columns)]
    drawn = set(population.sampled)
    body = [_row(number, row, population.columns, number in drawn, place) for number, row in rows]
    empty = element("tr", element("td", population.empty, colspan=str(len(heads))))
    parts = element("thead", element("tr", *heads)), element("tbody", *(body or [empty]))
    note = cut_of(section, population, len(rows), whole)
    below = [element("p", note, class_="quiet")] if note else []
    return joined([scrolling(element("table", caption, *parts), label), *below])


def source_of(section: Section, population: Population) -> Markup:
    """What gives a population, what was bound, and what its columns mean."""
    asked = [*population.query.split("\n"), *bound_in(population)]
    lines = [part for line in asked for part in (_shown(line), Markup("\n"))]
    meanings = [
        part
        for column in population.columns
        for part in (element("dt", column.heading), element("dd", column.meaning))
    ]
    return joined(
        [
            element("h3", f"{section.letter}. {population.title}"),
            element("p", count_of(population), class_="quiet"),
            element("pre", *lines),
            element("dl", *meanings),
        ]
    )


def listed(sentences: Sequence[str], whole: Whole) -> Markup:
    """The sentences as a list, very many or long ones in part; nothing where there are none."""
    short = shortened(sentences, _MOST_ROWS, _LONGEST_CELL, whole)
    items = [element("li", element("bdi", _shown(sentence))) for sentence in short]
    return element("ul", *items) if items else joined([])


def scrolling(table: Markup, label: str) -> Markup:
    """A table that is wider than the screen scrolls by itself, with the keyboard too."""
    return element("div", table, class_="table", role="region", tabindex="0", aria_labelledby=label)


def _head(column: Column) -> Markup:
    return element("th", column.heading, scope="col", class_=_CLASS_BY_SORT.get(column.sort, "text"))


def _row(
    number: int, row: Sequence[Value], columns: Sequence[Column], is_sampled: bool, place: str
) -> Markup:
    mark = [element("br"), "sampled"] if is_sampled else []
    cells = [_cell(value, column.sort, place) for value, column in zip(row, columns, strict=True)]
    first = element("td", f"{number:,}", *mark, class_="n")
    return element("tr", first, *cells, **({"class_": "sampled"} if is_sampled else {}))


def _cell(value: Value, sort: Sort, place: str) -> Markup:
    if not isinstance(value, str):
        return element("td", words_of(value, sort), class_=_CLASS_BY_SORT.get(sort, "text"))
    text, is_cut = cut(value, _LONGEST_CELL)
    note = [cut_cell_of(len(value), place)] if is_cut else []
    shape = {"class_": "short"} if len(value) <= _SHORT else {}
    return element("td", element("bdi", _shown(text)), *note, **shape)


def _shown(text: str) -> Markup:
    """The text with code points, set apart, for what would not be seen or would turn the rest."""
    return joined(element("code", run, class_="hidden") if is_code else run for run, is_code in runs_of(text))
