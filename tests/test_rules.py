"""Promises of detection files: what a good one says, and how a bad one is refused."""

from pathlib import Path

import pytest

from pipeline.detect.rules import detection_from_text, read_detections
from pipeline.detect.signals import Family, Severity
from pipeline.errors import UsageError
from tests.detecting import SWEEP, sql_folder


def test_a_file_is_a_head_a_query_and_cases() -> None:
    sweep = detection_from_text("qd91_sweep", SWEEP)
    assert (sweep.id, sweep.family, sweep.severity) == ("QD-91", Family.EXFILTRATION, Severity.HIGH)
    assert sweep.reads == ["int_acts", "mart_credential_habit_daily"]
    assert sweep.params == {"least": 3}
    assert sweep.needs.kinds == ["pull_repo"]
    assert sweep.query.startswith("with known as (")
    assert sweep.query.endswith("having count(distinct int_acts.repository) >= $least")
    assert [case.name for case in sweep.cases] == ["four repositories at once", "the usual ones"]


def test_a_comment_within_the_query_is_part_of_it() -> None:
    commented = SWEEP.replace("with known as (", "with known as (\n-- what it pulled before")
    assert "-- what it pulled before" in detection_from_text("qd91_sweep", commented).query


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('-- title = "One', '-- titel = "One', "titel"),
        ('"exfiltration"', '"theft"', "theft"),
        ('severity = "high"', 'severity = "grave"', "grave"),
        ('"QD-91"', '"QD-9"', "two digits"),
        ('reads = ["int_acts", ', 'reads = ["stg_events", ', "not stg_events"),
        ('kinds = ["pull_repo"]', 'kinds = ["pull"]', "'pull' is no kind"),
        ('-- pull_repo = ["user-agent"]', '-- pulls = ["user-agent"]', "'pulls' is no kind"),
        ("-- least = 3 ", "-- day = 3 ", "$day"),
        ("-- least = 3 ", "-- least = 2026-01-01 ", "params"),
        ('-- why = "it', '-- query = "x"\n-- why = "it', "no query"),
        ("-- [[cases]]\n", "-- [[cases]]\nselect 1\n", "no comment"),
        ("-- fires = []", "-- fires = [", "malformed"),
        ("-- fires = []", "-- inventory.robot = []\n-- fires = []", "'robot' is no table"),
        (SWEEP[SWEEP.index("with known") : SWEEP.index("-- [[cases]]")], "", "no query"),
    ],
)
def test_a_malformed_file_is_refused_by_name(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    assert SWEEP.count(old) >= 1
    sql = sql_folder(tmp_path / "sql", qd91_sweep=SWEEP.replace(old, new, 1))
    with pytest.raises(UsageError) as refusal:
        read_detections(sql)
    assert complaint in refusal.value.what
    assert "qd91_sweep.sql" in refusal.value.where


def test_a_file_is_called_after_its_id(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="qd91_"):
        read_detections(sql_folder(tmp_path / "sql", qd90_sweep=SWEEP))


def test_two_files_with_one_id_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="qd91_a and qd91_b"):
        read_detections(sql_folder(tmp_path / "sql", qd91_a=SWEEP, qd91_b=SWEEP))


def test_detections_come_by_id_and_only_those_that_are_asked_for(tmp_path: Path) -> None:
    other = SWEEP.replace("QD-91", "QD-90")
    sql = sql_folder(tmp_path / "sql", qd91_sweep=SWEEP, qd90_other=other)
    assert [each.id for each in read_detections(sql)] == ["QD-90", "QD-91"]
    assert [each.id for each in read_detections(sql, ["QD-91"])] == ["QD-91"]
    with pytest.raises(UsageError, match="QD-9 is no detection") as refusal:
        read_detections(sql, ["QD-9"])
    assert refusal.value.hint == "the detections are QD-90, QD-91"
