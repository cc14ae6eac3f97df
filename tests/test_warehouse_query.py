"""Promises of `query`: it answers, and it cannot write, set, reach other files or outlast its time."""

import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.query import Column, asked
from tests.lakes import DAY, Rows, bring_up_to_date, row, save_window

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A built lake, with a file beside it that nobody may read."""
    folder = tmp_path_factory.mktemp("query")
    (folder / "secret.txt").write_text("top secret")
    layout = Layout(folder / "lake")
    save_window(layout, "all", [row(namespace="acme", at=f"10:00:{n:02d}") for n in range(5)])
    bring_up_to_date(layout)
    return layout


def ask(layout: Layout, sql: str, **options: object) -> Rows:
    with asked(layout, layout.warehouse, sql, **options) as answer:  # type: ignore[arg-type]
        return list(answer.rows())


@pytest.mark.parametrize(
    "sql",
    [
        "select count(*) from events",
        "select count(*) from log_entries",
        "select count(*) from stg_events",
        "select count(*) from stg_windows",
        "with days as (select day from windows) select * from days",
        "from mart_kind_daily",
        "values (1)",
        "(select 1)",
        "describe events",
        "summarize mart_kind_daily",
        "show tables",
        "explain select 1",
        "explain analyze select count(*) from events",
        "-- a comment\nselect 1;",
        "select * from range(3)",
        "select table_name, comment from duckdb_tables()",
        "select (select max(day) from windows), exists (select 1 from events) union all select null, true",
        "with recursive n as (select 1 as i union all select i + 1 from n where i < 3) select * from n",
        "from mart_kind_daily pivot (sum(event_count) for kind in ('pull_repo', 'push_repo'))",
    ],
)
def test_whatever_only_reads_is_answered(layout: Layout, sql: str) -> None:
    assert ask(layout, sql)


def test_values_are_bound_and_never_part_of_the_statement(layout: Layout) -> None:
    hostile = "'; drop table mart_kind_daily; --"
    assert ask(layout, "select $text as x", parameters={"text": hostile}) == [(hostile,)]
    assert ask(layout, "select count(*) from events where kind = $kind", parameters={"kind": hostile}) == [
        (0,)
    ]


def test_an_answer_names_its_columns_and_types_and_tells_equal_names_apart(layout: Layout) -> None:
    with asked(
        layout,
        layout.warehouse,
        "select kind, count(*) as n, 1 as n, n_1 from (select *, 2 as n_1 from events) group by all",
    ) as answer:
        assert answer.columns == [
            Column("kind", "VARCHAR"),
            Column("n", "BIGINT"),
            Column("n_1", "INTEGER"),
            Column("n_1_1", "INTEGER"),
        ]
        assert list(answer.rows()) == [("pull_repo", 5, 1, 2)]


def test_rows_are_limited_where_asked(layout: Layout) -> None:
    assert len(ask(layout, "select * from range(100000)", row_limit=7)) == 7
    with asked(layout, layout.warehouse, "select * from range(100000)", row_limit=7) as answer:
        assert sum(batch.num_rows for batch in answer.batches()) == 7


def test_more_rows_than_a_batch_all_come(layout: Layout) -> None:
    assert len(ask(layout, "select * from range(25001)")) == 25_001


def test_a_query_that_takes_too_long_is_stopped(layout: Layout) -> None:
    with pytest.raises(UsageError, match=r"longer than 0\.01 s"):
        ask(layout, "select sum(hash(n)) from range(1000000000000) t(n)", timeout_seconds=0.01)


def test_a_query_within_its_time_is_answered(layout: Layout) -> None:
    assert ask(layout, "select 1", timeout_seconds=60) == [(1,)]


def test_a_query_that_needs_too_much_memory_is_stopped(layout: Layout) -> None:
    hungry = "select count(distinct n || 'x') from range(3000000) t(n)"
    with pytest.raises(UsageError, match="memory"):
        ask(layout, hungry, memory_limit="5MB")


@pytest.mark.parametrize(
    "sql", ["select nope from events", "selec 1", "select * from no_such_table", "select 'a'::int"]
)
def test_a_mistake_is_explained_in_one_line(layout: Layout, sql: str) -> None:
    with pytest.raises(UsageError, match="the query failed") as refusal:
        ask(layout, sql)
    assert "\n" not in refusal.value.what
    assert "show tables" in refusal.value.hint


def test_a_lake_that_was_moved_is_read_where_it_is_now(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "here")
    save_window(layout, "org/acme", [row()])
    bring_up_to_date(layout)
    moved = Layout(Path(shutil.move(layout.root, tmp_path / "the[re]")))
    assert ask(moved, "select namespace_name from events") == [("acme",)]
    assert ask(moved, "select scope from log_entries") == [("org/acme",)]


def test_a_damaged_file_stops_only_the_questions_that_need_it(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "org/acme", [row()])
    save_window(layout, "org/acme", [row(day=DAY + timedelta(days=1))], day=DAY + timedelta(days=1))
    bring_up_to_date(layout)
    (layout.window(scope_from_text("org/acme"), DAY) / ENTRIES_FILE).write_bytes(b"damaged")
    layout.events_file(DAY).write_bytes(b"damaged")
    assert ask(layout, "select sum(event_count) from mart_kind_daily") == [(2,)]
    with pytest.raises(UsageError, match="the query failed"):
        ask(layout, "select count(distinct metadata) from log_entries")


def test_a_warehouse_that_was_never_built_is_refused_with_what_to_do(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    with pytest.raises(UsageError, match="no warehouse yet") as refusal:
        ask(layout, "select 1")
    assert refusal.value.hint == "run build first"
    duckdb.connect(str(layout.warehouse)).close()
    with pytest.raises(UsageError, match="no warehouse yet"):
        ask(layout, "select 1")
    layout.warehouse.write_bytes(b"something else" * 1_000)
    with pytest.raises(DataError, match="this is no warehouse"):
        ask(layout, "select 1")


def test_a_warehouse_that_somebody_holds_open_for_writing_is_refused_with_what_to_do(layout: Layout) -> None:
    code = f"import duckdb; c = duckdb.connect({str(layout.warehouse)!r}); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout
        assert other.stdout.readline()
        with pytest.raises(UsageError, match="another process") as refusal:
            ask(layout, "select 1")
        other.communicate(b"\n")
    assert "close the program" in refusal.value.hint


def test_asking_imports_no_other_engine() -> None:
    code = "import sys, pipeline.warehouse.query; print([m for m in ('pandas', 'numpy', 'httpx2') if m in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
