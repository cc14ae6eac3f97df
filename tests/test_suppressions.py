"""Promises of `pipeline.detect.suppressions`: what a suppression covers, of which days, and that each has an end."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.detect.cases import cases_from_signals
from pipeline.detect.suppressions import (
    LONGEST,
    Coverage,
    Suppression,
    Validity,
    check_coverage,
    suppression_of,
)
from pipeline.errors import UsageError
from tests.signalling import ALICE, DAY, NETWORK, ROBOT, fired, off_network

TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)


def suppression(**given: Any) -> Suppression:
    """One of a robot's sweeps, of one day and the next."""
    lifted_from = given.pop("lifted_from", None)
    defaults: dict[str, Any] = {"detection_id": "QD-12", "subject": ROBOT, "since": DAY, "until": TOMORROW}
    at = datetime(2026, 3, 3, 9, tzinfo=UTC)
    return Suppression(
        suppression_id="S1",
        coverage=Coverage(**(defaults | given)),
        why="new scanner",
        by="carol",
        at=at,
        lifted_from=lifted_from,
    )


@pytest.mark.parametrize(
    ("given", "is_covered"),
    [
        ({}, True),
        ({"detection_id": "*"}, True),
        ({"detection_id": "QD-13"}, False),
        ({"subject": "robot:acme+*"}, True),
        ({"subject": "robot:acme+c?"}, True),
        ({"subject": "robot:beta+*"}, False),
        ({"subject": ALICE}, False),
        ({"network": NETWORK}, True),
        ({"network": "192.0.2.0/24"}, False),
        ({"namespace_name": "acme"}, True),
        ({"namespace_name": "beta"}, False),
        ({"repository": "acme/*"}, True),
        ({"repository": "beta/*"}, False),
    ],
)
def test_a_suppression_covers_that_to_which_every_part_applies(
    given: dict[str, Any], is_covered: bool
) -> None:
    signal = fired(network=NETWORK, repository="acme/web")
    assert suppression(**given).covers(signal) is is_covered


def test_an_absent_value_fits_no_pattern() -> None:
    assert not suppression(network="*").covers(fired(network=None))


def test_a_subject_with_the_signs_of_a_pattern_can_be_named_itself() -> None:
    odd = "access_token:[a-z]"
    assert suppression(subject=odd).covers(fired(odd))
    assert not suppression(subject=odd.upper()).covers(fired(odd))


@pytest.mark.parametrize(
    ("day", "is_covered", "validity"),
    [
        (YESTERDAY, False, Validity.FUTURE),
        (DAY, True, Validity.ACTIVE),
        (TOMORROW, True, Validity.ACTIVE),
        (TOMORROW + timedelta(days=1), False, Validity.EXPIRED),
    ],
)
def test_the_judged_day_decides_whether_it_covers(day: Any, is_covered: bool, validity: Validity) -> None:
    held = suppression()
    assert held.covers_day(day) is is_covered
    assert held.covers(fired(day=day)) is is_covered
    assert held.validity(day) is validity


def test_a_lifted_one_still_covers_the_days_before() -> None:
    held = suppression(lifted_from=TOMORROW)
    assert held.covers(fired(day=DAY))
    assert not held.covers(fired(day=TOMORROW))
    assert (held.validity(DAY), held.validity(TOMORROW)) == (Validity.ACTIVE, Validity.LIFTED)


def test_the_first_that_covers_is_named_and_what_none_covers_counts() -> None:
    ones = [suppression(subject=ALICE), suppression(), suppression(subject="*")]
    assert suppression_of(fired(), ones) is ones[1]
    assert suppression_of(off_network(), ones) is None


def test_a_suppressed_signal_scores_nothing_and_others_about_the_subject_still_do() -> None:
    some = [fired(score=60), off_network(score=55)]
    counting = [signal for signal in some if suppression_of(signal, [suppression()]) is None]
    (case,) = cases_from_signals(DAY, counting)
    assert (case.score, case.detection_ids) == (55, ("QD-02",))


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"until": YESTERDAY}, "--until"),
        ({"until": DAY + LONGEST + timedelta(days=1)}, "--until"),
        ({"detection_id": "*", "subject": "*"}, "--subject"),
        ({"detection_id": "*", "subject": "*", "network": "*"}, "--subject"),
    ],
)
def test_what_would_never_begin_or_never_end_or_cover_everything_is_refused(
    given: dict[str, Any], where: str
) -> None:
    with pytest.raises(UsageError) as caught:
        check_coverage(suppression(**given).coverage, DAY)
    assert caught.value.where == where
    assert caught.value.hint


def test_a_year_for_one_detection_and_all_detections_for_one_subject_are_taken() -> None:
    for given in ({"until": DAY + LONGEST, "subject": "*"}, {"detection_id": "*"}, {"until": DAY}):
        check_coverage(suppression(**given).coverage, DAY)
