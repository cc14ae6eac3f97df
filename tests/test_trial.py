"""Promises of trials: templates become the days they describe, and a case passes when just its signals come."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.detect.firing import COLUMNS, signals_from_found
from pipeline.detect.rules import Detection, Example, detection_from_text
from pipeline.detect.signals import Signal
from pipeline.detect.trial import complaints_about, mount_case, run_case, trial_bench, try_detections
from pipeline.errors import DataError, UsageError
from pipeline.warehouse.judging import Found
from tests.commands import quay_audit
from tests.detecting import BROKEN, SQL, SWEEP

DAY = date(2026, 3, 3)  # a Tuesday
NOON = datetime.fromisoformat("2026-03-03T12:00:00")
SWEEP_DETECTION = detection_from_text("qd91_sweep", SWEEP)
VALUES: dict[str, Any] = {
    "subject": "robot:acme+ci",
    "performer_name": "acme+ci",
    "credential": "robot:acme+ci",
    "network": None,
    "namespace_name": None,
    "repository": None,
    "shared": None,
    "severity": "high",
    "score": 51.0,
    "reason": "it did",
    "first_at": NOON,
    "last_at": NOON,
    "event_count": 1,
    "evidence": ["2026-03-03 all #00000000"],
}


def example(**parts: Any) -> Example:
    usual: dict[str, Any] = {"name": "x", "day": DAY, "fires": []}
    return Example(**usual | parts)


def detection_with(**parts: Any) -> Detection:
    head, _, _ = SWEEP.partition("-- [[cases]]")
    detection = detection_from_text("qd91_sweep", head)
    detection.cases.append(example(**parts))
    return detection


def complaints_of(**parts: Any) -> list[str]:
    (verdict,) = try_detections([detection_with(**parts)], SQL)
    return verdict.complaints


def signals_of(*rows: dict[str, Any]) -> list[Signal]:
    found = Found(list(COLUMNS), [tuple((VALUES | row).values()) for row in rows])
    return signals_from_found(SWEEP_DETECTION, DAY, found)


# Trials -----------------------------------------------------------------------------------------------------------


def test_a_detection_passes_its_own_cases() -> None:
    verdicts = list(try_detections([SWEEP_DETECTION], SQL))
    assert [(verdict.case, verdict.complaints) for verdict in verdicts] == [
        ("four repositories at once", []),
        ("the usual ones", []),
    ]
    assert [len(verdict.signals) for verdict in verdicts] == [1, 0]


def test_what_another_case_made_of_the_days_is_gone() -> None:
    firing, quiet = SWEEP_DETECTION.cases
    with trial_bench(SQL) as bench:
        for case, count in [(firing, 1), (quiet, 0), (firing, 1)]:
            mount_case(bench, SWEEP_DETECTION, case)
            assert len(run_case(bench, SWEEP_DETECTION, case)) == count


def test_another_query_runs_over_the_same_mounted_case() -> None:
    firing = SWEEP_DETECTION.cases[0]
    with trial_bench(SQL) as bench:
        mount_case(bench, SWEEP_DETECTION, firing)
        strict = SWEEP_DETECTION.query.replace(">= $least", "> 4")
        assert run_case(bench, SWEEP_DETECTION, firing, strict) == []
        assert len(run_case(bench, SWEEP_DETECTION, firing)) == 1
        with pytest.raises(UsageError, match="the query failed"):
            run_case(bench, SWEEP_DETECTION, firing, "select nothing from nowhere")


SIX = {"times": 6, "performer_name": "acme+ci", "repository_name": "r{n}"}


@pytest.mark.parametrize(
    ("fires", "complaint"),
    [
        ([], "came unasked: subject = 'robot:acme+ci'"),
        ([{"subject": "robot:acme+cd"}], "did not come: subject = 'robot:acme+cd'"),
        ([{"event_count": 5}], "did not come: event_count = 5"),
        ([{}, {}], "did not come: "),
        ([{"colour": "red"}], "colour, which is no column"),
    ],
)
def test_what_differs_from_the_case_is_said(fires: list[dict[str, Any]], complaint: str) -> None:
    assert complaint in complaints_of(events=[SIX], fires=fires)[0]


def test_a_case_sees_the_day_and_the_one_before_and_marts_of_all() -> None:
    before = {**SIX, "days": [-40, -40]}
    assert complaints_of(events=[SIX, before]) == []
    assert complaints_of(events=[{**SIX, "days": [1, 1]}]) == []


@pytest.mark.parametrize(
    "parts",
    [
        {"events": [{"every": "fast"}]},
        {"events": [{"at": "noon"}]},
        {"events": [{"colour": "red"}]},
        {"inventory": {"robots": [{"colour": "red"}]}},
        {"windows": [{"day": 0, "colour": "red"}]},
    ],
)
def test_a_malformed_template_is_named_with_its_case(parts: dict[str, Any]) -> None:
    (complaint,) = complaints_of(**parts)
    assert complaint.startswith("QD-91, case 'x': ")


def test_a_detection_that_reads_what_is_no_model_fails_alone() -> None:
    unready = detection_from_text(
        "qd91_sweep", SWEEP.replace('reads = ["int_acts"', 'reads = ["base_x", "int_acts"')
    )
    verdicts = list(try_detections([unready, SWEEP_DETECTION], SQL))
    assert ["base_x" in "".join(verdict.complaints) for verdict in verdicts] == [True, True, False, False]


@given(st.permutations([{"event_count": 1}, {"subject": "b"}, {}]), st.permutations(["a", "b", "c"]))
def test_signals_answer_a_case_in_any_order(fires: list[dict[str, Any]], subjects: list[str]) -> None:
    counts = {"a": 1, "b": 2, "c": 3}
    signals = signals_of(*({"subject": subject, "event_count": counts[subject]} for subject in subjects))
    assert complaints_about(signals, fires) == []


# Signals ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ({"severity": "grave"}, "grave"),
        ({"subject": None}, "subject"),
        ({"reason": ""}, "empty"),
        ({"score": float("nan")}, "nan"),
        ({"score": -1.0}, "-1"),
        ({"score": None}, "score"),
        ({"last_at": NOON - timedelta(hours=1)}, "ends before"),
        ({"evidence": ["b", "a"]}, "in order"),
        ({"evidence": [f"{n:02d}" for n in range(21)]}, "at most 20"),
        ({"event_count": 1.5}, "event_count"),
    ],
)
def test_a_row_that_is_no_signal_is_refused(wrong: dict[str, Any], complaint: str) -> None:
    with pytest.raises(DataError, match=complaint) as refusal:
        signals_of(wrong)
    assert refusal.value.where == "QD-91, 2026-03-03"


def test_other_columns_are_refused() -> None:
    with pytest.raises(DataError, match="gives the columns subject"):
        signals_from_found(SWEEP_DETECTION, DAY, Found(["subject"], []))


def test_rows_with_one_subject_and_moment_are_the_strongest_with_the_evidence_of_all() -> None:
    weak = {"score": 1.0, "evidence": ["a"], "event_count": 7, "last_at": NOON + timedelta(hours=1)}
    strong = {"score": 2.0, "evidence": ["b"], "network": "203.0.113.0/24"}
    for rows in ([weak, strong], [strong, weak]):
        (signal,) = signals_of(*rows)
        assert (signal.score, signal.network, signal.evidence) == (2.0, "203.0.113.0/24", ("a", "b"))
        assert (signal.event_count, signal.last_at) == (7, NOON + timedelta(hours=1))


def test_exact_fractions_are_scores() -> None:
    assert [
        signal.score for signal in signals_of({"score": Decimal("14.5")}, {"score": 3, "subject": "b"})
    ] == [14.5, 3.0]


def test_signals_come_strongest_first() -> None:
    rows = [{"subject": "a", "score": 1.0}, {"subject": "c", "score": 2.0}, {"subject": "b", "score": 2.0}]
    assert [signal.subject for signal in signals_of(*rows)] == ["b", "c", "a"]


# The command ------------------------------------------------------------------------------------------------------


def test_the_command_refuses_an_id_that_no_detection_has() -> None:
    ended = quay_audit("detect", "--test", "QD-00")
    assert (ended.status, ended.error) == (2, "QD-00 is no detection")


def test_a_query_that_fails_is_a_complaint_and_no_traceback() -> None:
    broken = detection_from_text("qd92_broken", BROKEN)
    firing, _ = try_detections([broken], SQL)
    assert "Conversion Error" in firing.complaints[0]


def test_an_empty_text_in_a_case_stands_for_nothing_at_all() -> None:
    named = (
        'fires = [{subject = "robot:acme+ci", score = 80.0, event_count = 4, first_at = 2026-03-03T10:00:00}]'
    )
    assert named in SWEEP
    for column, is_right in (("shared", True), ("performer_name", False)):
        fires = named.replace("event_count", f'{column} = "", event_count')
        detection = detection_from_text("qd91_sweep", SWEEP.replace(named, fires))
        with trial_bench(SQL) as bench:
            (first, *_) = detection.cases
            mount_case(bench, detection, first)
            complaints = complaints_about(run_case(bench, detection, first), first.fires)
        assert (complaints == []) is is_right
