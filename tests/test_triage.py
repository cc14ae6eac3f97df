"""Promises of `pipeline.detect.triage`: decisions outlive every run, and new findings are never hidden by old ones."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detect.casebook import Arising, Page, casebook, page_of
from pipeline.detect.cases import Case, cases_from_signals
from pipeline.detect.decisions import (
    Acknowledged,
    Closed,
    Decision,
    Disposition,
    Lifted,
    Reopened,
    Suppressed,
    note_from_case,
)
from pipeline.detect.signals import Signal
from pipeline.detect.suppressions import Coverage
from pipeline.detect.triage import State, Triage, check_decision, read_triage
from pipeline.errors import DataError, UsageError
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from tests.journal_writers import Word
from tests.signalling import ALICE, BOB, DAY, NETWORK, ROBOT, fired, off_network, only_case

AT = datetime(2026, 3, 4, 9, tzinfo=UTC)
SWEEP, MOVE = fired(ROBOT, 60), off_network(ROBOT, 30)


def closed(case: Case) -> Closed:
    """The decision that closes it."""
    return Closed(
        by="carol", at=AT, case=note_from_case(case), disposition=Disposition.BENIGN, note="planned"
    )


def decided(kind: type[Decision], case: Case) -> Decision:
    """A decision of that kind about it."""
    if kind is Closed:
        return closed(case)
    return kind(by="carol", at=AT, case=note_from_case(case))  # type: ignore[call-arg]


def cases(*signals: Signal) -> list[Case]:
    """The cases of the day."""
    return cases_from_signals(DAY, signals)


def pages(found: Sequence[Case], *decisions: Decision, judged: bool = True) -> list[Page]:
    """The casebook of a day."""
    return casebook(found, Triage(decisions), {DAY} if judged else set())


def test_a_case_is_open_until_somebody_decides() -> None:
    case = only_case(SWEEP)
    assert Triage().of(case).state is State.OPEN
    states: list[tuple[type[Decision], State]] = [
        (Acknowledged, State.ACKNOWLEDGED),
        (Closed, State.CLOSED),
        (Reopened, State.OPEN),
    ]
    for kind, state in states:
        standing = Triage([decided(kind, case)]).of(case)
        assert standing.state is state
        assert standing.is_settled is (kind is Closed)
    assert Triage([closed(case)]).of(case).disposition is Disposition.BENIGN
    assert Triage([closed(case), decided(Reopened, case)]).of(case).disposition is None


def test_a_run_with_the_same_signals_reopens_nothing() -> None:
    decision = closed(only_case(SWEEP, MOVE))
    again = only_case(MOVE, fired(ROBOT, 70, event_count=90, last_at=SWEEP.last_at + timedelta(hours=1)))
    standing = Triage([decision]).of(again)
    assert standing.is_settled
    assert not standing.changed_since_closed


def test_a_run_with_fewer_signals_reopens_nothing() -> None:
    assert Triage([closed(only_case(SWEEP, MOVE))]).of(only_case(SWEEP)).is_settled


def test_a_run_that_finds_more_says_so() -> None:
    standing = Triage([closed(only_case(SWEEP))]).of(only_case(SWEEP, MOVE))
    assert (standing.state, standing.changed_since_closed) == (State.CLOSED, True)
    assert not standing.is_settled


def test_closing_again_settles_what_was_found_since() -> None:
    decisions = [closed(only_case(SWEEP)), closed(only_case(SWEEP, MOVE))]
    assert Triage(decisions).of(only_case(SWEEP, MOVE)).is_settled


def test_what_was_decided_holds_when_another_subject_leads_the_case() -> None:
    first = only_case(fired(ALICE, 60), off_network("app_specific_token:u1", 20, performer_name="alice"))
    again = only_case(fired(ALICE, 20), off_network("app_specific_token:u1", 60, performer_name="alice"))
    assert first.case_id != again.case_id
    assert Triage([closed(first)]).of(again).state is State.CLOSED


def test_what_was_decided_about_two_holds_for_both_when_they_part_and_for_one_when_they_meet() -> None:
    some = [fired(ALICE, 60, network=NETWORK), fired(ROBOT, 60, network=NETWORK)]
    both = only_case(*some)
    apart = cases_from_signals(DAY, some, common_networks={NETWORK})
    assert len(apart) == 2
    assert all(Triage([closed(both)]).of(case).is_settled for case in apart)
    met = Triage([closed(case) for case in apart]).of(both)
    assert (met.state, met.changed_since_closed) == (State.CLOSED, False)
    assert Triage([closed(apart[0])]).of(both).changed_since_closed


def test_what_was_decided_on_one_day_says_nothing_on_another() -> None:
    tomorrow = DAY + timedelta(days=1)
    (later,) = cases_from_signals(tomorrow, [fired(ROBOT, 60, day=tomorrow)])
    assert Triage([closed(only_case(SWEEP))]).of(later).state is State.OPEN


@given(st.lists(st.sampled_from([Acknowledged, Closed, Reopened]), max_size=6))
def test_the_newest_decision_wins_and_all_are_kept(kinds: list[type[Decision]]) -> None:
    case = only_case(SWEEP)
    standing = Triage([decided(kind, case) for kind in kinds]).of(case)
    states = {Acknowledged: State.ACKNOWLEDGED, Closed: State.CLOSED, Reopened: State.OPEN}
    assert standing.state is (states[kinds[-1]] if kinds else State.OPEN)
    assert [type(each) for each in standing.decisions] == kinds


def test_a_closed_case_that_no_longer_arises_stays_listed() -> None:
    case = only_case(SWEEP)
    (page,) = pages([], closed(case))
    assert (page.arising, page.case, page.note.title) == (Arising.WITHDRAWN, None, case.title)
    assert page.words == "closed as benign, withdrawn"
    assert not page.needs_a_look
    (unjudged,) = pages([], closed(case), judged=False)
    assert unjudged.words == "closed as benign, its day is not judged"
    assert [page.arising for page in pages([case], closed(case))] == [Arising.CURRENT]


def test_the_casebook_tells_where_each_case_stands() -> None:
    found = cases(fired(ROBOT, 60), fired(ALICE, 70), fired(BOB, 80))
    bob, alice, robot = pages(found, closed(found[0]), decided(Acknowledged, found[1]))
    assert [page.words for page in (bob, alice, robot)] == ["closed as benign", "acknowledged", "open"]
    assert [page.needs_a_look for page in (bob, alice, robot)] == [False, True, True]
    (changed,) = pages([only_case(SWEEP, MOVE)], closed(only_case(SWEEP)))
    assert changed.words == "closed as benign, changed since"
    assert changed.needs_a_look


def test_a_page_is_found_by_the_id_of_any_of_its_subjects() -> None:
    case = only_case(fired(ALICE, 60), off_network("app_specific_token:u1", 20, performer_name="alice"))
    for case_id in case.linked_ids:
        assert page_of(case_id, pages([case])).case == case
    with pytest.raises(UsageError, match="no case 20260303-nowhere"):
        page_of("20260303-nowhere", pages([case]))


def test_stories_go_on_from_the_days_before() -> None:
    before = DAY - timedelta(days=1)
    earlier = cases_from_signals(before, [fired(ROBOT, 60, day=before)])
    first, second = casebook([*earlier, only_case(SWEEP)], Triage(), {DAY, before})
    assert (first.related, second.related) == ((), (earlier[0].case_id,))


@pytest.mark.parametrize(
    ("before", "kind", "is_refused"),
    [
        ([], Reopened, True),
        ([], Acknowledged, False),
        ([], Closed, False),
        ([Acknowledged], Acknowledged, False),
        ([Acknowledged], Reopened, False),
        ([Closed], Closed, True),
        ([Closed], Acknowledged, True),
        ([Closed], Reopened, False),
        ([Closed, Reopened], Closed, False),
    ],
)
def test_a_decision_that_changes_nothing_is_refused(
    before: list[type[Decision]], kind: type[Decision], is_refused: bool
) -> None:
    case = only_case(SWEEP)
    standing = Triage([decided(each, case) for each in before]).of(case)
    if not is_refused:
        check_decision(kind, note_from_case(case), standing)
        return
    with pytest.raises(UsageError) as caught:
        check_decision(kind, note_from_case(case), standing)
    assert caught.value.where == case.case_id


def test_a_closed_case_in_which_more_was_found_may_be_decided_about_again() -> None:
    standing = Triage([closed(only_case(SWEEP))]).of(only_case(SWEEP, MOVE))
    for kind in (Acknowledged, Closed, Reopened):
        check_decision(kind, note_from_case(only_case(SWEEP, MOVE)), standing)


def test_the_journal_gives_back_what_was_decided(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    journal, case = Journal(layout.triage), only_case(SWEEP, MOVE)
    coverage = Coverage(
        detection_id="QD-12", subject=ROBOT, since=DAY, until=DAY + timedelta(days=9), network="n"
    )
    journal.append(decided(Acknowledged, case))
    number = journal.append(Suppressed(by="carol", at=AT, coverage=coverage, why="new scanner"))
    journal.append(closed(case))
    lifted_from = DAY + timedelta(days=2)
    journal.append(Lifted(by="dan", at=AT, suppression_id=f"S{number}", lifted_from=lifted_from, why="gone"))
    triage = read_triage(layout)
    assert triage.decisions == (decided(Acknowledged, case), closed(case))
    (held,) = triage.suppressions
    assert (held.suppression_id, held.coverage, held.why, held.by) == ("S2", coverage, "new scanner", "carol")
    assert (held.lifted_from, held.lifted_by, held.lifted_why) == (lifted_from, "dan", "gone")


def test_nothing_was_decided_in_a_new_lake(tmp_path: Path) -> None:
    triage = read_triage(Layout(tmp_path))
    assert (triage.decisions, triage.suppressions, triage.deliveries) == ((), (), ())


def test_an_entry_that_holds_no_decision_is_named(tmp_path: Path) -> None:
    journal = Journal(Layout(tmp_path).triage)
    journal.append(Word("odd"))
    with pytest.raises(DataError) as caught:
        read_triage(Layout(tmp_path))
    assert caught.value.where == str(journal.file_of(1))
