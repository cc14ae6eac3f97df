"""Promises about the inventory that a day is judged with: of each table the one snapshot nearest to it."""

import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.bundle import bundled
from pipeline.errors import DataError
from pipeline.lake.layout import Layout
from pipeline.quay.registry.rows import ServiceKey, User
from pipeline.warehouse.days import days_bench
from tests.detecting import SWEEP, judge, sql_folder
from tests.holdings import save
from tests.lakes import DAY, Built, bring_up_to_date, row, save_window

FIRST = DAY - timedelta(days=6)
NIGHTS = [DAY - timedelta(days=3), DAY]
SEEN = "select snapshot_date, user_name from stg_inventory_users"


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A week of days; the users were read in two of the nights, the service keys in the first alone."""
    made = Layout(tmp_path_factory.mktemp("week") / "lake")
    for n in range(7):
        day = FIRST + timedelta(days=n)
        save_window(made, "all", [row(day=day)], day=day)
    keys = [ServiceKey("k1", "quay", None, None, None, None, None, None, None)]
    save(made, NIGHTS[0], {"users": [_user("ann")], "service_keys": keys})
    save(made, NIGHTS[1], {"users": [_user("bob")]})
    bring_up_to_date(made)
    return made


def _user(name: str) -> User:
    return User(name, False, False, True, True, "example.com")


def asked(layout: Layout, day: date, query: str) -> list[tuple[Any, ...]]:
    """What a query says on the bench that is turned to a day, after it was turned to another."""
    with days_bench(layout, layout.warehouse, bundled("sql"), threads=1) as days:
        days.turn_to(FIRST)
        days.turn_to(day)
        return sorted(days.bench.connection.execute(query).fetchall())


@pytest.mark.parametrize(
    ("day", "night", "name"),
    [
        (FIRST, NIGHTS[0], "ann"),  # none before: the first one after it
        (NIGHTS[0], NIGHTS[0], "ann"),
        (DAY - timedelta(days=2), NIGHTS[0], "ann"),
        (DAY - timedelta(days=1), NIGHTS[1], "bob"),  # taken in the night after the day
        (DAY, NIGHTS[1], "bob"),
    ],
)
def test_a_day_is_judged_with_the_last_snapshot_up_to_the_night_after_it(
    layout: Layout, day: date, night: date, name: str
) -> None:
    assert asked(layout, day, SEEN) == [(night, name)]


def test_each_table_is_that_of_its_own_nearest_snapshot_with_the_lists_it_was_made_of(layout: Layout) -> None:
    lists = "select table_name, snapshot_date from stg_inventory_lists"
    assert asked(layout, DAY, lists) == [("service_keys", NIGHTS[0]), ("users", NIGHTS[1])]
    assert asked(layout, DAY, "select snapshot_date from stg_inventory_service_keys") == [(NIGHTS[0],)]


def test_every_snapshot_is_listed_whichever_is_shown(layout: Layout) -> None:
    dates = "select distinct snapshot_date from stg_inventory_snapshots"
    assert asked(layout, FIRST, dates) == [(night,) for night in NIGHTS]


def test_without_a_snapshot_the_inventory_is_empty(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", [row()])
    bring_up_to_date(layout)
    with days_bench(layout, layout.warehouse, bundled("sql"), threads=1) as days:
        days.turn_to(DAY)
        assert days.bench.connection.execute(SEEN).fetchall() == []


def test_a_new_snapshot_judges_those_days_again_that_it_tells_of(layout: Layout, tmp_path: Path) -> None:
    layout = Layout(shutil.copytree(layout.root, tmp_path / "lake"))
    sql = sql_folder(tmp_path / "sql", qd91_sweep=SWEEP)
    built = Built(layout)
    judge(built, sql)
    save(layout, DAY + timedelta(days=1), {"users": [_user("bob")]})
    bring_up_to_date(layout)
    assert judge(built, sql).judged_days == [DAY - timedelta(days=1), DAY]
    assert judge(built, sql).judged_days == []


def test_a_table_of_the_inventory_that_is_gone_is_no_empty_table(layout: Layout, tmp_path: Path) -> None:
    layout = Layout(shutil.copytree(layout.root, tmp_path / "lake"))
    layout.inventory_file("users", NIGHTS[1]).unlink()
    with pytest.raises(DataError, match="a table of the inventory is gone"):
        asked(layout, DAY, SEEN)
