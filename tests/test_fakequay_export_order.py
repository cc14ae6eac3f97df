"""Promises of FakeQuay's export files: rows ascend from slice to slice, and mean nothing inside one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.fakequay.export_slices import ENOUGH_ROWS, LONGEST_SLICE, SHORTEST_SLICE, slices_of
from pipeline.demo.log_tables import DAY, SECOND, LogRow
from tests.asking import client_of, pages, small_store
from tests.exporting import Exporting, every, log_rows, numbers_of

MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)


def _row(moment: int, id: int) -> LogRow:
    return LogRow(moment, id, "push_repo", 1, None, None, None, b"{}")


@st.composite
def _histories(draw: st.DrawFn) -> tuple[list[LogRow], int, int]:
    """Rows in ascending order with bursts, sparse and dense stretches, and a range among them."""
    steps = draw(st.lists(st.tuples(st.integers(0, 20 * DAY), st.integers(1, 400)), max_size=12))
    moments, at = [], 0
    for gap, count in steps:
        at += gap
        pace = draw(st.sampled_from([0, 1, SECOND // 10, 30 * SECOND]))
        moments += [at + pace * n for n in range(count)]
        at = moments[-1]
    bounds = st.integers(0, max(moments, default=0) + DAY)
    start, end = sorted((draw(bounds), draw(bounds)))
    return [_row(moment, id) for id, moment in enumerate(moments)], start, end


@given(_histories())
def test_slices_hold_every_row_of_the_range_once_and_in_order(
    history: tuple[list[LogRow], int, int],
) -> None:
    rows, start, end = history
    slices = list(slices_of(rows, start, end))
    assert [row for each in slices for row in each] == [row for row in rows if start <= row.moment < end]
    assert all(slices)


@given(_histories())
def test_slices_are_those_of_a_plain_reading_of_quays_loop(history: tuple[list[LogRow], int, int]) -> None:
    rows, start, end = history
    assert [list(each) for each in slices_of(rows, start, end)] == _plainly(rows, start, end)


def _plainly(rows: Sequence[LogRow], start: int, end: int) -> list[list[LogRow]]:
    found = []
    length = SHORTEST_SLICE
    while start < end:
        stop = min(start + length, end)
        held = [row for row in rows if start <= row.moment < stop]
        found += [held] if held else []
        start = stop
        if len(held) < ENOUGH_ROWS:
            length = min(LONGEST_SLICE, length * 2)
    return found


def test_rows_ascend_from_slice_to_slice_and_mean_nothing_inside_one() -> None:
    store = small_store()
    log_rows(store, every(60, MIDNIGHT, 1440))
    given_order = numbers_of(Exporting(store).exported())
    ends = [2**k * SECOND - SECOND for k in range(1, 20)]
    for low, high in pairwise(end // (60 * SECOND) + 1 for end in ends):
        assert set(given_order[low:high]) == set(range(low, min(high, 1440)))
    assert given_order != sorted(given_order)


def test_the_same_seed_gives_the_same_file_and_another_another() -> None:
    def file(seed: int) -> list[int]:
        store = small_store()
        log_rows(store, every(60, MIDNIGHT, 100))
        return numbers_of(Exporting(store, seed=seed).exported())

    assert file(1) == file(1)
    assert file(1) != file(2)


def test_equal_whole_seconds_come_in_the_reverse_of_their_order_in_pages() -> None:
    store = small_store(whole_seconds=True)
    log_rows(store, [MIDNIGHT + timedelta(seconds=i // 6) for i in range(18)])
    world = Exporting(store)
    with client_of(world.quay) as client:
        (page, _) = pages(client, "organization/acme/logs", "11/20/2026", "11/20/2026")
    paged = [row["metadata"]["i"] for row in page["logs"]]
    assert numbers_of(world.exported()) == paged[::-1] == list(range(18))
