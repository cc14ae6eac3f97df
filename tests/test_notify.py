"""Promises of `pipeline.detect.notify` and `quay-audit notify`: nobody misses a case, and no address is ever shown."""

import json
import logging
import os
import subprocess
import sys
import traceback
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.config import Secret
from pipeline.detect.casebook import Page, read_casebook
from pipeline.detect.decisions import Closed, Disposition
from pipeline.detect.notify import deliver, new_pages, sender_through_apprise, targets_from_secret
from pipeline.detect.signals import Severity
from pipeline.detect.triage import read_triage
from pipeline.errors import ServerError, SettingsError
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from tests.commands import NO_SETTINGS, ROOT, Ended, assert_nowhere, quay_audit
from tests.hooks import AT, PASSWORD, Post, hook
from tests.signalling import ALICE, BOB, DAY, ROBOT, fired, store

MAIL, CHAT = targets_from_secret(Secret(f"mailto://u:{PASSWORD}@example.com slack://{PASSWORD}/b/c"))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse with two cases of one day, and one below the severity that is sent."""
    layout = Layout(tmp_path_factory.mktemp("judged"))
    store(layout, {DAY: [fired(ROBOT, 60), fired(ALICE, 95, reason="alice <!channel> https://evil.example")]})
    return layout.warehouse


@pytest.fixture
def layout(judged: Path, tmp_path: Path) -> Layout:
    """A lake of its own with that warehouse."""
    made = Layout(tmp_path / "lake")
    made.root.mkdir()
    made.warehouse.write_bytes(judged.read_bytes())
    return made


def notify(layout: Layout, address: str, *words: str) -> Ended:
    """The command, over all days."""
    lake = ("--lake", str(layout.root), "--since", "2026-01-01", "--tries", "1")
    return quay_audit("notify", *lake, *words, QUAY_AUDIT_NOTIFY=address)


def test_every_target_is_told_once(layout: Layout) -> None:
    post = Post()
    assert post.deliver(layout, MAIL, CHAT) == 2
    assert post.deliver(layout, MAIL, CHAT) == 0
    assert [service for service, _ in post.sent] == ["mailto", "slack"]
    assert read_triage(layout).deliveries[0].case_ids == [
        page.note.case_id for page in read_casebook(layout, layout.warehouse).pages
    ]


def test_a_new_target_is_told_what_others_know(layout: Layout) -> None:
    Post().deliver(layout, MAIL)
    post = Post()
    assert post.deliver(layout, MAIL, CHAT) == 1
    assert [service for service, _ in post.sent] == ["slack"]


def test_a_case_that_is_judged_again_is_not_sent_again_and_a_new_one_is(layout: Layout) -> None:
    Post().deliver(layout, MAIL)
    store(layout, {DAY: [fired(ROBOT, 70), fired(ALICE, 95), fired(BOB, 55)]})
    post = Post()
    post.deliver(layout, MAIL)
    assert post.sent == [("mailto", "Quay audit: 1 new case: high")]


def test_only_open_cases_of_the_severity_are_sent(layout: Layout) -> None:
    pages = read_casebook(layout, layout.warehouse).pages
    alice = pages[0].note
    decision = Closed(by="c", at=AT, case=alice, disposition=Disposition.BENIGN, note="n")
    Journal(layout.triage).append(decision)
    assert Post().deliver(layout, MAIL, least=Severity.CRITICAL) == 0
    post = Post()
    post.deliver(layout, MAIL)
    assert post.sent == [("mailto", "Quay audit: 1 new case: high")]


def test_a_busy_target_is_tried_again_with_longer_and_longer_pauses(layout: Layout) -> None:
    post = Post(True, True)
    assert post.deliver(layout, MAIL) == 1
    assert post.slept == [1.0, 2.0]


def test_a_target_that_fails_keeps_no_other_waiting_and_gets_it_the_next_time(layout: Layout) -> None:
    post = Post(True, True, True)
    with pytest.raises(ServerError) as caught:
        post.deliver(layout, MAIL, CHAT)
    assert caught.value.where == "mailto (address 1)"
    assert [service for service, _ in post.sent] == ["slack"]
    again = Post()
    again.deliver(layout, MAIL, CHAT)
    assert [service for service, _ in again.sent] == ["mailto"]


def test_what_was_not_written_down_is_sent_once_more(layout: Layout) -> None:
    class Killed(BaseException):
        pass

    def killed() -> datetime:
        raise Killed

    book = read_casebook(layout, layout.warehouse)
    fresh = [(MAIL, new_pages(book.pages, MAIL, book.triage, Severity.HIGH))]
    post = Post()
    with pytest.raises(Killed):
        deliver(
            fresh,
            send=post.send,
            journal=Journal(layout.triage),
            by="cron",
            now=killed,
            sleep=post.slept.append,
            tries=3,
        )
    assert post.deliver(layout, MAIL) == 1
    assert len(post.sent) == 2


def test_targets_are_told_apart_without_their_addresses() -> None:
    assert (MAIL.words, CHAT.words) == ("mailto (address 1)", "slack (address 2)")
    assert MAIL.digest != CHAT.digest
    assert PASSWORD not in repr([MAIL, CHAT])
    again = targets_from_secret(Secret(f"json://x  slack://{PASSWORD}/b/c\njson://x"))
    assert [target.service for target in again] == ["json", "slack"]
    assert again[1].digest == CHAT.digest


def test_the_command_sends_plain_text_to_a_webhook_and_tells_the_kind_of_service_alone(
    layout: Layout,
) -> None:
    with hook() as server:
        answer = notify(layout, server.address)
        assert (answer.status, answer.stdout) == (0, "json (address 1): 2 new cases\n")
        (body,) = server.took
        assert body["title"] == "Quay audit: 2 new cases, the worst critical"
        assert body["type"] == "failure"
        assert "alice ＜!channel＞ https：／／evil․example" in body["message"]
        again = notify(layout, server.address, "--json")
        assert json.loads(again.stdout) == {"cases": {"json (address 1)": 0}, "messages": 0}
        assert len(server.took) == 1
    for each in (answer, again):
        assert_nowhere(PASSWORD, each, layout.root)


def test_a_dry_run_shows_the_messages_and_sends_nothing(layout: Layout) -> None:
    with hook() as server:
        text = notify(layout, server.address, "--dry-run")
        document = json.loads(notify(layout, server.address, "--dry-run", "--json").stdout)
        assert server.took == []
    assert text.stdout.startswith("to json (address 1): Quay audit: 2 new cases, the worst critical\n")
    assert [each["target"] for each in document] == ["json (address 1)"]
    assert not layout.triage.exists()
    assert_nowhere(PASSWORD, text, layout.root)


def test_a_service_that_refuses_ends_with_status_3_and_its_kind(layout: Layout) -> None:
    with hook() as server:
        server.status = 500
        answer = notify(layout, server.address)
    assert answer.status == 3
    assert answer.error == "notices were not taken, after 1 tries (json (address 1))"
    assert_nowhere(PASSWORD, answer, layout.root)


def test_a_service_out_of_reach_ends_with_status_3_and_shows_no_address(
    layout: Layout, caplog: pytest.LogCaptureFixture
) -> None:
    with hook() as server:
        pass
    with caplog.at_level(logging.DEBUG):
        answer = notify(layout, server.address)
    assert answer.status == 3
    assert PASSWORD not in caplog.text
    assert_nowhere(PASSWORD, answer, layout.root)
    assert logging.root.manager.disable == logging.NOTSET


@pytest.mark.parametrize("address", [f"slack://{PASSWORD}", f"nowhere://{PASSWORD}@x"])
def test_an_address_that_apprise_does_not_take_is_named_by_its_number(address: str) -> None:
    targets = targets_from_secret(Secret(f"json://127.0.0.1/ {address}"))
    with pytest.raises(SettingsError) as caught:
        sender_through_apprise(targets)
    assert caught.value.where == "QUAY_AUDIT_NOTIFY, address 2"
    assert PASSWORD not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("address", [PASSWORD, f"json://x {PASSWORD}", " "])
def test_what_is_no_address_is_refused_without_being_shown(layout: Layout, address: str) -> None:
    answer = notify(layout, address)
    assert answer.status == 2
    assert_nowhere(PASSWORD, answer, layout.root)


def test_without_an_address_the_setting_is_named(layout: Layout) -> None:
    answer = quay_audit("notify", "--lake", str(layout.root))
    assert answer.status == 2
    assert "QUAY_AUDIT_NOTIFY" in answer.hint


def test_old_cases_are_not_sent_unless_they_are_asked_for(layout: Layout) -> None:
    with hook() as server:
        lake = ("--lake", str(layout.root))
        answer = quay_audit("notify", *lake, QUAY_AUDIT_NOTIFY=server.address)
        assert answer.stdout == "json (address 1): 0 new cases\n"
        assert server.took == []


def test_a_page_without_a_case_is_never_new(layout: Layout) -> None:
    book = read_casebook(layout, layout.warehouse)
    decision = Closed(by="c", at=AT, case=book.pages[0].note, disposition=Disposition.BENIGN, note="n")
    Journal(layout.triage).append(decision)
    store(layout, {DAY: []})
    after = read_casebook(layout, layout.warehouse)
    gone: list[Page] = after.pages
    assert len(gone) == 1
    assert new_pages(gone, MAIL, after.triage, Severity.INFORMATIONAL) == []


def test_without_apprise_the_command_says_what_to_install(layout: Layout) -> None:
    code = "import sys; sys.modules['apprise'] = None; from pipeline.cli import main; main(sys.argv[1:])"
    words = [sys.executable, "-c", code, "notify", "--lake", str(layout.root), "--since", "2026-01-01"]
    environ = os.environ | NO_SETTINGS | {"QUAY_AUDIT_NOTIFY": MAIL.address.reveal()}
    done = subprocess.run(
        words, cwd=ROOT, env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    answer = Ended(done.returncode, done.stdout, done.stderr)
    assert (answer.status, answer.error) == (2, "notices need apprise, which is not installed")
    assert answer.hint == "install the extra: pip install 'quay-audit-pipeline[notify]'"
    assert_nowhere(PASSWORD, answer, layout.root)
