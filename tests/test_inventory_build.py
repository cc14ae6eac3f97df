"""Promises of the inventory in the warehouse: typed views over every snapshot, and only new ones are built."""

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.errors import DataError
from pipeline.lake.layout import Layout
from pipeline.quay.registry.rows import (
    Robot,
    User,
)
from pipeline.quay.registry.tables import TABLE_BY_NAME
from pipeline.warehouse.query import asked
from tests.holdings import DAY, full_store, quay_with, save, save_taken, taken
from tests.lakes import Built, bring_up_to_date, row, save_window

NEXT = DAY + timedelta(days=1)
LATER = DAY + timedelta(days=2)


def user(name: str, *, is_superuser: bool = False, is_enabled: bool = True) -> User:
    return User(name, is_superuser, False, is_enabled, True, "example.com")


def ago(days: int, *, of: date = NEXT) -> datetime:
    at = datetime(of.year, of.month, of.day, 12, tzinfo=UTC) - timedelta(days=days)
    return at.replace(tzinfo=None)


def build(layout: Layout) -> Built:
    bring_up_to_date(layout)
    return Built(layout)


def changes(
    built: Built, columns: str = "table_name, row_key, change_kind, column_name, old_value, new_value"
) -> Any:
    return built.rows(f"select {columns} from mart_inventory_changes order by all")  # noqa: S608 (columns of our own)


# Views ----------------------------------------------------------------------------------------------------------------


def test_every_table_is_a_typed_view_before_there_is_any_snapshot(layout: Layout) -> None:
    save_window(layout, "all", [row()])
    built = build(layout)
    for name, table in TABLE_BY_NAME.items():
        described = built.rows(f"describe inventory_{name}")
        assert [column[0] for column in described] == ["snapshot_date", *(c.name for c in table.columns)]
        assert described[0][1] == "DATE"
        assert built.table(f"inventory_{name}") == []
    assert built.table("mart_inventory_changes") == built.table("mart_credential_inventory") == []


def test_views_show_every_snapshot_with_its_date_and_their_types(layout: Layout) -> None:
    snapshot = taken(quay_with(full_store()))
    for day in (DAY, NEXT):
        save_taken(layout, snapshot, day)
    built = build(layout)
    for name, rows in snapshot.rows.items():
        assert built.rows(f"select count(*) from inventory_{name}") == [(2 * len(rows),)], name  # noqa: S608
    assert built.rows(
        "select snapshot_date, created_at, last_accessed_at from inventory_robots where robot_name = 'acme+ci'"
        " order by all"
    ) == [(day, datetime(2026, 11, 1), datetime(2026, 11, 20, 10, 30)) for day in (DAY, NEXT)]  # noqa: DTZ001


def test_every_view_and_column_is_described_in_the_warehouse(layout: Layout) -> None:
    save(layout, DAY, {"users": []})
    built = build(layout)
    silent = built.rows(
        "select table_name, column_name from duckdb_columns() where table_name like '%inventory%' and comment is null"
    )
    assert silent == []
    ((comment,),) = built.rows("select comment from duckdb_views() where view_name = 'inventory_users'")
    assert comment.startswith("The users of the registry")


def test_queries_reach_the_inventory_and_no_other_file(layout: Layout) -> None:
    save(layout, DAY, {"users": [user("alice")]})
    build(layout)
    with asked(layout, layout.warehouse, "select user_name from inventory_users") as answer:
        assert list(answer.rows()) == [("alice",)]


def test_a_lake_that_was_moved_shows_its_own_inventory(layout: Layout, tmp_path: Path) -> None:
    save(layout, DAY, {"users": [user("alice")]})
    build(layout)
    moved = Layout(Path(shutil.move(layout.root, tmp_path / "moved")))
    with asked(moved, moved.warehouse, "select user_name from inventory_users") as answer:
        assert list(answer.rows()) == [("alice",)]


