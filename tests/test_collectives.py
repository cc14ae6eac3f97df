"""Promises of `pipeline.detect.collectives`: one harmless event is one case for information, and hides nobody else."""

import pytest

from pipeline.detect.cases import Case, cases_from_signals
from pipeline.detect.collectives import ALWAYS_LOOKED_AT, FEWEST_DOERS
from pipeline.detect.signals import Family, Severity, Signal
from tests.signalling import ALICE, DAY, NETWORK, fired, off_network

CLIENT = "client:podman"


def moved(count: int, score: float = 60.0, **given: object) -> list[Signal]:
    """So many robots that came from a new network."""
    return [off_network(f"robot:acme+r{n}", score, **given) for n in range(count)]


def changed_client(count: int, first: int = 0, **given: object) -> list[Signal]:
    """So many robots that used a new client."""
    given = {"detection_id": "QD-06", "shared": CLIENT, "network": None} | given
    return [off_network(f"robot:acme+r{n}", 30, **given) for n in range(first, first + count)]


def informations(cases: list[Case]) -> list[Case]:
    """The collective events among them."""
    return [case for case in cases if case.is_collective]


def test_many_that_move_at_once_are_one_case_for_information() -> None:
    (case,) = cases_from_signals(DAY, moved(30))
    assert case.is_collective
    assert (case.severity, case.score) == (Severity.INFORMATIONAL, 0.0)
    assert len(case.subjects) == 30
    assert case.sentence.startswith(f"30 did the same at once: network:{NETWORK} (QD-02 for 30)")
    assert case.title == "30 at once: Robot used off its network"


@pytest.mark.parametrize(("count", "is_one"), [(FEWEST_DOERS, True), (FEWEST_DOERS - 1, False)])
def test_fewer_than_five_are_no_crowd(count: int, is_one: bool) -> None:
    cases = cases_from_signals(DAY, moved(count))
    assert bool(informations(cases)) is is_one
    assert len(cases) == 1  # four are linked by the network that they share


def test_tokens_of_one_person_are_no_crowd() -> None:
    tokens = [
        off_network(f"app_specific_token:{n}", performer_name="alice", credential=f"app_specific_token:{n}")
        for n in range(9)
    ]
    (case,) = cases_from_signals(DAY, tokens)
    assert not case.is_collective


def test_a_migration_that_fires_several_detections_is_one_information() -> None:
    hours = moved(8, detection_id="QD-29", family=Family.AUTHENTICATION, shared="namespace:acme")
    (case,) = cases_from_signals(DAY, [*moved(30), *changed_client(12), *hours])
    assert case.detection_ids == ("QD-02", "QD-29", "QD-06")
    assert set(case.shared) == {f"network:{NETWORK}", CLIENT, "namespace:acme"}
    assert case.subject == f"network:{NETWORK}"
    assert "(QD-02 for 30, QD-06 for 12, QD-29 for 8)" in case.sentence


def test_a_migration_into_several_networks_is_one_information() -> None:
    other = "192.0.2.0/24"
    elsewhere = [off_network(f"robot:acme+s{n}", network=other, shared=f"network:{other}") for n in range(6)]
    (case,) = cases_from_signals(DAY, [*moved(7), *elsewhere])
    assert case.shared == (f"network:{NETWORK}", "network:192.0.2.0/24")
    assert len(case.linked_ids) == 2


def test_two_events_that_have_nothing_in_common_are_two() -> None:
    people = [off_network(f"user:u{n}", detection_id="QD-06", shared=CLIENT, network=None) for n in range(6)]
    assert len(informations(cases_from_signals(DAY, [*moved(7), *people]))) == 2


def test_two_events_of_one_namespace_are_two_when_others_took_part() -> None:
    people = [
        fired(f"user:u{n}", 30, detection_id="QD-18", family=Family.SUPPLY_CHAIN, shared="namespace:acme")
        for n in range(6)
    ]
    both = [*moved(7, shared="namespace:acme"), *people]
    cases = informations(cases_from_signals(DAY, both))
    assert sorted(len(case.subjects) for case in cases) == [6, 7]


def test_whoever_reads_many_repositories_without_a_name_is_no_crowd() -> None:
    def anonymous(networks: int) -> list[Signal]:
        return [
            fired(
                f"repository:acme/secret-{n}",
                60,
                credential="anonymous",
                network=f"192.0.{n % networks}.0/24",
                shared="namespace:acme",
            )
            for n in range(8)
        ]

    assert informations(cases_from_signals(DAY, anonymous(1))) == []
    (released,) = cases_from_signals(DAY, anonymous(8))
    assert released.is_collective


def test_what_the_event_explains_does_not_count_and_other_families_do() -> None:
    crowd = moved(20)
    same = off_network("robot:acme+r3", 55, detection_id="QD-01", shared=None)
    assert len(cases_from_signals(DAY, [*crowd, same])) == 1
    elsewhere = off_network("robot:acme+r3", 55, detection_id="QD-01", shared=None, network="192.0.2.0/24")
    assert len(cases_from_signals(DAY, [*crowd, elsewhere])) == 2
    sweep = fired("robot:acme+r3", 55, network=NETWORK)
    hidden, _ = cases_from_signals(DAY, [*crowd, sweep])
    assert (hidden.subject, hidden.score) == ("robot:acme+r3", 55)
    assert hidden.sentence.endswith(f"; not counted, as 20 did the same at once: network:{NETWORK}")


def test_somebody_else_on_the_network_of_the_event_is_not_explained_by_it() -> None:
    stranger = off_network(ALICE, 55, detection_id="QD-01", shared=None)
    assert len(cases_from_signals(DAY, [*moved(20), stranger])) == 2


def test_what_must_always_be_looked_at_is_never_explained_away() -> None:
    crowd = [*moved(20), off_network("robot:acme+late", ALWAYS_LOOKED_AT)]
    first, second = cases_from_signals(DAY, crowd)
    assert (first.subject, first.score, first.is_collective) == ("robot:acme+late", ALWAYS_LOOKED_AT, False)
    assert second.is_collective
    assert "robot:acme+late" not in second.subjects


def test_what_is_decided_about_an_event_says_nothing_about_those_it_moved() -> None:
    sweep = fired("robot:acme+r3", 60)
    cases = cases_from_signals(DAY, [*moved(20), sweep, fired(f"network:{NETWORK}", 60)])
    ids = [case_id for case in cases for case_id in case.linked_ids]
    assert len(ids) == len(set(ids)) == 3


def test_what_a_detection_calls_information_is_one_however_few_it_moved() -> None:
    settings = {"severity": Severity.INFORMATIONAL, "shared": "settings of the log", "network": None}
    flags = [off_network(f"kind:{kind}", 16, **settings) for kind in ("login_success", "logout_success")]
    (case,) = cases_from_signals(DAY, flags)
    assert case.is_collective
    assert (case.severity, case.subject) == (Severity.INFORMATIONAL, "settings of the log")
    assert case.title == "Robot used off its network"
    assert case.sentence.startswith("2 signals: ")


def test_an_information_takes_nothing_from_the_points_of_others() -> None:
    flag = off_network(
        "kind:login_success", 16, severity=Severity.INFORMATIONAL, shared="settings", network=None
    )
    cases = cases_from_signals(DAY, [flag, off_network("robot:acme+ci", 60.0, shared=None)])
    assert [(case.is_collective, case.score) for case in cases] == [(False, 60.0), (True, 0.0)]
