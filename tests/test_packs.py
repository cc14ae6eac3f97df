"""Promises of packs: the same rows from fewer files, never of other windows, and nothing that needs them."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, WindowState
from pipeline.lake.packs import LEAST_WINDOWS, MOST_ROWS, Member, Packs, key_of, members_of
from pipeline.lake.reader import lines_of_file
from pipeline.quay.lines import Row, line_from_row
from pipeline.quay.scopes import scope_from_text
from tests.demo_lake import content_of
from tests.lakes import DAY, row, save_window
from tests.scope_days import entry_files, packs_of, rows_of, scopes, shared_day


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("shared") / "lake")
    shared_day(layout)
    made(layout)
    return layout


@pytest.fixture
def shared(original: Layout, tmp_path: Path) -> Layout:
    """A lake of one day of many scopes, packed."""
    return Layout(shutil.copytree(original.root, tmp_path / "lake"))


def windows(layout: Layout) -> list[WindowState]:
    return [window for window in Ledger(layout).windows() if window.day == DAY]


def made(layout: Layout) -> Path | None:
    pack = Packs(layout).made(DAY, windows(layout))
    return pack and pack.file


def found(layout: Layout) -> Path | None:
    return Packs(layout).found(DAY, key_of(members_of(windows(layout))))


def test_a_pack_holds_every_entry_of_its_windows_in_their_order(shared: Layout) -> None:
    (pack,) = packs_of(shared)
    held = pq.read_table(pack, partitioning=None).to_pylist()
    assert [each["scope"] for each in held] == sorted(each["scope"] for each in held)
    for scope in scopes():
        rows = [each for each in held if each["scope"] == scope]
        assert [each["position"] for each in rows] == [0, 1, 2]
        lines = [
            line_from_row(
                Row(each["occurred_at"].isoformat(), *(each[name] for name in Row.__struct_fields__[1:]))
            )
            for each in rows
        ]
        assert lines == list(lines_of_file(Ledger(shared).entries_file(scope_from_text(scope), DAY)))


def test_the_same_windows_give_the_same_pack_in_whatever_order_they_came(
    shared: Layout, tmp_path: Path
) -> None:
    other = Layout(tmp_path / "other")
    shared_day(other, backwards=True)
    made(other)
    assert content_of(other.packed) == content_of(shared.packed)


def test_a_pack_that_is_there_is_not_made_again(shared: Layout) -> None:
    for file in entry_files(shared):
        if file.is_relative_to(shared.log_entries):
            file.unlink()
    assert made(shared) == found(shared) == packs_of(shared)[0]


def test_few_windows_are_not_packed_nor_are_large_ones(layout: Layout) -> None:
    shared_day(layout, LEAST_WINDOWS - 1)
    save_window(layout, "org/quiet", [])
    save_window(layout, "org/large", [row(metadata={"n": n}) for n in range(MOST_ROWS + 1)])
    assert made(layout) is None
    save_window(layout, "org/small", rows_of(1))
    pack = Packs(layout).made(DAY, windows(layout))
    assert pack is not None
    assert pack.scopes == {*scopes(LEAST_WINDOWS - 1), "org/small"}
    assert pq.read_metadata(pack.file).num_rows == 3 * LEAST_WINDOWS


@pytest.mark.parametrize(
    "change",
    [
        lambda layout: save_window(layout, "org/o7", [row()]),
        lambda layout: save_window(layout, "org/another", [row()]),
        lambda layout: save_window(layout, "org/o7", []),
        lambda layout: shutil.rmtree(layout.window(scope_from_text("org/o7"), DAY)),
    ],
    ids=["other entries", "one more", "entries gone", "window gone"],
)
def test_a_change_of_any_window_makes_the_pack_stale(
    shared: Layout, change: Callable[[Layout], object]
) -> None:
    change(shared)
    assert found(shared) is None


def test_a_window_that_is_only_judged_anew_leaves_the_pack_as_it_is(shared: Layout) -> None:
    save_window(
        shared,
        "org/o7",
        rows_of(scopes().index("org/o7")),
        fetched_at=windows(shared)[0].fetched_at + timedelta(1),
    )
    assert found(shared) is not None


@pytest.mark.parametrize("damage", ["pack lost", "pack cut", "another pack", "state lost", "state cut"])
def test_a_damaged_pack_is_as_none_and_is_made_again_byte_for_byte(
    shared: Layout, original: Layout, damage: str
) -> None:
    (pack,) = packs_of(shared)
    file = pack if "pack" in damage else pack.with_suffix(".json")
    if "lost" in damage:
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-9] + (b"#" * 9 if damage == "another pack" else b""))
    assert found(shared) is None
    assert made(shared) == pack
    assert content_of(shared.packed) == content_of(original.packed)


@pytest.mark.parametrize("damage", ["lost", "cut"])
def test_no_pack_is_made_of_a_file_that_is_not_the_one_its_window_describes(
    layout: Layout, damage: str
) -> None:
    shared_day(layout)
    file = Ledger(layout).entries_file(scope_from_text("org/o7"), DAY)
    file.unlink() if damage == "lost" else file.write_bytes(file.read_bytes()[:-9])
    assert made(layout) is None
    assert packs_of(layout) == []


def test_a_day_has_one_pack_at_most(shared: Layout) -> None:
    (stale,) = packs_of(shared)
    save_window(shared, "org/o7", [row()])
    fresh = made(shared)
    assert packs_of(shared) == [fresh] != [stale]
    assert Packs(shared).made(DAY, windows(shared)[1:]) is None
    assert Packs(shared).days() == set()


@given(
    st.lists(
        st.builds(Member, st.text(), st.text("0123456789abcdef", min_size=64, max_size=64), st.just(1)),
        unique_by=lambda member: member.scope,
        max_size=5,
    ),
    st.lists(
        st.builds(Member, st.text(), st.text("0123456789abcdef", min_size=64, max_size=64), st.just(1)),
        unique_by=lambda member: member.scope,
        max_size=5,
    ),
)
def test_other_windows_have_another_key(some: list[Member], others: list[Member]) -> None:
    assert (key_of(sorted(some)) == key_of(sorted(others))) == (sorted(some) == sorted(others))
