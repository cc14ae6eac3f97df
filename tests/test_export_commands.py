"""Promises of plan, doctor and extract about exports, over real sockets of this machine."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits, Storage
from pipeline.demo.server import serve
from pipeline.demo.store import Store
from pipeline.extract.bulk import Exporter, ExportOptions
from pipeline.extract.doctor import Check, examine
from pipeline.extract.receiver import Receiver
from tests.callbacks import HERE
from tests.commands import Ended, assert_nowhere, quay_audit
from tests.export_runs import NO_PATIENCE_SECONDS, PATIENCE_SECONDS, THIS_MACHINE, PromptQuay, entries_of
from tests.extracts import NOW, TOKEN, client_of, extract_all
from tests.small_quay import ACME, FIRST, LAST, at, log, quay, small_store, week

LISTEN = ("--callback-listen", "127.0.0.1:0")
DAYS = ("--since", str(FIRST), "--until", str(LAST))


@contextmanager
def served(store: Store, **habits: Any) -> Iterator[tuple[str, FakeQuay]]:
    """A Quay with its export worker, on a port of this machine."""
    known: dict[str, Any] = {
        "ssrf_allowed_hosts": THIS_MACHINE,
        "export_poll_period": timedelta(milliseconds=10),
    }
    fake = FakeQuay(store, habits=Habits(**(known | habits)), clock=lambda: NOW)
    worker = ExportWorker(fake, clock=lambda: NOW, post=post_over_http)
    with serve(fake, worker=worker) as url:
        yield url, fake


def run(url: str, *args: str) -> Ended:
    return quay_audit(*args, QUAY_AUDIT_URL=url, QUAY_AUDIT_TOKEN=TOKEN)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The entries of the week, by pages that lose nothing."""
    lake = tmp_path_factory.mktemp("pages")
    extract_all(quay(week()), lake, [ACME], FIRST, LAST)
    return entries_of(lake)


# extract --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["auto", "export"])
def test_extract_goes_by_exports_over_http_and_leaves_no_thread(
    route: str, tmp_path: Path, expected: dict[str, bytes]
) -> None:
    before = threading.active_count()
    with served(week()) as (url, fake):
        command = ("extract", "--lake", str(tmp_path), "--scope", "org/acme", "--route", route)
        done = run(url, *command, *LISTEN, *DAYS, "--json")
    assert done.status == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["windows"]["verified"], summary["complete"], summary["rows_read"]) == (7, True, 140)
    assert [method for method, target in fake.requests if "/logs?" in target or method == "POST"] == ["POST"]
    assert entries_of(tmp_path) == expected
    assert threading.active_count() == before
    assert_nowhere(TOKEN, done, tmp_path)


def test_a_port_that_is_taken_is_a_settings_error_before_quay_is_asked_for_anything(tmp_path: Path) -> None:
    with served(week()) as (url, fake), socket.create_server(HERE) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        done = run(url, "extract", "--lake", str(tmp_path), "--callback-listen", listen, *DAYS)
    assert done.status == 2
    assert listen in done.error
    assert "--callback-listen" in done.hint
    assert fake.requests == []


def test_short_windows_after_a_refused_export_end_with_status_4_and_the_reason(tmp_path: Path) -> None:
    store = small_store(whole_seconds=True)
    for n in range(200):
        log(store, at(FIRST, n // 60))
    with served(store, ssrf_allowed_hosts=frozenset()) as (url, _):
        command = ("extract", "--lake", str(tmp_path), "--scope", "org/acme", *LISTEN, *DAYS)
        done = run(url, *command)
    assert done.status == 4
    assert "SSRF_ALLOWED_HOSTS" in done.stderr
    assert "short" in done.error


# plan -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listen", [LISTEN, ()], ids=["with a receiver", "without"])
def test_plan_shows_what_both_routes_cost_and_which_is_taken_and_asks_for_neither(
    listen: tuple[str, ...], tmp_path: Path
) -> None:
    with served(week()) as (url, fake):
        done = run(url, "plan", "--lake", str(tmp_path), "--scope", "org/acme", *listen, *DAYS, "--json")
    (row,) = json.loads(done.stdout)["scopes"]
    assert (row["rows"], row["pages"], row["to_read"]) == (140, 17, 6)
    assert (row["page_seconds"], row["export_seconds"]) == (5.1, 0.3)
    if listen:
        assert (row["route"], row["reason"]) == ("export", "cheaper for the server")
    else:
        assert (row["route"], "--callback-listen is not given" in row["reason"]) == ("pages", True)
    assert not [target for method, target in fake.requests if method == "POST" or "/logs?" in target]
    assert list(tmp_path.iterdir()) == []


# doctor ---------------------------------------------------------------------------------------------------------------


def test_doctor_proves_the_callback_by_an_export_of_one_day() -> None:
    with served(week()) as (url, fake):
        done = run(url, "doctor", *LISTEN)
    assert done.status == 0, done.stdout
    assert "ok    export: the callback and the file came: " in done.stdout
    assert [target.split("?")[0] for method, target in fake.requests if method == "POST"] == [
        "/api/v1/organization/acme/exportlogs"
    ]


def test_doctor_without_a_receiver_orders_nothing_and_says_what_to_give() -> None:
    with served(week()) as (url, fake):
        done = run(url, "doctor")
    assert "warn  export: not tried" in done.stdout
    assert "--callback-listen" in done.stdout
    assert not [target for method, target in fake.requests if method == "POST"]


def examined(fake: PromptQuay, tmp_path: Path, wait_seconds: float = PATIENCE_SECONDS) -> Check:
    """What doctor finds out about exports."""
    client = client_of(fake)
    with Receiver(HERE) as receiver:
        exporter = Exporter(client, receiver, tmp_path, ExportOptions(wait_seconds=wait_seconds))
        checks = list(examine(client, now=lambda: at(FIRST + timedelta(days=1), 60), exporter=exporter))
    (check,) = [check for check in checks if check.name == "export"]
    return check


@pytest.mark.parametrize(
    ("habits", "result", "detail", "advice"),
    [
        ({}, "ok", "the callback and the file came: 5 entries of org/acme on 2026-10-28", ""),
        (
            {"export_rows_per_second": 0.1},
            "ok",
            "the callback came, and says that 2026-10-28 is too long",
            "",
        ),
        ({"ssrf_allowed_hosts": frozenset()}, "warn", "Invalid callback URL", "SSRF_ALLOWED_HOSTS"),
        ({"storage": Storage.LOCAL}, "warn", "cannot be used", "local storage"),
        ({"log_export": False}, "warn", "no export", "FEATURE_LOG_EXPORT"),
    ],
)
def test_doctor_says_whether_exports_work_and_what_would_make_them(
    habits: dict[str, Any], result: str, detail: str, advice: str, tmp_path: Path
) -> None:
    check = examined(PromptQuay(week(), **habits), tmp_path)
    assert check.result == result
    assert detail in check.detail
    assert advice in check.advice


def test_doctor_says_so_when_no_callback_comes(tmp_path: Path) -> None:
    check = examined(PromptQuay(week(), post=lambda url, body: None), tmp_path, NO_PATIENCE_SECONDS)
    assert check.result == "warn"
    assert "no callback came" in check.detail
    assert "quay-audit ingest" in check.advice
