"""Signals as detections fire them, and a warehouse in which they and their cases are stored as detect stores them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.bundle import bundled
from pipeline.detect.cases import Case, cases_from_signals
from pipeline.detect.signals import Family, Severity, Signal
from pipeline.detect.stored import STATE, TABLES, rows_from_day
from pipeline.detect.suppressions import suppression_of
from pipeline.detect.triage import read_triage
from pipeline.lake.layout import Layout
from pipeline.warehouse.models import read_models
from pipeline.warehouse.records import Records
from pipeline.warehouse.workbench import workbench
from tests.lakes import bring_up_to_date

DAY = date(2026, 3, 3)
ROBOT, ALICE, BOB = "robot:acme+ci", "user:alice", "user:bob"
NETWORK = "203.0.113.0/24"
_OF_A_PERFORMER = ("robot:", "user:")


def fired(subject: str = ROBOT, score: float = 60.0, **given: Any) -> Signal:
    """A signal about `subject`. Who acted and with what follow from it, unless they are given."""
    day: date = given.get("day", DAY)
    name = subject.partition(":")[2] if subject.startswith(_OF_A_PERFORMER) else None
    at = datetime.combine(day, time(10))
    defaults: dict[str, Any] = {
        "day": day,
        "detection_id": "QD-12",
        "title": "One credential sweeps private repositories",
        "family": Family.EXFILTRATION,
        "performer_name": name,
        "credential": subject if name else None,
        "network": None,
        "namespace_name": "acme",
        "repository": None,
        "shared": None,
        "severity": Severity.HIGH,
        "reason": f"{subject} pulled 60 repositories",
        "first_at": at,
        "last_at": at + timedelta(minutes=20),
        "event_count": 60,
        "evidence": (f"{day} all #00000001",),
    }
    return Signal(subject=subject, score=score, **(defaults | given))


def off_network(subject: str = ROBOT, score: float = 40.0, **given: Any) -> Signal:
    """A signal of another family than that of `fired`: the credential came from a new network."""
    misuse = {
        "detection_id": "QD-02",
        "title": "Robot used off its network",
        "family": Family.CREDENTIAL_MISUSE,
        "network": NETWORK,
        "shared": f"network:{NETWORK}",
        "reason": f"{subject} came from {NETWORK}",
    }
    return fired(subject, score, **(misuse | given))


def only_case(*signals: Signal, **options: Any) -> Case:
    """The one case that these signals make."""
    (case,) = cases_from_signals(DAY, signals, **options)
    return case


def store(layout: Layout, by_day: dict[date, Sequence[Signal]]) -> None:
    """Replace these days of the lake's warehouse by these signals and their cases, as detect does."""
    if not layout.warehouse.exists():
        bring_up_to_date(layout)
    suppressions = read_triage(layout).suppressions
    with workbench(layout.warehouse, read_models(bundled("sql")), memory_limit="1GB", threads=1) as bench:
        records = Records(bench, TABLES)
        records.prepare()
        for day, signals in by_day.items():
            found = [(each, suppression_of(each, suppressions)) for each in signals]
            cases = cases_from_signals(day, [signal for signal, hidden in found if hidden is None])
            marked = [(signal, hidden.suppression_id if hidden else None) for signal, hidden in found]
            state = {
                "day": day,
                "judged_key": "k",
                "signal_count": len(found),
                "case_count": len(cases),
            }
            records.put(day, rows_from_day(marked, cases, []) | {STATE.name: [state]})
