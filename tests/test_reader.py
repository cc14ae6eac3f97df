"""Promises of `pipeline.warehouse.reader`: many threads read one warehouse, always the newest, and are told what is wrong."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import duckdb
import pytest

from pipeline.bundle import bundled
from pipeline.detect.stored import TABLES
from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.warehouse.reader import Reader
from tests.lakes import bring_up_to_date, save_window
from tests.two_days import DAYS, pulls, two_days

QUESTIONS = {
    "counts": ("select cast(sum(event_count) as bigint) as number from mart_kind_daily", "mart_kind_daily"),
    "events": ("select count(*) as number from events", "events"),
    "cases": ("select case_id from cases where day >= $since", "cases"),
    "wrong": ("select no_such_column as number from mart_kind_daily", "mart_kind_daily"),
}
THREADS = 4
COUNTS = (3, 4, 5, 6)  # events in the lake, by the version of its warehouse


@pytest.fixture(scope="module")
def versions(tmp_path_factory: pytest.TempPathFactory) -> list[Layout]:
    """The same two days as four builds left them, each with one event more than the one before."""
    layouts = [two_days(tmp_path_factory.mktemp("versions") / "lake")]
    bring_up_to_date(layouts[0])
    for count in COUNTS[1:]:
        layouts.append(Layout(tmp_path_factory.mktemp("versions") / "lake"))
        shutil.copytree(layouts[-2].root, layouts[-1].root)
        save_window(layouts[-1], "all", pulls(DAYS[1], count - 1), day=DAYS[1])
        bring_up_to_date(layouts[-1])
    return layouts


@pytest.fixture
def sql(tmp_path: Path) -> Path:
    """The models of the product, with questions of our own."""
    folder = tmp_path / "sql"
    (folder / "screens").mkdir(parents=True)
    for layer in bundled("sql").iterdir():
        if layer.name != "screens":
            (folder / layer.name).symlink_to(layer)
    for name, (query, table) in QUESTIONS.items():
        parameters = '--\n-- [parameters]\n-- since = "a day"\n' if "$since" in query else ""
        head = (
            f'-- title = "T"\n-- reads = ["{table}"]\n{parameters}--\n-- [columns]\n-- number = "a number"\n'
        )
        (folder / "screens" / f"{name}.sql").write_text(head + query)
    return folder


@pytest.fixture
def layout(tmp_path: Path, versions: list[Layout]) -> Layout:
    """Two days with three events, built; detect never ran."""
    layout = Layout(tmp_path / "it's a [lake]")
    shutil.copytree(versions[0].root, layout.root)
    return layout


def number(reader: Reader, question: str = "counts") -> int:
    """The one number that a question is answered with."""
    found: int = reader.answer(question, {}).column("number")[0].as_py()
    return found


def put_in_place(version: Layout, layout: Layout) -> None:
    """Replace the warehouse and the events by those of another version, as a build does."""
    for day in DAYS:
        shutil.copyfile(version.events_file(day), layout.root / "aside")
        (layout.root / "aside").replace(layout.events_file(day))
    shutil.copyfile(version.warehouse, layout.root / "aside")
    (layout.root / "aside").replace(layout.warehouse)


def files_held(warehouse: Path) -> list[str]:
    """The files at the warehouse's path, replaced ones too, that this process has open."""
    held = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            held.append(os.readlink(link))  # noqa: PTH115 (a deleted file is no path any more)
        except FileNotFoundError:  # the listing's own
            continue
    return [name for name in held if name.removesuffix(" (deleted)") == str(warehouse)]


def test_the_warehouse_that_took_the_old_ones_place_is_read_next(
    layout: Layout, sql: Path, versions: list[Layout]
) -> None:
    reader = Reader(layout, layout.warehouse, sql=sql)
    before = reader.stamp()
    assert number(reader) == 3
    assert reader.stamp() == before
    put_in_place(versions[1], layout)
    assert reader.stamp() != before
    assert number(reader) == 4
    assert number(reader, "events") == 4


def test_a_warehouse_that_was_replaced_is_let_go(layout: Layout, sql: Path, versions: list[Layout]) -> None:
    reader = Reader(layout, layout.warehouse, sql=sql)
    for version, count in zip(versions, COUNTS, strict=True):
        put_in_place(version, layout)
        assert number(reader) == count
    assert files_held(layout.warehouse) == [str(layout.warehouse)]


