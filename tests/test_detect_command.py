"""Promises of `quay-audit detect`: what it prints, and how it ends."""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from msgspec.structs import replace

from pipeline.cli.detect import lines_from_verdicts
from pipeline.detect.readiness import Readiness, Verdict
from pipeline.lake.layout import Layout
from tests.commands import Ended, quay_audit
from tests.detecting import pulls
from tests.lakes import DAY, bring_up_to_date, save_window

QUIET_DAYS = 12


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A robot pulls the same five repositories for twelve days, and then fifty others from elsewhere."""
    layout = Layout(tmp_path_factory.mktemp("template") / "lake")
    for n in range(1, QUIET_DAYS + 1):
        day = DAY - timedelta(days=n)
        save_window(layout, "all", pulls(5, day=day), day=day)
    elsewhere = [replace(each, ip="198.51.100.9") for each in pulls(50, first=10)]
    save_window(layout, "all", [*pulls(5), *elsewhere])
    bring_up_to_date(layout)
    return layout.root


@pytest.fixture
def lake(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "lake")


def detect(lake: Path, *words: str) -> Ended:
    """The command over the last two days of the lake: what lies before is history enough."""
    return quay_audit("detect", "--lake", str(lake), "--since", str(DAY - timedelta(days=1)), *words)


def test_the_cases_of_the_days_judged_are_printed_with_their_reasons(lake: Path) -> None:
    ended = detect(lake)
    assert ended.status == 0
    header, _, case, summary = ended.stdout.splitlines()
    assert header.split() == ["day", "case", "severity", "score", "state", "subject", "why"]
    assert case.startswith(str(DAY))
    assert "robot:acme+ci" in case
    assert "50 repositories" in case
    assert summary.startswith("2 days judged, 0 unchanged: ")
    assert detect(lake).stdout == "0 days judged, 2 unchanged: 0 signals, 0 cases\n"


def test_with_json_the_whole_case_is_given(lake: Path) -> None:
    document = json.loads(detect(lake, "--json").stdout)
    assert document["judged_days"] == [str(DAY - timedelta(days=1)), str(DAY)]
    (case,) = document["cases"]
    assert (case["subject"], case["state"]) == ("robot:acme+ci", "open")
    assert case["signals"][0]["signal"]["evidence"][0].startswith(f"{DAY} all #")


def test_findings_of_the_range_have_a_status_until_they_are_settled(lake: Path) -> None:
    assert detect(lake, "--fail-on", "high").status == 1
    assert detect(lake, "--fail-on", "high").status == 1  # of the range, judged now or before
    assert detect(lake, "--fail-on", "high", "--until", str(DAY - timedelta(days=1))).status == 0
    (case,) = json.loads(detect(lake, "--json", "--full").stdout)["cases"]
    words = ("--disposition", "benign", "--note", "a planned move", "--by", "ann")
    assert quay_audit("cases", "close", case["case_id"], *words, "--lake", str(lake)).status == 0
    assert detect(lake, "--fail-on", "high").status == 0


def test_a_settings_file_leaves_a_detection_out(
    lake: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "quay-audit.toml").write_text("[detections.QD-99]\nenabled = false\n")
    refused = detect(lake)
    assert (refused.status, refused.error) == (2, "there is no such detection ([detections.QD-99])")
    (tmp_path / "quay-audit.toml").write_text("[detections.QD-12]\nenabled = false\n")
    (case,) = json.loads(detect(lake, "--json").stdout)["cases"] or [{"detection_ids": []}]
    assert "QD-12" not in case["detection_ids"]


def test_a_range_does_not_end_before_it_begins(lake: Path) -> None:
    ended = detect(lake, "--until", "2026-11-01")
    assert (ended.status, ended.error) == (2, "2026-11-19 is after 2026-11-01 (--since)")


def test_ids_are_for_trials(lake: Path) -> None:
    assert detect(lake, "QD-12").status == 2


def test_a_trial_of_one_detection_says_how_many_of_its_cases_went_well() -> None:
    ended = quay_audit("detect", "--test", "QD-12", "--json")
    verdicts = json.loads(ended.stdout)
    assert {verdict["detection_id"] for verdict in verdicts} == {"QD-12"}
    assert ended.status == (5 if any(verdict["complaints"] for verdict in verdicts) else 0)


def test_what_could_not_be_seen_is_one_line_a_reason() -> None:
    days = [date(2026, 11, n) for n in range(1, 10)]
    blind = [Verdict(day, "QD-02", Readiness.BLIND, ("a proxy",)) for day in days]
    short = [
        Verdict(days[0], name, Readiness.DEGRADED, ("a window is short",)) for name in ("QD-01", "QD-02")
    ]
    assert lines_from_verdicts([*blind, *short]) == [
        "blind: QD-02 on 2026-11-01 to 2026-11-09 (9 days): a proxy",
        "degraded: QD-01, QD-02 on 2026-11-01: a window is short",
    ]
