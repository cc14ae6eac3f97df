"""One case as a Detection Finding of OCSF: what was found, why, by which detections, and where it stands."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

import pipeline
from pipeline.detect.casebook import Page
from pipeline.detect.cases import Case
from pipeline.detect.rules import Detection
from pipeline.detect.signals import Severity, Signal
from pipeline.detect.triage import Standing, State
from pipeline.exports.lines import Document
from pipeline.exports.ocsf_parts import user_of
from pipeline.exports.ocsf_schema import (
    DEFAULT_VERSION,
    FINDING,
    Dialect,
    class_fields,
    dialect_of,
    metadata_fields,
    shortened,
)

Part = dict[str, Any]

_encode: Final = msgspec.json.Encoder().encode
_RULE: Final = 1
_ALERTS: Final = (Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
_STATUSES: Final = {
    State.OPEN: (1, "New"),
    State.ACKNOWLEDGED: (2, "In Progress"),
    State.CLOSED: (4, "Resolved"),
}
_NEW: Final = _STATUSES[State.OPEN]
_TACTIC_IDS: Final = {
    "Initial Access": "TA0001",
    "Execution": "TA0002",
    "Persistence": "TA0003",
    "Privilege Escalation": "TA0004",
    "Defense Evasion": "TA0005",
    "Credential Access": "TA0006",
    "Discovery": "TA0007",
    "Lateral Movement": "TA0008",
    "Collection": "TA0009",
    "Exfiltration": "TA0010",
    "Impact": "TA0040",
}


def finding_from_page(
    page: Page, detections: Mapping[str, Detection], version: str = DEFAULT_VERSION
) -> Document | None:
    """A case, as it is now, as one JSON document; None for what is a case no more.

    The id of the document changes with what it says: each change of a case is a finding event of its own, under the one
    `finding_info.uid` that is the id of the case.
    """
    case = page.case
    if case is None:
        return None
    dialect = dialect_of(version)
    time_ms = _ms(page.standing.last.at if page.standing.last else case.last_at)
    document = _document(case, page, detections, dialect) | {"time": time_ms}
    if dialect.longest_text:
        document = shortened(document, dialect.longest_text)
    body = _encode(document)
    return Document(hashlib.blake2b(body, digest_size=16).hexdigest(), time_ms, body)


def _document(case: Case, page: Page, detections: Mapping[str, Detection], dialect: Dialect) -> Part:
    known = [detections[each] for each in case.detection_ids if each in detections]
    caption = _activity(page.standing)
    activity = FINDING.activities[caption], caption
    said_by = {"log_provider": "quay-audit", "log_version": pipeline.__version__}
    document = {
        **class_fields(FINDING, activity, case.severity.value.capitalize(), "Unknown"),
        **_status(page),
        "start_time": _ms(case.first_at),
        "end_time": _ms(case.last_at),
        "count": max(1, case.event_count),
        "message": case.sentence,
        "metadata": metadata_fields(dialect, uid=case.case_id, **said_by),
        "finding_info": _info(case, page, known),
        "evidences": [_evidence(part.signal, part.points, dialect) for part in case.signals],
        "unmapped": _unmapped(case, page),
    }
    if steps := _steps(known):
        document["remediation"] = {"desc": steps}
    if dialect.has_alerts:
        document["is_alert"] = case.severity in _ALERTS and not case.is_collective
    return document


def _activity(standing: Standing) -> str:
    if standing.last is None:
        return "Create"
    return "Close" if standing.is_settled else "Update"


def _status(page: Page) -> Part:
    number, caption = _NEW if page.standing.changed_since_closed else _STATUSES[page.standing.state]
    status: Part = {"status_id": number, "status": caption}
    if page.standing.disposition:
        status["status_detail"] = page.standing.disposition.value
    return status


def _info(case: Case, page: Page, detections: Sequence[Detection]) -> Part:
    attacks = _attacks(detections)
    analytics = [_analytic(each) for each in detections]
    info: Part = {
        "uid": case.case_id,
        "title": case.title,
        "desc": case.sentence,
        "types": [family.value for family in case.families],
        "data_sources": ["Red Hat Quay usage logs"],
        "first_seen_time": _ms(case.first_at),
        "last_seen_time": _ms(case.last_at),
        "created_time": _ms(case.last_at),
    }
    if attacks:
        info["attacks"] = attacks
    if analytics:
        info["analytic"] = analytics[0]
        info["related_analytics"] = analytics[1:]
    if page.standing.last:
        info["modified_time"] = _ms(page.standing.last.at)
    return info


def _attacks(detections: Sequence[Detection]) -> list[Part]:
    attacks: dict[str, Part] = {}
    for detection in detections:
        tactics = [_named(tactic, _TACTIC_IDS.get(tactic)) for tactic in detection.tactics]
        for technique in detection.techniques:
            main, _, sub = technique.partition(".")
            attack: Part = {"technique": {"uid": main}, "tactics": tactics}
            if sub:
                attack["sub_technique"] = {"uid": technique}
            attacks.setdefault(technique, attack)
    return list(attacks.values())


def _analytic(detection: Detection) -> Part:
    return {
        "uid": detection.id,
        "name": detection.title,
        "type_id": _RULE,
        "type": "Rule",
        "desc": detection.why,
    }


def _named(name: str, uid: str | None) -> Part:
    return {"name": name, "uid": uid} if uid else {"name": name}


def _evidence(signal: Signal, points: float, dialect: Dialect) -> Part:
    evidence: Part = {
        "data": {**msgspec.to_builtins(signal), "signal_id": signal.signal_id, "points": points}
    }
    if signal.performer_name:
        evidence["actor"] = {"user": user_of(signal.performer_name, dialect)}
    if signal.network:
        evidence["src_endpoint"] = {"name": signal.network}
    return evidence


def _unmapped(case: Case, page: Page) -> Part:
    """What else there is to say: `evidence` are keys of events, as in `metadata.uid` of those."""
    return {
        "subject": case.subject,
        "subjects": list(case.subjects),
        "score": case.score,
        "is_collective": case.is_collective,
        "shared": list(case.shared),
        "evidence": list(case.evidence),
        "related": list(page.related),
    }


def _steps(detections: Sequence[Detection]) -> str:
    steps = dict.fromkeys(step for each in detections for step in each.next_steps)
    return "\n".join(steps)


def _ms(at: datetime) -> int:
    known = at if at.tzinfo else at.replace(tzinfo=UTC)
    return int(known.timestamp() * 1000)
