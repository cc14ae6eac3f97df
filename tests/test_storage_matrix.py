"""Promises about kill -9 of every command that writes a lake in an object store: the next run, anywhere, makes it good."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.detect.stored import TABLES
from pipeline.lake import storage
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from tests.archives import rows_by_id, write_archives
from tests.crashes import KILLED, NOON, Moment, Shooter, registry
from tests.detecting import SWEEP, sql_folder, sweeping_lake
from tests.extracts import files_of
from tests.holdings import DAY, save
from tests.lakes import Built
from tests.s3 import ADDRESS, Gateway, Store, s3_environment, s3_server, store
from tests.snapshot_kills import BEFORE
from tests.undisturbed import moments_of, tallied

__all__ = ["s3_environment", "s3_server", "store"]

pytestmark = pytest.mark.slow

KILLS = 1


def nothing(lake: Path) -> None:
    """A lake that is still empty."""


def archives(lake: Path) -> None:
    """Archives beside an empty lake."""
    write_archives(lake.with_name("rotated"), rows_by_id(registry(NOON).store), size=40)


def older_snapshot(lake: Path) -> None:
    """A snapshot of the same day, of other holdings."""
    save(Layout(lake), DAY, BEFORE)


def unbuilt(lake: Path) -> None:
    """A lake whose events are not made yet."""
    sweeping_lake(built := Built(Layout(lake)))
    built.warehouse.unlink()
    shutil.rmtree(built.layout.events)


def unjudged(lake: Path) -> None:
    """A lake with its warehouse, in which nothing is judged."""
    sweeping_lake(Built(Layout(lake)))
    sql_folder(lake.with_name("sql"), qd91_sweep=SWEEP)


class Run(NamedTuple):
    """What a run begins with, and moments of it of which each has its own danger."""

    lake: Callable[[Path], None]
    steps: dict[str, Moment]
    tables: tuple[str, ...] = ()


RUNS = {
    "export": Run(
        nothing,
        {
            "after rows were put, before they are here": Moment("rename", "entries.parquet", 2),
            "before a claim is taken back": Moment("call", "lake/claims.py:withdraw", 2),
        },
    ),
    "ingest": Run(
        archives,
        {
            "between rows and their state": Moment("call", "lake/ledger.py:save", 2),
            "after a state was put, before it is here": Moment("rename", "_window.json", 3),
        },
    ),
    "snapshot": Run(
        older_snapshot,
        {
            "after the old state is taken out of the store": Moment("call", "lake/bucket.py:delete"),
            "between two tables": Moment("rename", ".parquet", 2),
            "after the state was put, before it is here": Moment("rename", ".json"),
        },
    ),
    "build": Run(
        unbuilt,
        {"after a day's events were put": Moment("rename", "events.parquet", 2)},
        ("mart_kind_daily",),
    ),
    "detect": Run(
        unjudged,
        {"before the second day is judged": Moment("call", "detect/run.py:judge", 2)},
        tuple(table.name for table in TABLES),
    ),
}


class World(NamedTuple):
    """A run that nobody killed: what it began with, how often it ran each line, and what it made."""

    before: Path
    lines: dict[str, int]
    after: Path


@pytest.fixture(scope="module")
def shooter(s3_environment: Gateway) -> Iterator[Shooter]:
    """A process whose children write to the bucket."""
    with Shooter() as shooter:
        yield shooter


def world_of(run: str, shooter: Shooter, folder: Path) -> World:
    """The world of a run, made in folders."""
    before, after = folder / "before" / "lake", folder / "after" / "lake"
    before.mkdir(parents=True)
    RUNS[run].lake(before)
    shutil.copytree(before.parent, after.parent, symlinks=True, dirs_exist_ok=True)
    return World(before, tallied(shooter, run, after), after)


def machine(folder: Path, world: World, store: Store) -> Path:
    """A machine's folder, as it is at the start of a command, with what lies beside the lake or is its own."""
    with storage.opened(folder / "lake", ADDRESS, store.bucket()):
        pass
    for beside in world.before.parent.iterdir():
        if beside.name != "lake" and not (folder / beside.name).exists():
            shutil.copytree(beside, folder / beside.name, symlinks=True)
    warehouse = Layout(world.before).warehouse
    if warehouse.exists() and not Layout(folder / "lake").warehouse.exists():
        shutil.copy(warehouse, folder / "lake")
    return folder / "lake"


def assert_as(world: World, lake: Path, tables: tuple[str, ...], store: Store) -> None:
    """The store holds what a folder would, and this machine's warehouse says the same."""
    expected = {name: content for name, content in files_of(world.after).items() if "/" in name}
    assert store.content() == expected
    if tables:
        assert Built(Layout(lake)).tables(*tables) == Built(Layout(world.after)).tables(*tables)


@pytest.mark.parametrize("run", RUNS)
def test_a_run_killed_on_one_machine_is_made_good_by_the_next_there_at_once_or_elsewhere_later(
    run: str, shooter: Shooter, store: Store, tmp_path: Path
) -> None:
    world = world_of(run, shooter, tmp_path)
    lines = {line: times for line, times in world.lines.items() if line.startswith(("lake/", "detect/"))}
    steps = RUNS[run].steps
    killed = []
    for number, moment in enumerate([*steps.values(), *moments_of(lines, run, KILLS)]):
        store.empty()
        store.hold(world.before)
        one = tmp_path / f"one{number}"
        killed.append(shooter.run(run, machine(one, world, store), moment) == KILLED)
        assert inspect(Layout(store.lay(tmp_path / "looking" / str(number)))).findings == [], moment
        if number % 2:
            store.pass_time()
        lake = machine(tmp_path / f"other{number}" if number % 2 else one, world, store)
        assert shooter.run(run, lake) == 0, moment
        assert_as(world, lake, RUNS[run].tables, store)
    assert all(killed[: len(steps)])
    assert sum(killed) >= len(killed) - 1
