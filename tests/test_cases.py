"""Promises of `pipeline.detect.cases`: what is one story, what it is worth, and that no noise can fill the list."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detect.cases import (
    MOST_EVIDENCE,
    Case,
    case_id_of,
    cases_from_signals,
    merged_next_steps,
    related_ids,
)
from pipeline.detect.linking import MOST_DOERS_A_NETWORK
from pipeline.detect.scoring import CASE_POINTS, FAMILY_POINTS
from pipeline.detect.signals import Family, Severity, Signal
from tests.signalling import ALICE, BOB, DAY, NETWORK, ROBOT, fired, off_network, only_case

SUBJECTS = (
    ROBOT,
    ALICE,
    BOB,
    "app_specific_token:u1",
    f"network:{NETWORK}",
    "repository:acme/web",
    "registry",
)


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    """Any signal, of few subjects, performers and networks, so that many are linked."""
    subject = draw(st.sampled_from(SUBJECTS))
    known = draw(st.booleans())
    more = {} if known else {"performer_name": draw(st.sampled_from(["alice", "acme+ci", None]))}
    return fired(
        subject,
        draw(st.sampled_from([0.0, 5.0, 24.0, 49.9, 50.0, 72.0, 95.0])),
        detection_id=draw(st.sampled_from(["QD-02", "QD-06", "QD-12"])),
        family=draw(st.sampled_from(list(Family))),
        network=draw(st.sampled_from([NETWORK, "198.51.100.0/24", None])),
        shared=draw(st.sampled_from([f"network:{NETWORK}", "client:crane", None])),
        event_count=draw(st.integers(1, 50)),
        evidence=tuple(f"{DAY} all #{n:08d}" for n in draw(st.sets(st.integers(0, 99), max_size=20))),
        **more,
    )


@given(st.lists(signals(), max_size=12).flatmap(lambda some: st.tuples(st.just(some), st.permutations(some))))
def test_any_order_of_signals_gives_the_same_cases(both: tuple[list[Signal], list[Signal]]) -> None:
    assert cases_from_signals(DAY, both[0]) == cases_from_signals(DAY, both[1])


@given(st.lists(signals(), max_size=12))
def test_no_signal_and_no_subject_is_in_two_cases_of_a_day(some: list[Signal]) -> None:
    cases = cases_from_signals(DAY, some)
    ids = [case_id for case in cases for case_id in case.linked_ids]
    assert len(ids) == len(set(ids))
    counted = sum(len(case.signals) for case in cases)
    assert counted <= len(some)
    assert all(case.case_id == case.linked_ids[0] for case in cases)


@given(st.lists(signals(), max_size=12))
def test_a_case_is_worth_the_points_of_its_signals_and_families_are_capped(some: list[Signal]) -> None:
    for case in cases_from_signals(DAY, some):
        assert case.score == pytest.approx(sum(part.points for part in case.signals), abs=0.06)
        assert case.is_collective or case.score >= CASE_POINTS
        for family in case.families:
            parts = [part for part in case.signals if part.signal.family is family]
            strongest = max(part.signal.score for part in parts)
            assert sum(part.points for part in parts) <= max(strongest, FAMILY_POINTS) + 0.01
            assert case.is_collective or max(part.points for part in parts) == strongest


@given(st.lists(signals(), max_size=8), signals())
def test_one_more_signal_takes_no_points_from_anybody(some: list[Signal], one: Signal) -> None:
    one = fired(one.subject, one.score, detection_id="QD-31", shared=None, performer_name=one.performer_name)
    before = {case.subject: case.score for case in cases_from_signals(DAY, some) if not case.is_collective}
    after = cases_from_signals(DAY, [*some, one])
    for subject, score in before.items():
        assert max(case.score for case in after if subject in case.subjects) >= score


def test_signals_below_the_threshold_make_no_case_and_two_families_add_up() -> None:
    assert cases_from_signals(DAY, [fired(score=30), fired(score=30, detection_id="QD-13")]) == []
    case = only_case(fired(score=30), off_network(score=30))
    assert (case.score, case.severity) == (60.0, Severity.HIGH)
    assert case.families == (Family.CREDENTIAL_MISUSE, Family.EXFILTRATION)
    assert cases_from_signals(DAY, [fired(score=CASE_POINTS - 0.1)]) == []
    assert only_case(fired(score=CASE_POINTS)).score == CASE_POINTS


def test_a_noisy_family_weighs_less_than_one_strong_signal() -> None:
    noise = [fired(score=45, detection_id=f"QD-{n}") for n in range(10, 22)]
    assert only_case(*noise).score == FAMILY_POINTS
    assert only_case(fired(score=72)).score == 72


def test_a_case_means_as_much_as_the_worst_of_its_signals() -> None:
    assert only_case(fired(score=50, severity=Severity.CRITICAL)).severity is Severity.CRITICAL
    assert only_case(fired(score=50, severity=Severity.LOW)).severity is Severity.HIGH
    assert only_case(fired(score=80, severity=Severity.LOW)).severity is Severity.CRITICAL


def test_a_person_and_her_tokens_are_one_story() -> None:
    token = fired("app_specific_token:u1", performer_name="alice", credential="app_specific_token:u1")
    use = off_network("repository:acme/web", performer_name="alice", credential=None)
    case = only_case(token, use, fired(ALICE, detection_id="QD-22", family=Family.PRIVILEGE))
    assert set(case.subjects) == {"app_specific_token:u1", "repository:acme/web", ALICE}


def test_robots_of_one_namespace_are_two_stories_until_a_signal_names_both() -> None:
    robots = [fired("robot:acme+ci"), fired("robot:acme+deploy")]
    assert len(cases_from_signals(DAY, robots)) == 2
    owner = fired("user:acme")
    assert len(cases_from_signals(DAY, [*robots, owner])) == 3
    minted = fired("robot:acme+ci", performer_name="acme", credential="user:acme", detection_id="QD-09")
    assert len(cases_from_signals(DAY, [*robots, owner, minted])) == 2


def test_nothing_in_common_links_nothing() -> None:
    some = [fired(f"repository:acme/{name}", credential="anonymous") for name in "ab"]
    assert len(cases_from_signals(DAY, some)) == 2


def test_access_tokens_of_one_name_in_two_namespaces_are_two() -> None:
    ones = [
        fired(f"repository:{name}/web", credential="access_token:ci", namespace_name=name) for name in "ab"
    ]
    assert len(cases_from_signals(DAY, ones)) == 2
    same = [
        fired(f"repository:acme/{name}", credential="access_token:ci", namespace_name="acme") for name in "ab"
    ]
    assert len(cases_from_signals(DAY, same)) == 1


def test_a_rare_network_links_those_who_came_from_it_and_an_office_does_not() -> None:
    thefts = [off_network(ROBOT, 40, shared=None), fired(ALICE, 30, network=NETWORK)]
    assert only_case(*thefts).score == 70
    assert cases_from_signals(DAY, thefts, common_networks={NETWORK}) == []
    many = [fired(f"user:u{n}", 30, network=NETWORK) for n in range(MOST_DOERS_A_NETWORK - 1)]
    assert cases_from_signals(DAY, [*thefts, *many]) == []
    assert only_case(*thefts, *many[1:]).score > 70


def test_a_network_as_a_subject_meets_those_who_came_from_it() -> None:
    spray = fired(f"network:{NETWORK}", 60, family=Family.AUTHENTICATION, detection_id="QD-27")
    case = only_case(spray, fired(ALICE, 20, network=NETWORK))
    assert case.subjects == (f"network:{NETWORK}", ALICE)
    crowd = [fired(f"user:u{n}", 20, network=NETWORK) for n in range(9)]
    assert only_case(spray, *crowd).subjects == (f"network:{NETWORK}",)


def test_what_nobody_in_particular_did_where_many_meet_adds_up_within_one_family_alone() -> None:
    nobody: dict[str, object] = {"performer_name": None, "credential": None, "network": NETWORK}
    refused = fired(f"network:{NETWORK}", 30, **nobody)
    changed = fired(f"network:{NETWORK}", 30, **nobody, family=Family.PRIVILEGE, detection_id="QD-25")
    assert only_case(refused, changed).score == 60
    assert cases_from_signals(DAY, [refused, changed], common_networks={NETWORK}) == []
    case = only_case(changed, fired(f"network:{NETWORK}", 70, **nobody), common_networks={NETWORK})
    assert [part.points for part in case.signals] == [70, 0]
    named = off_network(ALICE, 30, shared=None)
    same = fired(ALICE, 30, network=NETWORK)
    assert only_case(named, same, common_networks={NETWORK}).score == 60


def test_a_case_tells_what_it_is_about_and_why() -> None:
    case = only_case(fired(score=55, reason="it swept."), off_network(score=20, reason="it moved"))
    assert case.case_id == case_id_of(DAY, ROBOT) == "20260303-" + case.case_id[-8:]
    assert (case.subject, case.performer_name) == (ROBOT, "acme+ci")
    assert case.title == "One credential sweeps private repositories, and 1 more"
    assert case.sentence == "2 signals: it swept; it moved"
    assert case.detection_ids == ("QD-12", "QD-02")


def test_many_reasons_are_told_by_the_strongest() -> None:
    case = only_case(*(fired(score=60 - n, reason=f"reason {n}", detection_id=f"QD-{n}") for n in range(9)))
    assert case.sentence.startswith("9 signals: reason 0; reason 1;")
    assert case.sentence.endswith("reason 5; and 3 more")


def test_evidence_is_the_union_and_capped_and_no_event_is_counted_twice() -> None:
    keys = [tuple(f"{DAY} all #{n:08d}" for n in range(start, start + 20)) for start in (0, 10, 30, 50)]
    case = only_case(*(fired(evidence=each, event_count=20, detection_id=f"QD-{each[0]}") for each in keys))
    assert case.evidence == tuple(f"{DAY} all #{n:08d}" for n in range(MOST_EVIDENCE))
    assert case.event_count == 70


def test_the_subject_with_most_points_names_the_case() -> None:
    weak = fired("app_specific_token:u1", 30, performer_name="alice")
    case = only_case(weak, off_network(ALICE, 45))
    assert case.case_id == case_id_of(DAY, ALICE)
    assert case.linked_ids == (case_id_of(DAY, ALICE), case_id_of(DAY, "app_specific_token:u1"))


def test_cases_of_a_day_are_ranked_by_score_and_then_by_id() -> None:
    some = [fired(f"user:u{n}", 50 + 10 * (n % 3)) for n in range(9)]
    ranks = [(-case.score, case.case_id) for case in cases_from_signals(DAY, some)]
    assert ranks == sorted(ranks)


def test_steps_are_merged_round_by_round_and_said_once() -> None:
    steps = {"QD-12": ["ask", "revoke"], "QD-02": ["look", "revoke", "tell"]}
    assert merged_next_steps(("QD-12", "QD-02", "QD-99"), steps) == ["ask", "look", "revoke", "tell"]
    assert merged_next_steps(("QD-12",), steps, most=1) == ["ask"]


def test_cases_of_the_week_before_about_the_same_subject_are_the_same_story() -> None:
    def on(back: int, subject: str = ROBOT) -> Case:
        day = DAY - timedelta(days=back)
        (case,) = cases_from_signals(day, [fired(subject, day=day)])
        return case

    earlier = [on(1), on(7), on(8), on(2, ALICE), on(0), on(-1)]
    assert related_ids(on(0), earlier) == [on(7).case_id, on(1).case_id]
