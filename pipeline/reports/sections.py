"""The sections as files: one SELECT a population in `sql/reports/`, under a head that says what it shows.

A file is called `<letter>_<name>.sql`; that of a section which also has a `[section]` in its head leads it. A new section
or population is a new file, and nothing else.
"""

import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import UsageError
from pipeline.reports.document import Column, Control, Sort
from pipeline.reports.frameworks import FRAMEWORKS
from pipeline.warehouse.models import head_and_query
from pipeline.warehouse.screens import Question, QuestionHead

FOLDER: Final = "reports"

_NAME: Final = re.compile(r"[a-z]_[a-z0-9_]+")
_HINT: Final = "the head is TOML in `-- ` lines: title, reads, empty, [columns], and, in the first file of a letter, [section]"


class Saying(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence with `{figures}` in it: said always, where the figure `when` is something, or of each row that is so.

    Shape: `each` has columns with the value that they must have; `says` may then name every column.
    """

    says: str
    when: str | None = None
    each: dict[str, str | bool] | None = None


class SectionHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an auditor asks of a section. `controls` are references by framework."""

    name: str
    title: str
    question: str
    controls: dict[str, list[str]]
    limits: list[str] = []


class PopulationHead(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the TOML above a query says.

    `figures` are aggregates over the population's columns, by the name under which sentences know them. `columns` are
    heading, sort and meaning of each.
    """

    title: str
    reads: list[str]
    empty: str
    parameters: dict[str, str] = {}
    figures: dict[str, str] = {}
    statements: list[Saying] = []
    exceptions: list[Saying] = []
    columns: dict[str, tuple[str, Sort, str]]
    section: SectionHead | None = None


class PopulationFile(msgspec.Struct, frozen=True):
    """One file. `name` is that of the file without its letter."""

    letter: str
    name: str
    head: PopulationHead
    query: str

    @property
    def stem(self) -> str:
        """The name of the file, by which its rows are asked for."""
        return f"{self.letter.lower()}_{self.name}"

    @property
    def columns(self) -> list[Column]:
        """The columns, as a report describes them."""
        return [
            Column(name, heading, meaning, sort)
            for name, (heading, sort, meaning) in self.head.columns.items()
        ]

    def question(self, suffix: str = "", query: str = "") -> Question:
        """The population, or `query` over it, as a question to the warehouse."""
        text = f"with population as ({self.query})\n{query}" if query else self.query
        words = {name: meaning for name, (_, _, meaning) in self.head.columns.items()}
        head = QuestionHead(
            title=self.head.title, reads=self.head.reads, parameters=self.head.parameters, columns=words
        )
        return Question(self.stem + suffix, head, text)


class SectionFiles(msgspec.Struct, frozen=True):
    """One section: its head, and its populations, the leading one first."""

    letter: str
    head: SectionHead
    populations: list[PopulationFile]

    def controls_of(self, frameworks: tuple[str, ...]) -> list[Control]:
        """The controls that it supports, of these frameworks alone and in their order."""
        held = self.head.controls
        return [Control(each, reference) for each in frameworks for reference in held.get(each, ())]


def read_sections(sql: Path) -> list[SectionFiles]:
    """Every section below `sql`, by letter.

    Raises: UsageError naming the file and what is wrong with its head, or the letter that no file or two of them lead.
    """
    by_letter: defaultdict[str, list[PopulationFile]] = defaultdict(list)
    for file in sorted((sql / FOLDER).glob("*.sql")):
        population = _population_from_file(file)
        by_letter[population.letter].append(population)
    return [_section(letter, files) for letter, files in sorted(by_letter.items())]


def _section(letter: str, files: list[PopulationFile]) -> SectionFiles:
    leading = [file for file in files if file.head.section]
    if len(leading) != 1 or leading[0].head.section is None:
        raise UsageError(f"{len(leading)} files lead section {letter}, not one", where=FOLDER, hint=_HINT)
    others = [file for file in files if file is not leading[0]]
    return SectionFiles(letter, leading[0].head.section, [leading[0], *others])


def _population_from_file(file: Path) -> PopulationFile:
    try:
        toml, query = head_and_query(file.read_text(encoding="utf-8"))
        head = msgspec.convert(toml, PopulationHead)
        _check(file.stem, head, query)
    except (ValueError, msgspec.ValidationError) as error:
        raise UsageError(
            f"the head of this population is malformed ({error})", where=str(file), hint=_HINT
        ) from error
    letter, _, name = file.stem.partition("_")
    return PopulationFile(letter.upper(), name, head, query)


def _check(stem: str, head: PopulationHead, query: str) -> None:
    if not _NAME.fullmatch(stem):
        raise ValueError("a file is called by a letter and a name, as in b_windows")
    if not query:
        raise ValueError("there is no query below the head")
    if head.section and (unknown := sorted(head.section.controls.keys() - FRAMEWORKS.keys())):
        raise ValueError(f"{unknown[0]} is no framework")
    for saying in [*head.statements, *head.exceptions]:
        if saying.when and saying.when not in head.figures:
            raise ValueError(f"{saying.when} is no figure")
        if strange := sorted((saying.each or {}).keys() - head.columns.keys()):
            raise ValueError(f"{strange[0]} is no column")
