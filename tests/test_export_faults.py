"""Promises of the export route when callbacks go astray, Quay restarts or the file does not come: the same lake."""

import json
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits
from pipeline.demo.store import Store
from pipeline.extract.callback_server import BODY_LIMIT_BYTES
from pipeline.extract.options import Options
from pipeline.extract.receiver import Receiver
from pipeline.extract.routes import Route
from pipeline.quay.scopes import org
from tests import estates
from tests.callbacks import HERE, asked
from tests.estates import estate
from tests.export_runs import (
    NO_PATIENCE_SECONDS,
    THIS_MACHINE,
    PromptQuay,
    entries_of,
    extract_by,
    is_order,
)
from tests.extracts import NOW, Silent, extract_all
from tests.small_quay import ACME, DAY, FIRST, LAST, at, log, quay, small_store, week


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The entries of the week, by pages that lose nothing."""
    lake = tmp_path_factory.mktemp("pages")
    extract_all(quay(week()), lake, [ACME], FIRST, LAST)
    return entries_of(lake)


def routes_of(watcher: Silent) -> set[str]:
    return {route for state in watcher.windows for route in state.routes} - {"counts"}


# Callbacks ------------------------------------------------------------------------------------------------------------


def test_when_no_callback_comes_pages_are_read_and_the_ways_out_are_named(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    fake = PromptQuay(week(), post=lambda url, body: None)
    summary = extract_by(fake, tmp_path, [ACME], FIRST, LAST, wait_seconds=NO_PATIENCE_SECONDS)
    assert entries_of(tmp_path) == expected
    (note,) = summary.notes
    assert "Quay took the export, but no callback came; read by pages instead" in note
    assert "SSRF_ALLOWED_HOSTS" in note


def test_after_the_first_silence_no_more_exports_are_ordered(tmp_path: Path) -> None:
    store = small_store()
    for n in range(25):
        log(store, at(DAY - timedelta(days=n), 60))
    fake = PromptQuay(store, post=lambda url, body: None)
    summary = extract_by(
        fake,
        tmp_path,
        [ACME],
        DAY - timedelta(days=24),
        DAY,
        rows_at_most=1,
        wait_seconds=NO_PATIENCE_SECONDS,
    )
    assert summary.windows["verified"] == 25
    assert len(fake.orders) == 20, "one handful"
    assert sum("no callback has come so far" in note for note in summary.notes) == 1


class Losing:
    """Delivers every callback but the first."""

    def __init__(self) -> None:
        self.lost: list[str] = []

    def __call__(self, url: str, body: bytes) -> int | None:
        if not self.lost:
            self.lost.append(json.loads(body)["export_id"])
        return None if json.loads(body)["export_id"] in self.lost else post_over_http(url, body)


def test_a_callback_that_is_lost_costs_its_own_days_alone(tmp_path: Path, expected: dict[str, bytes]) -> None:
    losing, watcher = Losing(), Silent()
    fake = PromptQuay(week(), post=losing)
    extract_by(
        fake,
        tmp_path,
        [ACME],
        FIRST,
        LAST,
        rows_at_most=30,
        wait_seconds=NO_PATIENCE_SECONDS,
        watcher=watcher,
    )
    assert entries_of(tmp_path) == expected
    assert [state.routes for state in watcher.windows].count(["pages"]) == 1, "the longest day, ordered first"
    assert len(watcher.notes) == 1


def test_a_callback_that_comes_when_nobody_waits_any_more_is_taken_and_changes_nothing(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    late: list[tuple[str, bytes]] = []
    answers: list[int | None] = []
    fake = PromptQuay(week(), post=lambda url, body: late.append((url, body)))

    def quay_with_a_slow_worker(request: httpx2.Request) -> httpx2.Response:
        while late and request.url.path.endswith("/logs"):
            answers.append(post_over_http(*late.pop()))
        return fake(request)

    extract_by(quay_with_a_slow_worker, tmp_path, [ACME], FIRST, LAST, wait_seconds=NO_PATIENCE_SECONDS)
    assert answers == [200]
    assert entries_of(tmp_path) == expected


def forging(
    forge: Callable[[dict[str, Any]], list[tuple[dict[str, Any] | bytes, int]]],
) -> Callable[..., Any]:
    """A way to post where other callbacks come before the true one, each answered as it should be."""

    def post(url: str, body: bytes) -> int | None:
        for other, status in forge(json.loads(body)):
            content = other if isinstance(other, bytes) else json.dumps(other).encode()
            assert asked(url, content) == status, content[:200]
        return post_over_http(url, body)

    return post


FORGERIES: dict[str, Callable[[dict[str, Any]], list[tuple[dict[str, Any] | bytes, int]]]] = {
    "the same thrice": lambda true: [(true, 200)] * 3,
    "failures before the success": lambda true: [
        (true | {"status": status, "exported_data_url": None}, 200)
        for status in ("failed", "timedout", "failed")
    ],
    "a success without a file": lambda true: [(true | {"exported_data_url": None}, 404)],
    "a failure with a file": lambda true: [(true | {"status": "failed"}, 404)],
    "a status of another's making": lambda true: [(true | {"status": "done"}, 404)],
    "too much": lambda true: [(json.dumps(true).encode().ljust(BODY_LIMIT_BYTES + 1), 413)],
    "no JSON": lambda true: [(b"status=success", 404)],
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_callbacks_that_are_repeated_forged_or_out_of_order_change_nothing(
    forgery: str, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    watcher = Silent()
    fake = PromptQuay(week(), post=forging(FORGERIES[forgery]))
    extract_by(fake, tmp_path, [ACME], FIRST, LAST, rows_at_most=30, watcher=watcher)
    assert entries_of(tmp_path) == expected
    assert (routes_of(watcher), watcher.notes) == ({"export"}, [])


def test_a_link_to_the_file_of_another_log_or_another_export_is_not_believed(tmp_path: Path) -> None:
    """Whoever reads the namespace's log sees the callback's address there."""
    links: list[str] = []

    def post(url: str, body: bytes) -> int | None:
        true = json.loads(body)
        links.append(true["exported_data_url"])
        return post_over_http(url, json.dumps(true | {"exported_data_url": links[0]}).encode())

    days = estates.FIRST, estates.LAST
    fake, watcher = PromptQuay(estate(), post=post), Silent()
    scopes = [org("acme"), org("globex")]
    extract_by(fake, tmp_path / "a", scopes, *days, watcher=watcher, rows_at_most=20, concurrency=1)
    extract_all(FakeQuay(estate(), clock=lambda: NOW), tmp_path / "b", scopes, *days)
    assert entries_of(tmp_path / "a") == entries_of(tmp_path / "b")
    assert any("this is an export of" in note for note in watcher.notes)
    assert any("this is another export of the same log" in note for note in watcher.notes)


class Restarting:
    """A Quay whose worker is killed with each job in its hands, and comes back when the job is free again."""

    def __init__(self, store: Store) -> None:
        self.now = NOW
        habits = Habits(ssrf_allowed_hosts=THIS_MACHINE)
        self.fake = FakeQuay(store, habits=habits, clock=lambda: self.now)
        self.crashes = 0

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        response = self.fake(request)
        if is_order(request):
            self.crashes += self._worker().crash()
            assert self._worker().poll() == 0, "the job is reserved by the dead"
            self.now += timedelta(minutes=5)
            assert self._worker().poll() == 1
        return response

    def _worker(self) -> ExportWorker:
        return ExportWorker(self.fake, clock=lambda: self.now, post=post_over_http)


def test_a_quay_that_restarts_in_mid_export_ends_it_later_and_is_not_asked_again(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    restarting, watcher = Restarting(week()), Silent()
    extract_by(restarting, tmp_path, [ACME], FIRST, LAST, watcher=watcher)
    assert (restarting.crashes, routes_of(watcher)) == (1, {"export"})
    assert entries_of(tmp_path) == expected


def test_an_order_whose_answer_is_lost_is_given_again_and_its_orphan_is_refused(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    fake = PromptQuay(week())
    orders = 0

    def breaking(request: httpx2.Request) -> httpx2.Response:
        nonlocal orders
        response = fake(request)
        orders += is_order(request)
        if is_order(request) and orders == 1:
            raise httpx2.ReadError("reset")
        return response

    watcher = Silent()
    extract_by(breaking, tmp_path, [ACME], FIRST, LAST, watcher=watcher)
    assert (orders, routes_of(watcher)) == (2, {"export"})
    assert entries_of(tmp_path) == expected


def test_an_interrupt_while_exports_are_waited_for_ends_the_run_and_leaves_no_port(tmp_path: Path) -> None:
    stop = threading.Event()
    fake = PromptQuay(week(), post=lambda url, body: stop.set())
    with Receiver(HERE) as receiver, pytest.raises(KeyboardInterrupt):
        extract_all(
            fake,
            tmp_path,
            [ACME],
            FIRST,
            LAST,
            options=Options(route=Route.EXPORT),
            receiver=receiver,
            stop=stop,
        )
    assert fake.pages == []
    with pytest.raises(ConnectionRefusedError):
        asked(receiver.url, b"{}")
