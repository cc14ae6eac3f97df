"""The casebook: every case as it was last judged, with where it stands; and what was decided about and is no case any more."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec

from pipeline.detect.cases import RELATED_DAYS, Case, related_ids
from pipeline.detect.decisions import CaseNote, note_from_case
from pipeline.detect.stored import STATE, read_cases
from pipeline.detect.triage import Standing, Triage, read_triage
from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.warehouse.records import read_rows


class Arising(StrEnum):
    """Whether a case still comes of the signals of its day."""

    CURRENT = "current"
    WITHDRAWN = "withdrawn"
    """The day was judged again, and nothing makes this case any more."""
    NOT_JUDGED = "not_judged"
    """The warehouse is another one, in which its day was never judged."""


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """One case. `case` is None unless it is current; `related` are the ids of the same story in the week before."""

    note: CaseNote
    standing: Standing
    arising: Arising
    case: Case | None
    related: tuple[str, ...] = ()

    @property
    def needs_a_look(self) -> bool:
        """Whether somebody has still something to decide."""
        return self.arising is Arising.CURRENT and not self.standing.is_settled

    @property
    def words(self) -> str:
        """Where it stands, for people."""
        state = self.standing.state.value
        if self.standing.disposition:
            state += f" as {self.standing.disposition.value}"
        if self.standing.changed_since_closed:
            state += ", changed since"
        return state if self.arising is Arising.CURRENT else f"{state}, {_WORDS[self.arising]}"


_WORDS: Final = {Arising.WITHDRAWN: "withdrawn", Arising.NOT_JUDGED: "its day is not judged"}


class Casebook(msgspec.Struct, frozen=True):
    """Every page, and what they were made from. No judged day means that detect never ran here."""

    pages: list[Page]
    triage: Triage
    judged_days: frozenset[date]


def read_casebook(layout: Layout, warehouse: Path) -> Casebook:
    """The casebook of a lake.

    Raises: UsageError where there is no warehouse yet or it is in use, DataError where the journal is damaged.
    """
    triage, cases = read_triage(layout), read_cases(warehouse)
    judged = frozenset(row["day"] for row in read_rows(warehouse, STATE, "day"))
    return Casebook(casebook(cases, triage, judged), triage, judged)


def casebook(cases: Sequence[Case], triage: Triage, judged_days: Iterable[date]) -> list[Page]:
    """Every case there is, by day and rank, those that are none any more after the others of their day.

    `cases` are all that are stored, `judged_days` the days of which they are.
    """
    by_day: defaultdict[date, list[Case]] = defaultdict(list)
    for case in cases:
        by_day[case.day].append(case)
    pages = [_current(case, _week_before(case, by_day), triage) for case in cases]
    judged = set(judged_days)
    for note, standing in triage.withdrawn(cases):
        arising = Arising.WITHDRAWN if note.day in judged else Arising.NOT_JUDGED
        pages.append(Page(note=note, standing=standing, arising=arising, case=None))
    return sorted(pages, key=lambda page: page.note.day)


def page_of(case_id: str, pages: Iterable[Page]) -> Page:
    """The page of a case, by its id or by that of any of its subjects; raises UsageError where there is none."""
    held = list(pages)
    for page in held:
        if page.note.case_id == case_id:
            return page
    for page in held:
        if case_id in page.note.linked_ids:
            return page
    raise UsageError(
        f"there is no case {case_id}",
        hint="`quay-audit cases list --state all` names them; detect finds new ones",
    )


def _week_before(case: Case, by_day: Mapping[date, list[Case]]) -> list[Case]:
    days = (case.day - timedelta(days=back) for back in range(1, RELATED_DAYS + 1))
    return [earlier for day in days for earlier in by_day.get(day, ())]


def _current(case: Case, earlier: Sequence[Case], triage: Triage) -> Page:
    return Page(
        note=note_from_case(case),
        standing=triage.of(case),
        arising=Arising.CURRENT,
        case=case,
        related=tuple(related_ids(case, earlier)),
    )
