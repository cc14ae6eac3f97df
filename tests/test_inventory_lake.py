"""Promises of snapshots in the lake: equal rows are equal bytes, a day is whole or not there, a chain knows it."""

import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DataError
from pipeline.lake.files import written_aside
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, Manifest
from pipeline.lake.snapshots import Snapshots
from pipeline.lake.writer import sha256_of
from pipeline.quay.registry.rows import AppToken, Repository, User
from pipeline.quay.registry.tables import TABLE_BY_NAME
from tests.commands import ROOT
from tests.extracts import NOW, files_of
from tests.holdings import DAY, EVERY_TABLE, full_store, quay_with, rows_in, save, save_taken, taken
from tests.lake_windows import LINES
from tests.lake_windows import save_window as save_lines
from tests.snapshot_kills import AFTER, BEFORE

USERS = [User(name, False, False, True, None, None) for name in ("alice", "bob", "carol")]


def inventory_files(root: Path) -> dict[str, bytes]:
    """The files of a lake that hold no time."""
    return {name: content for name, content in files_of(root).items() if name.endswith(".parquet")}


def test_every_table_has_a_file_of_its_own_where_the_interface_says(layout: Layout) -> None:
    save_taken(layout, taken(quay_with(full_store())))
    expected = {
        f"inventory/{name}/snapshot_date=2026-11-25/{name}.parquet" for name in (*EVERY_TABLE, "lists")
    }
    assert expected == inventory_files(layout.root).keys()


def test_what_is_stored_is_what_was_taken(layout: Layout) -> None:
    snapshot = taken(quay_with(full_store()))
    save_taken(layout, snapshot)
    for name, rows in snapshot.rows.items():
        assert rows_in(layout, name) == [msgspec.to_builtins(row, builtin_types=[*_KEPT]) for row in rows], (
            name
        )


_KEPT = (type(NOW),)


def test_a_file_has_the_columns_of_its_table_and_says_which_may_be_null(layout: Layout) -> None:
    save_taken(layout, taken(quay_with(full_store())))
    for name, table in TABLE_BY_NAME.items():
        schema = pq.read_schema(layout.inventory_file(name, DAY))
        assert [(field.name, field.nullable) for field in schema] == [
            (column.name, column.is_nullable) for column in table.columns
        ]


def test_the_same_answers_give_the_same_bytes(tmp_path: Path) -> None:
    for folder, threads in (("one", 1), ("other", 8)):
        save_taken(Layout(tmp_path / folder), taken(quay_with(full_store()), threads=threads))
    assert inventory_files(tmp_path / "one") == inventory_files(tmp_path / "other")


@given(st.permutations(USERS))
def test_rows_in_any_order_give_the_same_bytes(users: list[User]) -> None:
    with TemporaryDirectory() as folder:
        states = [save(Layout(Path(folder)), DAY, {"users": each}) for each in (USERS, users)]
    assert len({state.tables["users"].file_sha256 for state in states}) == 1


def test_taken_again_on_the_same_day_a_snapshot_is_replaced_whole(layout: Layout) -> None:
    save(layout, DAY, {"users": USERS, "repositories": [Repository("acme", "web", True, None, None)]})
    state = save(layout, DAY, {"users": USERS[:1], "repositories": []})
    assert [row["user_name"] for row in rows_in(layout, "users")] == ["alice"]
    assert rows_in(layout, "repositories") == []
    assert state.tables["users"].rows == 1
    assert Snapshots(layout).state(DAY) == state


def test_tables_that_a_later_run_of_the_day_does_not_take_are_kept_with_what_came_of_their_lists(
    layout: Layout,
) -> None:
    first = save(
        layout, DAY, {"users": USERS, "app_tokens": []}, [("users", "", "read"), ("app_tokens", "", "off")]
    )
    second = save(layout, DAY, {"users": USERS[:2]}, [("users", "", "partial")])
    assert second.tables.keys() == {"users", "app_tokens", "lists"}
    assert second.tables["app_tokens"] == first.tables["app_tokens"]
    assert {(each["table_name"], each["outcome"]) for each in rows_in(layout, "lists")} == {
        ("users", "partial"),
        ("app_tokens", "off"),
    }


