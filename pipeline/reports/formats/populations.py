"""CSV: one file a population, for sampling and for spreadsheets."""

import csv
import io

from pipeline.reports.cells import exact_text, guarded
from pipeline.reports.document import Population, Value


def csv_from_population(population: Population) -> bytes:
    """RFC 4180 in UTF-8: a header of names, then every row after its number, and whether it is of the sample.

    Text that a spreadsheet would take for a formula gets a leading `'`; all else is exact.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    mark = ["sampled"] if population.sampled else []
    writer.writerow(["row", *mark, *(_cell(column.name) for column in population.columns)])
    drawn = set(population.sampled)
    for number, row in enumerate(population.rows, 1):
        marks = [exact_text(number in drawn)] if mark else []
        writer.writerow([str(number), *marks, *map(_cell, row)])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _cell(value: Value) -> str:
    return guarded(value) if isinstance(value, str) else exact_text(value)
