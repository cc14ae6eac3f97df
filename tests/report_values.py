"""Small reports, made of nothing but values: for tests of how a report is written down."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from pipeline.reports.document import Column, Control, Cover, Population, Report, Section, Sort, Value

COLUMNS = (
    Column("occurred_at", "When", "When it happened, UTC", Sort.TIME),
    Column("day", "Day", "The UTC day", Sort.DAY),
    Column("performer_name", "Who", "Who did it", Sort.TEXT),
    Column("event_count", "Events", "How many", Sort.COUNT),
    Column("weight", "Weight", "A number", Sort.NUMBER),
    Column("share", "Share", "Of all", Sort.SHARE),
    Column("is_robot", "Robot", "Whether it is a robot", Sort.FLAG),
)


def row_of(name: str | None, number: int = 1) -> Sequence[Value]:
    """A row of the population `access_changes`, whose text is `name`."""
    at = datetime.combine(date(2026, 7, 1 + number % 28), time(12, number % 60, 5))
    return [at, at.date(), name, number * 1_000, number / 4, (number % 100) / 100, number % 2 == 0]


def population_of(rows: Sequence[Sequence[Value]], **changed: Any) -> Population:
    """A population with these rows."""
    given: dict[str, Any] = {
        "name": "access_changes",
        "title": "Access changes",
        "columns": COLUMNS,
        "rows": rows,
        "query": "select\n    occurred_at,\n    performer_name,\nfrom events\nwhere day between $since and $until",
        "parameters": {"since": date(2026, 7, 1), "until": date(2026, 9, 30)},
        "empty": "Nothing was granted or withdrawn in this period.",
    }
    return Population(**given | changed)


def section_of(populations: Sequence[Population], **changed: Any) -> Section:
    """A section about access, with these populations."""
    given: dict[str, Any] = {
        "letter": "E",
        "name": "access_changes",
        "title": "Access changes in the period",
        "question": "Who granted what to whom, and who withdrew it?",
        "controls": [Control("soc2", "CC6.2"), Control("soc2", "CC6.3"), Control("pci", "10.2.1.5")],
        "statements": ["12 grants and 3 withdrawals were made by 4 people."],
        "exceptions": ["2 grants were made to people outside of the organization."],
        "limits": ["The value before a change is worked out from earlier events."],
    }
    return Section(**given | {"populations": populations} | changed)


def report_of(*sections: Section, **changed: Any) -> Report:
    """A report of the third quarter with these sections."""
    cover: dict[str, Any] = {
        "title": "Audit log evidence for Red Hat Quay",
        "frameworks": ["soc2", "pci"],
        "since": date(2026, 7, 1),
        "until": date(2026, 9, 30),
        "server_urls": ["https://quay.example.com"],
        "event_count": 123_456,
        "window_count": 92,
        "exception_count": 2,
        "tool_version": "0.1.0",
        "manifest_number": 92,
        "manifest_sha256": "ab" * 32,
    }
    not_logged = ["That a secret is read.", "That the log is read."]
    return Report(cover=Cover(**cover | changed), sections=sections, not_logged=not_logged)


def report_with_names(*names: str | None) -> Report:
    """A report in which every one of these names stands in a row, in a sentence and in an exception."""
    rows = [row_of(name, number) for number, name in enumerate(names, 1)]
    sentences = [f"Granted by {name}." for name in names]
    return report_of(section_of([population_of(rows)], statements=sentences, exceptions=sentences))
