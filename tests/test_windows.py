"""Promises of `pipeline.extract.windows` and `pipeline.extract.reconcile`."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.reconcile import reconcile
from pipeline.extract.windows import (
    Need,
    days_between,
    is_closed,
    months_between,
    pages_for,
    plan_scope,
)
from pipeline.lake.ledger import State, WindowState
from pipeline.quay.logs import Counts
from pipeline.quay.scopes import org

ACME = org("acme")
DAY = date(2026, 11, 20)
HOUR = timedelta(hours=1)
LATER = datetime(2026, 11, 25, 12, tzinfo=UTC)

dates = st.dates(date(2024, 1, 1), date(2028, 12, 31))
counts = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 9))


def state_of(state: State, rows: dict[str, int], expected: dict[str, int] | None) -> WindowState:
    return WindowState(
        scope="org/acme",
        day=DAY,
        state=state,
        routes=["pages"],
        rows=sum(rows.values()),
        rows_by_kind=rows,
        expected_by_kind=expected,
        missing_by_kind={},
        excess_by_kind={},
        unknown_kinds={},
        unknown_keys={},
        requests=1,
        file_sha256="",
        rows_sha256="",
        fetched_at=LATER,
        server_url="https://quay.example",
        tool_version="0",
        notes=[],
    )


def need_of(
    held: WindowState | None, now: datetime = LATER, counted: Counts | None = None, retry: bool = False
) -> Need:
    known = {DAY: held} if held else {}
    (planned,) = plan_scope(ACME, [DAY], counted, known, now=now, grace=HOUR, retry=retry)
    return planned.need


@given(dates, st.integers(0, 500))
def test_months_cut_a_range_into_pieces_that_never_cross_a_month_end(since: date, length: int) -> None:
    until = since + timedelta(days=length)
    pieces = list(months_between(since, until))
    assert [day for first, last in pieces for day in days_between(first, last)] == list(
        days_between(since, until)
    )
    assert all((first.year, first.month) == (last.year, last.month) for first, last in pieces)


@given(st.integers(0, 100_000))
def test_a_chain_takes_one_page_for_twenty_rows_and_one_to_see_the_end(rows: int) -> None:
    assert pages_for(rows) - 1 == len(range(0, rows, 20))


def test_a_day_closes_an_hour_after_its_midnight() -> None:
    assert not is_closed(DAY, datetime(2026, 11, 21, 0, 59, 59, tzinfo=UTC), HOUR)
    assert is_closed(DAY, datetime(2026, 11, 21, 1, tzinfo=UTC), HOUR)


@given(
    st.lists(st.sampled_from(list(days_between(date(2026, 10, 1), date(2026, 11, 30)))), unique=True),
    st.data(),
)
def test_plan_and_done_are_a_partition_of_the_range(done: list[date], data: st.DataObject) -> None:
    days = list(days_between(date(2026, 10, 1), date(2026, 11, 20)))
    held = {day: state_of(State.VERIFIED, {"a": 1}, {"a": 1}) for day in done}
    planned = plan_scope(ACME, days, {day: {"a": 1} for day in days}, held, now=LATER, grace=HOUR)
    assert [p.window.day for p in planned] == days
    assert {p.window.day for p in planned if p.need is Need.NOTHING} == set(done) & set(days)
    assert {p.window.day for p in planned if p.need is Need.FETCH} == set(days) - set(done)


def test_a_closed_verified_window_is_never_read_again() -> None:
    held = state_of(State.VERIFIED, {"a": 1}, {"a": 1})
    assert need_of(held, counted={DAY: {"a": 2}}, retry=True) is Need.NOTHING


def test_an_open_day_is_read_again() -> None:
    held = state_of(State.OPEN, {"a": 1}, {"a": 1})
    assert need_of(held, counted={DAY: {"a": 1}}) is Need.FETCH
    assert need_of(None, now=datetime(2026, 11, 20, 9, tzinfo=UTC), counted={DAY: {"a": 1}}) is Need.FETCH


def test_a_day_that_the_aggregate_says_is_empty_takes_no_request() -> None:
    assert need_of(None, counted={}) is Need.EMPTY
    assert need_of(None, counted=None) is Need.FETCH


@pytest.mark.parametrize("state", [State.SHORT, State.UNVERIFIED])
def test_a_window_is_left_alone_while_nothing_on_the_server_changed(state: State) -> None:
    held = state_of(state, {"a": 1}, {"a": 3})
    assert need_of(held, counted={DAY: {"a": 3}}) is Need.LEFT
    assert need_of(held, counted={DAY: {"a": 3}}, retry=True) is Need.FETCH
    assert need_of(held, counted={DAY: {"a": 4}}) is Need.FETCH
    assert need_of(held, counted={DAY: {"a": 1}}) is Need.RECOUNT


@given(counts, counts)
def test_missing_and_excess_are_exact_and_only_equality_verifies(
    rows: dict[str, int], expected: dict[str, int]
) -> None:
    verdict = reconcile(rows, expected)
    for kind in rows.keys() | expected.keys():
        assert rows.get(kind, 0) + verdict.missing.get(kind, 0) - verdict.excess.get(kind, 0) == expected.get(
            kind, 0
        )
    assert all(n > 0 for n in [*verdict.missing.values(), *verdict.excess.values()])
    assert (verdict.state is State.VERIFIED) == (rows == expected)
    assert (verdict.state is State.SHORT) == bool(verdict.missing)


def test_without_an_aggregate_nothing_is_verified() -> None:
    assert reconcile({}, None).state is State.UNVERIFIED
