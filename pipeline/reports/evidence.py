"""The evidence of a period: every section that the frameworks ask for, with sentences, exceptions and populations."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Final

from pipeline import __version__
from pipeline.bundle import bundled
from pipeline.detect.stored import TABLES
from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.reports.chain import (
    Link,
    chain_tables,
    links_of,
    naive_utc,
    newest_about,
    snapshot_states,
    snapshot_table,
)
from pipeline.reports.document import Control, Cover, Population, Report, Section, Value
from pipeline.reports.frameworks import FRAMEWORKS, not_logged_for
from pipeline.reports.nights import nights_table
from pipeline.reports.review import casebook_of, known_tables, last_decision_at, review_tables
from pipeline.reports.sections import PopulationFile, Saying, SectionFiles, read_sections
from pipeline.reports.sentences import sentence_from
from pipeline.warehouse.reader import Reader
from pipeline.warehouse.screens import Question, QuestionHead

Row = tuple[Value, ...]
Figures = Mapping[str, Any]

TITLE: Final = "Audit log evidence of a Quay registry"
MOST_NAMED: Final = 10
"""How many rows of one exception are named in sentences; all of them stand in their population."""

_FIGURES: Final = ".figures"
_COVER: Final = Question(
    "cover",
    QuestionHead(
        title="What the cover says",
        reads=["build_state", "windows"],
        parameters={"since": "the first UTC day", "until": "the last UTC day, included"},
        columns={},
    ),
    """
    select
        (
            select cast(coalesce(sum(event_count), 0) as bigint) from build_state
            where day between $since and $until
        ) as event_count,
        count(*) as window_count,
        list_sort(coalesce(list(distinct server_url), [])) as server_urls
    from windows
    where day between $since and $until
    """,
)
_SOURCES: Final = {
    "told_cases": "the cases of the period, with where each stands by the journal of decisions",
    "told_days": "every day of the period",
    "told_decisions": "the journal of decisions about cases, in triage/",
    "told_deliveries": "the journal of notifications, in triage/",
    "told_detections": "the detections of this version",
    "told_findings": "what the lake's own inspection found, as `quay-audit verify --offline` does",
    "told_inspection": "what the lake's own inspection looked at, as `quay-audit verify --offline` does",
    "told_kinds": "every kind that this version knows",
    "told_manifests": "the chain of manifests, in manifests/",
    "told_nights": "the journal of nightly runs, in nightly/",
    "told_seals": "every window of the period that a manifest names, in manifests/",
    "told_snapshots": "of each table of the inventory the snapshot that shows the end of the period",
    "told_suppressions": "the suppressions in the journal, in triage/",
}


def evidence_of(
    layout: Layout,
    warehouse: Path,
    *,
    frameworks: Sequence[str],
    since: date,
    until: date,
    sql: Path | None = None,
) -> Report:
    """What the lake proves about these days, both included, as far as these frameworks ask: a function of the lake alone.

    Raises: UsageError where there is no warehouse yet or it is in use, and for a framework that there is not;
    DataError where a manifest or the journal of decisions is damaged.
    """
    if unknown := sorted(set(frameworks) - FRAMEWORKS.keys()):
        raise UsageError(f"{unknown[0]!r} is no framework", hint=f"one of {', '.join(FRAMEWORKS)}")
    chosen = tuple(each for each in FRAMEWORKS if each in set(frameworks))
    gathering = _Gathering(layout, warehouse, sql or bundled("sql"), since, until)
    wanted = [(files, files.controls_of(chosen)) for files in gathering.sections]
    sections = [gathering.section(files, controls) for files, controls in wanted if controls]
    return Report(
        cover=gathering.cover(chosen, sections), sections=sections, not_logged=not_logged_for(chosen)
    )


class _Gathering:
    """Asks for the rows of one report."""

    def __init__(self, layout: Layout, warehouse: Path, sql: Path, since: date, until: date) -> None:
        self.sections = read_sections(sql)
        self._links = links_of(layout)
        casebook, states = casebook_of(layout, warehouse), snapshot_states(layout)
        taken = [naive_utc(table.taken_at) for state in states for table in state.tables.values()]
        self._given = {
            "since": since,
            "until": until,
            "known_until": _known_until(self._links, taken, last_decision_at(casebook), until),
        }
        handed = [
            *chain_tables(layout, self._links, since, until),
            snapshot_table(states, until),
            *review_tables(casebook, since, until),
            *known_tables(sql, since, until),
            nights_table(layout),
        ]
        self._reader = Reader(layout, warehouse, TABLES, sql=sql, questions=self._questions(), handed=handed)

    def section(self, files: SectionFiles, controls: Sequence[Control]) -> Section:
        """One section with all its populations."""
        statements: list[str] = []
        exceptions: list[str] = []
        populations = []
        for file in files.populations:
            rows = self._rows(file.stem)
            figures = self._values(file.stem + _FIGURES) if file.head.figures else {}
            statements += sentences_of(file, file.head.statements, figures, rows)
            exceptions += sentences_of(file, file.head.exceptions, figures, rows)
            populations.append(self._population(file, rows))
        head = files.head
        return Section(
            letter=files.letter,
            name=head.name,
            title=head.title,
            question=head.question,
            controls=controls,
            statements=statements,
            exceptions=exceptions,
            limits=head.limits,
            populations=populations,
        )

    def cover(self, frameworks: Sequence[str], sections: Sequence[Section]) -> Cover:
        """What the report is about."""
        row = self._values(_COVER.name)
        newest = newest_about(self._links, self._given["since"], self._given["until"])
        return Cover(
            title=TITLE,
            frameworks=frameworks,
            since=self._given["since"],
            until=self._given["until"],
            server_urls=row["server_urls"],
            event_count=row["event_count"],
            window_count=row["window_count"],
            exception_count=sum(len(section.exceptions) for section in sections),
            tool_version=__version__,
            manifest_number=newest.manifest.sequence if newest else None,
            manifest_sha256=newest.sha256 if newest else None,
        )

    def _population(self, file: PopulationFile, rows: Sequence[Row]) -> Population:
        return Population(
            name=file.name,
            title=file.head.title,
            columns=file.columns,
            rows=rows,
            query=_query_told(file),
            parameters={name: self._given[name] for name in file.head.parameters},
            empty=file.head.empty,
        )

    def _rows(self, name: str) -> list[Row]:
        columns = self._reader.answer(name, self._given).columns
        return list(zip(*(column.to_pylist() for column in columns), strict=True))

    def _values(self, name: str) -> Figures:
        (values,) = self._reader.answer(name, self._given).to_pylist()
        return dict(values)

    def _questions(self) -> dict[str, Question]:
        files = [file for section in self.sections for file in section.populations]
        populations = [file.question() for file in files]
        figures = [file.question(_FIGURES, _figures_query(file)) for file in files if file.head.figures]
        return {question.name: question for question in [_COVER, *populations, *figures]}


def sentences_of(
    file: PopulationFile, sayings: Sequence[Saying], figures: Figures, rows: Sequence[Row]
) -> list[str]:
    """What these sayings come to, with these figures over these rows; of many rows alike the first are named."""
    return [sentence for saying in sayings for sentence in _said(file, saying, figures, rows)]


def _said(file: PopulationFile, saying: Saying, figures: Figures, rows: Sequence[Row]) -> Iterator[str]:
    if saying.when and not figures[saying.when]:
        return
    if saying.each is None:
        yield sentence_from(saying.says, figures)
        return
    names = list(file.head.columns)
    wanted = [(names.index(name), value) for name, value in saying.each.items()]
    alike = [row for row in rows if all(row[at] == value for at, value in wanted)]
    for row in alike[:MOST_NAMED]:
        yield sentence_from(saying.says, {**figures, **dict(zip(names, row, strict=True))})
    if (more := len(alike) - MOST_NAMED) > 0:
        yield f"... and {more:,} more like these, in the table: {file.head.title}"


def _figures_query(file: PopulationFile) -> str:
    figures = ", ".join(f"{expression} as {name}" for name, expression in file.head.figures.items())
    return f"select {figures} from population"  # noqa: S608 (of our own files)


def _query_told(file: PopulationFile) -> str:
    """The query, under a line for each table that is in no warehouse."""
    told = [f"-- {name}: {_SOURCES[name]}" for name in file.head.reads if name in _SOURCES]
    return "\n".join([*told, file.query])


def _known_until(
    links: Sequence[Link], taken: Sequence[datetime], decided_at: datetime | None, until: date
) -> datetime:
    """The newest thing that the lake knows of: what is late is late by then, and not by when the report is made."""
    written = [naive_utc(link.manifest.written_at) for link in links]
    times = [*written, *taken, *([decided_at] if decided_at else [])]
    return max(times, default=datetime.combine(until, time.max).replace(microsecond=0))
