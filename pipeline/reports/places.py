"""Where a population is whole: the names of its file and its sheets, and what to say where only a part of it is shown."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from pipeline.reports.document import Population, Report, Section, Value
from pipeline.reports.frameworks import ALL, FRAMEWORKS

NumberedRow = tuple[int, Sequence[Value]]
"""A row with its number in the population, from 1."""

POPULATIONS = "populations"
"""The folder of the CSV files, below the report's folder."""

_LONGEST_SHEET_NAME = 31
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


def key_of(section: Section, population: Population) -> str:
    """What a population is called within its report, such as `E-access_changes`: safe as a file's name."""
    return _NOT_IN_NAMES.sub("_", f"{section.letter}-{population.name}")


def csv_name_of(section: Section, population: Population) -> str:
    """The CSV file of a population, below the report's folder."""
    return f"{POPULATIONS}/{key_of(section, population)}.csv"


def sheet_name_of(section: Section, population: Population, part: int = 1) -> str:
    """The sheet of a population; one that is too long for a sheet goes on in part 2, 3, ..."""
    ending = f" {part}" if part > 1 else ""
    name = key_of(section, population).replace("-", " ", 1).replace("_", " ")
    return name[: _LONGEST_SHEET_NAME - len(ending)].rstrip() + ending


def folder_name_of(report: Report) -> str:
    """The folder of a report, such as `soc2-2026-07-01-to-2026-09-30`."""
    asked = report.cover.frameworks
    framework = ALL if set(asked) >= FRAMEWORKS.keys() else "+".join(asked)
    ending = "-pseudonyms" if report.cover.pseudonymized else ""
    return f"{framework}-{report.cover.since}-to-{report.cover.until}{ending}"


class Whole(NamedTuple):
    """Where, among the files of a report in these formats, every row and every character is."""

    formats: Collection[str]

    def population(self, section: Section, population: Population) -> str:
        """Where a population is whole, in words."""
        if "csv" in self.formats:
            return csv_name_of(section, population)
        if "xlsx" in self.formats and "json" not in self.formats:
            return f"report.xlsx, sheet {sheet_name_of(section, population)}"
        return self.sentences

    @property
    def queries(self) -> str:
        """Where the query of each population is, in words; empty where no other file has it."""
        held = [f"report.{each}" for each in ("html", "xlsx", "json") if each in self.formats]
        return ", ".join(held)

    @property
    def sentences(self) -> str:
        """Where every sentence is whole, in words."""
        held = [f"report.{each}" for each in ("json", "xlsx") if each in self.formats]
        return " and ".join(held) or "the format json, which was not asked for"


def rows_within(population: Population, most: int) -> Sequence[NumberedRow]:
    """The first rows of a population, and every sampled one, each with its number."""
    rows = population.rows
    if len(rows) <= most:
        return list(enumerate(rows, 1))
    numbers = sorted({*range(1, most + 1), *population.sampled})
    return [(number, rows[number - 1]) for number in numbers]
