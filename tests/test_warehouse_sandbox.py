"""Promises of `query` to whoever lends it out: it cannot write, set, or reach any other file."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.warehouse.query import asked
from tests.lakes import Rows, bring_up_to_date, row, save_window

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
        "copy (select 1) to '{events}/evil.parquet'",
        "copy mart_kind_daily to '{folder}/evil.csv'",
        "explain analyze copy (select 1) to '{events}/evil.parquet'",
        "explain copy (select 1) to '{events}/evil.parquet'",
        "/* */ explain analyze copy (select 1) to '{events}/evil.parquet'",
        "export database '{events}'",
        "attach '{folder}/other.duckdb' as other",
        "attach ':memory:' as other",
        "detach w",
        "install httpfs",
        "load httpfs",
        "update extensions",
        "set memory_limit = '100GB'",
        "set variable x = 1",
        "reset memory_limit",
        "pragma threads = 64",
        "pragma table_info('events')",
        "call pragma_version()",
        "create table t as select 1",
        "create temp table t as select 1",
        "create macro m() as 1",
        "drop table mart_kind_daily",
        "insert into mart_kind_daily select * from mart_kind_daily",
        "update mart_kind_daily set event_count = 0",
        "delete from mart_kind_daily",
        "truncate mart_kind_daily",
        "alter table mart_kind_daily add column x int",
        "comment on table mart_kind_daily is 'x'",
        "checkpoint",
        "vacuum",
        "begin transaction",
        "use memory",
        "prepare p as select 1",
        "execute p",
        "select 1; select 2",
        "select 1; copy (select 1) to '{events}/evil.parquet'",
        "",
        "-- nothing",
    ],
)
def test_whatever_is_not_one_select_is_refused(layout: Layout, sql: str) -> None:
    before = sorted(layout.root.parent.rglob("*"))
    with pytest.raises(UsageError, match="statement") as refusal:
        ask(layout, sql.format(events=layout.events, folder=layout.root.parent))
    assert "one SELECT" in refusal.value.hint
    assert sorted(layout.root.parent.rglob("*")) == before


@pytest.mark.parametrize(
    "sql",
    [
        "import database '{events}'",
        "select * from read_text('{folder}/secret.txt')",
        "select * from read_blob('{folder}/secret.txt')",
        "select * from read_csv('{folder}/secret.txt')",
        "select * from '{folder}/secret.txt'",
        "select * from read_text('{events}/../../secret.txt')",
        "select * from read_text('{events}/day=2026-11-20/../../../secret.txt')",
        "select * from read_text('/proc/self/environ')",
        "select * from read_text('/dev/stdin')",
        "select * from glob('{folder}/*')",
        "select * from glob('{events}/../../*')",
        "select * from sniff_csv('{folder}/secret.txt')",
        "select * from parquet_metadata('{folder}/secret.txt')",
        "select * from read_parquet('http://127.0.0.1:9/x.parquet')",
        "select * from read_parquet('s3://bucket/x.parquet')",
        "select * from query('copy (select 1) to ''{events}/evil.parquet''')",
        "select * from \"QUERY\"('select 42')",
        "select * from system.main.query('select 42')",
        "select * from query('with evil as (copy (select 1) to ''{events}/evil.parquet'') select * from evil')",
        "select * from json_execute_serialized_sql(json_serialize_sql('select 42'))",
        "select * from read_parquet('{events}/*/*.parquet')",
        "explain explain analyze copy (select 1) to '{events}/evil.parquet'",
        "explain (format json) copy (select 1) to '{events}/evil.parquet'",
        "explain analyze with evil as (copy (select 1) to '{events}/evil.parquet') select * from evil",
        "with evil as (copy (select 1) to '{events}/evil.parquet') select * from evil",
        "with evil as materialized (copy events to '{events}/evil.parquet') select 1",
        "select 1 where exists (with evil as (copy events to '{events}/evil.parquet') select * from evil)",
        "select 1 union all (with evil as (copy events to '{events}/evil.parquet') select * from evil)",
        "with evil as (delete from mart_kind_daily returning 1) select * from evil",
        "with evil as (insert into mart_kind_daily select * from mart_kind_daily returning 1) select * from evil",
        "select * from (copy (select 1) to '{events}/evil.parquet')",
        "select getenv('HOME')",
        "select * from enable_logging(storage = 'file', storage_config = {{'path': '{folder}'}})",
        "select * from enable_profiling()",
        "select * from pandas_scan(1)",
        "select * from arrow_scan(1, 2, 3)",
        "select * from layout",
        "select * from ROOT",
    ],
)
def test_a_select_reaches_no_file_variable_or_setting(layout: Layout, sql: str) -> None:
    before = sorted(layout.root.parent.rglob("*"))
    with pytest.raises(UsageError) as refusal:
        ask(layout, sql.format(events=layout.events, folder=layout.root.parent))
    assert "top secret" not in str(refusal.value)
    assert sorted(layout.root.parent.rglob("*")) == before


def test_nothing_that_is_set_can_be_read_as_a_secret(layout: Layout) -> None:
    assert ask(layout, "select * from duckdb_secrets()") == []


def test_the_engine_draws_no_progress_where_data_goes(layout: Layout) -> None:
    assert ask(layout, "select current_setting('enable_progress_bar')") == [(False,)]
