"""Where each case stands, by what people decided about it.

The journal knows cases by their ids alone; that cases are made anew, by another run, changes nothing in it.
"""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Final

import msgspec

from pipeline.detect.cases import Case
from pipeline.detect.decisions import (
    Acknowledged,
    CaseNote,
    Closed,
    Decision,
    Delivered,
    Disposition,
    Lifted,
    Record,
    Reopened,
    Suppressed,
)
from pipeline.detect.suppressions import Suppression
from pipeline.errors import UsageError
from pipeline.lake.journal import Journal, record_from_entry
from pipeline.lake.layout import Layout


class State(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """Where one case stands: its state, and every decision about it, oldest first."""

    state: State = State.OPEN
    decisions: tuple[Decision, ...] = ()
    changed_since_closed: bool = False

    @property
    def last(self) -> Decision | None:
        """The newest decision."""
        return self.decisions[-1] if self.decisions else None

    @property
    def disposition(self) -> Disposition | None:
        """What it turned out to be, as long as it is closed."""
        return self.last.disposition if isinstance(self.last, Closed) else None

    @property
    def is_settled(self) -> bool:
        """Whether nobody needs to look: closed, and nothing new has been found since."""
        return self.state is State.CLOSED and not self.changed_since_closed


_OPEN: Final = Standing()
_STATES: Final = {Acknowledged: State.ACKNOWLEDGED, Closed: State.CLOSED, Reopened: State.OPEN}


class Triage:
    """Everything that was decided, and where each case stands by it. Made by `read_triage`."""

    def __init__(
        self,
        decisions: Iterable[Decision] = (),
        suppressions: Iterable[Suppression] = (),
        deliveries: Iterable[Delivered] = (),
    ) -> None:
        self.decisions = tuple(decisions)
        self.suppressions = tuple(suppressions)
        self.deliveries = tuple(deliveries)
        self._by_id: dict[str, list[int]] = {}
        for at, decision in enumerate(self.decisions):
            for case_id in decision.case.linked_ids:
                self._by_id.setdefault(case_id, []).append(at)

    def of(self, case: Case) -> Standing:
        """Where `case` stands: by what was decided under its id, or under that of any subject that it shares."""
        return self._standing(case.linked_ids, case.signal_names)

    def withdrawn(self, cases: Iterable[Case]) -> list[tuple[CaseNote, Standing]]:
        """What was decided about, and is none of `cases` any more; as it was when it was last decided about.

        `cases` are all that there are, of every day.
        """
        alive = {case_id for case in cases for case_id in case.linked_ids}
        gone: dict[str, CaseNote] = {}
        for decision in self.decisions:
            if not alive.intersection(decision.case.linked_ids):
                gone[decision.case.case_id] = decision.case
        notes = sorted(gone.values(), key=lambda note: (note.day, note.case_id))
        return [(note, self._standing(note.linked_ids, frozenset(note.signals))) for note in notes]

    def _standing(self, ids: Iterable[str], signal_names: frozenset[str]) -> Standing:
        numbers = sorted({at for case_id in ids for at in self._by_id.get(case_id, ())})
        if not numbers:
            return _OPEN
        decisions = tuple(self.decisions[at] for at in numbers)
        state = _STATES[type(decisions[-1])]
        known = {name for decision in decisions for name in decision.case.signals}
        changed = state is State.CLOSED and not signal_names <= known
        return Standing(state=state, decisions=decisions, changed_since_closed=changed)


def read_triage(layout: Layout) -> Triage:
    """Everything that was decided about the cases of one lake.

    Raises: DataError naming the file of an entry that is damaged, missing or out of place.
    """
    journal = Journal(layout.triage)
    decisions: list[Decision] = []
    deliveries: list[Delivered] = []
    suppressions: dict[str, Suppression] = {}
    for entry in journal.entries():
        match record_from_entry(entry, journal, _decode_record, "holds no decision"):
            case Acknowledged() | Closed() | Reopened() as decision:
                decisions.append(decision)
            case Suppressed() as suppressed:
                made = _suppression(entry.sequence, suppressed)
                suppressions[made.suppression_id] = made
            case Lifted() as lifted:
                if known := suppressions.get(lifted.suppression_id):
                    suppressions[known.suppression_id] = _lifted(known, lifted)
            case Delivered() as delivered:
                deliveries.append(delivered)
    return Triage(decisions, suppressions.values(), deliveries)


def check_decision(kind: type[Decision], note: CaseNote, standing: Standing) -> None:
    """Refuses a decision that the case's state makes void; raises UsageError."""
    if kind is Reopened and standing.state is State.OPEN:
        raise UsageError("it is open", where=note.case_id, hint="only what was decided about can be reopened")
    if kind is not Reopened and standing.is_settled:
        raise UsageError(
            f"it is closed as {standing.disposition}", where=note.case_id, hint="reopen it first"
        )


def suppression_id_of(sequence: int) -> str:
    """The id of a suppression, from the number of its entry."""
    return f"S{sequence}"


def _suppression(sequence: int, record: Suppressed) -> Suppression:
    return Suppression(
        suppression_id=suppression_id_of(sequence),
        coverage=record.coverage,
        why=record.why,
        by=record.by,
        at=record.at,
    )


def _lifted(suppression: Suppression, record: Lifted) -> Suppression:
    return msgspec.structs.replace(
        suppression, lifted_from=record.lifted_from, lifted_by=record.by, lifted_why=record.why
    )


# Made here and not when it is needed: two threads that look at a type for the first time at once end the process.
_decode_record: Callable[[bytes], Record] = msgspec.json.Decoder(Record).decode
