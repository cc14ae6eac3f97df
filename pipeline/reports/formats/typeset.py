"""PDF, typeset by typst: A4, tagged for screen readers, and fit for archives.

All text reaches typst as JSON, where it is strings and nothing else; the page design is `report.typ`.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pipeline.reports.cells import visible
from pipeline.reports.document import Population, Report, Section
from pipeline.reports.formats.lettering import Told, lettered, missing_in
from pipeline.reports.formats.print_tables import table_of
from pipeline.reports.narrative import (
    NO_EXCEPTIONS,
    NOT_LOGGED,
    SOURCES,
    SUPPORTS,
    WHY_NOT_LOGGED,
    bound_in,
    controls_of,
    count_of,
    facts_of,
    queries_of,
    sampling_of,
    shortened,
)
from pipeline.reports.places import Whole

if TYPE_CHECKING:
    from typst import PDFStandard

_STANDARDS: "Final[list[PDFStandard]]" = ["a-2a", "ua-1"]


_MOST_SENTENCES: Final = 40
_LONGEST_SENTENCE: Final = 600


def pdf_from_report(report: Report, whole: Whole) -> bytes:
    """The document. A long population is cut, and says where it is `whole`.

    The same report gives the same bytes wherever the fonts are the same; and everywhere, where typst's own suffice.
    """
    import typst

    data = _data(report, whole)
    missing, notes = missing_in(data)
    design = Path(__file__).with_name("report.typ").read_bytes()
    handed = {"data": json.dumps(lettered(data | {"notes": [*map(Told, notes)]}, missing))}
    made_at = datetime.combine(report.cover.until, time(), UTC)
    return typst.compile(design, format="pdf", sys_inputs=handed, pdf_standards=_STANDARDS, timestamp=made_at)


def _data(report: Report, whole: Whole) -> dict[str, Any]:
    cover = report.cover
    manifest = f" · manifest SHA-256 {cover.manifest_sha256[:16]}…" if cover.manifest_sha256 else ""
    return {
        "title": visible(cover.title),
        "period": f"{cover.since} to {cover.until}",
        "author": f"quay-audit {cover.tool_version}",
        "date": [cover.until.year, cover.until.month, cover.until.day],
        "imprint": f"quay-audit {cover.tool_version}{manifest}",
        "facts": _pairs(facts_of(report)),
        "sampling": [Told(sampling_of(report))] if report.sample else [],
        "contents": [*map(_entry, report.sections)],
        "supports": SUPPORTS,
        "no_exceptions": NO_EXCEPTIONS,
        "sections": [_section(section, whole) for section in report.sections],
        "not_logged": {
            "heading": NOT_LOGGED,
            "why": WHY_NOT_LOGGED,
            "sentences": _told(report.not_logged, whole),
        },
        "sources": {
            "heading": SOURCES,
            "why": Told(queries_of(whole)),
            "populations": [
                _source(section, population, whole)
                for section in report.sections
                for population in section.populations
            ],
        },
    }


def _entry(section: Section) -> Sequence[str]:
    rows = sum(len(population.rows) for population in section.populations)
    return [section.letter, section.title, f"{rows:,}", f"{len(section.exceptions):,}"]


def _section(section: Section, whole: Whole) -> Mapping[str, Any]:
    return {
        "heading": f"{section.letter}. {section.title}",
        "question": Told(section.question),
        "statements": _told(section.statements, whole),
        "exceptions": _told(section.exceptions, whole),
        "limits": _told(section.limits, whole),
        "supports": _pairs(controls_of(section)),
        "populations": [table_of(section, population, whole) for population in section.populations],
    }


def _told(sentences: Sequence[str], whole: Whole) -> Sequence[Told]:
    return [*map(Told, shortened(sentences, _MOST_SENTENCES, _LONGEST_SENTENCE, whole))]


def _source(section: Section, population: Population, whole: Whole) -> Mapping[str, Any]:
    asked = [*population.query.split("\n"), *bound_in(population)]
    return {
        "title": f"{section.letter}. {population.title}",
        "count": count_of(population),
        "query": "" if whole.queries else "\n".join(map(visible, asked)),
        "columns": _pairs([(column.heading, column.meaning) for column in population.columns]),
    }


def _pairs(pairs: Sequence[tuple[str, str]]) -> Sequence[Any]:
    return [[label, Told(words)] for label, words in pairs]
