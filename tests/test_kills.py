"""Promises about kill -9: whatever the moment, the next run makes of the lake and the warehouse what they would have been."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from inspect import getsourcelines
from pathlib import Path
from typing import Any

import duckdb
import httpx2
import pytest

from pipeline.demo.server import serve
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, Ledger, State
from pipeline.lake.writer import sha256_of
from pipeline.quay.scopes import org, scope_from_text
from pipeline.warehouse.shelf import Shelf
from tests.commands import ended, start
from tests.crashes import FIRST, KILLED, LAST, NOON, Moment, Shooter, registry
from tests.extracts import TOKEN, files_of
from tests.undisturbed import Undisturbed, undisturbed_in

pytestmark = pytest.mark.slow

KILLS, BATCHES = 100, 4
LATER_KILLS = 40
BUILD_KILLS, BUILD_BATCHES = 8, 2
UPDATE_KILLS = 4


@pytest.fixture(scope="module")
def shooter() -> Iterator[Shooter]:
    with Shooter() as shooter:
        yield shooter


@pytest.fixture(scope="module")
def undisturbed(shooter: Shooter, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    return undisturbed_in(tmp_path_factory.mktemp("undisturbed"), shooter)


def assert_nothing_half_counts(lake: Path) -> None:
    """Every window that the lake claims to hold is there as its state says."""
    layout = Layout(lake)
    for window in Ledger(layout).windows():
        entries = layout.window(scope_from_text(window.scope), window.day) / ENTRIES_FILE
        assert sha256_of(entries) == window.file_sha256


def is_killed(shooter: Shooter, run: str, lake: Path, moment: Moment) -> bool:
    """Whether the moment came: how often a line is run can hang on which thread was faster."""
    status = shooter.run(run, lake, moment)
    assert status in (KILLED, 0), moment
    return status == KILLED


@pytest.mark.parametrize("batch", range(BATCHES))
def test_an_extract_killed_at_any_of_a_hundred_random_moments_is_made_good_by_the_next(
    batch: int, shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    expected = files_of(undisturbed.lake("noon"))
    killed = 0
    for number, moment in enumerate(undisturbed.moments("noon", KILLS)[batch::BATCHES]):
        lake = tmp_path / str(number)
        killed += is_killed(shooter, "extract", lake, moment)
        assert_nothing_half_counts(lake)
        assert inspect(Layout(lake)).findings == [], moment
        assert shooter.run("extract", lake) == 0
        assert files_of(lake) == expected, moment
    assert killed >= 0.9 * KILLS / BATCHES


def test_a_kill_while_days_are_read_again_is_made_good_by_the_next_run(
    shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    expected = files_of(undisturbed.lake("later"))
    killed = 0
    for number, moment in enumerate(undisturbed.moments("later", LATER_KILLS)):
        lake = tmp_path / str(number)
        shutil.copytree(undisturbed.lake("noon"), lake)
        killed += is_killed(shooter, "extract_later", lake, moment)
        assert_nothing_half_counts(lake)
        assert shooter.run("extract_later", lake) == 0
        assert files_of(lake) == expected, moment
    assert killed >= 0.9 * LATER_KILLS


STEPS = {
    "before the first request": Moment("request", "/api/"),
    "before page 1": Moment("request", "/logs"),
    "before page 2": Moment("request", "next_page="),
    "before a repair's first page": Moment("request", "/repository/acme/web/logs"),
    "while the second file of entries is written": Moment("call", "lake/schema.py:table_from_lines", 2),
    "before the first entries are renamed": Moment("rename", ENTRIES_FILE),
    "before the last entries are renamed": Moment("rename", ENTRIES_FILE, 8),
    "before the first window file": Moment("rename", WINDOW_FILE),
    "before the last window file": Moment("rename", WINDOW_FILE, 8),
    "before the manifest": Moment("rename", "00000001.json"),
}


@pytest.mark.parametrize("step", STEPS)
def test_an_extract_killed_at_a_named_step_is_made_good_by_the_next(
    step: str, shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    assert shooter.run("extract", tmp_path, STEPS[step]) == KILLED
    assert_nothing_half_counts(tmp_path)
    assert shooter.run("extract", tmp_path) == 0
    assert files_of(tmp_path) == files_of(undisturbed.lake("noon"))


def test_runs_that_are_killed_again_and_again_get_there_in_the_end(
    shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    statuses = [shooter.run("extract", tmp_path, moment) for moment in undisturbed.moments("noon", 30)]
    assert statuses.count(KILLED) >= 5
    assert set(statuses) <= {KILLED, 0}
    assert shooter.run("extract", tmp_path) == 0
    assert files_of(tmp_path) == files_of(undisturbed.lake("noon"))


def test_the_windows_of_a_killed_run_are_adopted_by_the_next_without_reading_them_again(
    shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    assert shooter.run("extract", tmp_path, STEPS["before the manifest"]) == KILLED
    assert Ledger(Layout(tmp_path)).manifests() == []
    assert inspect(Layout(tmp_path)).unsealed == 8
    # Closed days are not asked for again, so a run that would die at their first page lives.
    assert shooter.run("extract", tmp_path, Moment("request", "starttime=11%2F01%2F2026&next_page=")) == 0
    assert files_of(tmp_path) == files_of(undisturbed.lake("noon"))


def test_an_open_day_stays_as_it_was_until_what_was_read_again_is_whole(
    shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    shutil.copytree(undisturbed.lake("noon"), tmp_path, dirs_exist_ok=True)
    assert shooter.run("extract_later", tmp_path, Moment("request", "/logs", 6)) == KILLED
    window = Ledger(Layout(tmp_path)).window(org("acme"), LAST)
    assert window is not None
    assert (window.state, window.rows) == (State.OPEN, 25)


@pytest.mark.parametrize("page", [2, 7])
def test_the_command_killed_over_http_is_made_good_by_the_same_command(page: int, tmp_path: Path) -> None:
    fake = registry(NOON)
    running: list[subprocess.Popen[str]] = []
    pages = 0

    def quay(request: httpx2.Request) -> httpx2.Response:
        nonlocal pages
        pages += request.url.path.endswith("/logs")
        if running and pages == page:
            running.pop().kill()
        return fake(request)

    with serve(quay) as url:
        environ = {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": TOKEN}
        days = ("--since", str(FIRST), "--until", str(LAST))
        for lake, status in (("killed", KILLED), ("killed", 0), ("whole", 0)):
            process = start("extract", "--lake", str(tmp_path / lake), *days, **environ)
            if status:
                running.append(process)
            assert ended(process).status == status
    assert entries_of(tmp_path / "killed") == entries_of(tmp_path / "whole")
    assert timeless_states_of(tmp_path / "killed") == timeless_states_of(tmp_path / "whole")
    assert inspect(Layout(tmp_path / "killed")).findings == []


def entries_of(lake: Path) -> dict[str, bytes]:
    return {name: content for name, content in files_of(lake).items() if not name.endswith(".json")}


def timeless_states_of(lake: Path) -> list[dict[str, Any]]:
    files = sorted(lake.rglob(WINDOW_FILE))
    return [json.loads(file.read_bytes()) | {"fetched_at": None} for file in files]


def tables_of(lake: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table and view of a warehouse, sorted."""
    with duckdb.connect(str(Layout(lake).warehouse), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        names += [
            name
            for (name,) in connection.execute(
                "select view_name from duckdb_views() where not internal"
            ).fetchall()
        ]
        return {
            name: sorted(connection.execute(f'select * from "{name}"').fetchall(), key=repr)  # noqa: S608
            for name in names
        }


tables_of_undisturbed = cache(tables_of)


def marts_of(lake: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {name: rows for name, rows in tables_of(lake).items() if name.startswith("mart_")}


def events_of(lake: Path) -> dict[str, bytes]:
    return {name: content for name, content in files_of(lake).items() if name.startswith("events/")}


def assert_made_good_by_the_next(shooter: Shooter, lake: Path, undisturbed: Path) -> None:
    """The next build makes of a lake what a build that nobody killed made of it."""
    assert shooter.run("build", lake) == 0
    assert tables_of(lake) == tables_of_undisturbed(undisturbed)
    assert events_of(lake) == events_of(undisturbed)


def line_of(function: Callable[..., Any], part: str) -> int:
    """The number of the line of a function that holds a text."""
    source, first = getsourcelines(function)
    (offset,) = (n for n, line in enumerate(source) if part in line)
    return first + offset


BETWEEN_TWO_TABLES = Moment("line", f"warehouse/shelf.py:{line_of(Shelf.put, 'insert into {table}')}", 3)
BUILD_STEPS = {
    "before the first day's events are renamed": Moment("rename", "events.parquet"),
    "before the first day's rows are stored": Moment("call", "warehouse/shelf.py:put"),
    "between two tables of a day": BETWEEN_TWO_TABLES,
    "before the views are made": Moment("call", "warehouse/shelf.py:publish"),
}


@pytest.mark.parametrize("batch", range(BUILD_BATCHES))
def test_a_build_killed_at_random_moments_is_made_good_by_the_next(
    batch: int, shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    for number, moment in enumerate(undisturbed.moments("built", BUILD_KILLS)[batch::BUILD_BATCHES]):
        lake = tmp_path / str(number)
        shutil.copytree(undisturbed.lake("unbuilt"), lake)
        assert shooter.run("build", lake, moment) == KILLED, moment
        assert_made_good_by_the_next(shooter, lake, undisturbed.lake("built"))


def test_a_build_of_what_has_changed_killed_at_random_moments_is_made_good_by_the_next(
    shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    lakes = undisturbed.lake("outdated"), undisturbed.lake("updated")
    old, new = (marts_of(lake) for lake in lakes)
    assert old != new
    for number, moment in enumerate([*undisturbed.moments("updated", UPDATE_KILLS), BETWEEN_TWO_TABLES]):
        lake = tmp_path / str(number)
        shutil.copytree(lakes[0], lake)
        assert shooter.run("build", lake, moment) == KILLED, moment
        assert marts_of(lake) in (old, new), moment
        assert_made_good_by_the_next(shooter, lake, lakes[1])


@pytest.mark.parametrize("step", BUILD_STEPS)
def test_a_build_killed_at_a_named_step_is_made_good_by_the_next(
    step: str, shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    shutil.copytree(undisturbed.lake("unbuilt"), lake)
    assert shooter.run("build", lake, BUILD_STEPS[step]) == KILLED
    assert_made_good_by_the_next(shooter, lake, undisturbed.lake("built"))


def test_a_build_over_what_a_killed_extract_left_is_made_good_once_both_have_run(
    shooter: Shooter, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    lake = tmp_path / "lake"
    for run, moment in (
        ("extract", STEPS["before the last window file"]),
        ("build", None),
        ("extract", None),
        ("build", None),
    ):
        shooter.run(run, lake, moment)
    shutil.copytree(undisturbed.lake("noon"), tmp_path / "whole")
    assert shooter.run("build", tmp_path / "whole") == 0
    assert tables_of(lake) == tables_of(tmp_path / "whole")
    assert events_of(lake) == events_of(tmp_path / "whole")
