"""Promises of exporting `all` namespace by namespace: every row once, whatever becomes of a part."""

from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.store import Store
from pipeline.extract.routes import Route
from pipeline.lake.ledger import State
from pipeline.lake.reader import lines_of_file
from pipeline.quay.scopes import ALL
from tests import estates
from tests.estates import estate
from tests.export_runs import PromptQuay, entries_of, extract_by
from tests.extracts import NOW, Silent, extract_all
from tests.small_quay import DAY, at, log, small_store, window

DAYS = (estates.FIRST, estates.LAST)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The entries of the estate, by pages of `all` that lose nothing."""
    lake = tmp_path_factory.mktemp("pages")
    extract_all(FakeQuay(estate(), clock=lambda: NOW), lake, [ALL], *DAYS)
    return entries_of(lake)


@pytest.mark.parametrize("concurrency", [1, 4])
@pytest.mark.parametrize("rows_at_most", [10, 60, 40_000])
def test_any_size_of_parts_and_any_concurrency_give_the_same_bytes(
    concurrency: int, rows_at_most: int, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    fake = PromptQuay(estate())
    extract_by(fake, tmp_path, [ALL], *DAYS, rows_at_most=rows_at_most, concurrency=concurrency)
    assert entries_of(tmp_path) == expected


def test_parts_that_take_too_long_are_halved_and_a_day_that_does_is_paged_with_the_reason(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    fake, watcher = PromptQuay(estate(), export_rows_per_second=0.9), Silent()  # 27 rows
    extract_by(fake, tmp_path, [ALL], *DAYS, watcher=watcher)
    assert entries_of(tmp_path) == expected
    assert {tuple(state.routes) for state in watcher.windows} == {("export",), ("counts",)}
    assert watcher.notes
    for note in watcher.notes:
        assert note.startswith("org/acme, export of ")
        assert "did not end within Quay's time limit; read by pages instead" in note
    parts = {target.split("/logs")[0] for target in fake.pages}
    assert parts == {"/api/v1/organization/acme", "/api/v1/superuser"}


def test_parts_that_took_too_long_make_those_of_later_slices_shorter(tmp_path: Path) -> None:
    store = small_store()
    for n in range(80):
        log(store, at(DAY - timedelta(days=n // 4), 60 * (n % 4)), tag=f"v{n}")
    fake = PromptQuay(store, export_rows_per_second=0.2)  # six rows
    first = DAY - timedelta(days=19)
    summary = extract_by(fake, tmp_path, [ALL], first, DAY, rows_at_most=8, concurrency=1)
    assert (summary.windows["verified"], fake.pages) == (20, [])
    assert sum(b"timedout" in body for _, body in fake.posted) == 5, (
        "the first slice's parts, of two days each"
    )
    assert len(fake.orders) == 5 + 10 + 10


def test_a_part_that_cannot_be_had_makes_all_its_days_paged_with_the_reason(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    fake, watcher = PromptQuay(estate()), Silent()

    def failing(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/v1/organization/globex/exportlogs":
            return httpx2.Response(500, content=b"<h1>Internal Server Error</h1>")
        return fake(request)

    summary = extract_by(failing, tmp_path, [ALL], *DAYS, watcher=watcher)
    assert entries_of(tmp_path) == expected
    assert summary.windows["verified"] == 7
    (note,) = watcher.notes
    assert note.startswith("org/globex: no export: Quay failed inside")


def test_a_namespace_that_goes_while_all_is_exported_is_found_in_the_pages_of_all(tmp_path: Path) -> None:
    store = estate()
    fake = PromptQuay(store)

    def leaving(request: httpx2.Request) -> httpx2.Response:
        response = fake(request)
        if request.url.path == "/api/v1/organization/bob/aggregatelogs" and store.find_account("globex"):
            store.delete_organization("globex")
        return response

    summary = extract_by(leaving, tmp_path, [ALL], *DAYS)
    assert summary.windows["verified"] == 7
    assert summary.rows == 600


def test_more_namespaces_than_a_handful_are_all_exported(tmp_path: Path) -> None:
    store = small_store()
    for n in range(45):
        store.add_user(f"user{n:02}")
        store.log("create_robot", at(DAY, 60 * n), f"user{n:02}", performer=f"user{n:02}", metadata={"n": n})
    fake = PromptQuay(store)
    summary = extract_by(fake, tmp_path, [ALL], DAY, DAY)
    assert (summary.windows["verified"], summary.rows, len(fake.orders)) == (1, 45, 45)
    assert fake.pages == []


def crowded(rows_of_gone: int) -> Store:
    """A day on whole seconds: much in two namespaces that are there, some in one that is gone, all in few seconds."""
    store = small_store(whole_seconds=True)
    store.add_organization("goneorg", owners=["alice"])
    for n in range(300):
        store.log("pull_repo", at(DAY, n // 10), ("acme", "bob")[n % 2], metadata={"n": n})
    for n in range(rows_of_gone):
        store.log("push_repo", at(DAY, n // 10), "goneorg", metadata={"n": n})
    store.delete_organization("goneorg")
    store.collect_garbage()
    return store


def test_on_whole_seconds_all_is_verified_where_nobody_is_gone(tmp_path: Path) -> None:
    extract_by(PromptQuay(crowded(0)), tmp_path, [ALL], DAY, DAY, route=Route.AUTO)
    state = window(tmp_path, ALL)
    assert (state.state, state.rows, state.routes) == (State.VERIFIED, 300, ["export"])


@pytest.mark.parametrize("rows_of_gone", [1, 50, 200])
def test_on_whole_seconds_all_lacks_at_most_rows_of_those_who_are_gone_and_says_how_many(
    rows_of_gone: int, tmp_path: Path
) -> None:
    extract_by(PromptQuay(crowded(rows_of_gone)), tmp_path, [ALL], DAY, DAY, requests_per_row=0)
    state = window(tmp_path, ALL)
    assert state.rows_by_kind["pull_repo"] == 300
    assert state.rows + state.missing == 300 + rows_of_gone
    assert set(state.missing_by_kind) <= {"push_repo"}
    held = list(lines_of_file(next(tmp_path.rglob("entries.parquet"))))
    assert len(set(held)) == len(held) == state.rows


def test_the_days_of_all_that_are_verified_are_not_asked_for_again(tmp_path: Path) -> None:
    extract_by(PromptQuay(estate()), tmp_path, [ALL], *DAYS)
    later = PromptQuay(estate())
    extract_by(later, tmp_path, [ALL], DAYS[0], DAYS[1] + timedelta(days=2))
    assert (later.orders, later.pages) == ([], [])
