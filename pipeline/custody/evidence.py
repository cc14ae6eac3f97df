"""What a bundle holds beside the report: checks, readiness, suppressions and cases of its days, as JSON documents."""

from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.bundle import bundled
from pipeline.custody.pseudonyms import Pseudonyms
from pipeline.detect.casebook import Page, read_casebook
from pipeline.detect.stored import read_verdicts
from pipeline.detect.triage import read_triage
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.warehouse.models import Layer, Period, read_models
from pipeline.warehouse.query import opened

_BUILT: Final = """
select
    day,
    event_count,
    events_sha256
from build_state
where day between $since and $until
order by day
"""
_PLAIN: Final = frozenset(
    {"action", "arising", "at", "check", "day", "detection_id", "disposition", "is_collective", "lifted_from"}
    | {"readiness", "severity", "since", "state", "suppression_id", "promise", "until"}
)
"""Keys whose values are ours or a time: nobody is named there."""


def documents_of(
    layout: Layout, warehouse: Path, since: date, until: date, pseudonyms: Pseudonyms | None = None
) -> dict[str, bytes]:
    """The documents by name, of these days, both included; with `pseudonyms` nobody is named in them.

    Raises: UsageError where there is no warehouse yet, DataError where the journal is damaged.
    """
    documents = {
        "cases.json": _cases(layout, warehouse, since, until),
        "checks.json": _checks(layout, warehouse, since, until),
        "readiness.json": [msgspec.to_builtins(each) for each in read_verdicts(warehouse, since, until)],
        "suppressions.json": _suppressions(layout, since, until),
    }
    return {name: _bytes(_replaced(value, pseudonyms)) for name, value in documents.items()}


def _replaced(value: Any, pseudonyms: Pseudonyms | None) -> Any:
    return pseudonyms.value(value, _PLAIN) if pseudonyms else value


def _bytes(value: Any) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=1) + b"\n"


def _checks(layout: Layout, warehouse: Path, since: date, until: date) -> dict[str, Any]:
    """A day counts as built only when every check held of it: those that are not passed failed, or were never built."""
    models = read_models(bundled("sql"))
    with opened(warehouse) as connection:
        built = connection.execute(_BUILT, {"since": since, "until": until}).fetchall()
    events = {day: {"event_count": count, "events_sha256": digest} for day, count, digest in built}
    days = {window.day for window in Ledger(layout).windows() if since <= window.day <= until}
    return {
        "checks": [
            {"check": model.name, "promise": model.head.title}
            for model in models
            if model.layer is Layer.CHECKS and model.period is Period.DAY
        ],
        "days": [
            {"day": day.isoformat(), "passed_all": day in events, **events.get(day, {})}
            for day in sorted(days)
        ],
    }


def _suppressions(layout: Layout, since: date, until: date) -> list[Any]:
    return [
        msgspec.to_builtins(each)
        for each in read_triage(layout).suppressions
        if each.coverage.since <= until and each.coverage.until >= since
    ]


def _cases(layout: Layout, warehouse: Path, since: date, until: date) -> dict[str, Any]:
    book = read_casebook(layout, warehouse)
    return {
        "judged_days": [
            {"day": day.isoformat()} for day in sorted(book.judged_days) if since <= day <= until
        ],
        "cases": [_case(page) for page in book.pages if since <= page.note.day <= until],
    }


def _case(page: Page) -> dict[str, Any]:
    note, case, standing = page.note, page.case, page.standing
    return {
        **{
            name: msgspec.to_builtins(getattr(note, name)) for name in ("case_id", "day", "severity", "score")
        },
        "subject": note.subject,
        "title": note.title,
        "sentence": case.sentence if case else None,
        "is_collective": note.is_collective,
        "arising": page.arising.value,
        "state": standing.state.value,
        "disposition": standing.disposition.value if standing.disposition else None,
        "changed_since_closed": standing.changed_since_closed,
        "signals": [
            {
                "detection_id": part.signal.detection_id,
                "severity": part.signal.severity.value,
                "subject": part.signal.subject,
                "points": part.points,
                "reason": part.signal.reason,
                "evidence": list(part.signal.evidence),
            }
            for part in (case.signals if case else ())
        ],
        "decisions": [_decision(msgspec.to_builtins(each)) for each in standing.decisions],
    }


def _decision(decision: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in decision.items() if name != "case"}
