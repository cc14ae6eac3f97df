"""A report in which every text that came from Quay or from people is replaced, wherever it stands."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from pipeline.reports.document import Population, Report, Section, Value

Reword = Callable[[str], str]


def pseudonymized(report: Report, reword: Reword) -> Report:
    """The report with `reword` applied to each cell, sentence, parameter and address; its cover says so."""
    cover = replace(
        report.cover, server_urls=[reword(each) for each in report.cover.server_urls], pseudonymized=True
    )
    return replace(report, cover=cover, sections=[_section(each, reword) for each in report.sections])


def _section(section: Section, reword: Reword) -> Section:
    return replace(
        section,
        statements=[reword(each) for each in section.statements],
        exceptions=[reword(each) for each in section.exceptions],
        populations=[_population(each, reword) for each in section.populations],
    )


def _population(population: Population, reword: Reword) -> Population:
    return replace(
        population,
        rows=[_reworded(row, reword) for row in population.rows],
        parameters={name: _value(each, reword) for name, each in population.parameters.items()},
    )


def _reworded(row: Sequence[Value], reword: Reword) -> Sequence[Value]:
    return [_value(each, reword) for each in row]


def _value(value: Value, reword: Reword) -> Value:
    return reword(value) if isinstance(value, str) else value
