"""Promises of the export route: the same bytes as pages that lose nothing, every row that there is, and no other."""

from collections import Counter
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.demo.fakequay import FakeQuay, SliceOrder
from pipeline.extract.routes import Route
from pipeline.lake.ledger import State
from pipeline.quay.scopes import ALL, Scope, org, repo, user
from tests import estates
from tests.estates import ADMINISTRATOR, estate
from tests.export_runs import PromptQuay, entries_of, extract_by, is_order
from tests.extracts import NOW, TOKEN, Silent, extract_all, files_of, lines_held
from tests.small_quay import ACME, DAY, FIRST, LAST, at, busy_day, log, quay, small_store, week, window

SCOPES = [
    org("acme"),
    org("globex"),
    user("alice"),
    user("bob"),
    repo("acme", "web"),
    repo("alice", "team/nested"),
    ALL,
]


def extracted_both_ways(
    tmp_path: Path, scopes: list[Scope], token: str, *, whole_seconds: bool, seed: int
) -> tuple[dict[str, bytes], dict[str, bytes], PromptQuay]:
    """The entries of an estate by exports, and by pages that lose nothing."""
    exporting = PromptQuay(estate(seed=seed, whole_seconds=whole_seconds))
    paging = FakeQuay(estate(seed=seed), clock=lambda: NOW)
    days = estates.FIRST, estates.LAST
    by_export = extract_by(exporting, tmp_path / "export", scopes, *days, token=token)
    by_pages = extract_all(paging, tmp_path / "pages", scopes, *days, token=token)
    assert by_export.windows == by_pages.windows
    assert by_export.windows["verified"] == len(scopes) * 7
    return entries_of(tmp_path / "export"), entries_of(tmp_path / "pages"), exporting


@pytest.mark.parametrize("whole_seconds", [False, True])
@pytest.mark.parametrize("seed", range(3))
def test_exports_of_namespaces_and_repositories_give_the_bytes_of_pages_that_lose_nothing(
    seed: int, whole_seconds: bool, tmp_path: Path
) -> None:
    scopes = [org("acme"), org("globex"), user("alice"), repo("acme", "web"), repo("alice", "team/nested")]
    exported, paged, quay = extracted_both_ways(
        tmp_path, scopes, ADMINISTRATOR, whole_seconds=whole_seconds, seed=seed
    )
    assert exported == paged
    assert quay.pages == []
    assert len(quay.orders) == len(scopes), (
        "one export each: they go on past the empty day and the month's end"
    )


@pytest.mark.parametrize("seed", range(3))
def test_exports_of_every_namespace_give_the_bytes_of_the_paged_log_of_all(seed: int, tmp_path: Path) -> None:
    token = TOKEN
    exported, paged, quay = extracted_both_ways(tmp_path, [ALL], token, whole_seconds=False, seed=seed)
    assert exported == paged
    assert all(target.startswith("/api/v1/superuser/logs") for target in quay.pages)
    assert len({target.split("&")[0] for target in quay.pages}) == 6, (
        "the days on which somebody gone did something"
    )


def test_a_namespace_without_rows_is_not_exported_for_all_and_all_is_not_paged_without_need(
    tmp_path: Path,
) -> None:
    quay = PromptQuay(week())
    summary = extract_by(quay, tmp_path, [ALL], FIRST, LAST)
    assert summary.windows["verified"] == 7
    assert quay.pages == []
    assert [target.split("?")[0] for target in quay.orders] == ["/api/v1/organization/acme/exportlogs"]


def test_windows_say_by_which_route_they_came_and_what_it_cost(tmp_path: Path) -> None:
    fake = PromptQuay(week())
    watcher = Silent()
    summary = extract_by(fake, tmp_path, [ACME], FIRST, LAST, watcher=watcher)
    states = {state.day: state for state in watcher.windows}
    assert [states[day].routes for day in sorted(states)].count(["export"]) == 6
    assert states[FIRST + timedelta(days=3)].routes == ["counts"]
    assert {state.requests for state in states.values()} == {2, 0}, "one order and one file, for all days"
    assert summary.rows_read == summary.rows == 140
    assert summary.notes == []


