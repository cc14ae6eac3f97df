"""Promises about kill -9 in the middle of exports: whatever the moment, the next run makes the lake what it would have been."""

import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits
from pipeline.demo.server import serve
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE, Ledger, State
from tests.commands import ended, start
from tests.crashes import FIRST, KILLED, LAST_CLOSED, NOON, Moment, Shooter, registry
from tests.export_runs import THIS_MACHINE, entries_of, is_order
from tests.extracts import TOKEN, files_of
from tests.gateways import closed_port
from tests.test_kills import assert_nothing_half_counts
from tests.undisturbed import moments_of, tallied

pytestmark = pytest.mark.slow

KILLS, BATCHES = 100, 4
_WHENEVER = "extract/callback_server.py"  # how often its loop turns is a matter of time


@pytest.fixture(scope="module")
def shooter() -> Iterator[Shooter]:
    with Shooter() as shooter:
        yield shooter


@pytest.fixture(scope="module")
def undisturbed(shooter: Shooter, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """The lake of a run that nobody killed, and how often that ran each line."""
    lake = tmp_path_factory.mktemp("undisturbed") / "lake"
    lines = tallied(shooter, "export", lake)
    return lake, {line: count for line, count in lines.items() if not line.startswith(_WHENEVER)}


def test_the_run_that_is_killed_below_goes_by_exports(undisturbed: tuple[Path, dict[str, int]]) -> None:
    lake, lines = undisturbed
    windows = Ledger(Layout(lake)).windows()
    assert {window.state for window in windows} == {State.VERIFIED}
    assert sorted(route for window in windows for route in window.routes) == ["counts"] * 2 + ["export"] * 4
    for module in ("bulk", "bulk_reader", "receiver", "registry_export", "slices"):
        assert any(line.startswith(f"extract/{module}.py") for line in lines)


@pytest.mark.parametrize("batch", range(BATCHES))
def test_exports_killed_at_any_of_a_hundred_random_moments_are_made_good_by_the_next_run(
    batch: int, shooter: Shooter, undisturbed: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    whole, lines = undisturbed
    expected = files_of(whole)
    statuses = []
    for number, moment in enumerate(moments_of(lines, "export", KILLS + BATCHES)[batch::BATCHES]):
        lake = tmp_path / str(number)
        statuses.append(shooter.run("export", lake, moment))
        assert_nothing_half_counts(lake)
        assert inspect(Layout(lake)).findings == [], moment
        assert shooter.run("export", lake) == 0
        assert files_of(lake) == expected, moment
    # A line that two threads race for may be run once less often than it was tallied: then its run lives.
    assert set(statuses) <= {KILLED, 0}
    assert statuses.count(KILLED) >= KILLS // BATCHES


STEPS = {
    "before the first order": Moment("request", "/exportlogs"),
    "before the last order": Moment("request", "/exportlogs", 4),
    "before the first file": Moment("request", "/exportedactionlogs/"),
    "before the last file": Moment("request", "/exportedactionlogs/", 4),
    "while a callback is taken": Moment("call", "extract/receiver.py:_take"),
    "before the second handshake": Moment("call", "extract/callback_server.py:process_request", 2),
    "in the middle of a file": Moment("call", "quay/export_file.py:batches", 2),
    "before the first entries are renamed": Moment("rename", ENTRIES_FILE),
    "before the second window file": Moment("rename", WINDOW_FILE, 2),
    "before the manifest": Moment("rename", "00000001.json"),
}


@pytest.mark.parametrize("step", STEPS)
def test_exports_killed_at_a_named_step_are_made_good_by_the_next_run(
    step: str, shooter: Shooter, undisturbed: tuple[Path, dict[str, int]], tmp_path: Path
) -> None:
    assert shooter.run("export", tmp_path, STEPS[step]) == KILLED
    assert_nothing_half_counts(tmp_path)
    assert shooter.run("export", tmp_path) == 0
    assert files_of(tmp_path) == files_of(undisturbed[0])


class Killing:
    """A Quay that kills the command when it orders, when it is called back, or when it fetches its file."""

    def __init__(self, step: str) -> None:
        self.running: list[subprocess.Popen[str]] = []
        self._step = step
        habits = Habits(ssrf_allowed_hosts=THIS_MACHINE, export_poll_period=timedelta(milliseconds=10))
        self.fake = FakeQuay(registry(NOON).store, habits=habits, clock=lambda: NOON)
        self.worker = ExportWorker(self.fake, clock=lambda: NOON, post=self._call_back)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        step = "order" if is_order(request) else "file" if "exportedactionlogs" in request.url.path else ""
        self._kill_at(step)
        return self.fake(request)

    def _call_back(self, url: str, body: bytes) -> int | None:
        self._kill_at("callback")
        return post_over_http(url, body)

    def _kill_at(self, step: str) -> None:
        if step == self._step and self.running:
            process = self.running.pop()
            process.kill()
            process.wait()


@pytest.mark.parametrize("step", ["order", "callback", "file"])
def test_the_command_killed_over_http_leaves_no_port_and_is_made_good_by_the_same_command(
    step: str, tmp_path: Path
) -> None:
    killing = Killing(step)
    listen = f"127.0.0.1:{closed_port()}"
    with serve(killing, worker=killing.worker) as url:
        environ = {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": TOKEN}
        command = ["--scope", "org/acme", "--since", str(FIRST), "--until", str(LAST_CLOSED)]
        command += ["--route", "export", "--callback-listen", listen]
        for lake, status in (("killed", KILLED), ("killed", 0), ("whole", 0)):
            process = start("extract", "--lake", str(tmp_path / lake), *command, **environ)
            if status:
                killing.running.append(process)
            done = ended(process)
            assert done.status == status, done.stderr
    assert entries_of(tmp_path / "killed") == entries_of(tmp_path / "whole")
    assert inspect(Layout(tmp_path / "killed")).findings == []
