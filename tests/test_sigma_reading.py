"""Promises of reading Sigma files: a rule is a detection like any other, or it is refused by name and with a reason."""

import copy
from pathlib import Path
from typing import Any

import pytest

from pipeline.detect.overrides import detections_as_set
from pipeline.detect.readiness import DayWindow, Readiness, Telemetry, verdict_on
from pipeline.detect.sigma.imported import read_sigma, try_to_read_sigma
from pipeline.detect.signals import Family, Severity
from pipeline.errors import UsageError
from tests.sigma_rules import DAY, correlation, named, read_one, single, write

DATA = Path(__file__).parent / "data" / "sigma"
ID = "6f0c9c1e-0b0e-4c53-9a0e-2f6d3f6a1b01"
EXPORTS = {"kind": "export_logs_success"}
FAILURE = named("failure", {"kind": "login_failure"})


def test_a_rule_becomes_a_detection_with_all_that_it_says() -> None:
    by_id = {each.id: each for each in read_sigma([DATA])}
    exports = by_id["SIGMA-6f0c9c1e"]
    assert exports.title == "Audit logs were exported"
    assert (exports.severity, exports.family) == (Severity.MEDIUM, Family.EXFILTRATION)
    assert (exports.tactics, exports.techniques) == (["Collection"], ["T1213"])
    assert exports.false_positives == ["A new log platform"]
    assert exports.next_steps[-1] == "See https://docs.projectquay.io"
    assert exports.needs.kinds == ["export_logs_success"]
    assert exports.params["score"] == 40.0
    failures = by_id["SIGMA-0f1e9a3c"]
    assert (failures.family, failures.techniques) == (Family.AUTHENTICATION, ["T1110.001"])
    assert failures.needs.failure_kinds == ["login_failure"]
    assert failures.needs.network


def test_a_rule_without_an_id_has_one_of_its_own_text(tmp_path: Path) -> None:
    one = read_one(tmp_path, single(EXPORTS))
    assert one.id == read_one(tmp_path, dict(reversed(single(EXPORTS).items()))).id
    assert one.id != read_one(tmp_path, single(EXPORTS, level="low")).id


def test_a_level_that_is_not_given_is_medium(tmp_path: Path) -> None:
    assert read_one(tmp_path, single(EXPORTS)).severity is Severity.MEDIUM
    assert read_one(tmp_path, single(EXPORTS, level="critical")).params["score"] == 90.0


def test_settings_reach_the_parameters_of_a_rule(tmp_path: Path) -> None:
    rule = correlation("event_count", ["failure"], condition={"gte": 5}, group_by="network")
    detection = read_one(tmp_path, FAILURE, rule)
    (changed,) = detections_as_set([detection], {detection.id: {"threshold": 50, "score": 10}})
    assert (changed.params["threshold"], changed.params["score"]) == (50, 10.0)


def test_a_rule_is_blind_where_its_kinds_or_addresses_are_not_seen(tmp_path: Path) -> None:
    rule = correlation("event_count", ["failure"], condition={"gte": 5}, group_by="src_ip")
    detection = read_one(tmp_path, FAILURE, rule)
    windows = [DayWindow("all", "verified")]
    for kinds, is_trusted, readiness in [
        ({"login_failure"}, True, Readiness.READY),
        ({"pull_repo"}, True, Readiness.BLIND),
        ({"login_failure"}, False, Readiness.BLIND),
    ]:
        seen = Telemetry(day=DAY, kinds=frozenset(kinds), windows=windows, is_network_trusted=is_trusted)
        assert verdict_on(detection, seen).readiness is readiness


def test_the_kinds_that_a_rule_needs_are_those_that_it_can_fit(tmp_path: Path) -> None:
    def kinds(selection: Any, **more: Any) -> list[str]:
        return read_one(tmp_path, single(selection, **more)).needs.kinds

    assert kinds({"kind|endswith": "_robot"}) == ["create_robot", "delete_robot"]
    assert kinds({"kind": ["create_robot", "push_repo"], "kind_family": "robot"}) == ["create_robot"]
    assert kinds({"tag": "x"}) == []
    assert kinds([{"kind": "create_robot"}, {"tag": "x"}]) == []


def test_a_rule_that_serves_a_correlation_has_no_signals_of_its_own_unless_it_says_so(tmp_path: Path) -> None:
    rule = correlation("event_count", ["failure"], condition={"gte": 5})
    aloud = copy.deepcopy(rule) | {"title": "Aloud"}
    aloud["correlation"]["generate"] = True
    assert [each.title for each in read_sigma([write(tmp_path, FAILURE, rule)])] == ["A correlation"]
    assert {each.title for each in read_sigma([write(tmp_path, FAILURE, rule, aloud)])} == {
        "A correlation",
        "Aloud",
        "failure",
    }


def test_a_correlation_may_name_the_rules_of_another_file(tmp_path: Path) -> None:
    rule = correlation("event_count", [ID], condition={"gte": 5})
    write(tmp_path, single(EXPORTS, id=ID), name="one.yml")
    write(tmp_path, rule, name="other.yaml")
    assert [each.title for each in read_sigma([tmp_path])] == ["A correlation"]


