"""Promises about nights on which something is wrong: each step does what it can, and the next night makes it good."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipeline.detect.signals import Severity
from pipeline.errors import DataError, UsageError
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, State
from pipeline.nightly.lock import LOCK, Holder, held
from pipeline.nightly.nights import journal_of, read_nights
from pipeline.nightly.outcomes import Ending
from pipeline.nightly.summary import NightSummary, lines_from_troubles
from tests.detecting import BROKEN
from tests.lakes import row, save_window
from tests.night_worlds import ALL_DONE, DAY, NEXT, NO_REPORT, ONLY_READING, STORE, World, endings, world_in
from tests.nights import Events, night_of, quay_at, registry_store, unreachable


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, NightSummary]:
    """The first night of a lake, which tests only read."""
    world = world_in(tmp_path_factory.mktemp("first"))
    return world, world.night(DAY)


@pytest.fixture
def empty(tmp_path: Path) -> World:
    """A lake of which there is nothing yet."""
    return world_in(tmp_path)


@pytest.fixture
def world(tmp_path: Path, first: tuple[World, NightSummary]) -> World:
    """The lake of the first night, to go on with."""
    return world_in(tmp_path, first[0])


# What goes wrong ------------------------------------------------------------------------------------------------------


def test_with_the_server_down_what_the_lake_has_is_still_judged(world: World) -> None:
    shutil.rmtree(world.layout.root / "triage")
    world.layout.warehouse.unlink()
    summary = world.night(NEXT, handler=unreachable)
    assert endings(summary) == ALL_DONE | {"extract": "server", "inventory": "skipped"}
    assert (summary.ending, summary.exit_status) == (Ending.SERVER, 3)
    assert summary.coverage.oldest_incomplete == NEXT
    assert world.post.titles[-1] == "Quay audit: 2 new cases, the worst high"
    assert next(lines_from_troubles(summary.steps)).startswith("extract: no answer from https://quay.example")
    assert world.night(NEXT, skipped=ONLY_READING).coverage.oldest_incomplete is None


def test_with_the_server_down_from_the_beginning_there_is_nothing_to_judge(empty: World) -> None:
    summary = empty.night(DAY, handler=unreachable)
    assert endings(summary)["detect"] == "done"
    assert summary.exit_status == 3
    assert empty.night(NEXT, handler=unreachable).coverage.incomplete_days == 2


def test_a_file_that_was_changed_is_told_and_hides_no_step(world: World) -> None:
    file = next(world.layout.log_entries.rglob(ENTRIES_FILE))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    summary = world.night(NEXT)
    assert endings(summary) == ALL_DONE | {"verify": "data"}
    assert (summary.ending, summary.exit_status) == (Ending.DATA, 5)


def test_a_state_that_cannot_be_read_is_told_and_hides_no_step(world: World) -> None:
    next(world.layout.log_entries.rglob(f"day={DAY}/{WINDOW_FILE}")).write_text("{")
    summary = world.night(NEXT)
    assert endings(summary) == ALL_DONE | {
        "extract": "data",
        "verify": "data",
        "inventory": "data",
        "build": "data",
    }
    assert summary.coverage.windows["missing"] == 2
    assert summary.exit_status == 5


def test_a_detection_that_fails_is_told_and_the_others_cases_are_sent(empty: World) -> None:
    (empty.sql / "detections" / "qd92_broken.sql").write_text(BROKEN)
    summary = empty.night(DAY)
    assert endings(summary) == ALL_DONE | {"detect": "data"}
    assert empty.post.titles == ["Quay audit: 2 new cases, the worst high"]


def test_a_window_that_stays_short_ends_the_night_incomplete(empty: World) -> None:
    save_window(empty.layout, "all", [row(day=DAY)], day=DAY, state=State.SHORT, expected={"pull_repo": 28})
    hidden = quay_at(
        night_of(DAY), registry_store(3)
    )  # the entries of the day are gone, their counts are not

    def counted(request: httpx2.Request) -> httpx2.Response:
        return quay_at(night_of(DAY), STORE)(request) if "aggregate" in request.url.path else hidden(request)

    summary = empty.night(DAY, handler=counted, skipped=ONLY_READING)
    assert endings(summary)["extract"] == "incomplete"
    assert summary.exit_status == 4
    assert summary.coverage.missing_entries == 27


def test_notices_that_nobody_takes_are_sent_by_the_next_night(world: World) -> None:
    shutil.rmtree(world.layout.root / "triage")
    world.post.is_deaf = True
    summary = world.night(DAY)
    assert endings(summary) == ALL_DONE | {"notify": "server"}
    world.post.is_deaf = False
    assert world.night(NEXT).exit_status == 0
    assert world.post.titles == ["Quay audit: 2 new cases, the worst high"]


def test_nights_that_told_nobody_do_not_make_their_cases_old(world: World) -> None:
    shutil.rmtree(world.layout.root / "triage")
    world.post.is_deaf = True
    shutil.rmtree(world.layout.nightly)
    world.night(DAY, skipped=NO_REPORT | {"extract", "inventory"})
    world.post.is_deaf = False
    world.night(
        DAY + timedelta(days=9), skipped=NO_REPORT | {"extract", "inventory"}
    )  # the alarm comes first
    assert world.post.titles[1:] == ["Quay audit: 2 new cases, the worst high"]


def test_findings_are_told_by_the_status_alone(world: World) -> None:
    assert world.night(DAY, fail_on=Severity.CRITICAL).exit_status == 0
    summary = world.night(DAY, fail_on=Severity.HIGH)
    assert (summary.ending, summary.exit_status) == (Ending.FINDINGS, 1)
    assert summary.last_success_at == summary.ended_at


# One at a time --------------------------------------------------------------------------------------------------------


def test_a_second_run_says_who_has_the_lake_and_since_when(empty: World) -> None:
    holder = Holder(by="alice", host="audit1", process=17, since=night_of(DAY))
    with held(empty.layout, holder), pytest.raises(UsageError) as caught:
        empty.night(DAY)
    assert caught.value.hint.startswith("process 17 of alice on audit1 has it since 2026-11-05 02:00:00 UTC")
    assert empty.night(DAY, skipped=ONLY_READING).exit_status == 0


def test_a_lock_that_says_nothing_yet_is_still_a_lock(empty: World) -> None:
    holder = Holder(by="alice", host="audit1", process=17, since=night_of(DAY))
    with held(empty.layout, holder):
        (empty.layout.nightly / LOCK).write_bytes(b"")
        with pytest.raises(UsageError, match="under way") as caught:
            empty.night(DAY)
    assert caught.value.hint.startswith("another process has it")


def test_a_journal_that_was_changed_is_refused(world: World) -> None:
    file = journal_of(world.layout).file_of(2)
    file.write_text(file.read_text().replace("extract", "exstract"))
    with pytest.raises(DataError, match="was not written after"):
        world.night(NEXT)


def test_a_night_that_was_cut_short_is_named_by_the_next(world: World) -> None:
    def shoot(level: str, event: str, words: str, **facts: Any) -> None:
        if facts.get("step") == "verify":
            raise KeyboardInterrupt

    world.log = shoot  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        world.night(NEXT)
    world.log = Events()
    summary = world.night(NEXT + timedelta(days=1), skipped=ONLY_READING)
    assert summary.cut_short == [night_of(NEXT)]


# In time --------------------------------------------------------------------------------------------------------------


def test_after_the_deadline_nothing_is_begun(world: World) -> None:
    summary = world.night(NEXT, deadline=night_of(NEXT))
    assert set(endings(summary).values()) == {"skipped"}
    assert (summary.ending, summary.exit_status) == (Ending.INCOMPLETE, 4)


def test_reading_stops_for_the_deadline_and_what_was_read_is_kept(empty: World) -> None:
    strikes: list[Callable[[], None]] = []

    @contextmanager
    def after(seconds: float, call: Callable[[], None]) -> Iterator[None]:
        strikes.append(call)
        yield

    quay = quay_at(night_of(DAY), STORE)
    pages = 0

    def slow(request: httpx2.Request) -> httpx2.Response:
        nonlocal pages
        pages += request.url.path.endswith("/logs")
        if pages == 5:
            strikes[0]()
        return quay(request)

    deadline = night_of(DAY) + timedelta(hours=1)
    summary = empty.night(
        DAY, handler=slow, keep_days=5, deadline=deadline, after=after, skipped=ONLY_READING | {"verify"}
    )
    assert endings(summary)["extract"] == "incomplete"
    assert summary.exit_status == 4
    assert 0 < summary.coverage.windows["verified"] < 4
    assert empty.night(DAY, keep_days=5, skipped=ONLY_READING).coverage.windows["verified"] == 4


# The alarm ------------------------------------------------------------------------------------------------------------


def test_an_alarm_is_raised_while_there_is_still_time_and_told_once_a_day(world: World) -> None:
    for _ in range(2):
        summary = world.night(NEXT, handler=unreachable, keep_days=5, server={"alarm_days": 4})
        assert summary.alarm is not None
        assert (summary.alarm.day, summary.alarm.days_left) == (NEXT, 4)
        assert summary.exit_status == 3
    assert world.post.titles == ["Quay audit: 4 days left"]
    world.night(NEXT + timedelta(days=1), handler=unreachable, keep_days=5, server={"alarm_days": 4})
    assert world.post.titles[1:] == ["Quay audit: 3 days left"]
    assert ("error", "alarm") in [(level, event) for level, event, _ in world.log.all]


def test_there_is_no_alarm_while_the_server_keeps_the_day_for_longer(world: World) -> None:
    assert world.night(NEXT, handler=unreachable, keep_days=9).alarm is None


def test_an_alarm_that_nobody_takes_is_said(world: World) -> None:
    world.post.is_deaf = True
    summary = world.night(NEXT, handler=unreachable, keep_days=5)
    assert endings(summary)["notify"] == "server"
    assert read_nights(world.layout)[-1].alarms == []
