"""Promises of `quay-audit report`: what it writes, says and refuses, and how it ends."""

import json
import shutil
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import CommandLine
from pipeline.cli.custody import COMMANDS as CUSTODY
from pipeline.cli.report import COMMANDS
from pipeline.cli.verify import COMMANDS as VERIFY
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.reports.proven import unproven_days
from tests.commands import NO_SETTINGS, Ended
from tests.detecting import pulls
from tests.lakes import DAY, bring_up_to_date, row, save_window

LINE = CommandLine("quay-audit", commands=[*COMMANDS, *CUSTODY, *VERIFY])


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days on which a robot pulled and Wilhelmina made a repository, sealed and built."""
    layout = Layout(tmp_path_factory.mktemp("template") / "lake")
    for day in (DAY - timedelta(days=1), DAY):
        made = row("create_repo", day=day, performer="wilhelmina", namespace="acme", metadata={"repo": "web"})
        save_window(layout, "all", [*pulls(4, day=day), made], day=day)
    Ledger(layout).seal(datetime.combine(DAY, time(), UTC), "0.1.0")
    bring_up_to_date(layout)
    return layout.root


@pytest.fixture
def lake(template: Path, tmp_path: Path) -> Path:
    return shutil.copytree(template, tmp_path / "lake")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    assert quay_audit("keys", "new", "--out", str(tmp_path / "keys")).status == 0
    return tmp_path / "keys" / "quay-audit.key"


def quay_audit(*words: str) -> Ended:
    """These commands alone, as the whole command line runs them."""
    result = CliRunner().invoke(LINE, words, env=NO_SETTINGS, catch_exceptions=False)
    return Ended(result.exit_code, result.stdout, result.stderr)


def report(lake: Path, *words: str, until: str = str(DAY)) -> Ended:
    """The report over the two days, of one framework."""
    period = f"{DAY - timedelta(days=1)}..{until}"
    return quay_audit("report", "--lake", str(lake), "--period", period, "--framework", "pci", *words)


def test_the_report_is_where_the_dashboard_looks_for_it(lake: Path) -> None:
    ended = report(lake)
    assert ended.status == 0, ended.stderr
    folder = lake / "reports" / f"pci-{DAY - timedelta(days=1)}-to-{DAY}"
    assert ended.stdout.splitlines()[:4] == [
        str(folder / f"report.{each}") for each in ("pdf", "html", "xlsx", "json")
    ]
    assert all(Path(line).is_file() for line in ended.stdout.splitlines()[:4])
    assert list((folder / "populations").glob("*.csv"))


def test_with_json_every_file_and_population_is_named(lake: Path) -> None:
    document = json.loads(report(lake, "--format", "json,csv", "--json").stdout)
    files = [file["name"] for file in document["files"]]
    assert "report.json" in files
    assert {Path(name).stem for name in files} == {"report", *document["populations"]}
    assert document["exception_count"] == sum(map(len, document["exceptions"].values()))


def test_the_same_lake_and_period_give_the_same_files(lake: Path, tmp_path: Path) -> None:
    def made(name: str) -> dict[str, bytes]:
        assert report(lake, "--format", "json,csv,html", "--out", str(tmp_path / name)).status == 0
        folder = tmp_path / name
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.*")}

    assert made("first") == made("second")


def test_a_period_with_days_that_are_not_proven_ends_with_status_4_and_is_written(lake: Path) -> None:
    ended = report(lake, "--format", "html", until=str(DAY + timedelta(days=2)))
    assert ended.status == 4
    assert ended.error == (
        f"2 of 4 days of the period are not proven: {DAY + timedelta(days=1)}, {DAY + timedelta(days=2)}"
    )
    assert f"--scope all --since {DAY + timedelta(days=1)}" in ended.hint
    assert Path(ended.stdout.splitlines()[0]).is_file()


def test_a_sample_is_drawn_by_the_seed(lake: Path) -> None:
    document = json.loads(report(lake, "--format", "json", "--sample", "2", "--seed", "7", "--json").stdout)
    content = json.loads((Path(document["folder"]) / "report.json").read_text())
    populations = [each for section in content["sections"] for each in section["populations"]]
    assert document["sample"] == {"count": 2, "seed": "7"}
    assert all(len(each["sampled"]) == min(2, each["row_count"]) for each in populations)


def test_a_bundle_holds_this_report_and_stands_verification(lake: Path, key: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "evidence.zip"
    assert report(lake, "--format", "pdf").status == 0  # lies beside what is sealed next
    ended = report(lake, "--format", "json", "--bundle", str(bundle), "--key", str(key))
    assert ended.status == 0, ended.stderr
    assert "2 windows and 10 rows under" in ended.stdout
    checked = quay_audit("verify", str(bundle), "--public-key", str(key.with_suffix(".pub")))
    assert checked.status == 0, checked.stderr
    assert b"report/report.json" in bundle.read_bytes()
    assert b"report/report.pdf" not in bundle.read_bytes()


def test_pseudonyms_stand_for_people_in_every_file(lake: Path, key: Path) -> None:
    ended = report(lake, "--format", "json,html,csv", "--pseudonymize", "--key", str(key))
    assert ended.status == 0, ended.stderr
    folder = Path(ended.stdout.splitlines()[0]).parent
    assert folder.name.endswith("-pseudonyms")
    text = "".join(file.read_text() for file in folder.rglob("*.*"))
    assert "wilhelmina" not in text.lower()
    assert "person-" in text
    assert "replaced by pseudonyms" in text


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--format", "docx"], "'docx' is no format"),
        (["--sample", "5"], "a sample needs a size and a seed"),
        (["--seed", "5"], "a sample needs a size and a seed"),
        (["--bundle", "x.zip"], "a bundle and pseudonyms need a key"),
        (["--pseudonymize"], "a bundle and pseudonyms need a key"),
        (["--with-rows"], "rows go into a bundle alone"),
        (["--framework", "sox"], "'sox' is no framework"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_written(
    lake: Path, words: list[str], error: str
) -> None:
    ended = report(lake, *words)
    assert (ended.status, ended.error.partition(" (")[0]) == (2, error)
    assert not (lake / "reports").exists()


def test_a_day_is_proven_by_everything_or_by_all_of_its_windows(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    days = [DAY + timedelta(days=number) for number in range(4)]
    states = [
        {"all": State.VERIFIED, "org/acme": State.SHORT},
        {"all": State.SHORT, "org/acme": State.VERIFIED},
        {"org/acme": State.VERIFIED, "org/globex": State.VERIFIED},
    ]
    windows = [
        save_window(layout, scope, pulls(1, day=day), day=day, state=state)
        for day, by_scope in zip(days, states, strict=False)
        for scope, state in by_scope.items()
    ]
    assert unproven_days(windows, days[0], days[3]) == [days[1], days[3]]
