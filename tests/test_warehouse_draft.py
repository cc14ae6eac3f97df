"""Promises of `pipeline.warehouse.draft`: readers and one writer never meet, and a kill loses nothing that was whole."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.warehouse.draft import beside, drafted
from pipeline.warehouse.models import read_models
from pipeline.warehouse.workbench import workbench
from tests.detecting import SQL
from tests.lakes import Built, bring_up_to_date, save_window
from tests.two_days import DAYS, pulls, two_days

ROOT = Path(__file__).parent.parent


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A lake of two days, built."""
    layout = two_days(tmp_path / "lake")
    bring_up_to_date(layout)
    return layout


@contextmanager
def another(program: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has come to where it prints, and ends with the block."""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout
        assert process.stdout.readline()
        try:
            yield process
        finally:
            process.kill()


def writer_of(warehouse: Path, then: str = "input()") -> str:
    return f"""
from pathlib import Path
from pipeline.warehouse.models import read_models
from pipeline.warehouse.workbench import WAREHOUSE, workbench

warehouse = Path({str(warehouse)!r})
with workbench(warehouse, read_models(Path({str(SQL)!r})), memory_limit="1GB", threads=1) as bench:
    bench.connection.execute("create table warehouse.main.of_the_draft as select 1 as number")
    print("written", flush=True)
    {then}
"""


def tables_of(warehouse: Path) -> set[str]:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}


def test_a_build_goes_on_while_others_read_and_they_see_what_was_there(layout: Layout) -> None:
    reader = f"""
import duckdb
connection = duckdb.connect({str(layout.warehouse)!r}, read_only=True)
print("open", flush=True)
input()
print(len(connection.sql("from build_state").fetchall()), flush=True)
"""
    with another(reader) as process:
        save_window(layout, "all", pulls(DAYS[1], 7), day=DAYS[1])
        save_window(layout, "org/acme", pulls(DAYS[0], 2), day=DAYS[0])
        bring_up_to_date(layout)
        assert process.communicate("\n")[0] == "2\n"
    assert Built(layout).rows("select event_count from build_state where day = ?", DAYS[1]) == [(7,)]


def test_what_is_being_written_is_not_seen_until_it_is_whole(layout: Layout) -> None:
    with another(writer_of(layout.warehouse)) as process:
        assert "of_the_draft" not in tables_of(layout.warehouse)
        process.communicate("\n")
    assert "of_the_draft" in tables_of(layout.warehouse)
    assert not beside(layout.warehouse, "draft").exists()


def test_one_process_writes_at_a_time(layout: Layout) -> None:
    with (
        another(writer_of(layout.warehouse)),
        pytest.raises(UsageError, match="another process is writing the warehouse"),
    ):
        bring_up_to_date(layout)


def test_what_a_killed_writer_had_finished_is_gone_on_with(layout: Layout) -> None:
    with another(writer_of(layout.warehouse, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")):
        pass
    assert "of_the_draft" not in tables_of(layout.warehouse)
    bring_up_to_date(layout)
    assert "of_the_draft" in tables_of(layout.warehouse)


def test_what_somebody_else_wrote_into_the_warehouse_and_never_closed_is_kept(layout: Layout) -> None:
    other = f"""
import duckdb, os, signal
connection = duckdb.connect({str(layout.warehouse)!r})
connection.execute("set wal_autocheckpoint = '1GB'")
connection.execute("create table of_the_journal as select 1 as number")
print("written", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    with another(other):
        pass
    assert beside(layout.warehouse, "wal").exists()
    bring_up_to_date(layout)
    assert "of_the_journal" in tables_of(layout.warehouse)


def test_an_error_within_leaves_what_was_finished_before_it(layout: Layout) -> None:
    def fail_half_way() -> None:
        with workbench(layout.warehouse, read_models(SQL), memory_limit="1GB", threads=1) as bench:
            bench.connection.execute("create table warehouse.main.of_the_draft as select 1 as number")
            bench.connection.execute("a statement that is none")

    with pytest.raises(duckdb.Error):
        fail_half_way()
    assert "of_the_draft" in tables_of(layout.warehouse)


def test_a_draft_that_never_was_a_warehouse_replaces_nothing(layout: Layout) -> None:
    before = layout.warehouse.read_bytes()
    with drafted(layout.warehouse) as draft:
        draft.file.write_bytes(b"not at all")
    assert layout.warehouse.read_bytes() == before
    assert not draft.file.exists()


def test_a_journal_of_a_copy_that_was_cut_short_is_not_taken_for_this_ones(layout: Layout) -> None:
    beside(beside(layout.warehouse, "draft"), "wal").write_bytes(b"of another time")
    bring_up_to_date(layout)
    assert "build_state" in tables_of(layout.warehouse)
    assert not beside(beside(layout.warehouse, "draft"), "wal").exists()