REFUSED = [
    (
        single(EXPORTS) | {"logsource": {"product": "windows", "service": "security"}},
        "another log (windows, security)",
    ),
    (single(EXPORTS) | {"logsource": {"category": "webserver"}}, "another log (of no product)"),
    (single(EXPORTS, id="1"), "UUID"),
    (single(EXPORTS, level="grave"), "grave"),
    (single(EXPORTS, condition="selection and"), "Expected"),
    (single(EXPORTS, condition="other"), "'other' not defined"),
    (single(EXPORTS, condition="selection | count() > 5"), "pipe syntax"),
    (single({"kind": "pull_rep"}), "Quay has no kind 'pull_rep'"),
    (single({"tag": []}), "empty list"),
    (single({"tag|re": "a(?=b)"}), "invalid perl operator: (?="),
    (single({"tag|re": r"(a)\1"}), "invalid escape sequence"),
    (
        single({"tag|re": "(?<name>a)"}),
        "the engine cannot run the expression '(?<name>a)': invalid perl operator",
    ),
    (single({"tag|re": 5}), "expression that is no text"),
    (single({"ip|cidr": "10.0.0.1/8"}), "host bits"),
    (single({"tag|wrong": "x"}), "Unknown modifier"),
    (single({"tag|expand": "%tags%"}), "nothing is known to put in the place of %tags%"),
    (single({"tag|hour": 3}), "only an event's time"),
    (single({'tag"]': "x"}), "is no field"),
    (single({"tag|gt": "x"}), "incompatible"),
    (single(EXPORTS) | {"action": "global"}, "collections with an action"),
    (
        single(EXPORTS) | {"detection": {"selection": EXPORTS, "timeframe": "5m", "condition": "selection"}},
        "timeframe",
    ),
    ({"title": "x", "logsource": {"product": "quay"}, "filter": {}}, "filters are not read"),
    (["x"], "it is no mapping"),
    (correlation("event_count", ["gone"], condition={"gte": 1}), "it names 'gone'"),
    (correlation("event_count", ["failure"], condition={"gte": 1}, timespan="25h"), "its timespan is 25h"),
    (correlation("event_count", ["failure"], condition={"gte": 1}, timespan="1w"), "its timespan is 1w"),
    (
        correlation("event_count", ["failure"], condition={"gte": 1}, timespan="soon"),
        "Timespan 'soon' is invalid",
    ),
    (correlation("value_count", ["failure"], condition={"gte": 1}), "without field reference"),
    (
        correlation("value_sum", ["failure"], condition={"gte": 1, "field": "count"}),
        "value_sum are not worked out",
    ),
    (correlation("sum", ["failure"], condition={"gte": 1}), "no valid Sigma correlation type"),
    (correlation("event_count", ["failure"]), "without condition"),
    (correlation("event_count", ["failure"], condition={"gte": 10**40}), "no window holds 1e+40 events"),
    (correlation("event_count", [0], condition={"gte": 1}), "it names 0"),
    (
        correlation("temporal_ordered", ["failure", "failure"], condition={"gte": 1}),
        "an order is of all its rules",
    ),
    (correlation("temporal_ordered", ["failure"], condition="not failure"), "an order is of all its rules"),
    (
        correlation(
            "event_count",
            ["failure"],
            condition={"gte": 1},
            group_by=["who"],
            aliases={"who": {"other": "x"}},
        ),
        "it names 'other'",
    ),
    (
        correlation("event_count", ["failure"], condition={"gte": 1}, group_by=["who"], aliases={"who": {}}),
        "the alias who says nothing",
    ),
]


@pytest.mark.parametrize(("document", "complaint"), REFUSED)
def test_what_cannot_be_worked_out_is_refused_with_its_file(
    tmp_path: Path, document: Any, complaint: str, capfd: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path, FAILURE, document)
    with pytest.raises(UsageError) as refusal:
        read_sigma([file])
    assert complaint in refusal.value.what
    assert str(file) in refusal.value.where
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("title: a\ntitle: b\n", "Duplicate key"),
        ("title: [", "no Sigma rule"),
        ("date: 2026-13-45", "month must be"),
        ("\x00", "no Sigma rule"),
        ("[" * 5000, "no Sigma rule"),
        (
            "a: &a [x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
            "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e]",
            "too many nodes",
        ),
    ],
)
def test_a_file_that_is_no_yaml_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "x.yml"
    file.write_text(text)
    with pytest.raises(UsageError) as refusal:
        read_sigma([file])
    assert complaint in refusal.value.what


def test_what_is_not_there_or_holds_no_rule_is_refused(tmp_path: Path) -> None:
    for path, complaint in (
        (tmp_path / "gone.yml", "no such file"),
        (tmp_path, "no Sigma rule in this folder"),
    ):
        with pytest.raises(UsageError, match=complaint):
            read_sigma([path])


def test_twins_are_refused(tmp_path: Path) -> None:
    for more in ({"id": ID}, {"name": "n"}):
        file = write(tmp_path, single(EXPORTS, **more), single({"tag": "x"}, **more))
        with pytest.raises(UsageError, match="is that of"):
            read_sigma([file])
    file = write(tmp_path, single(EXPORTS), single(EXPORTS))
    with pytest.raises(UsageError, match="it has the id SIGMA-"):
        read_sigma([file])


def test_a_correlation_of_correlations_is_refused(tmp_path: Path) -> None:
    inner = correlation("event_count", ["failure"], condition={"gte": 5}) | {"name": "inner"}
    with pytest.raises(UsageError, match="is a correlation itself"):
        read_sigma(
            [write(tmp_path, FAILURE, inner, correlation("event_count", ["inner"], condition={"gte": 2}))]
        )


def test_every_problem_is_told_and_what_is_sound_is_read(tmp_path: Path) -> None:
    file = write(tmp_path, single({"tag|wrong": "x"}), single(EXPORTS), single({"kind": "nothing"}))
    detections, problems = try_to_read_sigma([file])
    assert [each.title for each in detections] == ["A rule"]
    assert [each.where for each in problems] == [f"{file}, document 1", f"{file}: A rule"]
    with pytest.raises(UsageError, match=r"and 1 more"):
        read_sigma([file])
