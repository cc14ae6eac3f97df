"""Promises of `quay-audit cases`: what people decide is kept, told back, and not asked for twice."""

import json
import os
import pwd
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
import pytest

from pipeline.cli import main
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from tests.commands import Ended, quay_audit
from tests.signalling import ALICE, DAY, ROBOT, fired, off_network, store
from tests.test_commands import examples_in

EVE = "robot:acme+\x1b[31meve"
TODAY = datetime.now(UTC).date()
NEXT_WEEK = (TODAY + timedelta(days=7)).isoformat()


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with cases of two days."""
    layout = Layout(tmp_path_factory.mktemp("judged"))
    before = DAY - timedelta(days=1)
    signals = [fired(ROBOT, 60), fired(ALICE, 85), off_network(ALICE, 20), fired(EVE, 50)]
    store(layout, {before: [fired(ROBOT, 52, day=before)], DAY: signals})
    return layout.warehouse


class Desk:
    """A lake of its own, and the commands of somebody who triages it."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def __call__(self, *words: str, **environ: str) -> Ended:
        """`quay-audit cases ...`"""
        return quay_audit("cases", *words, "--lake", str(self.layout.root), **environ)

    def listed(self, *words: str) -> list[dict[str, Any]]:
        """What `cases list` tells a program."""
        answer = self("list", "--json", *words)
        assert answer.status == 0, answer.stderr
        found: list[dict[str, Any]] = json.loads(answer.stdout)
        return found

    def case(self, subject: str) -> str:
        """The id of the newest case about a subject."""
        ids: list[str] = [
            each["case_id"] for each in self.listed("--state", "all") if each["subject"] == subject
        ]
        return ids[-1]

    def close(self, case_id: str, **environ: str) -> Ended:
        """As benign."""
        return self("close", case_id, "--disposition", "benign", "--note", "planned", **environ)


@pytest.fixture
def desk(judged: Path, tmp_path: Path) -> Desk:
    """A desk with that warehouse."""
    layout = Layout(tmp_path / "lake")
    layout.root.mkdir()
    layout.warehouse.write_bytes(judged.read_bytes())
    return Desk(layout)


def test_cases_are_listed_by_day_and_rank(desk: Desk) -> None:
    assert [(each["day"], each["subject"]) for each in desk.listed()] == [
        ("2026-03-02", ROBOT),
        ("2026-03-03", ALICE),
        ("2026-03-03", ROBOT),
        ("2026-03-03", EVE),
    ]
    lines = desk("list").stdout.splitlines()
    assert len(lines) == 6
    assert lines[3].split()[:5] == ["2026-03-03", desk.case(ALICE), "critical", "105.0", "open"]


def test_the_list_takes_days_and_severities(desk: Desk) -> None:
    assert len(desk.listed("--since", "2026-03-03")) == 3
    assert len(desk.listed("--until", "2026-03-02")) == 1
    assert [each["subject"] for each in desk.listed("--min-severity", "critical")] == [ALICE]


def test_text_from_quay_changes_no_terminal(desk: Desk) -> None:
    assert "\x1b" not in desk("list").stdout
    assert "\x1b" not in desk("show", desk.case(EVE)).stdout


def test_a_case_is_shown_with_all_that_a_person_needs(desk: Desk) -> None:
    case_id = desk.case(ALICE)
    desk("acknowledge", case_id, "--note", "asking her", "--by", "carol")
    text = desk("show", case_id).stdout
    assert text.startswith(f"{case_id}  critical, 105 points, acknowledged\n")
    assert "2 signals: user:alice pulled 60 repositories; user:alice came from 203.0.113.0/24" in text
    assert "2026-03-03 10:00:00 to 2026-03-03 10:20:00 UTC" in text
    assert "2026-03-03 all #00000001" in text
    assert "acknowledge by carol: asking her" in text
    document = json.loads(desk("show", case_id, "--json").stdout)
    assert document["state"] == "acknowledged"
    assert [part["points"] for part in document["signals"]] == [85.0, 20.0]
    assert [each["action"] for each in document["decisions"]] == ["acknowledge"]
    assert f"  {desk.listed()[0]['case_id']}\n" in desk("show", desk.case(ROBOT)).stdout