def test_days_do_not_touch_each_other(layout: Layout) -> None:
    save(layout, DAY, {"users": USERS})
    before = files_of(layout.root)
    save(layout, DAY + timedelta(days=1), {"users": USERS[:1]})
    assert {name: files_of(layout.root)[name] for name in before} == before
    assert [state.day for state in Snapshots(layout).states()] == [DAY, DAY + timedelta(days=1)]


def test_a_state_names_the_hash_of_every_file(layout: Layout) -> None:
    state = save_taken(layout, taken(quay_with(full_store())))
    for name, table in state.tables.items():
        assert sha256_of(layout.inventory_file(name, DAY)) == table.file_sha256
        assert len(rows_in(layout, name)) == table.rows


def test_a_kill_at_any_moment_leaves_a_snapshot_that_is_whole_or_none(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "tests.snapshot_kills", tmp_path],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    moments = int(run.stdout)
    assert moments >= 5  # three tables and the state appear, and the old state goes
    undisturbed = Layout(tmp_path / "undisturbed")
    for day in (DAY, DAY + timedelta(days=1)):
        save(undisturbed, day, AFTER)
    seen = {_whole(Layout(tmp_path / str(nth))) for nth in range(1, moments + 2)}
    assert seen == {"before", "none", "after"}
    for nth in range(1, moments + 1):
        layout = Layout(tmp_path / str(nth))
        for day in (DAY + timedelta(days=1), DAY):
            save(layout, day, AFTER)
            assert [file for file in files_of(layout.root) if "aside" in file] == []
        assert files_of(layout.root) == files_of(undisturbed.root)


@pytest.mark.parametrize("taken", [{"users": USERS}, {"organizations": []}], ids=["the same", "other tables"])
@pytest.mark.parametrize("later", [timedelta(0), timedelta(days=1)], ids=["that day", "the next"])
def test_what_a_killed_run_left_is_cleared_away_by_the_next_whatever_its_day_and_tables(
    taken: dict[str, Any], later: timedelta, layout: Layout
) -> None:
    save(layout, DAY, {"users": USERS})
    for path in (layout.inventory_file("users", DAY), layout.snapshot_file(DAY)):
        path.with_name(f"{path.name}.1.99999999.aside").write_bytes(b"half")
    save(layout, DAY + later, taken)
    assert [path for path in layout.root.rglob("*") if "aside" in path.name] == []
    assert Snapshots(layout).state(DAY) is not None


def test_what_another_run_is_at_is_no_leftover_of_a_snapshot(layout: Layout) -> None:
    path = layout.snapshot_file(DAY)
    with written_aside(path) as aside:
        aside.write_bytes(b"theirs")
        Snapshots(layout).remove_leftovers()
    assert path.read_bytes() == b"theirs"


def _whole(layout: Layout) -> str:
    """Which snapshot the lake holds: it must be one of the two, to the last file."""
    state = Snapshots(layout).state(DAY)
    if state is None:
        return "none"
    assert all(
        sha256_of(layout.inventory_file(name, DAY)) == each.file_sha256 for name, each in state.tables.items()
    )
    count = len(rows_in(layout, "users"))
    assert count in (len(BEFORE["users"]), len(AFTER["users"]))
    return "before" if count == len(BEFORE["users"]) else "after"


def test_a_broken_state_is_a_data_error_that_names_the_file(layout: Layout) -> None:
    save(layout, DAY, {"users": USERS})
    layout.snapshot_file(DAY).write_bytes(b"{}")
    with pytest.raises(DataError) as caught:
        Snapshots(layout).states()
    assert caught.value.where.endswith("2026-11-25.json")


def test_lists_that_cannot_be_read_are_a_data_error_that_names_the_file(layout: Layout) -> None:
    save(layout, DAY, {"users": USERS})
    layout.inventory_file("lists", DAY).write_bytes(b"no parquet")
    with pytest.raises(DataError) as caught:
        save(layout, DAY, {"users": USERS})
    assert caught.value.where.endswith("lists.parquet")


# The chain ------------------------------------------------------------------------------------------------------------


