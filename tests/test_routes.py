"""Promises of routing: what is cheaper is chosen, what cannot be is said why, and slices hold every day once."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.extract.routes import Choice, Route, choose
from pipeline.extract.slice_plan import Slice, slices_of
from pipeline.extract.windows import Need, PlannedWindow, Window
from pipeline.quay.endpoints import OWN_LOG
from pipeline.quay.logs import Stream, stream_of
from pipeline.quay.scopes import ALL, Scope, org, repo, user

FIRST = date(2026, 11, 1)
ACME = org("acme")


def days_of(*rows: int | None, scope: Scope = ACME, need: Need = Need.FETCH) -> list[PlannedWindow]:
    """Windows of so many rows on one day after another; a day without any is empty, None is one without counts."""
    windows = []
    for offset, count in enumerate(rows):
        expected = None if count is None else {"pull_repo": count} if count else {}
        today = Need.EMPTY if count == 0 else need
        windows.append(PlannedWindow(Window(scope, FIRST + timedelta(days=offset)), today, expected))
    return windows


def chosen(
    *rows: int | None,
    route: Route = Route.AUTO,
    scope: Scope = ACME,
    obstacle: str = "",
    rows_at_most: int = 40_000,
    namespaces: int = 1,
    need: Need = Need.FETCH,
) -> Choice:
    return choose(
        stream_of(scope),
        days_of(*rows, scope=scope, need=need),
        route,
        obstacle=obstacle,
        rows_at_most=rows_at_most,
        namespaces=namespaces,
    )


@pytest.mark.parametrize(
    ("choice", "slices", "paged", "reason"),
    [
        (chosen(20, 20), 1, 0, "cheaper for the server"),
        (chosen(1), 1, 0, "cheaper for the server"),
        (chosen(100_000), 1, 0, "cheaper for the server"),
        (chosen(*[3_000] * 30), 3, 0, "cheaper for the server"),
        (chosen(*[3_000] * 30, rows_at_most=6_000), 15, 0, "cheaper for the server"),
        (chosen(20, 20, route=Route.PAGES), 0, 2, "asked for"),
        (chosen(20, 20, route=Route.EXPORT), 1, 0, "asked for"),
        (chosen(20, 20, route=Route.EXPORT, obstacle="no door"), 0, 2, "no door"),
        (chosen(20, 20, obstacle="no door"), 0, 2, "no door"),
        (chosen(20, 20, route=Route.PAGES, obstacle="no door"), 0, 2, "no door"),
        (chosen(None, None), 1, 0, "without counts, only an export shows that it is whole"),
        (chosen(None, None, route=Route.PAGES), 0, 2, "asked for"),
        (chosen(0, 0), 0, 0, "nothing to read"),
        (chosen(), 0, 0, "nothing to read"),
        (chosen(5, 5, need=Need.NOTHING), 0, 0, "nothing to read"),
        (chosen(5, 5, need=Need.RECOUNT, route=Route.EXPORT), 0, 0, "nothing to read"),
        (chosen(40, scope=repo("acme", "web")), 1, 0, "cheaper for the server"),
        (chosen(40, scope=user("bob")), 1, 0, "cheaper for the server"),
        (chosen(20_000, scope=ALL, namespaces=100), 1, 0, "cheaper for the server"),
        (chosen(20, scope=ALL, namespaces=100), 0, 1, "cheaper for the server"),
        (chosen(20, scope=ALL, namespaces=100, route=Route.EXPORT), 1, 0, "asked for"),
        (
            chosen(None, scope=ALL, namespaces=100, route=Route.EXPORT),
            0,
            1,
            "without counts it is not known which namespaces have rows",
        ),
    ],
)
def test_the_cheaper_route_is_chosen_unless_one_is_asked_for_or_out_of_the_question(
    choice: Choice, slices: int, paged: int, reason: str
) -> None:
    assert (len(choice.slices), len(choice.paged), choice.reason) == (slices, paged, reason)


def test_a_log_of_ones_own_is_paged_because_its_exports_show_more_than_its_counts() -> None:
    own = Stream(user("alice"), OWN_LOG)
    choice = choose(own, days_of(50), Route.EXPORT, obstacle="", rows_at_most=40_000)
    assert (choice.slices, len(choice.paged)) == ([], 1)
    assert "hide" in choice.reason


def test_what_each_route_costs_is_said_whichever_is_chosen() -> None:
    for route in Route:
        choice = chosen(2_900, 5_800, 0, 0, route=route)
        assert choice.page_seconds == pytest.approx(0.3 * (146 + 291))
        assert choice.export_seconds == pytest.approx(0.3 + 3)


def test_all_costs_a_count_and_at_most_one_export_for_each_namespace() -> None:
    choice = chosen(2_900, scope=ALL, namespaces=7)
    assert choice.export_seconds == pytest.approx(0.3 * (7 + 7) + 1)


# Slices ---------------------------------------------------------------------------------------------------------------

COUNTS = st.lists(st.one_of(st.none(), st.integers(0, 300)), max_size=40)


@given(rows=COUNTS, rows_at_most=st.integers(1, 400))
def test_slices_hold_every_day_that_is_to_be_read_once_and_in_order(
    rows: list[int | None], rows_at_most: int
) -> None:
    windows = days_of(*rows)
    slices = list(slices_of(stream_of(ACME), windows, rows_at_most))
    assert [w for s in slices for w in s.windows] == [w for w in windows if w.need is Need.FETCH]


@given(rows=COUNTS, rows_at_most=st.integers(1, 400))
def test_no_slice_of_several_days_is_longer_than_it_may_be_and_none_could_take_the_next_day(
    rows: list[int | None], rows_at_most: int
) -> None:
    slices = list(slices_of(stream_of(ACME), days_of(*rows), rows_at_most))
    assert all(s.rows <= rows_at_most for s in slices if len(s.windows) > 1)
    for one, following in pairwise(slices):
        assert one.rows + following.windows[0].rows > rows_at_most


def test_a_slice_goes_on_past_empty_days_but_not_past_days_that_nobody_asked_for() -> None:
    windows = days_of(5, 0, 0, 5, 5, 5)
    bridged, *others = slices_of(stream_of(ACME), windows, 1_000)
    assert ((bridged.first, bridged.last), others) == ((FIRST, FIRST + timedelta(days=5)), [])
    del windows[4]  # verified long ago, and full of rows
    assert [len(s.windows) for s in slices_of(stream_of(ACME), windows, 1_000)] == [2, 1]


@given(rows=st.lists(st.integers(0, 300), min_size=2, max_size=40), is_counted=st.booleans())
def test_halves_are_two_that_make_the_whole_and_none_is_empty(rows: list[int], is_counted: bool) -> None:
    windows = tuple(
        w._replace(need=Need.FETCH) for w in days_of(*(rows if is_counted else [None] * len(rows)))
    )
    whole = Slice(stream_of(ACME), windows)
    one, other = whole.halves()
    assert one.windows + other.windows == windows
    assert one.windows
    assert other.windows
    longest = max(window.rows for window in windows)
    assert abs(one.rows - other.rows) <= max(longest, 1)


@given(days=st.integers(2, 150))
def test_days_without_counts_are_halved_by_their_number(days: int) -> None:
    halved = 0
    whole = Slice(stream_of(ACME), tuple(days_of(*[None] * days)))
    while len(whole.windows) > 1:
        whole = max(whole.halves(), key=lambda half: len(half.windows))
        halved += 1
    assert 2 ** (halved - 1) < days <= 2**halved