def test_an_unknown_case_is_told_as_such(desk: Desk) -> None:
    answer = desk("show", "20260303-nowhere")
    assert (answer.status, answer.error) == (2, "there is no case 20260303-nowhere")


def test_a_closed_case_leaves_the_list_and_can_be_opened_again(desk: Desk) -> None:
    case_id = desk.case(ROBOT)
    assert desk.close(case_id).stdout == f"{case_id} {ROBOT}: written down as entry 1\n"
    assert case_id not in [each["case_id"] for each in desk.listed()]
    (closed,) = desk.listed("--state", "closed")
    assert (closed["disposition"], closed["arising"]) == ("benign", "current")
    assert desk.close(case_id).error == f"it is closed as benign ({case_id})"
    assert desk("reopen", case_id, "--note", "it was no test").status == 0
    assert case_id in [each["case_id"] for each in desk.listed("--state", "open")]


def test_several_cases_are_decided_about_together_or_not_at_all(desk: Desk) -> None:
    robot, alice = desk.case(ROBOT), desk.case(ALICE)
    assert desk("acknowledge", robot, "20260303-nowhere", "--json").status == 2
    assert not desk.layout.triage.exists()
    answer = desk("acknowledge", robot, alice, robot, "--json")
    assert json.loads(answer.stdout) == [
        {"case_id": robot, "entry": 1},
        {"case_id": alice, "entry": 2},
    ]


def test_the_account_decides_unless_somebody_is_named_and_no_variable_can_pretend(desk: Desk) -> None:
    case_id = desk.case(ROBOT)
    desk.close(case_id, USER="mallory", LOGNAME="mallory")
    desk("reopen", case_id, "--note", "n", "--by", "carol")
    decisions = json.loads(desk("show", case_id, "--json").stdout)["decisions"]
    assert [each["by"] for each in decisions] == [pwd.getpwuid(os.getuid()).pw_name, "carol"]


@pytest.mark.parametrize(
    "words",
    [
        ("close", "X", "--disposition", "benign", "--note", " "),
        ("close", "X", "--disposition", "benign"),
        ("close", "X", "--note", "n"),
        ("close", "X", "--disposition", "dull", "--note", "n"),
        ("reopen", "X"),
        ("acknowledge",),
        ("acknowledge", "X", "--by", ""),
    ],
)
def test_a_decision_without_its_reason_is_refused(desk: Desk, words: tuple[str, ...]) -> None:
    case_id = desk.case(ROBOT)
    assert desk(*(case_id if word == "X" else word for word in words)).status == 2
    assert not desk.layout.triage.exists()


def test_judging_again_neither_doubles_nor_reopens_and_tells_what_is_new(desk: Desk) -> None:
    case_id = desk.case(ROBOT)
    desk.close(case_id)
    store(desk.layout, {DAY: [fired(ROBOT, 60), fired(ALICE, 85)]})
    assert case_id not in [each["case_id"] for each in desk.listed()]
    store(desk.layout, {DAY: [fired(ROBOT, 60), off_network(ROBOT, 40)]})
    (case,) = [each for each in desk.listed() if each["case_id"] == case_id]
    assert (case["state"], case["changed_since_closed"]) == ("closed", True)
    assert "closed as benign, changed since" in desk("list").stdout


def test_a_closed_case_that_no_longer_arises_stays_listed(desk: Desk) -> None:
    case_id = desk.case(ROBOT)
    desk.close(case_id)
    store(desk.layout, {DAY: [fired(ALICE, 85)]})
    (withdrawn,) = desk.listed("--state", "withdrawn")
    assert (withdrawn["case_id"], withdrawn["arising"]) == (case_id, "withdrawn")
    assert "closed as benign, withdrawn" in desk("show", case_id).stdout


