"""Promises of `quay-audit nightly`: what it prints, logs and writes, its exit status, and that no secret is in any of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.nightly import nightly
from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.server import serve
from pipeline.lake.layout import Layout
from pipeline.nightly.lock import Holder, held
from pipeline.nightly.nights import read_nights
from pipeline.nightly.run import STEPS
from tests.commands import Ended, assert_nowhere, quay_audit
from tests.extracts import TOKEN
from tests.gateways import closed_port
from tests.hooks import PASSWORD, hook
from tests.small_quay import at, log, small_store

SKIPPED = ("--skip", "report")
ONLY_EXTRACT = tuple(word for step in STEPS if step.name != "extract" for word in ("--skip", step.name))


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A Quay with entries of yesterday and the day before: the command's clock is the real one."""
    store = small_store()
    for ago in (1, 2):
        day = datetime.now(UTC).date() - timedelta(days=ago)
        for n in range(30):
            log(store, at(day, 100 + 61 * n), tag=f"v{n}")
    with serve(FakeQuay(store, clock=lambda: datetime.now(UTC))) as address:
        yield address


def run(lake: Path, url: str, *words: str, **environ: str) -> Ended:
    """The command over the last closed day or two."""
    given = ("--lake", str(lake), "--url", url, "--keep-days", "3", "--close-after-minutes", "0", *words)
    return quay_audit("nightly", *given, **{"QUAY_AUDIT_TOKEN": TOKEN} | environ)


def events_of(ended: Ended) -> list[dict[str, Any]]:
    """The lines of a structured log, each of which says when, how grave, and what."""
    events = [json.loads(line) for line in ended.stderr.splitlines()]
    assert all({"at", "level", "event", "words"} <= event.keys() for event in events)
    return events


@pytest.fixture(scope="module")
def whole(url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Ended, list[dict[str, Any]]]:
    """A night that does everything, with its messages."""
    folder = tmp_path_factory.mktemp("whole")
    words = ("--json", "--log-format", "json", "--metrics", str(folder / "quay_audit.prom"), *SKIPPED)
    with hook() as server:
        ended = run(folder / "lake", url, *words, "--min-severity", "low", QUAY_AUDIT_NOTIFY=server.address)
        return folder, ended, server.took


def test_a_night_prints_its_summary_and_logs_each_step(
    whole: tuple[Path, Ended, list[dict[str, Any]]],
) -> None:
    folder, ended, _ = whole
    assert ended.status == 0, ended.stderr
    summary = json.loads(ended.stdout)
    (file,) = (Layout(folder / "lake").nightly / "summaries").iterdir()
    assert summary == json.loads(file.read_bytes())
    assert summary["coverage"]["windows"]["verified"] == 2
    assert summary["rows_read"] == 60
    events = events_of(ended)
    steps = [event["step"] for event in events if event["event"] == "step_ended"]
    assert steps == [step.name for step in STEPS]
    assert (events[0]["event"], events[-1]["event"]) == ("night_begun", "night_ended")


def test_the_metrics_are_where_they_were_asked_for(whole: tuple[Path, Ended, list[dict[str, Any]]]) -> None:
    lines = (whole[0] / "quay_audit.prom").read_text().splitlines()
    assert "quay_audit_nightly_exit_status 0" in lines
    assert 'quay_audit_windows{state="verified"} 2' in lines


def test_no_secret_is_in_what_a_night_leaves(whole: tuple[Path, Ended, list[dict[str, Any]]]) -> None:
    folder, ended, _ = whole
    for secret in (TOKEN, PASSWORD):
        assert_nowhere(secret, ended, folder)


def test_a_night_says_in_one_page_what_it_did(url: str, tmp_path: Path) -> None:
    ended = run(tmp_path, url, *ONLY_EXTRACT)
    first, scopes, windows, *table = ended.stdout.splitlines()
    assert first.endswith("done (exit status 0)")
    assert scopes.startswith("scopes: all; days to ")
    assert windows == "windows: 2 verified; entries: 60, 0 known to be missing"
    assert table[3].startswith("extract    done ")
    assert [line.split()[0] for line in table[3:]] == [step.name for step in STEPS]
    assert "extract: " in ended.stderr


def test_quiet_is_quiet(url: str, tmp_path: Path) -> None:
    for number, words in enumerate((("--log-format", "json"), ())):
        ended = run(tmp_path / str(number), url, "-q", *words, *ONLY_EXTRACT)
        assert (ended.status, ended.stderr) == (0, "")


def test_a_server_that_is_down_ends_with_status_3_and_what_to_do(tmp_path: Path) -> None:
    words = ("--tries", "1", "--log-format", "json", *SKIPPED)
    ended = run(tmp_path, f"http://127.0.0.1:{closed_port()}", *words)
    assert ended.status == 3
    (failed,) = [event for event in events_of(ended) if event.get("outcome") == "failed"]
    assert (failed["step"], failed["level"]) == ("extract", "error")
    assert "extract: no answer from" in ended.stdout
    (night,) = read_nights(Layout(tmp_path))
    assert night.ended is not None
    assert (night.ended.exit_status, night.is_success) == (3, False)


@pytest.mark.parametrize("words", [(), ("--log-format", "json")])
def test_a_second_run_ends_with_status_2_and_says_who_is_there(
    words: tuple[str, ...], url: str, tmp_path: Path
) -> None:
    holder = Holder(by="alice", host="audit1", process=17, since=datetime(2026, 11, 5, 2, tzinfo=UTC))
    with held(Layout(tmp_path), holder):
        ended = run(tmp_path, url, *words)
    assert ended.status == 2
    hint = events_of(ended)[0]["hint"] if words else ended.hint
    assert hint.startswith("process 17 of alice on audit1 has it since 2026-11-05 02:00:00 UTC")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--deadline", "soon"), "'soon' is no deadline"),
        (("--report-format", "pdf,docx"), "there is no format 'docx'"),
        (("--scope", "team/x"), "team/x"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_anything_is_begun(
    words: tuple[str, ...], said: str, url: str, tmp_path: Path
) -> None:
    ended = run(tmp_path / "lake", url, *words)
    assert ended.status == 2
    assert said in ended.stderr
    assert not (tmp_path / "lake").exists()


def test_without_a_token_nothing_is_begun(url: str, tmp_path: Path) -> None:
    ended = run(tmp_path / "lake", url, QUAY_AUDIT_TOKEN="")
    assert (ended.status, ended.error) == (2, "no token is given (token)")
    assert not (tmp_path / "lake").exists()


def test_the_steps_that_can_be_left_out_are_the_steps() -> None:
    (option,) = [each for each in nightly.params if each.name == "skip"]
    assert list(option.type.choices) == [step.name for step in STEPS]  # type: ignore[attr-defined]
