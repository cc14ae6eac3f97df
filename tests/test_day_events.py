"""Promises of sorting a day in memory: what the engine would have made and in its order, whatever windows there are."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.bundle import bundled
from pipeline.lake.day_table import DayTable, width_of
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.lake.packs import Packs
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse import day_events
from pipeline.warehouse.day_events import ShownDay, in_memory, sorted_by_engine, sorted_in_memory
from pipeline.warehouse.models import read_models
from pipeline.warehouse.workbench import Workbench, workbench
from tests.event_examples import ACTORS, HOSTILE_DETAILS, TARGETS
from tests.lakes import DAY, at_second, row, save_window
from tests.scope_days import shared_day
from tests.warehouse_worlds import Day, days, save

MODELS = read_models(bundled("sql"))


@contextmanager
def mounted(
    layout: Layout, *, threads: int = 2, memory: str = "1GB", pack: bool = False
) -> Iterator[tuple[Workbench, ShownDay]]:
    """The first day of a lake."""
    ledger = Ledger(layout)
    windows = sorted((w for w in ledger.windows() if w.day == DAY), key=lambda window: window.scope)
    made = Packs(layout).made(DAY, windows) if pack else None
    packed = made.scopes if made else ()
    files = [
        ledger.entries_file(scope_from_text(window.scope), DAY)
        for window in windows
        if window.rows and window.scope not in packed
    ]
    packs = [made.file] if made else []
    database = layout.root / "bench.duckdb"
    with workbench(database, MODELS, memory_limit=memory, threads=threads) as bench:
        bench.mount(windows, files, packs)
        yield bench, ShownDay(DAY, files, packs, len(windows))


def both_ways(layout: Layout, *, threads: int = 2, pack: bool = False) -> tuple[list[Any], list[Any]]:
    """The events as the engine sorts them, and as they are sorted in memory, each thread with a part of them."""
    with (
        mounted(layout, threads=threads, pack=pack) as (bench, shown),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(day_events, "_LEAST_PART", 1)
        if not shown.files and not shown.packs:
            return [], []
        engine = sorted_by_engine(bench.connection, 1_000).read_all()
        here = in_memory(bench.connection, bench.side_by_side, shown)
        assert here is not None
        table = here.read_all()
    assert table.schema.equals(engine.schema)
    return engine.to_pylist(), table.to_pylist()


@settings(max_examples=6)
@given(st.lists(days(), min_size=1, max_size=1))
def test_events_sorted_in_memory_are_those_that_the_engine_sorts_whatever_windows_there_are(
    world: list[Day],
) -> None:
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        save(layout, world)
        engine, here = both_ways(layout)
    assert here == engine


def test_whatever_the_details_hold_the_events_are_the_same_both_ways(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    examples = [each for each, _ in (*ACTORS.values(), *TARGETS.values())]
    examples += [row(metadata=text) for text in HOSTILE_DETAILS.values()]
    examples += [row(performer=name, namespace="acme") for name in ("", "\x00", "é", "z", None)]
    examples += [row(namespace=name, metadata={"namespace": "old"}) for name in (None, "", "\U0001f600", "a")]
    save_window(layout, "all", [at_second(each, n) for n, each in enumerate(examples)])
    engine, here = both_ways(layout)
    assert len(here) == len(examples)
    assert here == engine


@pytest.mark.parametrize("threads", range(1, 5))
def test_what_another_window_shows_as_well_is_left_out_wherever_the_parts_are_cut(
    tmp_path: Path, threads: int
) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "org/acme", [row("create_repo")] * 3)
    orphans = [row("create_repo", namespace=None)] * 7
    rows = [*orphans, row("create_repo", namespace="other")]
    save_window(layout, "all", rows, state=State.SHORT, expected={"create_repo": 9})
    engine, here = both_ways(layout, threads=threads)
    assert [event["scope"] for event in here].count("all") == 7 - 3 + 1
    assert here == engine


def test_a_window_without_entries_can_tell_that_those_of_another_are_no_events(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "org/acme", [])
    rows = [row(namespace="acme"), row(namespace="other")]
    save_window(layout, "all", rows, state=State.SHORT, expected={"pull_repo": 3})
    engine, here = both_ways(layout)
    assert [event["namespace_name"] for event in here] == ["other"]
    assert here == engine


@pytest.mark.parametrize("scope", ["all", "org/acme", "user/bob", "repo/acme/web"])
def test_where_one_window_is_all_there_is_each_entry_is_an_event(tmp_path: Path, scope: str) -> None:
    layout = Layout(tmp_path)
    save_window(layout, scope, [row(namespace="acme"), row(), row("create_repo", performer=None)])
    engine, here = both_ways(layout)
    assert len(here) == 3
    assert here == engine


def test_windows_in_a_pack_give_the_same_events_both_ways(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    shared_day(layout)
    save_window(layout, "org/big", [row()] * 10_001)  # too many for the pack
    engine, here = both_ways(layout, pack=True)
    assert len(here) > 10_001
    assert here == engine


@pytest.mark.parametrize("threads", [1, 2])
def test_a_day_of_many_row_groups_gives_the_same_bytes_by_either_way(tmp_path: Path, threads: int) -> None:
    layout = Layout(tmp_path)
    rows = [
        row(performer=f"user{n % 7}", namespace=f"org{n % 5}", metadata={"tag": n}) for n in range(130_000)
    ]
    save_window(layout, "all", [at_second(each, n % 86_400) for n, each in enumerate(rows)])
    with mounted(layout, threads=threads) as (bench, shown):
        engine = sorted_by_engine(bench.connection, 50_000).read_all()
        here = sorted_in_memory(bench.connection, bench.side_by_side, shown)
        assert here is not None
        assert here.read_all().equals(engine)


@pytest.mark.parametrize(("memory", "fits"), [("1GB", True), ("60MB", False)])
def test_a_day_is_sorted_in_memory_where_it_leaves_room_for_the_engine(
    tmp_path: Path, memory: str, fits: bool
) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", [at_second(row(metadata={"n": f"{n:300}"}), n % 60) for n in range(60_000)])
    with mounted(layout, memory=memory) as (bench, shown):
        assert (sorted_in_memory(bench.connection, bench.side_by_side, shown) is not None) is fits
        assert bench.event_count(DAY) == 0  # no events are mounted: nothing else changed


def test_a_file_whose_entries_are_not_at_their_positions_is_left_to_the_engine(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", [at_second(row(), n) for n in range(5)])
    file = Ledger(layout).entries_file(scope_from_text("all"), DAY)
    pq.write_table(pq.read_table(file, partitioning=None).slice(1), file)
    with mounted(layout) as (bench, shown):
        assert in_memory(bench.connection, bench.side_by_side, shown) is None


@settings(max_examples=20)
@given(st.permutations(range(12)), st.sets(st.integers(0, 11)))
def test_what_an_engine_made_in_any_order_and_left_out_comes_in_the_order_of_the_entries(
    order: list[int], left_out: set[int]
) -> None:
    with TemporaryDirectory() as folder:
        layout = Layout(Path(folder))
        rows = [row(performer=f"user{99 - n}", namespace="acme", metadata={"n": n}) for n in range(12)]
        save_window(layout, "all", [at_second(each, n) for n, each in enumerate(rows)])
        entries = DayTable([Ledger(layout).entries_file(scope_from_text("all"), DAY)])
    entries.learn(*_said_of(entries.samples))
    assert entries.orphans.num_rows == 0
    entries.sort()
    kept = [n for n in order if n not in left_out]
    tags = _texts(str(n) for n in kept)
    positions = pa.array(kept, pa.int64())
    made = pa.table({"scope": _texts("all" for _ in kept), "position": positions, "tag": tags})
    columns = ["position", "metadata", "tag", "kind_family", "namespace_name", "network"]
    events = entries.events([made.slice(0, 5), made.slice(5)], columns).read_all().to_pylist()
    expected = sorted(set(range(12)) - left_out, reverse=True)
    assert [(event["position"], event["tag"]) for event in events] == [(n, str(n)) for n in expected]
    assert [event["metadata"] for event in events] == [f'{{"n": {n}}}' for n in expected]
    learned = {(event["kind_family"], event["namespace_name"], event["network"]) for event in events}
    assert learned <= {("pull", "acme", "203.0.113.0/24")}


def _said_of(samples: pa.Table) -> tuple[pa.Table, pa.Table]:
    """What an engine would say of entries that are all pulls from acme."""
    count = samples.num_rows
    facts = pa.table(
        {
            "scope": _texts("all" for _ in range(count)),
            "position": samples.column("position").combine_chunks(),
            "kind_family": _texts("pull" for _ in range(count)),
            "namespace_kind": _texts("org" for _ in range(count)),
            "account_name": _texts("acme" for _ in range(count)),
            "is_account_gone": pa.array([False] * count, pa.bool_()),
        }
    )
    return facts, pa.table({"ip": _texts(["203.0.113.7"]), "network": _texts(["203.0.113.0/24"])})


def _texts(texts: Iterable[str]) -> "pa.Array[Any]":
    return pa.array(list(texts), pa.string())


def test_what_a_day_takes_in_memory_is_told_by_the_footers_of_its_files(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    save_window(layout, "all", [row(metadata={"text": "x" * 1_000 + str(n)}) for n in range(100)])
    file = Ledger(layout).entries_file(scope_from_text("all"), DAY)
    assert width_of([file, file]) > 200 * 1_000


@pytest.mark.parametrize("count", [1, 3])
def test_entries_that_name_nobody_and_nothing_are_sorted_too(tmp_path: Path, count: int) -> None:
    layout = Layout(tmp_path)
    nothing = row("create_robot", ip=None, performer=None)
    save_window(layout, "all", [at_second(nothing, n) for n in range(count)])
    engine, here = both_ways(layout)
    assert len(here) == count
    assert here == engine
