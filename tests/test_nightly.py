"""Promises of `pipeline.nightly`: what a night does, says and writes down, and what it makes up for."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.nightly.nights import read_nights
from pipeline.nightly.outcomes import Ending
from pipeline.nightly.run import STEPS
from pipeline.nightly.summary import NightSummary, json_from_summary, lines_from_summary
from pipeline.quay.scopes import ALL
from tests.night_worlds import ALL_DONE, BEFORE, DAY, NEXT, ONLY_READING, World, endings, windows, world_in
from tests.nights import night_of


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, NightSummary]:
    """The first night of a lake, which tests only read."""
    world = world_in(tmp_path_factory.mktemp("first"))
    return world, world.night(DAY)


@pytest.fixture
def empty(tmp_path: Path) -> World:
    """A lake of which there is nothing yet."""
    return world_in(tmp_path)


@pytest.fixture
def world(tmp_path: Path, first: tuple[World, NightSummary]) -> World:
    """The lake of the first night, to go on with."""
    return world_in(tmp_path, first[0])


# What a night does ----------------------------------------------------------------------------------------------------


def test_a_night_reads_proves_judges_and_tells(first: tuple[World, NightSummary]) -> None:
    world, summary = first
    assert endings(summary) == ALL_DONE
    assert (summary.ending, summary.exit_status) == (Ending.DONE, 0)
    assert (summary.since, summary.until, summary.scopes) == (BEFORE, DAY, ["all"])
    assert windows(world) == {BEFORE: "verified", DAY: "verified"}
    assert summary.unsettled_cases == {
        "informational": 0,
        "low": 0,
        "medium": 0,
        "high": 2,
        "critical": 0,
    }
    assert world.post.titles == ["Quay audit: 2 new cases, the worst high"]


def test_its_summary_is_a_file_and_a_page(first: tuple[World, NightSummary]) -> None:
    world, summary = first
    (file,) = (world.layout.nightly / "summaries").iterdir()
    assert file.name == f"{NEXT}-00000001.json"
    assert file.read_bytes() == json_from_summary(summary)
    assert json.loads(file.read_bytes())["rows_read"] == 53
    assert list(lines_from_summary(summary)) == [
        f"nightly of {NEXT}, begun 02:00:00 UTC, 0 s: done (exit status 0)",
        f"scopes: all; days to {DAY}, from {BEFORE} on",
        "windows: 2 verified; entries: 53, 0 known to be missing",
        "cases to look at: 2 high",
    ]


def test_the_journal_tells_that_it_began_each_step_and_that_it_ended(
    first: tuple[World, NightSummary],
) -> None:
    world, _ = first
    (night,) = read_nights(world.layout)
    assert night.is_success
    assert (night.begun.by, night.begun.host, night.begun.today) == ("cron", "audit.example", NEXT)
    assert [step.step for step in night.steps] == [step.name for step in STEPS]
    assert night.ended is not None
    assert (night.ended.exit_status, night.ended.since, night.ended.until) == (0, BEFORE, DAY)
    assert night.ended.windows["verified"] == 2


def test_a_second_run_of_the_night_reads_nothing_takes_no_snapshot_and_tells_nobody(world: World) -> None:
    summary = world.night(DAY)
    assert endings(summary) == ALL_DONE
    assert (summary.since, summary.rows_read) == (None, 0)
    assert len(world.requests) <= 2  # which scopes there are, and the recount
    assert world.post.titles == []


def test_a_night_that_was_missed_is_made_up_for(world: World) -> None:
    summary = world.night(DAY + timedelta(days=3), keep_days=5)
    assert summary.since == NEXT
    assert set(windows(world).values()) == {"verified"}
    assert len(windows(world)) == 5
    assert world.post.titles == ["Quay audit: 1 new case: high"]


def test_what_was_missed_for_longer_than_the_server_keeps_it_is_said_to_be_lost(world: World) -> None:
    summary = world.night(DAY + timedelta(days=3), skipped=ONLY_READING)
    assert summary.since == DAY + timedelta(days=2)
    assert summary.coverage.lost_days == 1
    assert "1 incomplete days are older than what the server keeps" in list(lines_from_summary(summary))


def test_a_day_that_is_not_over_is_left_to_the_next_night(empty: World) -> None:
    early = night_of(DAY) - timedelta(hours=1, minutes=30)
    summary = empty.night(DAY, now=lambda: early, skipped=ONLY_READING)
    assert summary.until == BEFORE
    assert DAY not in windows(empty)


def test_named_scopes_alone_are_read(empty: World) -> None:
    summary = empty.night(DAY, server={"scopes": [ALL]}, skipped=ONLY_READING)
    assert summary.scopes == ["all"]


ALL_BUT_REPORT = frozenset(step.name for step in STEPS if step.name != "report")


def test_a_report_that_would_say_the_same_is_left_alone(world: World) -> None:
    summary = world.night(DAY, skipped=ALL_BUT_REPORT)
    (file,) = world.layout.reports.rglob("*.json")
    assert file.relative_to(world.layout.reports).as_posix() == "nightly-2026-11/report.json"
    (step,) = [result for result in summary.steps if result.step == "report"]
    assert step.words == "nightly-2026-11: 1 files are new"
    before = (file.read_bytes(), file.stat().st_mtime_ns)
    again = world.night(DAY, skipped=ALL_BUT_REPORT)
    assert "nightly-2026-11: 0 files are new" in [result.words for result in again.steps]
    assert (file.read_bytes(), file.stat().st_mtime_ns) == before
