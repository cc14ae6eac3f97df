"""Cases with where they stand, and what people decide about them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import streamlit as st

from app.data.warehouse import detections, source, stamp
from pipeline.detect.casebook import Casebook, Page, page_of, read_casebook
from pipeline.detect.cases import merged_next_steps
from pipeline.detect.decisions import Acknowledged, Closed, Decision, Disposition, Reopened, Suppressed
from pipeline.detect.suppressions import Coverage, Suppression, check_coverage
from pipeline.detect.triage import check_decision, suppression_id_of
from pipeline.errors import UsageError
from pipeline.lake.journal import Journal


def casebook() -> Casebook:
    """Every case with where it stands now: as of the warehouse, and of every decision up to this moment."""
    where = source()
    return _casebook(stamp(), Journal(where.layout.triage).count())


# As it is, and not as a copy for each look: thousands of cases are read by every screen, and changed by none.
@st.cache_resource(max_entries=4, show_spinner=False)
def _casebook(stamp: str, decisions: int) -> Casebook:
    where = source()
    return read_casebook(where.layout, where.warehouse)


def decide(case_id: str, action: str, by: str, note: str, disposition: str = "") -> None:
    """Write down what was decided about a case: acknowledge, close (with a disposition) or reopen.

    Raises: UsageError where the case has moved on since it was shown, and makes that void; and where nothing is said.
    """
    if action not in ("acknowledge", "close", "reopen"):
        raise UsageError("no decision is chosen", hint="choose one above the note")
    where = source()
    note = note.strip() if action == "acknowledge" else _said(note)
    page = page_of(case_id, read_casebook(where.layout, where.warehouse).pages)
    at = datetime.now(UTC)
    decision: Decision
    if action == "close":
        decision = Closed(by=by, at=at, case=page.note, note=note, disposition=Disposition(disposition))
    elif action == "reopen":
        decision = Reopened(by=by, at=at, case=page.note, note=note)
    else:
        decision = Acknowledged(by=by, at=at, case=page.note, note=note)
    check_decision(type(decision), page.note, page.standing)
    Journal(where.layout.triage).append(decision)


def suppress(coverage: Mapping[str, Any], by: str, why: str) -> str:
    """Have signals not count until a day: detection_id, subject, since and until of `coverage`; gives its id.

    Raises: UsageError for what would never end, never begin or cover everything, and where no reason is given.
    """
    at = datetime.now(UTC)
    covered = Coverage(**coverage)
    check_coverage(covered, at.date())
    record = Suppressed(by=by, at=at, coverage=covered, why=_said(why))
    return suppression_id_of(Journal(source().layout.triage).append(record))


class Decided(NamedTuple):
    """One decision about a case, in words."""

    decided_at: datetime
    decision: str
    decided_by: str
    note: str


def decisions_about(page: Page) -> list[Decided]:
    """What was decided about a case, oldest first."""
    return [
        Decided(each.at, _words_from_decision(each), each.by, each.note) for each in page.standing.decisions
    ]


def _words_from_decision(decision: Decision) -> str:
    if isinstance(decision, Closed):
        return f"closed as {decision.disposition.value}"
    return "acknowledged" if isinstance(decision, Acknowledged) else "reopened"


def suppressions_to_come(page: Page) -> list[Suppression]:
    """Suppressions that cover signals which still count in a case: the next detect takes those out."""
    signals = [part.signal for part in page.case.signals] if page.case else []
    return [each for each in casebook().triage.suppressions if any(map(each.covers, signals))]


def next_steps(page: Page) -> list[str]:
    """What to do about a case, each step once; nothing where nobody has to act."""
    case, known = page.case, detections()
    if case is None or case.is_collective:
        return []
    # A case is shown even where this version has its detection no more.
    steps = {each: known[each].next_steps for each in case.detection_ids if each in known}
    return merged_next_steps(case.detection_ids, steps)


def _said(text: str) -> str:
    if not text.strip():
        raise UsageError("nothing is said", hint="write a few words: somebody will read them later")
    return text.strip()
