"""Promises of `quay-audit export`: what it prints and writes, how it ends, and that no token gets out."""

import csv
import io
import json
import shutil
import threading
from collections.abc import Iterator
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import State
from tests.commands import Ended, assert_nowhere, quay_audit
from tests.demo_lake import content_of
from tests.exported_events import PULL
from tests.lakes import DAY, bring_up_to_date, row, save_window
from tests.signalling import DAY as CASE_DAY
from tests.signalling import fired, off_network, store

TOKEN = "s3cret-token-that-nobody-may-see"
EVE = DAY - timedelta(days=1)


def window(layout: Layout, day: date, **given: Any) -> None:
    rows = [row(at=f"10:00:{n:02d}", day=day, namespace="acme", metadata=PULL) for n in range(3)]
    save_window(layout, "all", [*rows, row("summon_daemon", day=day)], day=day, **given)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days, each of three pulls and one entry of a kind that nobody knows."""
    layout = Layout(tmp_path_factory.mktemp("template") / "lake")
    for day in (EVE, DAY):
        window(layout, day)
    bring_up_to_date(layout)
    return layout.root


@pytest.fixture
def lake(template: Path, tmp_path: Path) -> Layout:
    return Layout(shutil.copytree(template, tmp_path / "lake"))


def export(lake: Layout, *words: str) -> Ended:
    return quay_audit("export", "--lake", str(lake.root), *words)


class Indexer(BaseHTTPRequestHandler):
    """A small Elasticsearch, which keeps documents by id."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        server: Any = self.server
        server.seen.append(self.headers["authorization"])
        ids = [json.loads(line)["create"]["_id"] for line in body.split(b"\n")[:-1:2]]
        items = [{"create": {"status": 409 if each in server.held else 201}} for each in ids]
        server.held.update(ids)
        self._answer(200, json.dumps({"errors": False, "items": items}).encode())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Any]:
    made: Any = ThreadingHTTPServer(("127.0.0.1", 0), Indexer)
    made.seen, made.held = [], set()
    thread = threading.Thread(target=made.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield made
    finally:
        made.shutdown()
        thread.join()
        made.server_close()


@pytest.fixture
def token_file(tmp_path: Path) -> Path:
    file = tmp_path / "token"
    file.write_text(TOKEN)
    file.chmod(0o600)
    return file


def test_events_go_to_stdout_a_line_each_in_the_order_of_time(lake: Layout) -> None:
    ended = export(lake, "--format", "ndjson")
    lines = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.status == 0
    assert len({line["event_id"] for line in lines}) == 8
    assert [line["occurred_at"] for line in lines] == sorted(line["occurred_at"] for line in lines)
    assert "kinds that this version does not know: summon_daemon (2)" in ended.stderr


def test_ocsf_is_what_is_written_if_nothing_else_is_said_and_days_can_be_chosen(lake: Layout) -> None:
    ended = export(lake, "--since", str(DAY), "--ocsf-version", "1.3.0")
    documents = [json.loads(line) for line in ended.stdout.splitlines()]
    assert {each["metadata"]["version"] for each in documents} == {"1.3.0"}
    assert {each["metadata"]["uid"][:10] for each in documents} == {str(DAY)}


def test_files_hold_every_event_and_the_summary_names_them(lake: Layout, tmp_path: Path) -> None:
    ended = export(lake, "--format", "csv", "--out", str(tmp_path / "events.csv"), "--json")
    summary = json.loads(ended.stdout)
    assert summary["files"] == [str(tmp_path / "events.csv")]
    assert (summary["events"], summary["days"]) == (8, [str(EVE), str(DAY)])
    rows = list(csv.DictReader(io.StringIO((tmp_path / "events.csv").read_text(), newline="")))
    assert len(rows) == 8
    export(lake, "--format", "parquet", "--out", f"{tmp_path}/days/")
    assert list(content_of(tmp_path / "days")) == [f"day={day}/events.parquet" for day in (EVE, DAY)]
    export(lake, "--format", "parquet", "--out", str(tmp_path / "all.parquet"))
    assert pq.read_metadata(tmp_path / "all.parquet").num_rows == 8


def test_with_a_checkpoint_only_days_that_are_new_or_changed_are_exported(
    lake: Layout, tmp_path: Path
) -> None:
    words = ("--format", "ndjson", "--checkpoint", str(tmp_path / "checkpoint"))
    assert len(export(lake, *words).stdout.splitlines()) == 8
    assert export(lake, *words).stdout == ""
    window(lake, DAY + timedelta(days=1))
    bring_up_to_date(lake)
    assert {json.loads(line)["day"] for line in export(lake, *words).stdout.splitlines()} == {
        str(DAY + timedelta(days=1))
    }
    assert export(lake, "--format", "ecs", *words[2:]).error.startswith(
        "this checkpoint is about another export"
    )


def test_a_security_lake_is_a_folder_to_copy(lake: Layout, tmp_path: Path) -> None:
    ended = export(
        lake, "--security-lake", str(tmp_path / "s"), "--region", "eu-west-1", "--account", "123456789012"
    )
    assert ended.status == 0
    assert len(list((tmp_path / "s" / "ext").rglob("*.parquet"))) == 4


def test_a_server_gets_every_event_once_however_often_and_nobody_sees_the_token(
    lake: Layout, server: Any, token_file: Path, tmp_path: Path
) -> None:
    url = f"http://127.0.0.1:{server.server_port}"
    words = (
        "--to",
        "elasticsearch",
        "--url",
        url,
        "--token-file",
        str(token_file),
        "--format",
        "ecs",
        "--json",
    )
    first, second = export(lake, *words), export(lake, *words)
    told = [json.loads(ended.stdout) for ended in (first, second)]
    assert [(each["created"], each["already_there"]) for each in told] == [(8, 0), (0, 8)]
    assert len(server.held) == 8
    assert set(server.seen) == {f"ApiKey {TOKEN}"}
    token_file.unlink()
    for ended in (first, second):
        assert_nowhere(TOKEN, ended, tmp_path)


def test_a_day_that_lacks_entries_is_exported_and_told_by_the_status(lake: Layout) -> None:
    window(lake, DAY, state=State.SHORT, expected={"pull_repo": 9})
    bring_up_to_date(lake)
    ended = export(lake, "--format", "ndjson")
    assert ended.status == 4
    assert f"short of entries: {DAY}" in ended.stderr
    assert len(ended.stdout.splitlines()) == 8


def test_a_day_that_is_not_over_waits_unless_it_is_asked_for(lake: Layout) -> None:
    window(lake, DAY, state=State.OPEN)
    bring_up_to_date(lake)
    ended = export(lake, "--format", "ndjson")
    assert (ended.status, len(ended.stdout.splitlines())) == (0, 4)
    asked = export(lake, "--format", "ndjson", "--until", str(DAY))
    assert (asked.status, len(asked.stdout.splitlines())) == (4, 8)


def test_a_day_that_is_not_built_is_told_by_the_status(lake: Layout) -> None:
    window(lake, DAY + timedelta(days=1))
    ended = export(lake, "--format", "ndjson")
    assert (ended.status, len(ended.stdout.splitlines())) == (4, 8)
    assert f"not built as they are now: {DAY + timedelta(days=1)}" in ended.stderr
    assert export(lake, "--format", "ndjson", "--until", str(DAY)).status == 0


def test_findings_are_printed_as_ocsf_and_as_sarif(lake: Layout, tmp_path: Path) -> None:
    store(lake, {CASE_DAY: [fired(), off_network()]})
    (line,) = export(lake, "--findings").stdout.splitlines()
    assert json.loads(line)["class_uid"] == 2004
    assert export(lake, "--findings", "--format", "sarif", "--out", str(tmp_path / "a.sarif")).status == 0
    assert len(json.loads((tmp_path / "a.sarif").read_bytes())["runs"][0]["results"]) == 1


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (["--format", "sarif"], "--format"),
        (["--findings", "--format", "csv"], "--format"),
        (["--format", "parquet"], "--format"),
        (["--json"], "--json"),
        (["--out", "a", "--to", "hec"], "--to"),
        (["--to", "hec", "--token-file", "t"], "--to"),
        (["--to", "hec", "--url", "https://h", "--format", "csv"], "--format"),
        (["--security-lake", "s", "--account", "123456789012"], "--region"),
        (["--security-lake", "s", "--region", "eu-west-1", "--account", "12"], "--account"),
        (["--security-lake", "s", "--region", "../x", "--account", "123456789012"], "--region"),
        (["--security-lake", "s", "--format", "ecs"], "--format"),
        (["--to", "hec", "--url", "http://siem.example", "--token-file", "t"], "--url"),
        (["--since", "2020-01-01", "--until", "2020-01-02"], "lake"),
    ],
)
def test_what_does_not_fit_together_is_refused(words: list[str], where: str, lake: Layout) -> None:
    ended = export(lake, *words)
    assert ended.status == 2
    assert where in ended.error
    assert ended.hint
