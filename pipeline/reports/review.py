"""What people made of what was found: where each case stands, every decision, suppressions, what was sent to whom.

Read from the journal into tables that the queries of the report find beside those of the warehouse.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from pipeline.detect.casebook import Arising, Casebook, Page, read_casebook
from pipeline.detect.decisions import Closed, Decision
from pipeline.detect.rules import Detection, read_detections
from pipeline.detect.signals import Severity
from pipeline.detect.suppressions import Suppression
from pipeline.lake.layout import Layout
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.reports.chain import naive_utc
from pipeline.warehouse.reader import Handed

REVIEW_DAYS: Final = {
    Severity.CRITICAL: 1,
    Severity.HIGH: 3,
    Severity.MEDIUM: 7,
    Severity.LOW: 30,
    Severity.INFORMATIONAL: 30,
}
"""Within how many days of its own day a case is to be closed; later, or not at all, is overdue."""

NEVER_WRITTEN: Final = frozenset(
    {
        "add_repo_accesstoken",
        "add_repo_permission",
        "add_repo_webhook",
        "delete_repo_accesstoken",
        "delete_repo_webhook",
        "oauth_token_revoked",
        "repo_mirror_disabled",
        "repo_mirror_enabled",
        "repo_mirror_sync_now_requested",
        "repo_mirror_sync_test_failed",
        "repo_mirror_sync_test_started",
        "repo_mirror_sync_test_success",
        "repo_verb",
        "start_build_trigger",
    }
)
"""Kinds that Quay knows and nothing in it writes. Source: quay/quay, commit ffba0c7."""

_TEXT, _TIME, _DAY = "varchar", "timestamp", "date"
_CASE: Final = {
    "case_id": _TEXT,
    "day": _DAY,
    "severity": _TEXT,
    "score": "double",
    "subject": _TEXT,
    "title": _TEXT,
    "is_collective": "boolean",
    "state": _TEXT,
    "disposition": _TEXT,
    "arising": _TEXT,
    "is_settled": "boolean",
    "decision_count": "bigint",
    "first_decided_at": _TIME,
    "closed_at": _TIME,
    "closed_by": _TEXT,
    "note": _TEXT,
    "due_at": _TIME,
}
_DECISION: Final = {
    "place": "bigint",
    "decided_at": _TIME,
    "decided_by": _TEXT,
    "action": _TEXT,
    "disposition": _TEXT,
    "note": _TEXT,
    "case_id": _TEXT,
    "day": _DAY,
    "severity": _TEXT,
    "title": _TEXT,
}
_SUPPRESSION: Final = {
    "suppression_id": _TEXT,
    "detection_id": _TEXT,
    "subject": _TEXT,
    "network": _TEXT,
    "namespace_name": _TEXT,
    "repository": _TEXT,
    "since_day": _DAY,
    "until_day": _DAY,
    "why": _TEXT,
    "entered_by": _TEXT,
    "entered_at": _TIME,
    "lifted_from": _DAY,
    "lifted_by": _TEXT,
    "lifted_why": _TEXT,
}
_DELIVERY: Final = {
    "place": "bigint",
    "sent_at": _TIME,
    "service": _TEXT,
    "target": _TEXT,
    "case_count": "bigint",
}
_ACTIONS: Final = {"Acknowledged": "acknowledged", "Closed": "closed", "Reopened": "reopened"}


def last_decision_at(casebook: Casebook) -> datetime | None:
    """When anybody last decided anything; None where nobody did."""
    triage = casebook.triage
    times = [each.at for each in (*triage.decisions, *triage.suppressions, *triage.deliveries)]
    return naive_utc(max(times)) if times else None


def review_tables(casebook: Casebook, since: date, until: date) -> list[Handed]:
    """The cases of these days, and every decision, suppression and delivery of the journal."""
    triage = casebook.triage
    pages = [page for page in casebook.pages if since <= page.note.day <= until]
    decisions = [_decision_row(n, each) for n, each in enumerate(triage.decisions, 1)]
    deliveries = [
        (n, naive_utc(each.at), each.service, each.target, len(each.case_ids))
        for n, each in enumerate(triage.deliveries, 1)
    ]
    return [
        Handed("told_cases", _CASE, [_case_row(page) for page in pages]),
        Handed("told_decisions", _DECISION, decisions),
        Handed("told_suppressions", _SUPPRESSION, [_suppression_row(each) for each in triage.suppressions]),
        Handed("told_deliveries", _DELIVERY, deliveries),
    ]


def known_tables(sql: Path, since: date, until: date) -> list[Handed]:
    """What there is to be seen: every day of the period, every kind that Quay knows, every detection."""
    days = [(since + timedelta(days=n),) for n in range((until - since).days + 1)]
    kinds = [(kind, family, kind in NEVER_WRITTEN) for kind, family in FAMILY_BY_KIND.items()]
    detections = [_detection_row(each) for each in read_detections(sql)]
    return [
        Handed("told_days", {"day": _DAY}, days),
        Handed("told_kinds", {"kind": _TEXT, "kind_family": _TEXT, "is_never_written": "boolean"}, kinds),
        Handed("told_detections", {"detection_id": _TEXT, "title": _TEXT, "severity": _TEXT}, detections),
    ]


def casebook_of(layout: Layout, warehouse: Path) -> Casebook:
    """Every case and where it stands.

    Raises: UsageError where there is no warehouse yet or it is in use, DataError where the journal is damaged.
    """
    return read_casebook(layout, warehouse)


def _case_row(page: Page) -> tuple[object, ...]:
    note, standing = page.note, page.standing
    closing = standing.last if isinstance(standing.last, Closed) else None
    return (
        note.case_id,
        note.day,
        note.severity.value,
        note.score,
        note.subject,
        note.title,
        note.is_collective,
        standing.state.value,
        standing.disposition.value if standing.disposition else None,
        page.arising.value,
        page.arising is not Arising.CURRENT or standing.is_settled,
        len(standing.decisions),
        naive_utc(standing.decisions[0].at) if standing.decisions else None,
        naive_utc(closing.at) if closing else None,
        closing.by if closing else None,
        standing.last.note if standing.last else None,
        due_at(note.day, note.severity),
    )


def due_at(day: date, severity: Severity) -> datetime:
    """Until when a case of that day is to be closed, in UTC."""
    return datetime.combine(day, time()) + timedelta(days=1 + REVIEW_DAYS[severity])


def _decision_row(place: int, decision: Decision) -> tuple[object, ...]:
    note = decision.case
    return (
        place,
        naive_utc(decision.at),
        decision.by,
        _ACTIONS[type(decision).__name__],
        decision.disposition.value if isinstance(decision, Closed) else None,
        decision.note,
        note.case_id,
        note.day,
        note.severity.value,
        note.title,
    )


def _suppression_row(each: Suppression) -> tuple[object, ...]:
    coverage = each.coverage
    return (
        each.suppression_id,
        coverage.detection_id,
        coverage.subject,
        coverage.network,
        coverage.namespace_name,
        coverage.repository,
        coverage.since,
        coverage.until,
        each.why,
        each.by,
        naive_utc(each.at),
        each.lifted_from,
        each.lifted_by,
        each.lifted_why,
    )


def _detection_row(detection: Detection) -> tuple[object, ...]:
    return detection.id, detection.title, detection.severity.value
