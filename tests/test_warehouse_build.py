"""Promises of `build`: only what changed, all at once, and the same lake gives the same content."""

import shutil
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.bundle import bundled
from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, State
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.build import BuildSummary, build
from tests.lakes import DAY, Built, Rows, bring_up_to_date, row, save_window

DAYS = [DAY, DAY + timedelta(days=1)]
ROOT = Path(__file__).parent.parent
TABLES = (
    "build_state",
    "mart_coverage_daily",
    "mart_credential_daily",
    "mart_kind_daily",
    "mart_network_daily",
    "mart_performer_kind_daily",
    "mart_repository_daily",
    "window_kinds",
    "windows",
)


def pulls(day: date, count: int) -> list[Any]:
    details = {"namespace": "acme", "repo": "web", "username": "bob"}
    return [row(day=day, at=f"10:00:{n % 60:02d}", namespace="acme", metadata=details) for n in range(count)]


def two_days(folder: Path) -> Layout:
    layout = Layout(folder)
    for n, day in enumerate(DAYS):
        save_window(layout, "all", pulls(day, n + 1), day=day)
    return layout


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


def built_days(layout: Layout, **options: Any) -> list[date]:
    return bring_up_to_date(layout, **options).built_days


def content(layout: Layout) -> dict[str, Rows]:
    return Built(layout).tables(*TABLES)


def written(file: Path) -> tuple[int, int]:
    """Changes when a file is written again, with whatever content."""
    return (file.stat().st_ino, file.stat().st_mtime_ns)


def event_files(layout: Layout) -> dict[str, str]:
    files = sorted(layout.events.rglob("*"))
    return {str(f.relative_to(layout.root)): sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}


def assert_equal_to_a_fresh_build(layout: Layout, folder: Path) -> None:
    """That the same evidence, built from nothing, gives this very content."""
    fresh = Layout(folder)
    shutil.copytree(layout.log_entries, fresh.log_entries)
    bring_up_to_date(fresh)
    assert content(layout) == content(fresh)
    assert event_files(layout) == event_files(fresh)


def assert_equal_to(layout: Layout, original: Layout) -> None:
    assert content(layout) == content(original)
    assert event_files(layout) == event_files(original)


def test_a_build_says_what_it_did(layout: Layout) -> None:
    summary = bring_up_to_date(layout)
    assert summary == BuildSummary(
        built_days=DAYS, unchanged_days=0, removed_days=[], events=3, rows=summary.rows
    )
    assert summary.rows["windows"] == 2
    assert summary.rows["mart_kind_daily"] == 2


def test_progress_counts_the_days_that_are_built(layout: Layout) -> None:
    seen: list[tuple[int, int, date]] = []
    bring_up_to_date(layout, progress=lambda *step: seen.append(step))
    assert seen == [(1, 2, DAYS[0]), (2, 2, DAYS[1])]


def test_a_second_build_does_nothing(built: Layout, original: Layout) -> None:
    assert built_days(built) == []
    assert_equal_to(built, original)


def test_a_changed_day_is_built_and_no_other(built: Layout, tmp_path: Path) -> None:
    untouched = written(built.events_file(DAYS[0]))
    save_window(built, "all", pulls(DAYS[1], 9), day=DAYS[1])
    assert built_days(built) == [DAYS[1]]
    assert written(built.events_file(DAYS[0])) == untouched
    assert_equal_to_a_fresh_build(built, tmp_path / "fresh")