def test_a_verified_day_is_not_exported_again(tmp_path: Path) -> None:
    extract_by(PromptQuay(week()), tmp_path, [ACME], FIRST, LAST)
    before = files_of(tmp_path)
    again = PromptQuay(week())
    extract_by(again, tmp_path, [ACME], FIRST, LAST)
    assert again.orders == []
    assert files_of(tmp_path) == before


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("rows_at_most", [1, 30, 40_000])
@pytest.mark.parametrize("order", list(SliceOrder))
def test_any_slices_any_concurrency_and_any_order_in_the_file_give_the_same_bytes(
    concurrency: int, rows_at_most: int, order: SliceOrder, tmp_path: Path
) -> None:
    extract_all(quay(week()), tmp_path / "pages", [ACME], FIRST, LAST)
    fake = PromptQuay(week(), slice_order=order)
    extract_by(fake, tmp_path / "a", [ACME], FIRST, LAST, rows_at_most=rows_at_most, concurrency=concurrency)
    assert entries_of(tmp_path / "a") == entries_of(tmp_path / "pages")
    assert len(fake.orders) == {1: 6, 30: 4, 40_000: 1}[rows_at_most]


# The edges of a range -------------------------------------------------------------------------------------------------


def test_rows_of_the_day_before_and_after_stay_outside(tmp_path: Path) -> None:
    store = busy_day(30)
    log(store, at(DAY, -0.000_001), kind="push_repo")
    log(store, at(DAY, 86_400), kind="push_repo")
    extract_by(PromptQuay(store), tmp_path, [ACME], DAY, DAY)
    assert window(tmp_path).rows_by_kind == {"pull_repo": 30}
    assert window(tmp_path).state is State.VERIFIED


class DayAfterToo:
    """A Quay that exports a day more than it is asked for, as one that is asked in its own words does."""

    def __init__(self, quay: PromptQuay) -> None:
        self._quay = quay

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if not is_order(request):
            return self._quay(request)
        query = dict(request.url.params) | {"endtime": "11/03/2026"}
        return self._quay(
            httpx2.Request(
                "POST", request.url.copy_with(params=query), headers=request.headers, content=request.content
            )
        )


def test_a_file_that_holds_more_days_than_were_ordered_fills_only_those(tmp_path: Path) -> None:
    fake = PromptQuay(week())
    extract_by(DayAfterToo(fake), tmp_path, [ACME], DAY, DAY)
    assert (window(tmp_path).state, window(tmp_path).rows) == (State.VERIFIED, 21)
    assert len(entries_of(tmp_path)) == 1


@pytest.mark.parametrize("seconds", [86_399.999, 86_399.999_999])
def test_a_row_in_the_last_millisecond_of_a_day_is_found(seconds: float, tmp_path: Path) -> None:
    store = week()
    log(store, at(DAY, seconds), kind="push_repo")
    fake = PromptQuay(store)
    extract_by(fake, tmp_path, [ACME], FIRST, DAY)
    state = window(tmp_path)
    assert (state.state, state.rows_by_kind) == (State.VERIFIED, {"pull_repo": 21, "push_repo": 1})
    assert len(fake.orders) == 2
    assert state.requests == 4, "two orders and two files"
    assert fake.pages == []


def test_a_row_in_the_last_millisecond_of_an_inner_day_needs_no_second_export(tmp_path: Path) -> None:
    store = week()
    log(store, at(DAY, 86_399.999_5), kind="push_repo")
    fake = PromptQuay(store)
    extract_by(fake, tmp_path, [ACME], FIRST, LAST)
    assert (window(tmp_path).state, len(fake.orders)) == (State.VERIFIED, 1)


@settings(max_examples=25)
@given(times=st.lists(st.integers(0, 86_400_000_000 - 1), max_size=40), whole_seconds=st.booleans())
def test_a_day_of_any_times_is_verified_by_its_export(
    tmp_path_factory: pytest.TempPathFactory, times: list[int], whole_seconds: bool
) -> None:
    store = small_store(whole_seconds=whole_seconds)
    for number, microseconds in enumerate(times):
        log(store, at(DAY, microseconds / 1e6), tag=f"v{number}")
    lake = tmp_path_factory.mktemp("lake")
    extract_by(PromptQuay(store), lake, [ACME], DAY, DAY)
    state = window(lake)
    assert (state.state, state.rows) == (State.VERIFIED, len(times))
    assert len(set(lines_held(lake, state))) == len(times)


# Days that are not over, and days without counts ----------------------------------------------------------------------


def test_an_open_day_is_exported_is_open_and_is_exported_again(tmp_path: Path) -> None:
    store = small_store()
    log(store, NOW - timedelta(hours=2))
    first = PromptQuay(store)
    extract_by(first, tmp_path, [ACME], NOW.date(), NOW.date())
    state = window(tmp_path, day=NOW.date())
    assert state.state is State.OPEN
    assert state.rows_by_kind == {"pull_repo": 1, "export_logs_success": 1}, "its own order is in the log"
    again = PromptQuay(store)
    extract_by(again, tmp_path, [ACME], NOW.date(), NOW.date())
    assert len(again.orders) == 1
    assert window(tmp_path, day=NOW.date()).rows == 3


