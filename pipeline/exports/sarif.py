"""Cases as one SARIF 2.1.0 log: a result each, for places that show such files.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import msgspec

import pipeline
from pipeline.detect.casebook import Page
from pipeline.detect.cases import Case
from pipeline.detect.rules import Detection
from pipeline.detect.signals import Severity
from pipeline.detect.triage import State

Part = dict[str, Any]

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final = {
    Severity.INFORMATIONAL: "note",
    Severity.LOW: "note",
    Severity.MEDIUM: "warning",
    Severity.HIGH: "error",
    Severity.CRITICAL: "error",
}
_RANKS: Final = {severity: 25.0 * severity.rank for severity in Severity}


def sarif_from_pages(pages: Iterable[Page], detections: Mapping[str, Detection]) -> bytes:
    """The log as JSON, ended by a line feed: the rules are the detections that the cases name, by id."""
    held = [(page, page.case) for page in pages if page.case]
    ids = sorted({detection_id for _, case in held for detection_id in case.detection_ids})
    driver = {
        "name": "quay-audit",
        "version": pipeline.__version__,
        "rules": [_rule(each, detections.get(each)) for each in ids],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(case, page, ids) for page, case in held],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=1) + b"\n"


def _rule(detection_id: str, detection: Detection | None) -> Part:
    if detection is None:  # of another version, or of a rule that is given no more
        return {"id": detection_id}
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(detection.next_steps, 1))
    return {
        "id": detection_id,
        "name": detection.name,
        "shortDescription": {"text": detection.title},
        "fullDescription": {"text": detection.why},
        "help": {"text": steps},
        "defaultConfiguration": {"level": _LEVELS[detection.severity]},
        "properties": {"tags": [*detection.tactics, *detection.techniques]},
    }


def _result(case: Case, page: Page, ids: list[str]) -> Part:
    first = case.detection_ids[0]
    result: Part = {
        "ruleId": first,
        "ruleIndex": ids.index(first),
        "level": _LEVELS[case.severity],
        "rank": _RANKS[case.severity],
        "message": {"text": f"{case.title}: {case.sentence}"},
        "locations": [{"logicalLocations": [_location(subject) for subject in case.subjects]}],
        "fingerprints": {"caseId/v1": case.case_id},
        "occurrenceCount": max(1, case.event_count),
        "properties": {
            "day": case.day.isoformat(),
            "subject": case.subject,
            "severity": case.severity.value,
            "score": case.score,
            "state": page.standing.state.value,
            "detections": list(case.detection_ids),
            "evidence": list(case.evidence),
            "firstAt": f"{case.first_at:%Y-%m-%dT%H:%M:%SZ}",
            "lastAt": f"{case.last_at:%Y-%m-%dT%H:%M:%SZ}",
        },
    }
    if page.standing.state is State.CLOSED and not page.standing.changed_since_closed:
        told = page.standing.disposition
        result["suppressions"] = [{"kind": "external", "justification": told.value if told else "closed"}]
    return result


def _location(subject: str) -> Part:
    kind, _, name = subject.partition(":")
    return {"fullyQualifiedName": subject, "name": name or subject, "kind": kind if name else "subject"}