def test_days_built_one_after_the_other_equal_days_built_at_once(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    for n, day in enumerate(DAYS):
        save_window(layout, "org/acme", pulls(day, n + 1), day=day, state=State.OPEN)
        bring_up_to_date(layout)
        save_window(layout, "org/acme", pulls(day, n + 2), day=day)
        save_window(layout, "user/bob", pulls(day, 1), day=day)
        bring_up_to_date(layout)
    assert_equal_to_a_fresh_build(layout, tmp_path / "fresh")


def test_a_full_build_gives_the_same_bytes(built: Layout, original: Layout) -> None:
    assert built_days(built, full=True) == DAYS
    assert_equal_to(built, original)


def test_a_window_proven_later_changes_coverage_and_not_the_events_file(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", pulls(DAY, 2), state=State.VERIFIED)
    bring_up_to_date(layout)
    untouched = written(layout.events_file(DAY))
    later = datetime(2026, 11, 26, tzinfo=UTC)
    save_window(layout, "all", pulls(DAY, 2), state=State.VERIFIED, fetched_at=later)
    assert built_days(layout) == [DAY]
    assert written(layout.events_file(DAY)) == untouched
    assert Built(layout).rows("select fetched_at from mart_coverage_daily") == [(later.replace(tzinfo=None),)]


def test_a_new_window_of_a_day_is_built_in(built: Layout, tmp_path: Path) -> None:
    save_window(built, "org/globex", [row("push_repo", day=DAYS[1])], day=DAYS[1])
    assert built_days(built) == [DAYS[1]]
    assert_equal_to_a_fresh_build(built, tmp_path / "fresh")


def test_a_day_whose_windows_are_gone_is_taken_away(built: Layout, tmp_path: Path) -> None:
    shutil.rmtree(built.window(scope_from_text("all"), DAYS[1]))
    summary = bring_up_to_date(built)
    assert (summary.built_days, summary.removed_days, summary.events) == ([], [DAYS[1]], 1)
    assert not built.events_file(DAYS[1]).parent.exists()
    assert_equal_to_a_fresh_build(built, tmp_path / "fresh")


def test_entries_without_a_window_state_are_no_evidence_and_not_built(built: Layout) -> None:
    (built.window(scope_from_text("all"), DAYS[1]) / WINDOW_FILE).unlink()
    assert bring_up_to_date(built).removed_days == [DAYS[1]]
    assert Built(built).rows("select distinct day from log_entries order by day") == [(DAYS[0],)]


def test_a_changed_query_builds_every_day_and_a_changed_description_none(
    built: Layout, tmp_path: Path
) -> None:
    sql = shutil.copytree(bundled("sql"), tmp_path / "sql")
    mart = sql / "marts" / "mart_kind_daily.sql"
    mart.write_text(mart.read_text().replace("How often each kind happened", "Kinds"))
    assert built_days(built, sql=sql) == []
    untouched = written(built.events_file(DAYS[0]))
    mart.write_text(mart.read_text().replace("count(*) as", "count(*) + 0 as"))
    assert built_days(built, sql=sql) == DAYS
    assert written(built.events_file(DAYS[0])) == untouched


def test_a_new_column_of_a_mart_is_there_for_every_day(built: Layout, tmp_path: Path) -> None:
    sql = shutil.copytree(bundled("sql"), tmp_path / "sql")
    mart = sql / "marts" / "mart_kind_daily.sql"
    text = mart.read_text().replace("-- event_count =", '-- first_at = "the first"\n-- event_count =')
    mart.write_text(text.replace("    count(*) as", "    min(occurred_at) as first_at,\n    count(*) as"))
    assert built_days(built, sql=sql) == DAYS
    assert len(Built(built).rows("select first_at from mart_kind_daily where first_at is not null")) == 2


def test_a_mart_that_is_no_more_is_dropped(built: Layout, tmp_path: Path) -> None:
    sql = shutil.copytree(bundled("sql"), tmp_path / "sql")
    (sql / "marts" / "mart_repository_daily.sql").unlink()
    bring_up_to_date(built, sql=sql)
    assert ("mart_repository_daily",) not in Built(built).rows("show tables")


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


def test_one_build_at_a_time(built: Layout) -> None:
    code = f"import duckdb; c = duckdb.connect({str(built.warehouse)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline()
        with pytest.raises(UsageError, match="another process has the warehouse open"):
            bring_up_to_date(built)
        other.communicate(b"\n")


def test_a_file_that_is_no_warehouse_is_left_alone(layout: Layout) -> None:
    layout.warehouse.write_bytes(b"something else" * 1_000)
    with pytest.raises(DataError, match="this is no warehouse"):
        bring_up_to_date(layout)
    assert layout.warehouse.read_bytes() == b"something else" * 1_000


def test_a_day_larger_than_memory_is_refused_with_what_to_do(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", pulls(DAY, 3))
    with pytest.raises(UsageError, match="needs more than 1MB of memory") as refusal:
        bring_up_to_date(layout, memory_limit="1MB")
    assert "more memory" in refusal.value.hint


def test_a_lake_may_be_called_anything(tmp_path: Path) -> None:
    layout, warehouse = Layout(tmp_path / "la[k]e *?'\" é"), tmp_path / "it's [1].duckdb"
    save_window(layout, "org/acme", [row()])
    save_window(layout, "repo/acme2/team/web.x", [row()])
    assert build(layout, warehouse).events == 2
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = "select scope, namespace_name, repository_name from events order by all"
        assert connection.execute(query).fetchall() == [
            ("org/acme", "acme", None),
            ("repo/acme2/team/web.x", "acme2", "team/web.x"),
        ]


def test_a_warehouse_is_refused_where_the_engine_could_not_keep_its_journal(
    layout: Layout, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="question mark"):
        build(layout, tmp_path / "why?" / "w.duckdb")


def test_events_files_are_sorted_by_namespace_performer_and_time(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    names = ["zoe", None, "acme", "Bob", "é"]
    rows = [row(at=f"10:00:{n % 60:02d}", namespace=names[n % 5], performer=names[n % 4]) for n in range(500)]
    save_window(layout, "all", rows)
    bring_up_to_date(layout, threads=2)
    with duckdb.connect() as connection:
        order = "namespace_name, performer_name, occurred_at, scope, position"
        query = f"select {order} from read_parquet(?)"  # noqa: S608 (our own names)
        found = connection.execute(query, [str(layout.events_file(DAY))]).fetchall()
    assert found == sorted(found, key=lambda key: [(part is not None, part) for part in key])
