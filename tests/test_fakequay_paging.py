"""How pages follow each other, and what gets lost between them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.fakequay import PAGE_SIZE, FakeQuay, Habits, TieOrder
from pipeline.demo.store import Store
from tests.asking import ask, client_of, clock, numbers, pages, small_store

DAY = "11/10/2026"
LOGS = "organization/acme/logs"
START = datetime(2026, 11, 10, tzinfo=UTC)


def _store(offsets: Sequence[float], *, whole_seconds: bool = False, table: int = 3) -> Store:
    """Rows of acme so many seconds after the start of the day, numbered in the order of the list."""
    store = small_store(whole_seconds=whole_seconds)
    for i, offset in enumerate(offsets):
        at = START + timedelta(seconds=offset)
        store.log("push_repo", at, "acme", metadata={"i": i}, table=table)
    return store


def _chain(store: Store, habits: Habits | None = None, path: str = LOGS) -> list[int]:
    with client_of(FakeQuay(store, habits=habits, clock=clock)) as client:
        return numbers(pages(client, path, DAY, DAY))


def test_a_page_holds_twenty_rows_newest_first() -> None:
    page = ask(_store(range(50)), LOGS, {"starttime": DAY, "endtime": DAY}).json()
    assert [row["metadata"]["i"] for row in page["logs"]] == list(range(49, 29, -1))


@pytest.mark.parametrize("count", [0, 1, 19, 20, 21, 40, 41, 60])
def test_the_last_page_is_empty_except_when_every_page_is(count: int) -> None:
    with client_of(FakeQuay(_store(range(count)), clock=clock)) as client:
        sizes = [len(page["logs"]) for page in pages(client, LOGS, DAY, DAY)]
    full, rest = divmod(count, PAGE_SIZE)
    assert sizes == [PAGE_SIZE] * full + [rest] * (rest > 0) + [0]


@given(st.lists(st.integers(0, 86_399_999_999), unique=True, max_size=90))
def test_a_chain_over_distinct_times_gives_every_row_once(microseconds: list[int]) -> None:
    found = _chain(_store([each / 1_000_000 for each in microseconds]))
    assert found == sorted(range(len(microseconds)), key=lambda i: microseconds[i], reverse=True)


def test_a_page_border_between_equal_times_skips_twenty_rows_on_every_later_page() -> None:
    offsets = [5000 - i + (i >= 20) for i in range(100)]  # rows 19 and 20 have the same time
    assert offsets[19] == offsets[20]
    found = _chain(_store(offsets))
    assert len(found) == 60
    assert found[20:40] == list(range(39, 59))  # not 20..38, and not the other half of the tie
    assert found[40:] == list(range(79, 99))


@given(st.lists(st.integers(0, 40), max_size=120))
def test_a_chain_in_a_stable_order_never_shows_a_row_twice(seconds: list[int]) -> None:
    found = _chain(_store(seconds, whole_seconds=True))
    assert len(set(found)) == len(found)
    assert found == sorted(found, key=lambda i: (seconds[i], i), reverse=True)


@given(st.lists(st.integers(0, 40), max_size=120))
def test_a_chain_loses_as_many_rows_as_the_rule_of_the_offset_says(seconds: list[int]) -> None:
    rows = sorted(range(len(seconds)), key=lambda i: (seconds[i], i), reverse=True)
    expected: list[int] = []
    start, offset = 0, 0
    while True:
        window = rows[start + offset : start + offset + PAGE_SIZE + 1]
        expected += window[:PAGE_SIZE]
        if len(window) <= PAGE_SIZE:
            break
        border, following = window[PAGE_SIZE - 1], window[PAGE_SIZE]
        offset += PAGE_SIZE * (seconds[border] == seconds[following])
        start = next(i for i, row in enumerate(rows) if seconds[row] == seconds[following])
    assert _chain(_store(seconds, whole_seconds=True)) == expected


def test_rows_of_one_time_come_in_another_order_for_every_query_when_nothing_orders_them() -> None:
    quay = FakeQuay(_store([7.0] * 20), habits=Habits(tie_order=TieOrder.SHUFFLED), clock=clock)
    with client_of(quay) as client:
        first, second = (numbers(pages(client, LOGS, DAY, DAY)) for _ in range(2))
    assert first != second
    assert sorted(first) == sorted(second) == list(range(20))


def test_unordered_ties_can_show_a_row_twice_and_another_never() -> None:
    found = _chain(_store([7.0] * 60), Habits(tie_order=TieOrder.SHUFFLED))
    assert len(found) == 60
    assert len(set(found)) < 60


def test_the_same_seed_shuffles_ties_the_same_way() -> None:
    habits = Habits(tie_order=TieOrder.SHUFFLED)
    assert _chain(_store([7.0] * 60), habits) == _chain(_store([7.0] * 60), habits)


def test_a_page_cap_ends_a_chain_one_page_later_and_looks_like_the_normal_end() -> None:
    with client_of(FakeQuay(_store(range(200)), habits=Habits(max_page=3), clock=clock)) as client:
        chain = list(pages(client, LOGS, DAY, DAY))
    assert [len(page["logs"]) for page in chain] == [20, 20, 20, 20, 0]
    assert "next_page" not in chain[-1]


def test_the_superusers_log_knows_no_page_cap() -> None:
    assert len(_chain(_store(range(200)), Habits(max_page=3), "superuser/logs")) == 200


def test_a_size_or_number_of_pages_cannot_be_asked_for() -> None:
    query = {"starttime": DAY, "endtime": DAY, "limit": "5", "page": "2", "per_page": "3", "count": "1"}
    plain = ask(_store(range(50)), LOGS, {"starttime": DAY, "endtime": DAY}).json()
    assert ask(_store(range(50)), LOGS, query).json()["logs"] == plain["logs"]


def test_up_to_twenty_rows_of_an_older_table_follow_the_newer_ones() -> None:
    store = _store(range(30))
    for i in range(30, 45):
        store.log("push_repo", START + timedelta(hours=1, seconds=i), "acme", metadata={"i": i}, table=2)
    assert _chain(store) == [*range(29, -1, -1), *range(44, 29, -1)]


def test_more_than_twenty_rows_of_an_older_table_come_again_and_again_without_an_end() -> None:
    store = _store(range(50), table=2)
    with client_of(FakeQuay(store, clock=clock)) as client:
        chain = list(pages(client, LOGS, DAY, DAY, most=8))
    shown = [[row["metadata"]["i"] for row in page["logs"]] for page in chain]
    assert all("next_page" in page for page in chain)
    assert shown == [list(range(49, 29, -1))] * 8


def test_new_rows_do_not_disturb_a_chain_that_is_being_read() -> None:
    store = _store(range(50))
    with client_of(FakeQuay(store, clock=clock)) as client:
        chain = pages(client, LOGS, DAY, DAY)
        first = next(chain)
        store.log("push_repo", START + timedelta(hours=5), "acme", metadata={"i": 99})
        rest = numbers(chain)
    assert [row["metadata"]["i"] for row in first["logs"]] + rest == list(range(49, -1, -1))


def test_rows_that_are_rotated_away_while_a_chain_is_read_just_vanish() -> None:
    store = _store(range(50))
    with client_of(FakeQuay(store, clock=clock)) as client:
        chain = pages(client, LOGS, DAY, DAY)
        next(chain)
        assert store.remove_rows_before(START + timedelta(seconds=25)) == 25
        assert numbers(chain) == [29, 28, 27, 26, 25]


def test_a_late_row_is_seen_only_in_the_part_that_was_not_read_yet() -> None:
    store = _store(range(50))
    with client_of(FakeQuay(store, clock=clock)) as client:
        chain = pages(client, LOGS, DAY, DAY)
        next(chain)
        store.log("push_repo", START + timedelta(seconds=40.5), "acme", metadata={"i": 98})
        store.log("push_repo", START + timedelta(seconds=10.5), "acme", metadata={"i": 99})
        rest = numbers(chain)
    assert 98 not in rest
    assert rest.index(99) == rest.index(10) - 1
