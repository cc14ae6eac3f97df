"""Promises of lakes in an object store about kill -9 and many machines: the bucket ends as a folder would."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.lake import storage
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from tests.at_once import statuses_of
from tests.crashes import KILLED, Moment, Order, Shooter
from tests.extracts import files_of
from tests.s3 import ADDRESS, Gateway, Store, s3_environment, s3_server, store
from tests.test_kills import assert_nothing_half_counts as assert_rows_are_as_their_states_say
from tests.undisturbed import moments_of, tallied

__all__ = ["s3_environment", "s3_server", "store"]

pytestmark = pytest.mark.slow

KILLS = 6


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake that a run that nobody killed makes in a folder."""
    lake = tmp_path_factory.mktemp("undisturbed") / "lake"
    assert statuses_of([Order("extract", str(lake))]) == [0]
    return lake


@pytest.fixture(scope="module")
def shooter(s3_environment: Gateway) -> Iterator[Shooter]:
    """A process whose children write to the bucket."""
    with Shooter() as shooter:
        yield shooter


def machine(folder: Path, store: Store) -> Path:
    """A folder that mirrors the bucket, as it is at the start of a command."""
    with storage.opened(folder, ADDRESS, store.bucket()):
        return folder


def assert_nothing_half_counts(store: Store, folder: Path) -> None:
    """The bucket's lake is whole as far as it goes."""
    assert inspect(Layout(store.lay(folder))).findings == []
    shutil.rmtree(folder)


STEPS = {
    "before the first rows are put": Moment("call", "lake/bucket.py:put"),
    "after rows were put, before they are here": Moment("rename", "entries.parquet", 2),
    "before a state is put": Moment("call", "lake/ledger.py:save", 2),
    "after a state was put, before it is here": Moment("rename", "_window.json", 3),
    "before the manifest is put": Moment("call", "lake/ledger.py:_due"),
    "after the manifest was put, before it is here": Moment("rename", "00000001.json"),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_at_a_named_step_is_made_good_by_the_next_on_any_machine(
    step: str, shooter: Shooter, store: Store, undisturbed: Path, tmp_path: Path
) -> None:
    assert shooter.run("extract", machine(tmp_path / "one", store), STEPS[step]) == KILLED
    assert_nothing_half_counts(store, tmp_path / "looking")
    store.pass_time()
    for folder in ("other", "one"):
        assert shooter.run("extract", machine(tmp_path / folder, store)) == 0
        assert store.content() == files_of(undisturbed)
    assert [key for key in store.held() if ".claims/" in key] == []


@pytest.mark.parametrize("name", ["entries.parquet", "_window.json"])
def test_a_day_that_was_open_when_its_reader_was_killed_is_read_whole_by_another_machine(
    name: str, shooter: Shooter, store: Store, undisturbed: Path, tmp_path: Path
) -> None:
    """The two machines read different rows of that day: neither's state may ever stand over the other's rows."""
    later = shutil.copytree(undisturbed, tmp_path / "later")
    assert shooter.run("extract_later", later) == 0
    store.hold(undisturbed)
    assert shooter.run("extract_later", machine(tmp_path / "one", store), Moment("rename", name)) == KILLED
    assert_rows_are_as_their_states_say(store.lay(tmp_path / "looking"))
    store.pass_time()
    assert shooter.run("extract_later", machine(tmp_path / "other", store)) == 0
    assert store.content() == files_of(later)


def test_a_run_killed_at_any_random_moment_is_made_good_by_the_next(
    shooter: Shooter, store: Store, undisturbed: Path, tmp_path: Path
) -> None:
    lines = tallied(shooter, "extract", machine(tmp_path / "tallied", store))
    lines = {line: times for line, times in lines.items() if line.startswith("lake/")}
    killed = 0
    for number, moment in enumerate(moments_of(lines, "store", KILLS)):
        store.empty()
        lake = tmp_path / str(number)
        killed += shooter.run("extract", machine(lake, store), moment) == KILLED
        assert_nothing_half_counts(store, tmp_path / "looking")
        assert shooter.run("extract", machine(lake, store)) == 0
        assert store.content() == files_of(undisturbed), moment
    assert killed >= 0.8 * KILLS


DEATHS = {
    "before their first state": (Moment("rename", "_window.json", 2), "again"),
    "in the middle of a put": (Moment("call", "lake/mirror.py:_insist"), ""),
}


@pytest.mark.parametrize("death", [None, *DEATHS])
def test_four_shards_on_four_machines_give_the_lake_that_one_process_gives(
    death: str | None, store: Store, undisturbed: Path, tmp_path: Path
) -> None:
    """Two of them are killed, and run again: there, or on machines that never saw the lake, once some time has passed."""
    moment, folder = DEATHS[death] if death else (None, "")
    killed = (2, 3) if death else ()

    def order(n: int, name: str, moment: Moment | None = None) -> Order:
        return Order("extract", str(machine(tmp_path / name, store)), moment, shard=(n, 4))

    orders = [order(n, str(n), moment if n in killed else None) for n in range(1, 5)]
    assert statuses_of(orders) == [KILLED if n in killed else 0 for n in range(1, 5)]
    if folder:
        store.pass_time()
    again = [order(n, f"{folder}{n}") for n in killed]
    assert statuses_of(again) == [0 for _ in killed]
    assert_same_evidence(store, undisturbed, tmp_path / "looking")


def test_four_machines_that_all_read_everything_are_safe(
    store: Store, undisturbed: Path, tmp_path: Path
) -> None:
    orders = [Order("extract", str(machine(tmp_path / str(n), store))) for n in range(4)]
    assert statuses_of(orders) == [0, 0, 0, 0]
    assert_same_evidence(store, undisturbed, tmp_path / "looking")


def assert_same_evidence(store: Store, undisturbed: Path, folder: Path) -> None:
    """Each window byte for byte, and a chain that names the same, however it is cut."""
    inspection = inspect(Layout(store.lay(folder)))
    assert (inspection.findings, inspection.unsealed) == ([], 0)
    assert Ledger(Layout(folder)).sealed() == Ledger(Layout(undisturbed)).sealed()
    there, expected = files_of(folder), files_of(undisturbed)
    assert evidence_in(there) == evidence_in(expected)


def evidence_in(files: dict[str, bytes]) -> dict[str, bytes]:
    """Every file of the windows."""
    return {name: content for name, content in files.items() if name.startswith("log_entries/")}
