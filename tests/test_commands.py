"""Promises of doctor, plan and extract on the demo's registry: what they say, what they write, how they end."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from pipeline.cli import main
from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.history import TOKENS, build_history
from pipeline.demo.server import serve
from pipeline.demo.store import Store
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from tests.commands import Ended, quay_audit
from tests.extracts import NOW, TOKEN, files_of
from tests.small_quay import DAY, at, log, quay, small_store

LAST = NOW.date() - timedelta(days=1)
FIRST = LAST - timedelta(days=2)
DAYS = ("--since", str(FIRST), "--until", str(LAST))


class Demo(NamedTuple):
    """A small demo registry, served."""

    fake: FakeQuay
    url: str

    def ask(self, command: str, *args: str, role: str = "auditor") -> Ended:
        """A command about the whole history."""
        days = DAYS if command in ("plan", "extract") else ()
        environ = {"QUAY_AUDIT_URL": self.url, "QUAY_AUDIT_TOKEN": TOKENS[role].secret}
        return quay_audit(command, *days, *args, **environ)

    def pages_asked(self) -> int:
        """How many pages were asked for since the last time this was asked."""
        pages = sum("logs?" in target and "/aggregatelogs" not in target for _, target in self.fake.requests)
        self.fake.requests.clear()
        return pages


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    store = Store()
    build_history(store, days=3, until=LAST, seed=5, scale=0.1)
    fake = FakeQuay(store, clock=lambda: NOW)
    with serve(fake) as url:
        yield Demo(fake, url)


@pytest.mark.parametrize("name", main.commands)
def test_the_help_of_every_command_shows_how_it_is_called(name: str) -> None:
    answer = quay_audit(name, "--help")
    examples = examples_in(answer.stdout)
    assert answer.status == 0
    assert "--json" in answer.stdout
    assert examples
    for words in examples:
        assert words[1] == name
        assert main.commands[name].make_context(name, words[2:]).command is main.commands[name]


def examples_in(text: str) -> list[list[str]]:
    """Our own commands below `Example:` or `Examples:`, as a shell would read them."""
    lines = text.partition("Example")[2].splitlines()[1:]
    return [shlex.split(line.partition(" > ")[0]) for line in lines if line.strip().startswith("quay-audit ")]


def test_doctor_says_the_same_to_people_and_to_programs(demo: Demo) -> None:
    text, document = demo.ask("doctor").stdout, json.loads(demo.ask("doctor", "--json").stdout)
    checks = {check["name"]: check for check in document["checks"]}
    assert {"token", "scopes", "counts", "pages", "repair", "clock"} <= checks.keys()
    for name in ("token", "scopes", "counts", "pages", "repair"):
        assert checks[name]["result"] == "ok"
        assert f"ok    {name}: {checks[name]['detail']}" in text.splitlines()
    assert checks["token"]["detail"] == "accepted, acts as auditor"
    assert checks["scopes"]["detail"] == "all"


@pytest.mark.parametrize(("hours", "words"), [(0, "ok    clock"), (-3, "behind"), (3, "ahead of")])
def test_doctor_compares_the_clocks(hours: int, words: str) -> None:
    with serve(FakeQuay(small_store(), clock=lambda: datetime.now(UTC) + timedelta(hours=hours))) as url:
        answer = quay_audit("doctor", QUAY_AUDIT_URL=url, QUAY_AUDIT_TOKEN=TOKEN)
    assert words in answer.stdout
    assert answer.status == 0


def test_doctor_names_what_the_token_may_not_read_and_which_account_could(demo: Demo) -> None:
    answer = demo.ask("doctor", role="org_admin")
    assert answer.status == 0
    assert "ok    scopes: user/alice, org/" in answer.stdout
    assert "warn  not readable: all: needs super:user" in answer.stdout
    assert "GLOBAL_READONLY_SUPER_USERS" in answer.stdout


def test_plan_writes_nothing_and_extract_asks_for_the_pages_that_it_named(demo: Demo, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    planned = json.loads(demo.ask("plan", "--lake", str(lake), "--json").stdout)
    names, _, cells = (
        re.split(r" {2,}", line) for line in demo.ask("plan", "--lake", str(lake)).stdout.splitlines()
    )
    assert list(tmp_path.iterdir()) == []
    (row,) = planned["scopes"]
    assert (row["scope"], row["windows"], row["to_read"], row["done"]) == ("all", 3, 3, 0)
    assert dict(zip(names, cells, strict=True)) == {name: str(value) for name, value in row.items()}
    demo.pages_asked()
    assert demo.ask("extract", "--lake", str(lake)).status == 0
    assert demo.pages_asked() == row["pages"]
    (row,) = json.loads(demo.ask("plan", "--lake", str(lake), "--json").stdout)["scopes"]
    assert (row["to_read"], row["done"], row["pages"]) == (0, 3, 0)


def test_plan_says_what_it_leaves_out(demo: Demo, tmp_path: Path) -> None:
    answer = demo.ask("plan", "--lake", str(tmp_path), role="org_admin")
    assert "not readable: all: needs super:user" in answer.stderr
    assert "user/alice" in answer.stdout


def test_extract_says_the_same_to_people_and_to_programs(demo: Demo, tmp_path: Path) -> None:
    text = demo.ask("extract", "--lake", str(tmp_path / "text"))
    answer = demo.ask("extract", "--lake", str(tmp_path / "json"), "--json")
    document = json.loads(answer.stdout)
    assert text.status == answer.status == 0
    assert document["complete"] is True
    assert document["windows"]["verified"] == 3
    assert document["rows"] == document["rows_read"] == rows_in(tmp_path / "json")
    assert document["missing_by_kind"] == {}
    assert text.stdout.splitlines()[0] == f"all, {FIRST} to {LAST}: {document['rows']:,} entries"
    assert "windows: 3 verified" in text.stdout
    assert re.search(
        rf"extract: {document['rows']:,} of {document['rows']:,} rows, \d+ pages in", text.stderr
    )


def rows_in(lake: Path) -> int:
    return sum(window.rows for window in Ledger(Layout(lake)).windows())


def test_extract_tells_nothing_but_its_data_when_asked_for_quiet(demo: Demo, tmp_path: Path) -> None:
    answer = demo.ask("extract", "--lake", str(tmp_path), "--quiet", role="org_admin")
    assert answer.status == 0
    assert answer.stderr == ""
    assert "entries" in answer.stdout


def test_a_second_extract_asks_for_no_page_and_writes_nothing(demo: Demo, tmp_path: Path) -> None:
    first = demo.ask("extract", "--lake", str(tmp_path))
    before = files_of(tmp_path)
    demo.pages_asked()
    second = demo.ask("extract", "--lake", str(tmp_path))
    assert demo.pages_asked() == 0
    assert files_of(tmp_path) == before
    assert second.stdout.splitlines()[0] == first.stdout.splitlines()[0]
    assert "windows: 3 verified" in second.stdout


def lossy_day(*, whole_seconds: bool) -> Store:
    """Eighty pulls and pushes by one user in one repository; on whole seconds a tie lies on the first page border."""
    store = small_store(whole_seconds=whole_seconds)
    for n in range(80):
        second = 5_000 - 10 * n - (-10.25 if n == 20 else 0)
        log(store, at(DAY, second), kind="push_repo" if n % 4 == 0 else "pull_repo", tag=f"v{n}")
    return store


def ask_about_the_day(url: str, *args: str) -> Ended:
    return quay_audit(*args, QUAY_AUDIT_URL=url, QUAY_AUDIT_TOKEN=TOKEN, QUAY_AUDIT_TRIES="1")


def test_a_short_window_is_told_by_kind_with_the_command_that_goes_on(tmp_path: Path) -> None:
    lake = tmp_path / "a lake; with 'odd' $(words)"
    words = ("--scope", "org/acme", "--since", str(DAY), "--until", str(DAY), "--lake", str(lake))
    with serve(quay(lossy_day(whole_seconds=True))) as url:
        answer = ask_about_the_day(url, "extract", *words)
        as_json = ask_about_the_day(url, "extract", *words, "--json")
    missing = Ledger(Layout(lake)).windows()[0].missing_by_kind
    assert answer.status == as_json.status == 4
    assert missing == {"pull_repo": 30, "push_repo": 9}
    assert f"short: org/acme {DAY}: 30 pull_repo, 9 push_repo missing" in answer.stderr
    assert answer.error == "1 windows are short by 39 rows"
    document = json.loads(as_json.stdout)
    assert document["complete"] is False
    assert document["missing_by_kind"] == missing
    assert [window["missing_by_kind"] for window in document["short"]] == [missing]
    again = shlex.split(answer.hint.removeprefix("to go on: "))
    assert again[:2] == ["quay-audit", "extract"]
    with serve(quay(lossy_day(whole_seconds=False))) as url:
        healed = ask_about_the_day(url, *again[1:])
    assert healed.status == 0
    assert [window.state for window in Ledger(Layout(lake)).windows()] == [State.VERIFIED]


HOSTILE = "a\x1b]0;pwned\x07\x1b[2Jb\x9bc\u202ed"
UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def hostile(request: httpx2.Request) -> httpx2.Response:
    """A Quay with a kind, an organization, a repository and a performer whose names are written for terminals."""
    answer = quay(hostile_store())(request)
    content = answer.content.replace(b'"strange"', json.dumps(HOSTILE).encode())
    headers = [(name, value) for name, value in answer.headers.items() if name != "content-length"]
    return httpx2.Response(answer.status_code, headers=headers, content=content, request=request)


@cache
def hostile_store() -> Store:
    store = small_store(whole_seconds=True)
    store.add_user(HOSTILE)
    store.add_organization(f"o{HOSTILE}", owners=["alice"])
    store.add_repository(f"o{HOSTILE}", f"r{HOSTILE}")
    for n in range(50):
        store.log(
            "strange",
            at(DAY, 1_000 + 10 * n + (10 if n == 29 else 0)),
            f"o{HOSTILE}",
            performer=HOSTILE,
            repository=f"r{HOSTILE}",
            metadata={"repo": f"r{HOSTILE}", HOSTILE: HOSTILE},
        )
    return store


@pytest.mark.parametrize("more", [(), ("--json",)])
@pytest.mark.parametrize("command", ["doctor", "plan", "extract", "verify"])
def test_no_hostile_name_reaches_a_terminal_as_it_is(
    command: str, more: tuple[str, ...], tmp_path: Path
) -> None:
    scope = f"org/o{HOSTILE}"
    about = {
        "doctor": (),
        "verify": ("--lake", str(tmp_path)),
        "plan": ("--lake", str(tmp_path), "--scope", scope, "--since", str(DAY), "--until", str(DAY)),
    }
    about["extract"] = about["plan"]
    with serve(hostile) as url:
        if command == "verify":
            ask_about_the_day(url, "extract", *about["extract"])
        answer = ask_about_the_day(url, command, *about[command], *more)
        refused = ask_about_the_day(url, "plan", "--scope", f"org/x{HOSTILE}", "--lake", str(tmp_path), *more)
    for said in (answer, refused):
        assert not UNSAFE.search(said.stdout + said.stderr)
    assert "\\x1b[2J" in refused.error
    if command == "extract":
        assert answer.status == 4
        assert "\\x1b]0;pwned" in answer.stderr
        (window,) = Ledger(Layout(tmp_path)).windows()
        assert window.unknown_kinds == {HOSTILE: window.rows}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--since", "2026-11-02", "--until", "2026-11-01"), "is after"),
        (("--since", "11/01/2026"), "is no day"),
        (("--until", "2026-02-30"), "is no day"),
        (("--concurrency", "0"), "concurrency"),
        (("--route", "guess"), "guess"),
    ],
)
def test_what_cannot_be_asked_for_is_a_usage_error(args: tuple[str, ...], words: str, tmp_path: Path) -> None:
    answer = quay_audit("extract", "--lake", str(tmp_path / "lake"), *args)
    assert answer.status == 2
    assert words in answer.stderr
    assert list(tmp_path.iterdir()) == []
