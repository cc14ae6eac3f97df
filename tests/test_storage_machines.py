"""Promises of lakes in an object store that several machines use at once: one writes at a time, and all see what was decided."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ServerError, UsageError
from pipeline.lake import storage
from pipeline.lake.claims import HOLDS
from pipeline.lake.inspection import inspect
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.writer import write_entries
from pipeline.nightly.lock import Holder, held
from pipeline.quay.lines import Row, line_from_row
from pipeline.quay.scopes import ALL
from tests.crashes import FIRST, LAST, registry
from tests.crashes import NOON as CRASH_NOON
from tests.extracts import extract_all
from tests.holdings import save
from tests.journal_writers import Word
from tests.lakes import DAY, FETCHED_AT, row, save_window
from tests.s3 import ADDRESS, Store, s3_server, store
from tests.snapshot_kills import AFTER, BEFORE

__all__ = ["s3_server", "store"]

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
LATER = NOON + HOLDS + timedelta(seconds=1)


@contextmanager
def machine(folder: Path, store: Store, *, at: datetime = NOON, **by: Any) -> Iterator[Layout]:
    """The lake as one machine has it while a command runs there, which waits for nobody."""
    given = {"now": lambda: at, "sleep": lambda seconds: None} | by
    with storage.opened(folder, ADDRESS, store.bucket(), **given):
        yield Layout(folder)


def write(layout: Layout, rows: list[Row]) -> None:
    """A window written as every command writes it."""
    with Ledger(layout).writing(ALL, DAY):
        save_window(layout, "all", rows)


class Dead:
    """A machine that is gone in the middle of a window: `at` says how far it came. It takes nothing back."""

    def __init__(self, layout: Layout, at: str) -> None:
        self._writing: AbstractContextManager[None] = Ledger(layout).writing(ALL, DAY)
        self._writing.__enter__()
        ledger = Ledger(layout)
        if at != "before its rows":
            lines = [line_from_row(row()), line_from_row(row())]
            write_entries(ledger.entries_file(ALL, DAY), lines, voids=ledger.state_file(ALL, DAY))
        if at == "after its state":
            save_window(layout, "all", [row(), row()])


@pytest.mark.parametrize("at", ["before its rows", "between rows and state", "after its state"])
def test_whoever_dies_in_a_window_never_leaves_its_rows_under_the_state_of_another(
    at: str, store: Store, tmp_path: Path
) -> None:
    with machine(tmp_path / "first", store) as first:
        write(first, [row()])
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        dead = Dead(one, at)
        # Without the claim this one would finish the window now, and the rows of the dead could still follow.
        with pytest.raises(ServerError, match="another machine is at work on this"):
            write(other, [row(), row(), row()])
    with machine(tmp_path / "third", store) as third:
        assert_whole(third)
    with machine(tmp_path / "other", store, at=LATER) as other:
        write(other, [row(), row(), row()])
    with machine(tmp_path / "one", store, at=LATER) as one:
        assert_whole(one)
        assert [window.rows for window in Ledger(one).windows()] == [3]
    assert dead is not None
    assert [key for key in store.held() if ".claims/" in key] == []


def assert_whole(layout: Layout) -> None:
    """Whatever states there are, they tell of the rows that are there."""
    Ledger(layout).seal(FETCHED_AT, "1")
    assert inspect(layout).findings == []


def test_whoever_slept_in_the_middle_of_a_window_puts_nothing_once_another_had_its_turn(
    store: Store, tmp_path: Path
) -> None:
    clock = [NOON]
    with (
        machine(tmp_path / "one", store, now=lambda: clock[0]) as one,
        Ledger(one).writing(ALL, DAY),
    ):
        clock[0] = LATER
        with machine(tmp_path / "other", store, at=LATER) as other:
            write(other, [row()])
        with pytest.raises(ServerError, match="another machine"):
            save_window(one, "all", [row(), row()])
    with machine(tmp_path / "third", store, at=LATER) as third:
        assert_whole(third)
        assert [window.rows for window in Ledger(third).windows()] == [1]


def test_of_two_machines_that_write_a_window_the_second_sees_what_the_first_wrote(
    store: Store, tmp_path: Path
) -> None:
    """So nothing poorer replaces it, and no row of an archive is lost between reading and writing."""
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        writing = Ledger(one).writing(ALL, DAY)
        writing.__enter__()
        pauses: list[float] = []

        def go_on(seconds: float) -> None:
            if not pauses:
                save_window(one, "all", [row(), row()])
                writing.__exit__(None, None, None)
            pauses.append(seconds)

        with machine(tmp_path / "third", store, sleep=go_on) as third, Ledger(third).writing(ALL, DAY):
            window = Ledger(third).window(ALL, DAY)
        assert window is not None
        assert (window.rows, len(pauses)) == (2, 1)
        assert Ledger(other).windows() == []


def test_an_extract_leaves_the_window_that_another_machine_writes_and_reads_the_others(
    store: Store, tmp_path: Path
) -> None:
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        with Ledger(one).writing(ALL, FIRST):
            summary = extract_all(registry(CRASH_NOON), other.root, [ALL], FIRST, LAST, now=CRASH_NOON)
        (left,) = summary.left
        assert (left.scope, left.day) == ("all", FIRST)
        assert left.what.endswith("another machine is at work on this")
        assert len(Ledger(other).windows()) == (LAST - FIRST).days
        assert extract_all(registry(CRASH_NOON), other.root, [ALL], FIRST, LAST, now=CRASH_NOON).is_complete


def test_two_machines_never_take_a_snapshot_at_once(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        save(one, DAY, BEFORE)
        with storage.alone(one.snapshots), pytest.raises(ServerError, match="another machine"):
            save(other, DAY, AFTER)
        assert save(other, DAY, AFTER).tables["organizations"].rows == 1


# What was decided -----------------------------------------------------------------------------------------------------


def test_what_one_machine_decides_others_see_while_they_run_at_the_cost_of_one_list_in_five_seconds(
    store: Store, tmp_path: Path
) -> None:
    seconds = [0.0]
    with machine(tmp_path / "dashboard", store, clock=lambda: seconds[0]) as layout:
        shown = Journal(layout.triage)
        assert shown.count() == 0
        with machine(tmp_path / "other", store) as other:
            Journal(other.triage).append(Word("closed"))
        store.trouble.seen.clear()
        for _ in range(41):
            seconds[0] += 0.25
            shown.count()
            shown.entries()
        lists = [path for method, path in store.trouble.seen if "list-type" in path]
        assert (shown.count(), len(shown.entries())) == (1, 1)
        assert len(lists) == 2
        assert len(store.trouble.seen) == 3  # the lists, and the decision


def test_a_lake_in_a_folder_asks_no_store_for_decisions(store: Store, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "triage")
    assert (journal.append(Word("closed")), journal.count()) == (1, 1)
    assert store.trouble.seen == []


# Nights ---------------------------------------------------------------------------------------------------------------


def holder(host: str) -> Holder:
    """Who has a lake at night."""
    return Holder(by="cron", host=host, process=7, since=NOON)


def test_of_two_nights_on_two_machines_one_is_refused_and_told_who_is_there(
    store: Store, tmp_path: Path
) -> None:
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        with held(one, holder("audit-1")):
            with pytest.raises(UsageError) as caught, held(other, holder("audit-2")):
                pass
            assert "on another machine" in caught.value.what
            assert "process 7 of cron on audit-1 has it since 2026-11-20 12:00:00 UTC" in caught.value.hint
            assert "2026-11-20 12:30:00 UTC" in caught.value.hint
        with held(other, holder("audit-2")):
            pass


def test_a_night_that_died_keeps_another_machine_out_for_half_an_hour_and_its_own_not_at_all(
    store: Store, tmp_path: Path
) -> None:
    with machine(tmp_path / "one", store) as one:
        dead = storage.claimed(one.nightly / "lock", "dead", patience_seconds=0)
        dead.__enter__()
        with machine(tmp_path / "other", store) as other, pytest.raises(UsageError):
            held(other, holder("audit-2")).__enter__()
        with machine(tmp_path / "other", store, at=LATER) as other, held(other, holder("audit-2")):
            pass
        dead = storage.claimed(one.nightly / "lock", "dead", patience_seconds=0)
        dead.__enter__()
        with held(one, holder("audit-1")):
            pass


def test_a_night_keeps_its_claim_up_however_long_it_lasts(store: Store, tmp_path: Path) -> None:
    clock, put = [NOON], Put(store)
    with (
        machine(tmp_path / "long", store, now=lambda: clock[0]) as long,
        held(long, holder("audit-1"), keep_every_seconds=0.001),
    ):
        for _ in range(3):
            clock[0] += timedelta(minutes=25)
            assert put.is_seen(f"{clock[0] + HOLDS:%Y%m%dT%H%M%SZ}")
        with machine(tmp_path / "other", store, at=clock[0]) as other, pytest.raises(UsageError):
            held(other, holder("audit-2")).__enter__()
    assert store.held() == []


def test_a_night_goes_on_while_its_claim_cannot_be_kept_up_and_keeps_it_up_again(
    store: Store, tmp_path: Path
) -> None:
    clock, put = [NOON], Put(store)
    with (
        machine(tmp_path / "long", store, now=lambda: clock[0]) as long,
        held(long, holder("audit-1"), keep_every_seconds=0.001),
    ):
        put.refusals = 20  # more than one request is tried
        clock[0] += timedelta(minutes=25)
        assert put.is_seen(f"{clock[0] + HOLDS:%Y%m%dT%H%M%SZ}")
        assert put.refusals == 0


class Put:
    """Sees what is put into a store, and first refuses some requests."""

    def __init__(self, store: Store) -> None:
        self.refusals = 0
        self._put: set[str] = set()
        self._change = threading.Condition()
        store.trouble.words = self._look

    def is_seen(self, part: str) -> bool:
        """Whether something with `part` in its name is put, now or soon."""
        with self._change:
            return self._change.wait_for(lambda: any(part in path for path in self._put), 30)

    def _look(self, method: str, path: str) -> str | None:
        with self._change:
            if self.refusals:
                self.refusals -= 1
                return "503"
            if method == "PUT":
                self._put.add(path)
                self._change.notify_all()
            return None
