"""What people decide, as the journal keeps it: about cases, about suppressions, and what was sent to whom."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from pipeline.detect.cases import Case
from pipeline.detect.signals import Severity
from pipeline.detect.suppressions import Coverage


class Disposition(StrEnum):
    """What a closed case turned out to be."""

    TRUE_POSITIVE = "true_positive"
    BENIGN = "benign"
    FALSE_POSITIVE = "false_positive"
    DUPLICATE = "duplicate"


class CaseNote(msgspec.Struct, frozen=True, kw_only=True):
    """A case as it was when somebody decided about it; `signals` are its `signal_names`, sorted."""

    case_id: str
    linked_ids: list[str]
    day: date
    subject: str
    severity: Severity
    score: float
    title: str
    signals: list[str]
    is_collective: bool


class _Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="action", omit_defaults=True):
    by: str
    at: datetime


class _AboutACase(_Record, frozen=True, kw_only=True):
    case: CaseNote
    note: str = ""


class Acknowledged(_AboutACase, frozen=True, kw_only=True, tag="acknowledge"):
    """Somebody is looking at it."""


class Closed(_AboutACase, frozen=True, kw_only=True, tag="close"):
    """Somebody has looked, and says what it was."""

    disposition: Disposition


class Reopened(_AboutACase, frozen=True, kw_only=True, tag="reopen"):
    """It is to be looked at again."""


class Suppressed(_Record, frozen=True, kw_only=True, tag="suppress"):
    """Somebody does not want to be told of some signals; the suppression's id is S and the entry's number."""

    coverage: Coverage
    why: str


class Lifted(_Record, frozen=True, kw_only=True, tag="lift"):
    """A suppression covers no day from `lifted_from` on."""

    suppression_id: str
    lifted_from: date
    why: str


class Delivered(_Record, frozen=True, kw_only=True, tag="deliver"):
    """Cases were sent to a target, which is named by a digest that does not give its address away."""

    target: str
    service: str
    case_ids: list[str]


Decision = Acknowledged | Closed | Reopened
Record = Acknowledged | Closed | Reopened | Suppressed | Lifted | Delivered


def note_from_case(case: Case) -> CaseNote:
    """What a decision keeps of a case."""
    return CaseNote(
        case_id=case.case_id,
        linked_ids=list(case.linked_ids),
        day=case.day,
        subject=case.subject,
        severity=case.severity,
        score=case.score,
        title=case.title,
        signals=sorted(case.signal_names),
        is_collective=case.is_collective,
    )