def test_what_is_being_written_is_no_evidence(layout: Layout) -> None:
    save(layout, DAY, {"users": [user("alice")]})
    save(layout, NEXT, {"users": [user("alice"), user("bob")]})
    layout.snapshot_file(NEXT).unlink()
    built = build(layout)
    assert built.rows("select snapshot_date, user_name from inventory_users") == [(DAY, "alice")]


# Building -------------------------------------------------------------------------------------------------------------


def test_a_new_snapshot_is_built_and_no_other(layout: Layout) -> None:
    save(layout, DAY, {"users": [user("alice")]})
    assert bring_up_to_date(layout).built_snapshots == [DAY]
    assert bring_up_to_date(layout).built_snapshots == []
    save(layout, NEXT, {"users": [user("bob")]})
    summary = bring_up_to_date(layout)
    assert (summary.built_snapshots, summary.built_days) == ([NEXT], [])
    assert summary.rows["inventory_snapshots"] == 4


def test_a_snapshot_that_was_taken_again_is_built_again_with_what_is_compared_with_it(layout: Layout) -> None:
    for day in (DAY, NEXT, LATER):
        save(layout, day, {"users": [user("alice")]})
    bring_up_to_date(layout)
    save(layout, NEXT, {"users": [user("alice"), user("bob")]})
    assert bring_up_to_date(layout).built_snapshots == [NEXT, LATER]
    assert {(each[1], each[2]) for each in changes(Built(layout))} == {("bob", "added"), ("bob", "removed")}


def test_a_window_does_not_build_snapshots_and_a_snapshot_builds_no_window(layout: Layout) -> None:
    save_window(layout, "all", [row()])
    assert bring_up_to_date(layout).built_snapshots == []
    save(layout, DAY, {"users": []})
    summary = bring_up_to_date(layout)
    assert (summary.built_days, summary.built_snapshots) == ([], [DAY])


def test_a_snapshot_that_is_gone_is_taken_away(layout: Layout) -> None:
    for day in (DAY, NEXT):
        save(layout, day, {"users": [user("alice")]})
    bring_up_to_date(layout)
    layout.snapshot_file(NEXT).unlink()
    bring_up_to_date(layout)
    assert Built(layout).rows("select distinct snapshot_date from inventory_snapshots") == [(DAY,)]


def test_snapshots_built_one_by_one_at_once_or_in_full_are_the_same(tmp_path: Path) -> None:
    days: dict[date, dict[str, list[Any]]] = {
        DAY: {"users": [user("alice")], "robots": [Robot("acme", "acme+ci", ago(9), None)]},
        NEXT: {"users": [user("alice", is_superuser=True), user("bob")]},
        LATER: {"users": [user("bob")], "robots": []},
    }
    one, at_once = Layout(tmp_path / "one"), Layout(tmp_path / "at once")
    for day, rows in days.items():
        save(one, day, rows)
        bring_up_to_date(one)
        save(at_once, day, rows)
    bring_up_to_date(at_once)
    tables = (
        "inventory_snapshots",
        "mart_inventory_changes",
        "mart_credential_inventory",
        "inventory_build_state",
    )
    built = Built(one).tables(*tables)
    assert built == Built(at_once).tables(*tables)
    bring_up_to_date(one, full=True)
    assert built == Built(one).tables(*tables)


def test_a_file_that_is_not_the_one_its_snapshot_names_is_a_data_error_and_costs_no_other(
    layout: Layout,
) -> None:
    for day in (DAY, LATER):
        save(layout, day, {"users": [user("alice")]})
    save(layout, NEXT, {"teams": []})
    layout.inventory_file("users", DAY).write_bytes(b"other")
    with pytest.raises(DataError) as caught:
        bring_up_to_date(layout)
    assert caught.value.where.endswith("users.parquet")
    with duckdb.connect(str(layout.warehouse), read_only=True) as connection:
        assert connection.execute("select snapshot_date from inventory_build_state").fetchall() == [(NEXT,)]