def test_an_open_day_is_verified_once_it_is_over(tmp_path: Path) -> None:
    store = small_store()
    log(store, NOW - timedelta(hours=2))
    extract_by(PromptQuay(store), tmp_path, [ACME], NOW.date(), NOW.date())
    tomorrow = NOW + timedelta(days=1)
    later = PromptQuay(store, now=tomorrow)
    extract_by(later, tmp_path, [ACME], NOW.date(), NOW.date(), now=tomorrow)
    state = window(tmp_path, day=NOW.date())
    assert (state.state, state.rows, state.missing_by_kind) == (State.VERIFIED, 2, {})


@pytest.mark.parametrize("route", [Route.AUTO, Route.EXPORT])
def test_without_counts_a_window_is_exported_and_unverified(route: Route, tmp_path: Path) -> None:
    fake = PromptQuay(week(), aggregated_log_count_retrieval=False)
    summary = extract_by(fake, tmp_path, [ACME], FIRST, LAST, route=route)
    assert summary.windows["unverified"] == 7
    assert (summary.rows, fake.pages, len(fake.orders)) == (140, [], 1)
    assert window(tmp_path).expected_by_kind is None


def test_rows_exported_without_counts_are_verified_once_there_are_some(tmp_path: Path) -> None:
    extract_by(PromptQuay(week(), aggregated_log_count_retrieval=False), tmp_path, [ACME], FIRST, LAST)
    fake = PromptQuay(week())
    summary = extract_by(fake, tmp_path, [ACME], FIRST, LAST)
    assert summary.windows["verified"] == 7
    assert fake.orders == []


def test_kinds_that_the_counts_do_not_list_are_unverified_and_ask_for_no_second_export(
    tmp_path: Path,
) -> None:
    store = small_store()
    for n, kind in enumerate(("pull_repo", "push_repo", "delete_tag")):
        for m in range(3 - n):
            log(store, at(DAY, 10 * n + m), kind=kind)
    fake = PromptQuay(store, aggregate_kind_limit=2)
    extract_by(fake, tmp_path, [ACME], DAY, DAY)
    state = window(tmp_path)
    assert (state.state, state.excess_by_kind) == (State.UNVERIFIED, {"delete_tag": 1})
    assert any("Elasticsearch" in note for note in state.notes)
    assert len(fake.orders) == 1


def test_unknown_kinds_and_unknown_keys_are_kept_counted_and_shown(tmp_path: Path) -> None:
    store = busy_day(3)
    log(store, at(DAY, 9), kind="teleport_repo")
    fake = PromptQuay(store)

    def later_quay(request: httpx2.Request) -> httpx2.Response:
        response = fake(request)
        if "exportedactionlogs" not in request.url.path:
            return response
        return httpx2.Response(200, content=response.content.replace(b'"ip":', b'"request_id": "r-1", "ip":'))

    summary = extract_by(later_quay, tmp_path, [ACME], DAY, DAY)
    assert summary.unknown_kinds == {"teleport_repo": 1}
    assert summary.unknown_keys == {"entry.request_id": 4}
    held = lines_held(tmp_path, window(tmp_path))
    assert sum(b"request_id" in line for line in held) == 4


def test_a_row_that_comes_while_a_day_is_exported_is_not_lost(tmp_path: Path) -> None:
    store = busy_day()
    fake = PromptQuay(store)

    def moving(request: httpx2.Request) -> httpx2.Response:
        response = fake(request)
        if is_order(request) and len(fake.orders) == 1:
            log(store, at(DAY, 20.5), kind="push_repo")
        return response

    summary = extract_by(moving, tmp_path, [ACME], DAY, DAY)
    assert summary.windows["verified"] == 1
    assert window(tmp_path).rows_by_kind == {"pull_repo": 60, "push_repo": 1}


def test_equal_entries_are_kept_as_often_as_they_are_there(tmp_path: Path) -> None:
    store = small_store(whole_seconds=True)
    for _ in range(500):
        log(store, at(DAY, 5), tag="same")
    extract_by(PromptQuay(store), tmp_path, [ACME], DAY, DAY)
    held: Counter[bytes] = lines_held(tmp_path, window(tmp_path))
    assert (window(tmp_path).state, list(held.values())) == (State.VERIFIED, [500])
