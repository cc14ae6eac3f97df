"""Promises of `build` when something goes wrong: kills, damaged files, failing checks, too little memory."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.build import build
from pipeline.warehouse.draft import beside
from tests.lakes import DAY, Built, bring_up_to_date, row, save_window
from tests.two_days import (
    DAYS,
    assert_equal_to,
    assert_equal_to_a_fresh_build,
    built_days,
    pulls,
    two_days,
    written,
)

ROOT = Path(__file__).parent.parent


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A lake of two days, not built yet."""
    return two_days(tmp_path / "lake")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = two_days(tmp_path_factory.mktemp("original") / "lake")
    bring_up_to_date(layout)
    return layout


@pytest.fixture
def built(original: Layout, tmp_path: Path) -> Layout:
    """A lake of two days, built."""
    return Layout(shutil.copytree(original.root, tmp_path / "lake"))


def test_a_warehouse_that_was_lost_is_made_again_without_touching_the_events(
    built: Layout, original: Layout
) -> None:
    untouched = [written(built.events_file(day)) for day in DAYS]
    built.warehouse.unlink()
    assert built_days(built) == DAYS
    assert [written(built.events_file(day)) for day in DAYS] == untouched
    assert_equal_to(built, original)


@pytest.mark.parametrize("damage", ["lost", "cut", "empty", "of another lake"])
def test_an_events_file_that_is_not_right_is_made_again(built: Layout, original: Layout, damage: str) -> None:
    file = built.events_file(DAYS[1])
    if damage == "lost":
        file.unlink()
    else:
        other = built.events_file(DAYS[0]).read_bytes()
        file.write_bytes({"cut": file.read_bytes()[:-20], "empty": b"", "of another lake": other}[damage])
    assert built_days(built) == [DAYS[1]]
    assert_equal_to(built, original)


def test_a_kill_between_events_and_marts_is_made_good_by_the_next_build(
    built: Layout, tmp_path: Path
) -> None:
    before = shutil.copy(built.warehouse, tmp_path / "before.duckdb")
    save_window(built, "all", pulls(DAYS[1], 9), day=DAYS[1])
    bring_up_to_date(built)
    shutil.copy(before, built.warehouse)
    assert built_days(built) == [DAYS[1]]
    assert_equal_to_a_fresh_build(built, tmp_path / "fresh")


def test_a_kill_between_two_days_leaves_whole_days_and_the_next_build_does_the_rest(
    layout: Layout, original: Layout
) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from pipeline.lake.layout import Layout
from pipeline.warehouse.build import build
from pipeline.warehouse.draft import beside
layout = Layout(Path(sys.argv[1]))
def die(done, days, day):
    os.kill(os.getpid(), signal.SIGKILL)
build(layout, layout.warehouse, progress=die)
"""
    command = [sys.executable, "-c", code, str(layout.root)]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    assert built_days(layout) == DAYS[1:]
    assert_equal_to(layout, original)


def test_what_a_killed_build_spilled_to_disk_is_cleared(layout: Layout) -> None:
    spill = layout.warehouse.with_name(f"{layout.warehouse.name}.spill")
    spill.mkdir()
    (spill / "duckdb_temp_storage-0.tmp").write_bytes(b"rows")
    bring_up_to_date(layout)
    assert not spill.exists()


def test_a_file_that_is_not_what_its_window_says_stops_its_day_and_no_other(built: Layout) -> None:
    for day in DAYS:
        save_window(built, "all", pulls(day, 5), day=day)
    file = built.window(scope_from_text("all"), DAYS[0]) / ENTRIES_FILE
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(DataError, match="not the one that its window describes") as failure:
        bring_up_to_date(built)
    assert failure.value.where == str(file)
    assert Built(built).rows("select day, event_count from mart_kind_daily order by day") == [
        (DAYS[0], 1),
        (DAYS[1], 5),
    ]


def test_a_failing_check_is_named_with_its_rows_and_its_day_stays_to_be_built(layout: Layout) -> None:
    save_window(layout, "all", [row(day=DAYS[1])], day=DAYS[0])
    for _ in range(2):
        with pytest.raises(DataError, match="check_events_fall_on_their_day") as failure:
            bring_up_to_date(layout)
        assert failure.value.where == f"day {DAYS[0]}"
        assert "occurred_at=2026-11-21 10:00:00" in failure.value.what
    assert Built(layout).rows("select day from build_state") == [(DAYS[1],)]
    save_window(layout, "all", pulls(DAYS[0], 1), day=DAYS[0])
    assert built_days(layout) == [DAYS[0]]


def test_a_file_that_is_no_warehouse_is_left_alone(layout: Layout) -> None:
    layout.warehouse.write_bytes(b"something else" * 1_000)
    with pytest.raises(DataError, match="this is no warehouse"):
        bring_up_to_date(layout)
    assert layout.warehouse.read_bytes() == b"something else" * 1_000
    assert not beside(layout.warehouse, "draft").exists()


def test_a_day_larger_than_memory_is_refused_with_what_to_do(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", pulls(DAY, 3))
    with pytest.raises(UsageError, match="needs more than 1MB of memory") as refusal:
        bring_up_to_date(layout, memory_limit="1MB")
    assert "more memory" in refusal.value.hint


def test_an_amount_of_memory_that_is_none_is_refused(layout: Layout) -> None:
    with pytest.raises(UsageError, match="'lots' is no amount of memory"):
        build(layout, layout.warehouse, memory_limit="lots")


def test_a_warehouse_is_refused_where_the_engine_could_not_keep_its_journal(
    layout: Layout, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="question mark"):
        build(layout, tmp_path / "why?" / "w.duckdb")
