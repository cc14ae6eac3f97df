"""Promises of a warehouse over packs: what it would be without them, whatever becomes of them, and fewer files opened."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.bundle import bundled
from pipeline.errors import DataError
from pipeline.lake import storage
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.packs import LEAST_WINDOWS, Packs
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse.models import Period, read_models
from pipeline.warehouse.query import asked
from pipeline.warehouse.workbench import Workbench, workbench
from tests.crashes import KILLED, Moment, Shooter
from tests.demo_lake import content_of
from tests.lakes import DAY, Built, Rows, bring_up_to_date, row, save_window
from tests.s3 import ADDRESS, Store, s3_server, store
from tests.scope_days import ENTRIES, entry_files, packs_of, rows_of, shared_day

__all__ = ["s3_server", "store"]

NEXT = DAY + timedelta(days=1)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    layout = Layout(tmp_path_factory.mktemp("shared") / "lake")
    shared_day(layout)
    save_window(layout, "all", [row(day=NEXT, namespace="acme")], day=NEXT)
    bring_up_to_date(layout)
    return layout


@pytest.fixture
def built(original: Layout, tmp_path: Path) -> Layout:
    """A lake of two days, one of them of many scopes, built."""
    return Layout(shutil.copytree(original.root, tmp_path / "lake"))


def ask(layout: Layout, sql: str) -> Rows:
    with asked(layout, layout.warehouse, sql) as answer:
        return list(answer.rows())


def shown(bench: Workbench) -> dict[str, Rows]:
    """The events and every mart of the day that is mounted."""
    bench.connection.execute("create or replace table raw_events as select * from int_events")
    bench.make_marts(Period.DAY)
    names = [
        model.name
        for model in bench.models
        if model.is_stored and model.period is Period.DAY and not model.name.startswith("stg_windows")
    ]
    return {
        name: bench.connection.execute(f"select * from {name} order by all").fetchall()  # noqa: S608 (names of our own)
        for name in ["stg_log_entries", "int_events", *names]
    }


def test_every_model_of_a_day_is_the_same_with_the_pack_and_without(original: Layout, tmp_path: Path) -> None:
    windows = [window for window in Ledger(original).windows() if window.day == DAY]
    ledger = Ledger(original)
    files = [ledger.entries_file(scope_from_text(window.scope), DAY) for window in windows]
    models = read_models(bundled("sql"))
    with workbench(tmp_path / "w.duckdb", models, memory_limit="1GB", threads=1) as bench:
        bench.connection.execute("drop view raw_events")
        bench.mount(windows, files)
        without = shown(bench)
        bench.mount(windows, [], packs_of(original))
        assert shown(bench) == without
        bench.mount(windows, files[:3], [])
        assert shown(bench) != without


def test_a_query_for_entries_gives_the_same_rows_with_packs_and_without(built: Layout) -> None:
    with_packs = ask(built, ENTRIES)
    assert len(with_packs) == 3 * LEAST_WINDOWS + 1
    shutil.rmtree(built.packed)
    assert ask(built, ENTRIES) == with_packs


def test_a_query_reads_the_pack_and_not_the_files_of_its_windows(built: Layout) -> None:
    entries = ask(built, ENTRIES)
    for file in entry_files(built):
        if f"day={DAY}" in file.parts:
            file.unlink()
    assert ask(built, ENTRIES) == entries
    with asked(
        built, built.warehouse, "select count(*) from stg_log_entries where day = $day", {"day": NEXT}
    ) as answer:
        assert list(answer.rows()) == [(1,)]


@pytest.mark.parametrize("damage", ["cut", "other bytes", "no state"])
def test_a_damaged_pack_changes_no_answer(built: Layout, damage: str) -> None:
    entries = ask(built, ENTRIES)
    (pack,) = packs_of(built)
    if damage == "no state":
        pack.with_suffix(".json").unlink()
    else:
        content = pack.read_bytes()
        pack.write_bytes(content[:500] if damage == "cut" else content[:200] + b"\0" * 9 + content[209:])
    assert ask(built, ENTRIES) == entries
    assert ask(built, "select count(*) from windows")


def test_the_view_in_the_file_needs_no_pack(built: Layout) -> None:
    entries = ask(built, ENTRIES)
    shutil.rmtree(built.packed)
    assert Built(built).rows(ENTRIES) == entries


def test_until_the_next_build_a_query_shows_the_entries_that_the_warehouse_was_built_from(
    built: Layout,
) -> None:
    before = ask(built, ENTRIES)
    save_window(built, "org/o7", [row(), row(), row(), row()])
    assert ask(built, ENTRIES) == before
    assert bring_up_to_date(built).built_days == [DAY]
    after = ask(built, ENTRIES)
    assert len(after) == len(before) + 1
    shutil.rmtree(built.packed)
    assert ask(built, ENTRIES) == after


def test_a_build_leaves_one_pack_of_the_windows_as_they_are(built: Layout, tmp_path: Path) -> None:
    save_window(built, "org/o7", [row()])
    bring_up_to_date(built)
    fresh = Layout(tmp_path / "fresh")
    shutil.copytree(built.log_entries, fresh.log_entries)
    bring_up_to_date(fresh)
    assert content_of(built.packed) == content_of(fresh.packed)
    assert content_of(built.events) == content_of(fresh.events)


def test_a_day_that_is_gone_or_has_few_windows_leaves_no_pack(built: Layout) -> None:
    shutil.rmtree(built.window(scope_from_text("org/o7"), DAY))
    bring_up_to_date(built)
    assert packs_of(built) == []
    shared_day(built)
    bring_up_to_date(built)
    assert len(packs_of(built)) == 1
    for folder in built.log_entries.glob(f"*/day={DAY}"):
        shutil.rmtree(folder)
    assert bring_up_to_date(built).removed_days == [DAY]
    assert Packs(built).days() == set()


def test_a_full_build_makes_a_damaged_pack_again(built: Layout, original: Layout) -> None:
    (pack,) = packs_of(built)
    pack.write_bytes(b"")
    bring_up_to_date(built, full=True)
    assert content_of(built.packed) == content_of(original.packed)


def test_a_build_names_the_damaged_file_of_a_window_though_a_pack_holds_its_entries(built: Layout) -> None:
    file = Ledger(built).entries_file(scope_from_text("org/o7"), DAY)
    file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(DataError) as caught:
        bring_up_to_date(built, full=True)
    assert caught.value.where == str(file)


MOMENTS = [
    Moment("call", "lake/pack_writer.py:write_pack"),
    Moment("call", "lake/pack_writer.py:_tables_of", nth=LEAST_WINDOWS // 2),
    Moment("rename", ".parquet"),
    Moment("rename", ".json"),
    Moment("rename", "events.parquet"),
    Moment("call", "lake/packs.py:remove"),
    Moment("call", "warehouse/shelf.py:put"),
]


@pytest.fixture(scope="module")
def shooter() -> Iterator[Shooter]:
    with Shooter() as shooter:
        yield shooter


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: f"{moment.event} {moment.name}")
def test_a_build_killed_while_it_packs_is_made_good_by_the_next(
    shooter: Shooter, built: Layout, tmp_path: Path, moment: Moment
) -> None:
    save_window(built, "org/o7", rows_of(99))
    whole = Layout(shutil.copytree(built.root, tmp_path / "whole"))
    bring_up_to_date(whole)
    before = len(ask(built, ENTRIES))
    assert shooter.run("build", built.root, moment) == KILLED
    assert len(ask(built, ENTRIES)) == before
    assert shooter.run("build", built.root) == 0
    assert content_of(built.packed) == content_of(whole.packed)
    assert content_of(built.events) == content_of(whole.events)
    assert ask(built, ENTRIES) == ask(whole, ENTRIES)


@contextmanager
def machine(folder: Path, store: Store) -> Iterator[Layout]:
    """The lake as one machine has it while a command runs there."""
    with storage.opened(folder, ADDRESS, store.bucket()):
        yield Layout(folder)


@pytest.mark.slow
def test_another_machine_reads_one_object_for_a_day_of_many_scopes(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as layout:
        shared_day(layout)
        bring_up_to_date(layout)
        entries = ask(layout, ENTRIES)
    (tmp_path / "two").mkdir()
    with machine(tmp_path / "two", store) as layout:
        shutil.copy(tmp_path / "one" / layout.warehouse.name, layout.warehouse)
        assert ask(layout, ENTRIES) == entries
        assert list(entry_files(layout)) == []
        assert len(packs_of(layout)) == 1