def test_a_suppressed_signal_is_kept_and_shown_and_scores_nothing(desk: Desk) -> None:
    words = ("--detection", "*", "--subject", ALICE, "--network", "203.0.113.*", "--since", "2026-03-01")
    entered = desk("suppress", *words, "--until", NEXT_WEEK, "--why", "new office", "--by", "carol")
    assert entered.stdout.startswith("S1: from 2026-03-01 to ")
    store(desk.layout, {DAY: [fired(ALICE, 85), off_network(ALICE, 20)]})
    shown = desk("show", desk.case(ALICE)).stdout
    assert "1 signal: " in shown
    assert "suppressed by S1" in shown
    document = json.loads(desk("show", desk.case(ALICE), "--json").stdout)
    assert [each["suppression_id"] for each in document["suppressed_signals"]] == ["S1"]
    assert "suppressions in force on some of these days: S1;" in desk("list").stderr


def test_suppressions_are_listed_with_their_end_and_lifted_before_it(desk: Desk) -> None:
    words = ("--detection", "*", "--subject", ROBOT, "--why", "new scanner", "--until")
    old = (TODAY - timedelta(days=1)).isoformat()
    desk("suppress", *words, NEXT_WEEK)
    desk("suppress", *words, old, "--since", "2026-01-01")
    listed = json.loads(desk("suppressions", "--json").stdout)
    assert [each["validity"] for each in listed] == ["active", "expired"]
    assert desk("lift", "S1", "--why", "the scanner is gone").status == 0
    table = desk("suppressions").stdout.splitlines()
    assert [line.split()[:2] for line in table[2:]] == [["S1", "lifted"], ["S2", "expired"]]
    assert f"*          {ROBOT}" in table[2]
    assert desk("lift", "S1", "--why", "again").error == f"it is lifted on {TODAY} (S1)"
    assert desk("lift", "S2", "--why", "again").status == 2
    assert desk("lift", "S3", "--why", "x").hint == "there are S1, S2"


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"--until": "2020-01-01"}, "--until"),
        ({"--until": "2999-01-01"}, "--until"),
        ({"--subject": "*"}, "--subject"),
        ({"--why": " "}, "--why"),
        ({"--detection": "QD-00"}, "QD-00"),
    ],
)
def test_a_suppression_without_an_end_a_reason_or_a_limit_is_refused(
    desk: Desk, changed: dict[str, str], where: str
) -> None:
    given = {"--detection": "*", "--subject": ROBOT, "--until": NEXT_WEEK, "--why": "w"} | changed
    answer = desk("suppress", *(word for pair in given.items() for word in pair))
    assert answer.status == 2
    assert where in answer.stderr
    assert not desk.layout.triage.exists()


def test_a_damaged_journal_ends_with_status_5_and_names_the_file(desk: Desk) -> None:
    desk.close(desk.case(ROBOT))
    file = Journal(desk.layout.triage).file_of(1)
    file.write_text("{}")
    answer = desk("list")
    assert answer.status == 5
    assert str(file) in answer.error


def test_a_warehouse_that_was_never_judged_says_so(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    store(layout, {})
    answer = quay_audit("cases", "list", "--lake", str(layout.root))
    assert answer.status == 0
    assert answer.stderr == "no day is judged yet: run detect\n"
    assert quay_audit("cases", "list", "--lake", str(tmp_path / "none")).status == 2


def test_the_examples_of_every_command_can_be_given(desk: Desk) -> None:
    group = main.commands["cases"]
    assert isinstance(group, click.Group)
    for name, each in group.commands.items():
        examples = examples_in(desk(name, "--help").stdout)
        assert examples, name
        for words in examples:
            assert words[1:3] == ["cases", name]
            assert each.make_context(name, words[3:]).command is each
