"""Promises of the commands: rules run beside the detections, are checked, exported, suppressed and set like those."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from pipeline.lake.layout import Layout
from tests.commands import quay_audit
from tests.detecting import pulls
from tests.lakes import DAY, bring_up_to_date, save_window
from tests.sigma_rules import correlation, named, single, write

PULLS = named("pulls", {"kind": "pull_repo"})
SWEEP = correlation(
    "value_count", ["pulls"], condition={"gte": 4, "field": "repo"}, group_by="credential"
) | {
    "title": "A credential pulls four repositories",
    "id": "11111111-0b0e-4c53-9a0e-2f6d3f6a1b01",
    "level": "high",
}
SWEEP_ID = "SIGMA-11111111"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days, on each of which a robot pulls four repositories."""
    layout = Layout(tmp_path_factory.mktemp("template") / "lake")
    for n in range(2):
        day = DAY - timedelta(days=n)
        save_window(layout, "all", pulls(4, day=day), day=day)
    bring_up_to_date(layout)
    return layout.root


@pytest.fixture
def lake(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "lake")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    folder.mkdir()
    write(folder, PULLS, SWEEP)
    return folder


def test_rules_run_beside_the_detections_and_make_cases(lake: Path, rules: Path) -> None:
    ended = quay_audit("detect", "--lake", str(lake), "--sigma", str(rules), "--json")
    assert ended.status == 0
    cases = [each for each in json.loads(ended.stdout)["cases"] if SWEEP_ID in each["detection_ids"]]
    assert [(each["day"], each["subject"]) for each in cases] == [
        (str(DAY - timedelta(days=1)), "robot:acme+ci"),
        (str(DAY), "robot:acme+ci"),
    ]
    assert "up to 4 values of repo within 10m" in cases[0]["sentence"]
    again = quay_audit("detect", "--lake", str(lake), QUAY_AUDIT_SIGMA=str(rules))
    assert again.stdout.startswith("0 days judged, 2 unchanged")


def test_a_rule_is_suppressed_like_a_detection(lake: Path, rules: Path) -> None:
    until = datetime.now(UTC).date() + timedelta(days=30)
    covers = [
        "--detection",
        SWEEP_ID,
        "--subject",
        "robot:acme+ci",
        "--since",
        str(DAY),
        "--until",
        str(until),
    ]
    assert quay_audit("cases", "suppress", "--lake", str(lake), *covers, "--why", "a scanner").status == 0
    judged = quay_audit("detect", "--lake", str(lake), "--sigma", str(rules), "--json")
    days = [each["day"] for each in json.loads(judged.stdout)["cases"] if SWEEP_ID in each["detection_ids"]]
    assert days == [str(DAY - timedelta(days=1))]


def test_a_rule_that_cannot_be_run_stops_detect_by_name(lake: Path, tmp_path: Path) -> None:
    file = write(tmp_path, single({"kind": "pull_rep"}))
    ended = quay_audit("detect", "--lake", str(lake), "--sigma", str(file))
    assert ended.status == 2
    assert ended.error == f"Quay has no kind 'pull_rep' ({file}: A rule)"
    assert ended.hint.startswith("did you mean pull_repo?")


def test_check_tells_what_rules_become_and_what_is_wrong(rules: Path) -> None:
    ended = quay_audit("sigma", "check", str(rules))
    assert ended.status == 0
    assert ended.stdout.splitlines()[2].split()[:3] == [SWEEP_ID, "high", "credential_misuse"]
    write(rules, single({"kind": "pull_rep"}), name="wrong.yml")
    ended = quay_audit("sigma", "check", str(rules), "--json")
    assert ended.status == 2
    document = json.loads(ended.stdout)
    assert [each["id"] for each in document["rules"]] == [SWEEP_ID]
    assert [each["what"] for each in document["refused"]] == ["Quay has no kind 'pull_rep'"]


def test_export_writes_rules_and_tells_what_is_left_out(tmp_path: Path) -> None:
    ended = quay_audit("sigma", "export", "--output", str(tmp_path / "out"))
    assert ended.status == 0
    files = [Path(line) for line in ended.stdout.splitlines()]
    assert all(list(yaml.safe_load_all(file.read_text("utf-8"))) for file in files)
    assert "QD-02 is not among them: " in ended.stderr
    assert quay_audit("sigma", "check", str(tmp_path / "out")).status == 0


def test_fields_lists_every_name() -> None:
    assert "performer, performer_name, actor, user, username" in quay_audit("sigma", "fields").stdout
    assert json.loads(quay_audit("sigma", "fields", "--json").stdout)["tag"] == ["tag"]