def test_who_asks_while_builds_replace_the_warehouse_gets_one_whole_state_after_another(
    layout: Layout, sql: Path, versions: list[Layout]
) -> None:
    reader = Reader(layout, layout.warehouse, sql=sql)
    is_over = Event()

    def ask() -> list[int]:
        seen = [number(reader)]
        while not is_over.is_set():
            seen.append(number(reader))
        return [*seen, number(reader)]

    with ThreadPoolExecutor(THREADS) as pool:
        asking = [pool.submit(ask) for _ in range(THREADS)]
        try:
            for version, count in zip(versions, COUNTS, strict=True):
                put_in_place(version, layout)
                assert number(reader) == count
        finally:
            is_over.set()
    for seen in (each.result() for each in asking):
        assert seen == sorted(seen)
        assert set(seen) <= set(COUNTS)
        assert seen[-1] == COUNTS[-1]


def test_where_there_is_no_warehouse_people_are_told_to_build_one(layout: Layout, sql: Path) -> None:
    reader = Reader(layout, layout.warehouse, sql=sql)
    shutil.move(layout.warehouse, layout.root / "elsewhere")
    assert reader.stamp() == ""
    with pytest.raises(UsageError, match="there is no warehouse yet") as refusal:
        reader.answer("counts", {})
    assert refusal.value.where == str(layout.warehouse)
    shutil.move(layout.root / "elsewhere", layout.warehouse)
    assert number(reader) == 3
    layout.warehouse.unlink()
    with pytest.raises(UsageError, match="there is no warehouse yet"):
        reader.answer("counts", {})


def test_a_file_that_is_no_warehouse_is_named(layout: Layout, sql: Path) -> None:
    layout.warehouse.write_bytes(b"not at all " * 1000)
    with pytest.raises(DataError, match="this is no warehouse") as refusal:
        Reader(layout, layout.warehouse, sql=sql).answer("counts", {})
    assert refusal.value.where == str(layout.warehouse)
    assert "run build" in refusal.value.hint


def test_a_database_in_which_nothing_was_built_is_no_warehouse_yet(layout: Layout, sql: Path) -> None:
    layout.warehouse.unlink()
    duckdb.connect(str(layout.warehouse)).close()
    with pytest.raises(UsageError, match="there is no warehouse yet"):
        Reader(layout, layout.warehouse, sql=sql).answer("counts", {})


def test_what_detect_writes_is_empty_where_it_never_ran(layout: Layout, sql: Path) -> None:
    given = {"since": DAYS[0]}
    assert Reader(layout, layout.warehouse, TABLES, sql=sql).answer("cases", given).num_rows == 0
    with pytest.raises(DataError, match="cases"):
        Reader(layout, layout.warehouse, sql=sql).answer("cases", given)


def test_a_question_that_lacks_a_value_or_fails_is_named(layout: Layout, sql: Path) -> None:
    reader = Reader(layout, layout.warehouse, TABLES, sql=sql)
    with pytest.raises(UsageError, match="it needs since") as refusal:
        reader.answer("cases", {})
    assert refusal.value.where == "cases"
    with pytest.raises(DataError, match="no_such_column") as failure:
        reader.answer("wrong", {})
    assert failure.value.where == "wrong"
    assert number(reader) == 3


def test_the_events_are_those_of_the_lake_that_is_read_wherever_it_was_built(
    layout: Layout, sql: Path, tmp_path: Path
) -> None:
    moved = Layout(tmp_path / "moved")
    shutil.move(layout.root, moved.root)
    assert number(Reader(moved, moved.warehouse, sql=sql), "events") == 3


def test_damaged_events_leave_the_other_questions_their_answers(layout: Layout, sql: Path) -> None:
    for day in DAYS:
        layout.events_file(day).write_bytes(b"damaged")
    reader = Reader(layout, layout.warehouse, sql=sql)
    assert number(reader) == 3
    with pytest.raises(DataError):
        reader.answer("events", {})


def test_nobody_who_reads_can_write(layout: Layout, sql: Path) -> None:
    file = sql / "screens" / "counts.sql"
    query, writing = (
        QUESTIONS["counts"][0],
        "delete from warehouse.main.mart_kind_daily returning 1 as number",
    )
    file.write_text(file.read_text().replace(query, writing))
    before = layout.warehouse.read_bytes()
    with pytest.raises(DataError):
        Reader(layout, layout.warehouse, sql=sql).answer("counts", {})
    assert layout.warehouse.read_bytes() == before