def test_the_chain_names_a_snapshot_once_and_again_when_it_was_replaced(layout: Layout) -> None:
    save(layout, DAY, {"users": USERS})
    first = Ledger(layout).seal(NOW, "0")
    assert first is not None
    assert [(each.day, each.rows) for each in first.snapshots] == [(DAY, 4)]
    assert Ledger(layout).seal(NOW, "0") is None
    save(layout, DAY, {"users": USERS[:1]})
    second = Ledger(layout).seal(NOW, "0")
    assert second is not None
    assert [(each.day, each.rows) for each in second.snapshots] == [(DAY, 2)]
    assert inspect(layout).findings == []


def test_windows_and_snapshots_are_links_of_one_chain(layout: Layout) -> None:
    save_lines(layout, DAY, LINES)
    save(layout, DAY, {"users": USERS})
    manifest = Ledger(layout).seal(NOW, "0")
    assert manifest is not None
    assert (len(manifest.windows), len(manifest.snapshots)) == (1, 1)
    inspection = inspect(layout)
    assert (inspection.windows, inspection.snapshots, inspection.unsealed) == (1, 1, 0)


def test_a_manifest_without_snapshots_is_written_as_before_there_were_any(layout: Layout) -> None:
    save_lines(layout, DAY, LINES)
    Ledger(layout).seal(NOW, "0")
    (file,) = Ledger(layout).manifest_files()
    assert msgspec.json.decode(file.read_bytes()).keys() == {
        *("sequence", "previous_sha256", "written_at", "tool_version", "windows"),
    }


def test_a_manifest_of_before_there_were_snapshots_can_be_read() -> None:
    old: dict[str, object] = {
        "sequence": 1,
        "previous_sha256": None,
        "written_at": "2026-11-25T12:00:00Z",
        "tool_version": "0",
        "windows": [],
    }
    assert msgspec.convert(old, Manifest).snapshots == []


def tamper_with_rows(layout: Layout) -> None:
    table = pq.read_table(layout.inventory_file("users", DAY))
    pq.write_table(table.slice(1), layout.inventory_file("users", DAY))


def tamper_with_state(layout: Layout) -> None:
    file = layout.snapshot_file(DAY)
    file.write_bytes(file.read_bytes().replace(b'"tool_version": "0"', b'"tool_version": "1"'))


def tamper_by_removing_a_table(layout: Layout) -> None:
    shutil.rmtree(layout.inventory / "users")


def tamper_by_removing_the_state(layout: Layout) -> None:
    layout.snapshot_file(DAY).unlink()


def tamper_by_breaking_the_state(layout: Layout) -> None:
    layout.snapshot_file(DAY).write_bytes(b"{")


@pytest.mark.parametrize(
    ("tamper", "where"),
    [
        (tamper_with_rows, "users.parquet"),
        (tamper_with_state, "2026-11-25.json"),
        (tamper_by_removing_a_table, "users.parquet"),
        (tamper_by_removing_the_state, "2026-11-25.json"),
        (tamper_by_breaking_the_state, "2026-11-25.json"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_tampering_with_a_snapshot_is_found_and_named(tamper: Any, where: str, layout: Layout) -> None:
    save(layout, DAY, {"users": USERS})
    Ledger(layout).seal(NOW, "0")
    assert inspect(layout).findings == []
    tamper(layout)
    assert any(finding.where.endswith(where) for finding in inspect(layout).findings)


def test_a_snapshot_that_no_manifest_names_yet_is_counted(layout: Layout) -> None:
    save(layout, DAY, {"users": USERS})
    assert inspect(layout).unsealed == 1


def test_a_hundred_thousand_rows_are_one_file(layout: Layout) -> None:
    tokens = [AppToken(f"u{n:06}", "t", None, None, None, None) for n in range(100_001)]
    state = save(layout, date(2026, 1, 1), {"app_tokens": tokens})
    assert state.tables["app_tokens"].rows == 100_001
    with pq.ParquetFile(layout.inventory_file("app_tokens", date(2026, 1, 1))) as file:
        assert (file.metadata.num_rows, file.metadata.num_row_groups) == (100_001, 2)
