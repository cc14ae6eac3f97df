"""Promises of `quay-audit inventory`: what it says, what it stores, and how it ends."""

import json
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.server import serve
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.snapshots import Snapshots
from tests.commands import Ended, assert_nowhere, ended, quay_audit, start
from tests.extracts import TOKEN
from tests.holdings import ADMINISTRATOR, EVERY_TABLE, MEMBER, full_store, quay_with, rows_in


@pytest.fixture(scope="module")
def quay() -> FakeQuay:
    return quay_with(full_store())


@pytest.fixture(scope="module")
def url(quay: FakeQuay) -> Iterator[str]:
    with serve(quay) as address:
        yield address


def inventory(url: str, folder: Path, *words: str, token: str = TOKEN) -> Ended:
    return quay_audit("inventory", "--lake", str(folder), *words, QUAY_AUDIT_URL=url, QUAY_AUDIT_TOKEN=token)


def the_state(folder: Path) -> Any:
    (state,) = Snapshots(Layout(folder)).states()
    return state


def test_a_snapshot_is_stored_sealed_and_told(url: str, tmp_path: Path) -> None:
    run = inventory(url, tmp_path)
    assert run.status == 0, run.stderr
    assert f"snapshot of {the_state(tmp_path).day}: 40 requests, about 12 s of the server's CPU" in run.stdout
    assert "refused: prototype_permissions of acme, globex: this token may not read this" in run.stderr
    assert "needs org:admin, and an administrator of the organization" in run.stderr
    assert the_state(tmp_path).tables.keys() == {*EVERY_TABLE, "lists"}
    inspection = inspect(Layout(tmp_path))
    assert (inspection.snapshots, inspection.unsealed, inspection.findings) == (1, 0, [])


def test_the_summary_can_be_read_by_machines(url: str, tmp_path: Path) -> None:
    run = inventory(url, tmp_path, "--json")
    summary = json.loads(run.stdout)
    assert (summary["requests"], summary["server_seconds"], summary["complete"]) == (40, 12.0, True)
    assert summary["tables"]["users"] == {
        "rows": 5,
        "read": 1,
        "partial": 0,
        "off": 0,
        "refused": 0,
        "failed": 0,
    }
    (gap,) = summary["not_read"]
    assert (gap["outcome"], gap["tables"], gap["places"], gap["place_count"]) == (
        *("refused", ["prototype_permissions"], ["acme", "globex"], 2),
    )


def test_what_a_token_may_not_read_is_no_failure(url: str, tmp_path: Path) -> None:
    for token in (ADMINISTRATOR, MEMBER):
        run = inventory(url, tmp_path, token=token)
        assert run.status == 0
        assert "needs super:user, and a superuser or a global read-only superuser" in run.stderr


def test_tables_can_be_chosen_and_the_others_of_the_day_stay(url: str, tmp_path: Path) -> None:
    assert inventory(url, tmp_path).status == 0
    before = the_state(tmp_path)
    run = inventory(url, tmp_path, "--only", "users", "--only", "robots", "--json")
    assert json.loads(run.stdout)["tables"].keys() == {"users", "robots"}
    after = the_state(tmp_path)
    assert after.tables.keys() == before.tables.keys()
    assert after.tables["teams"] == before.tables["teams"]
    assert after.tables["users"].taken_at > before.tables["users"].taken_at


def test_a_table_that_there_is_not_is_a_usage_error_that_lists_those_there_are(
    url: str, tmp_path: Path
) -> None:
    run = inventory(url, tmp_path, "--only", "user")
    assert (run.status, run.error) == (2, "there is no table 'user' (--only)")
    assert all(name in run.hint for name in EVERY_TABLE)
    assert not tmp_path.joinpath("inventory").exists()


@pytest.mark.parametrize("scopes", [["repo:admin"], ["repo:create"]])
def test_where_nothing_can_be_read_nothing_is_stored_and_the_status_says_so(
    scopes: list[str], quay: FakeQuay, url: str, tmp_path: Path
) -> None:
    quay.store.add_token("reads-nothing", "bob", scopes)
    run = inventory(url, tmp_path, token="reads-nothing")
    assert run.status == 3
    assert run.error.startswith("this token may read no list")
    assert "global read-only superuser" in run.hint
    assert "user:read" in run.hint
    assert not tmp_path.joinpath("inventory").exists()


def test_an_unknown_token_is_refused_and_shown_nowhere(url: str, tmp_path: Path) -> None:
    run = inventory(url, tmp_path, token="nobody-knows-this-one")
    assert run.status == 3
    assert "does not accept the token" in run.error
    assert_nowhere("nobody-knows-this-one", run, tmp_path)


def test_the_token_is_in_no_output_and_no_file(url: str, tmp_path: Path) -> None:
    assert_nowhere(TOKEN, inventory(url, tmp_path), tmp_path)


def test_a_server_that_is_not_there_stores_nothing(tmp_path: Path) -> None:
    run = inventory("http://127.0.0.1:9", tmp_path, "--tries", "1")
    assert run.status == 3
    assert not tmp_path.joinpath("inventory").exists()


def test_a_list_that_fails_makes_the_run_incomplete_and_the_rest_is_stored(
    quay: FakeQuay, tmp_path: Path
) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/acme/members"):
            return httpx2.Response(500, text="<h1>Internal Server Error</h1>")
        return quay(request)

    with serve(handler) as url:
        run = inventory(url, tmp_path)
    assert run.status == 4
    assert run.error == "2 lists should have been answered and were not"
    assert "failed: members, team_members of acme: Quay failed inside (status 500)" in run.stderr
    assert len(rows_in(Layout(tmp_path), "users", the_state(tmp_path).day)) == 5


def test_hostile_names_reach_no_terminal_raw(tmp_path: Path) -> None:
    store = full_store()
    store.add_organization("\x1b[31mevil\u202e")
    with serve(quay_with(store)) as url:
        run = inventory(url, tmp_path)
    assert run.status == 0
    assert "\\x1b[31mevil\\u202e" in run.stderr
    assert "\x1b" not in run.stderr + run.stdout
    assert "\u202e" not in run.stderr + run.stdout


def test_an_interrupt_stores_nothing_and_ends_with_its_status(tmp_path: Path) -> None:
    reached, released = threading.Event(), threading.Event()

    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/members"):
            reached.set()
            released.wait(30)
        return inner(request)

    inner = quay_with(full_store())
    with serve(handler) as url:
        process = start(*("inventory", "--lake", str(tmp_path)), QUAY_AUDIT_URL=url, QUAY_AUDIT_TOKEN=TOKEN)
        assert reached.wait(30)
        process.send_signal(signal.SIGTERM)
        released.set()
        status = ended(process).status
    assert status == 130
    assert not tmp_path.joinpath("inventory").exists()
