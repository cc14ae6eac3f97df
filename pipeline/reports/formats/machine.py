"""JSON: the whole report for machines, every value exact and nothing guarded."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from pipeline.reports.cells import exact_text
from pipeline.reports.document import Population, Report, Section, Value
from pipeline.reports.places import key_of

FORMAT = "quay-audit-report/1"
"""What the document says it is; it changes when the meaning of a key does."""


def json_from_report(report: Report) -> bytes:
    """One document in ASCII. Rows are arrays in the order of `columns`; times are ISO 8601 with Z."""
    document = {
        "format": FORMAT,
        "cover": msgspec.to_builtins(report.cover),
        "sample": msgspec.to_builtins(report.sample),
        "sections": [_section(section) for section in report.sections],
        "not_logged": list(report.not_logged),
    }
    text = json.dumps(document, separators=(",", ":"), allow_nan=False)
    return f"{text}\n".encode("ascii")


def _section(section: Section) -> Mapping[str, Any]:
    populations = [_population(section, population) for population in section.populations]
    texts = {name: list(getattr(section, name)) for name in ("statements", "exceptions", "limits")}
    return {
        "letter": section.letter,
        "name": section.name,
        "title": section.title,
        "question": section.question,
        "supports": msgspec.to_builtins(section.controls),
        **texts,
        "populations": populations,
    }


def _population(section: Section, population: Population) -> Mapping[str, Any]:
    return {
        "key": key_of(section, population),
        "name": population.name,
        "title": population.title,
        "columns": msgspec.to_builtins(population.columns),
        "row_count": len(population.rows),
        "rows": [_values(row) for row in population.rows],
        "sampled": list(population.sampled),
        "query": population.query,
        "parameters": {name: _exact(value) for name, value in population.parameters.items()},
        "empty": population.empty,
    }


def _values(row: Sequence[Value]) -> Sequence[Any]:
    return [_exact(value) for value in row]


def _exact(value: Value) -> str | int | float | bool | None:
    """The value in JSON's own types; times and what JSON has no number for as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    return exact_text(value)
