"""Promises of `build`: only what changed, and the same lake gives the same content."""

import shutil
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline.bundle import bundled
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import WINDOW_FILE, State
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.build import BuildSummary, build
from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import Model, Period
from pipeline.warehouse.raw import NEVER_NULL_IN_EVENTS
from pipeline.warehouse.workbench import Workbench
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


def test_a_build_says_what_it_did(layout: Layout) -> None:
    summary = bring_up_to_date(layout)
    assert summary == BuildSummary(
        built_days=DAYS, unchanged_days=0, removed_days=[], events=3, rows=summary.rows
    )
    assert summary.rows["windows"] == 2
    assert summary.rows["mart_kind_daily"] == 2


def test_what_every_event_has_is_declared_never_null(built: Layout) -> None:
    schema = pq.read_schema(built.events_file(DAYS[0]))
    required = {field.name for field in schema if not field.nullable}
    assert required == NEVER_NULL_IN_EVENTS


class GroupingEngine:
    """DuckDB as ever, noting which days are worked out together."""

    def __init__(self, entries_at_once: int) -> None:
        self.groups: list[list[date]] = []
        self._entries_at_once = entries_at_once

    def bench(self, connection: duckdb.DuckDBPyConnection, models: Sequence[Model]) -> Workbench:
        groups = self.groups

        class Bench(Workbench):
            entries_at_once = self._entries_at_once

            def make_marts(self, *periods: Period) -> None:
                groups.append(list(self.days))
                super().make_marts(*periods)

        return Bench(connection, models)

    def judge(self, bench: Workbench, history: timedelta) -> Judge:
        return Judge(bench)


@pytest.mark.parametrize(
    ("entries_at_once", "groups"),
    [(3, [DAYS]), (1, [[day] for day in DAYS])],
    ids=["small days", "large days"],
)
def test_small_days_are_worked_out_together_and_large_ones_alone_to_the_same_end(
    layout: Layout, original: Layout, entries_at_once: int, groups: list[list[date]]
) -> None:
    engine = GroupingEngine(entries_at_once)
    build(layout, layout.warehouse, engine=engine)
    assert engine.groups == groups
    assert_equal_to(layout, original)


def test_progress_counts_the_days_that_are_built(layout: Layout) -> None:
    seen: list[tuple[int, int, date]] = []
    bring_up_to_date(layout, progress=lambda *step: seen.append(step))
    assert seen == [(1, 2, DAYS[0]), (2, 2, DAYS[1])]


def test_a_second_build_does_nothing(built: Layout, original: Layout) -> None:
    assert built_days(built) == []
    assert_equal_to(built, original)


def test_a_build_that_changes_nothing_leaves_the_same_bytes(layout: Layout) -> None:
    bring_up_to_date(layout)
    before = layout.warehouse.read_bytes()
    bring_up_to_date(layout)
    assert layout.warehouse.read_bytes() == before


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
