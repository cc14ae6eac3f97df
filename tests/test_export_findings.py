"""Promises of exported findings: valid as OCSF in every version, sound as SARIF, and they follow what people decide."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.bundle import bundled
from pipeline.demo.history.hostile import TEXTS
from pipeline.detect.casebook import casebook
from pipeline.detect.cases import Case, cases_from_signals
from pipeline.detect.decisions import Closed, Decision, Disposition, Reopened, note_from_case
from pipeline.detect.rules import read_detections
from pipeline.detect.triage import Triage
from pipeline.exports.checkpoint import Checkpoint
from pipeline.exports.finding_run import Findings
from pipeline.exports.findings import finding_from_page
from pipeline.exports.lines import Document
from pipeline.exports.ocsf_schema import VERSIONS
from pipeline.exports.sarif import sarif_from_pages
from tests.ocsf_schemas import wrongs_of
from tests.signalling import DAY, fired, off_network
from tests.test_export_run import CountingSink

DETECTIONS = {each.id: each for each in read_detections(bundled("sql"), ["QD-02", "QD-12"])}
AT = datetime(2026, 3, 4, 9, tzinfo=UTC)


def cases(*subjects: str) -> list[Case]:
    return cases_from_signals(DAY, [make(each) for each in subjects for make in (fired, off_network)])


def pages(found: list[Case], *decisions: Decision) -> Any:
    return casebook(found, Triage(decisions), [DAY])


def finding(page: Any, version: str = VERSIONS[0]) -> Any:
    document = finding_from_page(page, DETECTIONS, version)
    assert document is not None
    return json.loads(document.body)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_case_is_valid_whatever_its_names(version: str) -> None:
    found = cases("robot:acme+ci", "user:alice", *(f"user:{text}" for text in TEXTS), f"user:{'x' * 70_000}")
    assert len(found) >= len(TEXTS)
    for page in pages(found):
        document = finding_from_page(page, DETECTIONS, version)
        assert document is not None
        assert wrongs_of(document.body, version) == []


def test_a_finding_says_what_was_found_by_which_detections_and_with_what_technique() -> None:
    (case,) = cases("robot:acme+ci")
    told = finding(pages([case])[0])
    assert (told["class_uid"], told["type_name"], told["status"]) == (
        2004,
        "Detection Finding: Create",
        "New",
    )
    assert told["severity"] == case.severity.value.capitalize()
    info = told["finding_info"]
    assert (info["uid"], info["title"], info["desc"]) == (case.case_id, case.title, case.sentence)
    assert {info["analytic"]["uid"], *(each["uid"] for each in info["related_analytics"])} == {
        "QD-02",
        "QD-12",
    }
    techniques = {attack["technique"]["uid"] for attack in info["attacks"]}
    assert techniques >= {each.partition(".")[0] for each in DETECTIONS["QD-02"].techniques}
    assert [each["data"]["detection_id"] for each in told["evidences"]] == [
        part.signal.detection_id for part in case.signals
    ]
    assert told["unmapped"]["evidence"] == list(case.evidence)
    assert told["is_alert"] is True


def test_a_finding_follows_what_people_decide_and_each_change_is_a_document_of_its_own() -> None:
    (case,) = cases("robot:acme+ci")
    closed = Closed(by="ann", at=AT, case=note_from_case(case), disposition=Disposition.FALSE_POSITIVE)
    reopened = Reopened(by="ann", at=AT, case=note_from_case(case))
    stages = [pages([case], *decisions)[0] for decisions in ((), (closed,), (closed, reopened))]
    told = [finding(page) for page in stages]
    assert [each["activity_name"] for each in told] == ["Create", "Close", "Update"]
    assert [each["status"] for each in told] == ["New", "Resolved", "New"]
    assert told[1]["status_detail"] == "false_positive"
    assert {each["finding_info"]["uid"] for each in told} == {case.case_id}
    documents = [finding_from_page(page, DETECTIONS) for page in stages]
    assert len({each.document_id for each in documents if each}) == 3


def test_findings_are_sent_once_and_again_only_when_a_case_changes(tmp_path: Path) -> None:
    (case,) = cases("robot:acme+ci")
    closed = Closed(by="ann", at=AT, case=note_from_case(case), disposition=Disposition.BENIGN)
    sink = CountingSink()
    for decisions in ((), (), (closed,), (closed,)):
        checkpoint = Checkpoint(tmp_path / "checkpoint", "findings")
        findings = Findings(pages([case], *decisions), DETECTIONS, VERSIONS[0])
        findings.send(checkpoint.days_left(findings.days(tmp_path)), sink, checkpoint)
    assert list(sink.taken.values()) == [1, 1]


def test_sarif_has_a_rule_for_each_detection_and_a_result_for_each_case() -> None:
    found = cases("robot:acme+ci", "user:alice")
    log = json.loads(sarif_from_pages(pages(found), DETECTIONS))
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in rules] == ["QD-02", "QD-12"]
    assert rules[0]["shortDescription"]["text"] == DETECTIONS["QD-02"].title
    for result, case in zip(run["results"], found, strict=True):
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"] == case.detection_ids[0]
        assert result["level"] in ("none", "note", "warning", "error")
        assert 0 <= result["rank"] <= 100
        assert result["fingerprints"] == {"caseId/v1": case.case_id}
        assert case.sentence in result["message"]["text"]
        assert result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] == case.subjects[0]
        assert "suppressions" not in result


def test_a_closed_case_is_a_suppressed_result() -> None:
    (case,) = cases("robot:acme+ci")
    closed = Closed(by="ann", at=AT, case=note_from_case(case), disposition=Disposition.BENIGN)
    (result,) = json.loads(sarif_from_pages(pages([case], closed), DETECTIONS))["runs"][0]["results"]
    assert result["suppressions"] == [{"kind": "external", "justification": "benign"}]


def test_a_case_of_a_detection_that_is_no_more_is_exported_all_the_same() -> None:
    (case,) = cases("robot:acme+ci")
    (page,) = pages([case])
    document = finding_from_page(page, {})
    assert isinstance(document, Document)
    assert wrongs_of(document.body, VERSIONS[0]) == []
    rules = json.loads(sarif_from_pages([page], {}))["runs"][0]["tool"]["driver"]["rules"]
    assert rules == [{"id": "QD-02"}, {"id": "QD-12"}]
