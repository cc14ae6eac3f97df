"""Promises of the export route where it is not open, or not to all: pages are read instead, and it is said why."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipeline.demo.fakequay import RegistryState, Storage
from pipeline.demo.store import Store
from pipeline.errors import Refused
from pipeline.extract.options import Options
from pipeline.extract.routes import Route
from pipeline.quay.scopes import ALL, Scope, org, repo, user
from tests import estates
from tests.estates import SUPERUSER, estate
from tests.export_runs import PromptQuay, entries_of, extract_by
from tests.extracts import TOKEN, Silent, extract_all
from tests.small_quay import ACME, DAY, FIRST, LAST, at, busy_day, log, quay, small_store, week, window

SLOW = 3.134  # rows a second: 94 in the 30 s that Quay gives an export


def statuses(fake: PromptQuay) -> list[str]:
    return [json.loads(body)["status"] for _, body in fake.posted]


# Slices that take too long --------------------------------------------------------------------------------------------


def test_a_slice_that_takes_too_long_is_halved_until_its_parts_do_not(tmp_path: Path) -> None:
    fake = PromptQuay(week(), export_rows_per_second=SLOW)
    summary = extract_by(fake, tmp_path / "export", [ACME], FIRST, LAST)
    extract_all(quay(week()), tmp_path / "pages", [ACME], FIRST, LAST)
    assert summary.windows["verified"] == 7
    assert entries_of(tmp_path / "export") == entries_of(tmp_path / "pages")
    assert fake.pages == []
    assert statuses(fake) == ["timedout", "failed", "failed", "success", "success"]


def test_three_callbacks_for_one_failure_are_one_failure(tmp_path: Path) -> None:
    fake = PromptQuay(busy_day(95), export_rows_per_second=SLOW)
    watcher = Silent()
    extract_by(fake, tmp_path, [ACME], DAY, DAY, watcher=watcher)
    assert statuses(fake) == ["timedout", "failed", "failed"]
    assert len(fake.orders) == len(watcher.notes) == 1


def test_a_day_that_is_too_long_for_any_export_is_paged_with_the_reason_and_the_others_are_not(
    tmp_path: Path,
) -> None:
    store = week()
    for n in range(5):
        log(store, at(LAST - timedelta(days=2), 7 + n), kind="push_repo")
    fake = PromptQuay(store, export_rows_per_second=SLOW)
    watcher = Silent()
    summary = extract_by(fake, tmp_path, [ACME], FIRST, LAST, watcher=watcher)
    assert summary.windows["verified"] == 7
    routes = [state.routes for state in watcher.windows]
    assert (routes.count(["pages"]), routes.count(["export"])) == (1, 5)
    (note,) = watcher.notes
    assert "org/acme, export of 2026-11-01 to 2026-11-01" in note
    assert "did not end within Quay's time limit" in note


def test_slices_that_took_too_long_make_the_later_ones_shorter(tmp_path: Path) -> None:
    store = small_store()
    for n in range(50):
        for m in range(4):
            log(store, at(DAY - timedelta(days=n), 60 * m), tag=f"v{m}")
    fake = PromptQuay(store, export_rows_per_second=0.2)  # six rows
    first = DAY - timedelta(days=49)
    summary = extract_by(fake, tmp_path, [ACME], first, DAY, rows_at_most=8, concurrency=1)
    assert summary.windows["verified"] == 50
    assert statuses(fake).count("timedout") == 20, "those that were ordered at once"
    assert len(fake.orders) == 20 + 40 + 10


def test_days_without_counts_that_take_too_long_are_found_in_a_few_halvings(tmp_path: Path) -> None:
    store = small_store()
    for n in range(64):
        log(store, at(DAY - timedelta(days=n), 60), tag=f"v{n}")
    fake = PromptQuay(store, export_rows_per_second=0.5, aggregated_log_count_retrieval=False)  # 15 rows
    summary = extract_by(fake, tmp_path, [ACME], DAY - timedelta(days=63), DAY)
    assert (summary.rows, summary.windows["unverified"]) == (64, 64)
    assert statuses(fake).count("timedout") == 1 + 2 + 4
    assert fake.pages == []


def test_a_day_that_only_pages_can_read_is_repaired_by_them(tmp_path: Path) -> None:
    store = small_store(whole_seconds=True)
    for n in range(200):
        log(store, at(DAY, 100 + 7 * (n // 3)), repository=("web", "api", "db")[n % 3], tag=f"v{n}")
    fake = PromptQuay(store, export_rows_per_second=SLOW)
    extract_by(fake, tmp_path, [ACME], DAY, DAY, route=Route.AUTO)
    state = window(tmp_path)
    assert state.routes[:2] == ["pages", "repositories"]
    assert state.rows + state.missing == 200
    assert len(fake.orders) == 1


# Files that are worth nothing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", [Route.AUTO, Route.EXPORT])
def test_what_local_storage_makes_of_a_file_is_recognised_and_pages_are_read(
    route: Route, tmp_path: Path
) -> None:
    fake = PromptQuay(week(), storage=Storage.LOCAL)
    watcher = Silent()
    summary = extract_by(fake, tmp_path, [ACME], FIRST, LAST, route=route, watcher=watcher)
    assert summary.windows["verified"] == 7
    assert {tuple(state.routes) for state in watcher.windows} == {("counts",), ("pages",)}
    (note,) = watcher.notes
    assert "local storage" in note
    assert "S3" in note


def test_nothing_of_a_corrupt_file_is_stored(tmp_path: Path) -> None:
    fake = PromptQuay(week(), storage=Storage.LOCAL)

    def without_pages(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(500) if request.url.path.endswith("/logs") else fake(request)

    summary = extract_by(without_pages, tmp_path, [ACME], FIRST, LAST)
    assert (summary.rows, summary.windows["left"]) == (0, 6)
    assert len(entries_of(tmp_path)) == 1, "the empty day's"


def test_a_server_whose_files_are_corrupt_is_asked_for_no_more_of_them(tmp_path: Path) -> None:
    store = small_store()
    for n in range(30):
        log(store, at(DAY - timedelta(days=n), 60))
    fake = PromptQuay(store, storage=Storage.LOCAL)
    scopes = [ACME, user("alice")]
    summary = extract_by(fake, tmp_path, scopes, DAY - timedelta(days=29), DAY, rows_at_most=1)
    assert summary.is_complete
    assert len(fake.orders) == 20, "one handful"
    assert len(summary.notes) == 21, "each file, and that no more were ordered"


# What Quay, the token or the registry do not allow --------------------------------------------------------------------


def administrator(scopes: tuple[str, ...], store: Store | None = None) -> tuple[Store, str]:
    store = store or week()
    store.add_token("theirs", "alice", scopes)
    return store, "theirs"


REFUSALS: dict[str, tuple[Scope, dict[str, Any], str, str]] = {
    "a callback that Quay may not reach": (
        ACME,
        {"ssrf_allowed_hosts": frozenset()},
        "Invalid callback URL",
        "SSRF_ALLOWED_HOSTS",
    ),
    "exports that are switched off": (ACME, {"log_export": False}, "has no /api", "FEATURE_LOG_EXPORT"),
    "a registry that takes no writes": (
        ACME,
        {"registry_state": RegistryState.READ_ONLY},
        "read-only",
        "until the registry accepts writes",
    ),
    "a repository, for a read-only superuser": (
        repo("acme", "web"),
        {},
        "may not read this",
        "a read-only superuser does not do",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
@pytest.mark.parametrize("route", [Route.AUTO, Route.EXPORT])
def test_what_quay_refuses_is_asked_for_once_and_pages_are_read_with_the_reason_and_the_way_out(
    case: str, route: Route, tmp_path: Path
) -> None:
    scope, habits, reason, way_out = REFUSALS[case]
    fake = PromptQuay(week(), **habits)
    watcher = Silent()
    summary = extract_by(fake, tmp_path, [scope], FIRST, LAST, route=route, watcher=watcher, rows_at_most=25)
    assert summary.windows["verified"] == 7
    (note,) = watcher.notes
    assert note.startswith(f"{scope}: no export: ")
    assert reason in note
    assert "read by pages instead" in note
    assert way_out in note
    assert len(fake.orders) == 1


def test_the_advice_about_a_callback_names_every_way_that_there_is(tmp_path: Path) -> None:
    fake = PromptQuay(week(), ssrf_allowed_hosts=frozenset())
    (note,) = extract_by(fake, tmp_path, [ACME], FIRST, LAST).notes
    for way in ("--callback-url", "SSRF_ALLOWED_HOSTS", "mail", "quay-audit ingest"):
        assert way in note


def test_the_log_of_a_user_without_org_admin_is_paged_and_it_is_said_why(tmp_path: Path) -> None:
    store, token = administrator(("user:admin", "user:read"))
    metadata = {"robot": "r"}
    store.log("create_robot", at(DAY, 5), "alice", performer="alice", ip="203.0.113.1", metadata=metadata)
    fake = PromptQuay(store)
    summary = extract_by(fake, tmp_path, [user("alice")], FIRST, LAST, token=token)
    assert summary.windows["verified"] == 7
    assert fake.orders == []
    (note,) = summary.notes
    assert "user/alice is read by pages: exports of one's own log show kinds that" in note


@pytest.mark.parametrize(
    ("token", "exported"), [(TOKEN, True), (SUPERUSER, False)], ids=["read-only superuser", "superuser"]
)
def test_all_is_exported_by_who_may_read_every_namespace_and_paged_by_who_may_not(
    token: str, exported: bool, tmp_path: Path
) -> None:
    fake = PromptQuay(estate())
    days = estates.FIRST, estates.LAST
    summary = extract_by(fake, tmp_path, [ALL], *days, token=token)
    assert summary.windows["verified"] == 7
    assert bool(fake.orders) is exported
    notes = [note for note in summary.notes if "may not read this" in note]
    assert len(notes) == (0 if exported else 1)


def test_without_a_receiver_exports_that_were_asked_for_are_paged_and_it_is_said(tmp_path: Path) -> None:
    options = Options(route=Route.EXPORT)
    summary = extract_all(quay(week()), tmp_path, [ACME], FIRST, LAST, options=options)
    assert summary.windows["verified"] == 7
    assert summary.notes == [
        "org/acme is read by pages: no callback can be received: --callback-listen is not given"
    ]


def test_a_token_that_dies_ends_the_run_at_its_first_refusal(tmp_path: Path) -> None:
    fake = PromptQuay(week())

    def dying(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            fake.fake.requests.append(("POST", str(request.url)))
            return httpx2.Response(401, json={"detail": "no"})
        return fake(request)

    with pytest.raises(Refused):
        extract_by(dying, tmp_path, [ACME, org("acme")], FIRST, LAST)
    assert len(fake.orders) == 1
    assert fake.pages == []
