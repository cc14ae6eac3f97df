"""Detections written as Sigma rules, for whoever judges these logs elsewhere: as far as Sigma can say them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import yaml

from pipeline.detect.rules import Detection, SigmaForm, SigmaRuleForm
from pipeline.detect.sigma.imported import FAMILY_TAG

_NAMESPACE: Final = UUID("5b1f2a52-7c0e-4a52-9a4e-0d6f0c2f7e31")
"""Of the ids of exported rules: the same rule has the same id in every export."""

_EVENTS = "int_acts"
_SOURCE = {"product": "quay", "service": "audit"}
_TECHNIQUES = "https://attack.mitre.org/techniques/"


class Exported(NamedTuple):
    """What came of an export: the files, and why each detection that has none could not be written."""

    files: list[Path]
    left_out: dict[str, str]


def export_detections(detections: Sequence[Detection], folder: Path) -> Exported:
    """Write those that have a form in Sigma into the folder, a file each. The same detections, the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files, left_out = [], {}
    for detection in detections:
        if detection.sigma is None:
            left_out[detection.id] = reason_without_form(detection)
            continue
        file = folder / f"{detection.name}.yml"
        file.write_text(text_from_detection(detection, detection.sigma), "utf-8")
        files.append(file)
    return Exported(files, left_out)


def reason_without_form(detection: Detection) -> str:
    """Why a detection has no form in Sigma: what it needs that no rule can name."""
    read = ", ".join(name for name in detection.reads if name != _EVENTS)
    return f"nothing is left of it without {read or 'its own query'}"


def text_from_detection(detection: Detection, form: SigmaForm) -> str:
    """The rules of one detection as the text of a file, a document each."""
    documents = [_document(detection, form, rule) for rule in form.rules]
    return yaml.safe_dump_all(documents, sort_keys=False, allow_unicode=True, width=110)


def _document(detection: Detection, form: SigmaForm, rule: SigmaRuleForm) -> dict[str, Any]:
    said = {
        "title": rule.title,
        "id": str(uuid5(_NAMESPACE, f"{detection.id} {rule.title}")),
        "name": rule.name,
        "status": "test",
        "description": f"{detection.why} This is {detection.id} of Quay Audit without {form.without}.",
        "references": [f"{_TECHNIQUES}{each.replace('.', '/')}/" for each in detection.techniques],
        "tags": _tags(detection),
        "logsource": {} if rule.correlation else _SOURCE,
        "detection": rule.detection,
        "correlation": rule.correlation,
        "falsepositives": list(detection.false_positives),
        "level": detection.severity.value,
    }
    return {key: value for key, value in said.items() if value}


def _tags(detection: Detection) -> list[str]:
    tactics = [each.lower().replace(" ", "-") for each in detection.tactics]
    techniques = [each.lower() for each in detection.techniques]
    return [*(f"attack.{each}" for each in [*tactics, *techniques]), f"{FAMILY_TAG}.{detection.family.value}"]
