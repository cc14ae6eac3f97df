"""Promises of exported rules: they are Sigma, they say what the detection says, and every export is the same."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sigma.collection import SigmaCollection
from sigma.correlations import SigmaCorrelationRule
from sigma.rule import SigmaRule

from pipeline.detect.examples import given_from_example
from pipeline.detect.rules import read_detections
from pipeline.detect.sigma.exported import export_detections, text_from_detection
from pipeline.detect.sigma.imported import read_sigma
from pipeline.detect.trial import run_case, trial_bench
from pipeline.warehouse.given import GivenBench
from tests.detecting import SQL

DETECTIONS = {each.id: each for each in read_detections(SQL)}
FORMS = {each.id: each.sigma for each in DETECTIONS.values() if each.sigma}

each_form = pytest.mark.parametrize("detection_id", FORMS)


@pytest.fixture(scope="module")
def bench() -> Iterator[GivenBench]:
    with trial_bench(SQL) as bench:
        yield bench


@each_form
def test_an_exported_rule_answers_as_its_detection_save_where_the_form_says_why_not(
    bench: GivenBench, tmp_path: Path, detection_id: str
) -> None:
    detection, form = DETECTIONS[detection_id], FORMS[detection_id]
    export_detections([detection], tmp_path)
    rules = read_sigma([tmp_path])
    answers: dict[str, bool] = {}
    for case in detection.cases:
        events_alone = given_from_example(case)._replace(inventory={}, changes=())
        bench.mount(events_alone, case.day, ["int_acts"])
        answers[case.name] = any(run_case(bench, rule, case) for rule in rules)
    louder = [case.name for case in detection.cases if answers[case.name] and not case.fires]
    quieter = [case.name for case in detection.cases if case.fires and not answers[case.name]]
    assert (louder, quieter) == (form.louder_in, form.quieter_in)
    assert any(answers[case.name] for case in detection.cases if case.fires)


@each_form
def test_what_is_exported_is_sigma_as_others_read_it(detection_id: str) -> None:
    detection, form = DETECTIONS[detection_id], FORMS[detection_id]
    rules = SigmaCollection.from_yaml(text_from_detection(detection, form)).rules
    assert len(rules) == len(form.rules)
    for rule in rules:
        assert isinstance(rule, SigmaCorrelationRule | SigmaRule)
        assert isinstance(rule.id, UUID)
        assert str(rule.level) == detection.severity.value
        assert rule.falsepositives == detection.false_positives
        assert {str(tag) for tag in rule.tags} >= {f"attack.{each.lower()}" for each in detection.techniques}
        assert rule.author is None
        assert rule.name is None or rule.name.startswith(detection_id.lower().replace("-", ""))
        if isinstance(rule, SigmaRule):
            assert rule.logsource.product == "quay"


@each_form
def test_an_imported_rule_says_what_the_detection_said(tmp_path: Path, detection_id: str) -> None:
    detection = DETECTIONS[detection_id]
    export_detections([detection], tmp_path)
    for rule in read_sigma([tmp_path]):
        assert (rule.family, rule.severity) == (detection.family, detection.severity)
        assert rule.techniques == sorted(detection.techniques)
        assert rule.false_positives == detection.false_positives


def test_every_export_is_the_same_and_tells_of_each_detection(tmp_path: Path) -> None:
    one, other = (export_detections(list(DETECTIONS.values()), tmp_path / name) for name in ("a", "b"))
    assert [file.read_bytes() for file in one.files] == [file.read_bytes() for file in other.files]
    assert len(one.files) + len(one.left_out) == len(DETECTIONS)
    assert len(one.files) >= 10
    assert "nothing is left of it without base_" in one.left_out["QD-02"]


def test_all_exported_rules_are_read_together(tmp_path: Path) -> None:
    export_detections(list(DETECTIONS.values()), tmp_path)
    detections = read_sigma([tmp_path])
    assert len({each.id for each in detections}) == len(detections)
