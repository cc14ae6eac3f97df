"""Promises about Ctrl-C and SIGTERM: the command ends with 130 in two lines, what was finished is kept and sealed."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from pipeline.demo.server import serve
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from tests.commands import Ended, ended, quay_audit, start
from tests.extracts import TOKEN
from tests.small_quay import FIRST, LAST, quay, week

DAYS = ("--since", str(FIRST), "--until", str(LAST))


class Interrupting:
    """A Quay that sends a signal to the process that asks, at one of its requests, and is too busy from then on."""

    def __init__(self, signal_number: int, part: str, nth: int) -> None:
        self.process: subprocess.Popen[str] | None = None
        self._signal, self._part, self._left = signal_number, part, nth
        self._fake = quay(week())

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        if self._left <= 0:
            # A pause of two minutes: the command comes out of it by the signal, or this test by its limit.
            return httpx2.Response(429, headers={"retry-after": "120", "content-length": "0"})
        self._left -= self._part in str(request.url)
        if self._left == 0:
            assert self.process
            os.kill(self.process.pid, self._signal)
        return self._fake(request)


def interrupted(quay: Interrupting, lake: Path, *args: str) -> Ended:
    """How an extract ends that is interrupted."""
    with serve(quay) as url:
        environ = {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": TOKEN}
        words = ("extract", "--lake", str(lake), "--concurrency", "2", *DAYS, *args)
        quay.process = start(*words, **environ)
        return ended(quay.process)


@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_an_extract_that_is_interrupted_keeps_what_was_finished(signal_number: int, tmp_path: Path) -> None:
    answer = interrupted(Interrupting(signal_number, "/logs", 12), tmp_path)
    assert answer.status == 130
    assert answer.error == "interrupted"
    assert "run the same command to go on" in answer.hint
    assert answer.stdout == ""
    assert_clean(tmp_path)
    held = Ledger(Layout(tmp_path)).windows()
    assert 0 < len(held) < 7
    assert {window.state for window in held} == {State.VERIFIED}
    with serve(quay(week())) as url:
        rest = quay_audit(
            "extract", "--lake", str(tmp_path), *DAYS, QUAY_AUDIT_URL=url, QUAY_AUDIT_TOKEN=TOKEN
        )
    assert rest.status == 0
    assert "windows: 7 verified" in rest.stdout
    assert_clean(tmp_path)


def assert_clean(lake: Path) -> None:
    """Nothing is half written, and the chain names every window."""
    assert not list(lake.rglob("*.aside"))
    inspection = inspect(Layout(lake))
    assert (inspection.findings, inspection.unsealed) == ([], 0)


def test_an_interrupt_before_anything_is_read_leaves_nothing(tmp_path: Path) -> None:
    answer = interrupted(Interrupting(signal.SIGTERM, "/aggregatelogs", 1), tmp_path / "lake", "--json")
    assert answer.status == 130
    assert answer.stdout == ""
    assert not (tmp_path / "lake").exists()


def json_of(process: "subprocess.Popen[str]") -> Iterator[str]:
    """The lines of a JSON document that a running process prints, to its end."""
    assert process.stdout
    for line in process.stdout:
        yield line
        if line == "}\n":
            return


def test_the_embedded_quay_can_be_read_from_elsewhere_and_ends_with_an_interrupt(tmp_path: Path) -> None:
    process = start("serve-demo", "--port", "0", "--json")
    served = json.loads("".join(json_of(process)))
    environ = {"QUAY_AUDIT_URL": served["url"], "QUAY_AUDIT_TOKEN": served["tokens"]["auditor"]}
    answer = quay_audit("doctor", **environ)
    process.send_signal(signal.SIGINT)
    assert ended(process).status == 130
    assert answer.status == 0
    assert "ok    scopes: all" in answer.stdout
