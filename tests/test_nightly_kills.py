"""The promise of ten nights, each killed, with one that never ran and one without a server: the eleventh makes all good."""

import random
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.detect.stored import read_cases
from pipeline.lake import storage
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.lake.snapshots import Snapshots
from pipeline.nightly.metrics import text_from_summary
from pipeline.nightly.nights import read_nights
from pipeline.nightly.run import STEPS
from pipeline.nightly.summary import NightSummary
from tests.detecting import SWEEP, sql_folder
from tests.hooks import hook
from tests.nights import FIRST, KEEP_DAYS, KILLED, Nights, Order, carry_out, registry_store
from tests.s3 import ADDRESS, Gateway, Store, emptied, s3_server

__all__ = ["s3_server"]

pytestmark = pytest.mark.slow

DAYS = [FIRST + timedelta(days=n) for n in range(10)]
MISSED, DOWN = DAYS[4], DAYS[7]
LAST = FIRST + timedelta(days=10)
LAST_EVENTS = 30
SEED = 2
_CASE_IDS = re.compile(r"^(\d{8}-[0-9a-f]{8}): ", re.MULTILINE)


class Story(NamedTuple):
    """How ten nights ended, the summary of the eleventh, and which cases were told of by whom."""

    lake: Layout
    killed_in: dict[date, tuple[str, int]]
    last: NightSummary
    told: list[str]
    undisturbed: list[str]
    unfinished: list[str]


def moments() -> list[tuple[str, int]]:
    """Nine moments: each step has its turn and two have it twice, in any order, at any file or connection of it."""
    chance = random.Random(SEED)
    steps = [step.name for step in STEPS]
    chosen = chance.sample([*steps, *chance.sample(steps, 2)], len(steps) + 2)
    return [(step, chance.randint(1, LAST_EVENTS)) for step in chosen]


class Place:
    """Where the nights' lake is: in one folder."""

    def __init__(self, folder: Path) -> None:
        self._lake = folder / "lake"

    @contextmanager
    def machine(self) -> Iterator[Path]:
        """The folder of the machine of the next night."""
        yield self._lake

    def unfinished(self) -> list[str]:
        """What is left there of work that was begun."""
        left = [*self._lake.rglob("*.aside"), *self._lake.glob("*.draft*")]
        return [str(path.relative_to(self._lake)) for path in left]


class SharedPlace(Place):
    """In an object store, and two machines have their nights in turn."""

    def __init__(self, folder: Path, store: Store) -> None:
        self._machines = cycle(folder / f"machine{n}" for n in range(2))
        self._store = store

    @contextmanager
    def machine(self) -> Iterator[Path]:
        """A folder that mirrors the store; a day has passed, so that what the dead claimed has ended."""
        self._store.pass_time()
        with storage.opened(folder := next(self._machines), ADDRESS, self._store.bucket()):
            yield folder

    def unfinished(self) -> list[str]:
        """What a machine left in its own folder is no part of the lake."""
        return [key for key in self._store.held() if ".aside" in key or ".claims/" in key]


@contextmanager
def place_of(kind: str, folder: Path, server: Gateway) -> Iterator[Place]:
    """The place of a kind of lake."""
    if kind == "folder":
        yield Place(folder)
        return
    with emptied(server) as store:
        yield SharedPlace(folder, store)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The cases of a night that nobody killed, the only one over all days."""
    folder = tmp_path_factory.mktemp("whole")
    sql = sql_folder(folder / "sql", qd91_sweep=SWEEP)
    with hook() as server:
        night = carry_out(Order(str(folder / "lake"), str(sql), LAST, server.address), registry_store())
    assert night.exit_status == 0
    return [case.case_id for case in read_cases(Layout(folder / "lake").warehouse)]


@pytest.fixture(scope="module", params=["folder", "store"])
def story(
    request: pytest.FixtureRequest,
    s3_server: Gateway,
    undisturbed: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("nights")
    sql = sql_folder(folder / "sql", qd91_sweep=SWEEP)
    killed_in = dict(zip([day for day in DAYS if day != MISSED], moments(), strict=True))
    with place_of(request.param, folder, s3_server) as place, hook() as server, Nights() as nights:
        for day, (step, nth) in killed_in.items():
            with place.machine() as lake:
                order = Order(str(lake), str(sql), day, server.address, step, nth, is_down=day == DOWN)
                assert inspect(Layout(lake)).findings == []
                assert nights.run(order) == KILLED, order
        told_before = len(server.took)
        with place.machine() as lake:
            last = carry_out(Order(str(lake), str(sql), LAST, server.address), registry_store())
            told = [case for body in server.took for case in _CASE_IDS.findall(body["message"])]
            assert 0 < told_before < len(server.took)
            yield Story(Layout(lake), killed_in, last, told, undisturbed, place.unfinished())


def test_a_kill_met_every_step_and_no_night_ended_but_the_last(story: Story) -> None:
    assert {step for step, _ in story.killed_in.values()} == {step.name for step in STEPS}
    nights = read_nights(story.lake)
    assert [night.begun.today for night in nights if night.ended] == [LAST + timedelta(days=1)]
    assert story.last.cut_short == [night.begun.at for night in reversed(nights) if not night.ended]


def test_every_day_ends_verified_the_missed_night_and_the_outage_too(story: Story) -> None:
    windows = Ledger(story.lake).windows()
    days = {window.day for window in windows if window.state is State.VERIFIED}
    assert {*DAYS, LAST} <= days
    assert {window.state for window in windows} == {State.VERIFIED}
    assert inspect(story.lake).findings == []
    assert (story.last.ending, story.last.exit_status, story.last.alarm) == ("done", 0, None)


def test_no_case_is_there_twice_and_none_is_lost(story: Story) -> None:
    cases = [case.case_id for case in read_cases(story.lake.warehouse)]
    assert cases == story.undisturbed
    assert max(Counter(cases).values()) == 1
    assert len(cases) == 4


def test_every_case_is_told_of_once(story: Story) -> None:
    assert sorted(story.told) == sorted(case.case_id for case in read_cases(story.lake.warehouse))


def test_the_metrics_are_those_of_the_lake(story: Story) -> None:
    text = text_from_summary(story.last)
    windows = Ledger(story.lake).windows()
    for line in (
        "quay_audit_nightly_exit_status 0",
        f'quay_audit_windows{{state="verified"}} {len(windows)}',
        'quay_audit_windows{state="missing"} 0',
        f"quay_audit_rows {sum(window.rows for window in windows)}",
        "quay_audit_missing_entries 0",
        'quay_audit_unsettled_cases{severity="high"} 4',
        "quay_audit_oldest_incomplete_day_age_days 0",
        f"quay_audit_days_to_rotation {KEEP_DAYS}",
    ):
        assert line in text.splitlines(), line


def test_nothing_unfinished_is_left_of_what_is_made_again(story: Story) -> None:
    """A snapshot of a night that is over is never taken again, so what a kill left of one stays beside it, and counts for nothing."""
    assert [path for path in story.unfinished if not path.startswith("inventory/")] == []
    assert Snapshots(story.lake).states()
