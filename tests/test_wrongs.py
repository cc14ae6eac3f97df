"""Promises about what can be wrong with a URL, a token or a server: what, what to do, the right status, no secret shown."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.demo.fakequay import FakeQuay, Habits, RegistryState
from pipeline.demo.server import serve
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from tests.commands import Ended, assert_nowhere, quay_audit
from tests.extracts import ALL_SCOPES, NOW, TOKEN, files_of
from tests.small_quay import FIRST, LAST, week
from tests.wrong_servers import WRONG_SERVERS, nobody

DAYS = ("--since", str(FIRST), "--until", str(LAST))
READERS = ("doctor", "plan", "extract")
TOKENS = {
    "unknown": "a-token-that-no-quay-has-ever-heard-of00",
    "expired": "a-token-that-was-good-until-yesterday-000",
    "disabled": "a-token-of-somebody-who-was-locked-out00",
    "narrow": "a-token-that-may-read-repositories-alone0",
    "owner": "a-token-of-somebody-who-owns-a-namespace0",
}


def fakequay(**habits: object) -> FakeQuay:
    """A week of acme, and every kind of token."""
    store = week()
    store.add_user("mallory")
    store.add_token(TOKENS["expired"], "auditor", ALL_SCOPES, expires_at=NOW - timedelta(days=1))
    store.add_token(TOKENS["disabled"], "mallory", ALL_SCOPES)
    store.disable_user("mallory")
    store.add_token(TOKENS["narrow"], "alice", ("repo:read",))
    store.add_token(TOKENS["owner"], "alice", ALL_SCOPES)
    return FakeQuay(store, habits=Habits(**habits), clock=lambda: NOW)  # type: ignore[arg-type]


def ask(command: str, url: str, folder: Path, *args: str, token: str = TOKEN) -> Ended:
    """A command about the week, tried once; whatever comes of it, the token is nowhere."""
    about = () if command == "doctor" else ("--lake", str(folder / "lake"), *DAYS)
    environ = {"QUAY_AUDIT_TOKEN": token, "QUAY_AUDIT_TRIES": "1"}
    command_ended = quay_audit(command, *about, "--url", url, *args, **environ)
    assert_nowhere(token, command_ended, folder)
    return command_ended


@pytest.mark.parametrize("command", READERS)
def test_an_address_where_nobody_listens_is_said_to_be_one(command: str, tmp_path: Path) -> None:
    with nobody() as url:
        answer = ask(command, url, tmp_path)
    assert answer.status == 3
    assert f"no answer from {url}" in answer.error
    assert "Connection refused" in answer.error
    assert "check the URL" in answer.hint
    assert answer.stdout == ""


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("name", WRONG_SERVERS)
def test_a_server_that_is_no_quay_or_not_well_is_said_to_be_so(
    name: str, command: str, tmp_path: Path
) -> None:
    wrong = WRONG_SERVERS[name]
    with serve(wrong.server) as url:
        answer = ask(command, url, tmp_path)
    assert answer.status == 3
    assert wrong.error in answer.error
    assert wrong.hint in answer.hint
    assert answer.stdout == ""
    assert Ledger(Layout(tmp_path / "lake")).windows() == []


@pytest.mark.parametrize("command", READERS)
@pytest.mark.parametrize("name", ["unknown", "expired", "disabled"])
@pytest.mark.parametrize("super_users", [True, False])
def test_a_token_that_quay_does_not_accept_needs_to_be_replaced(
    super_users: bool, name: str, command: str, tmp_path: Path
) -> None:
    with serve(fakequay(super_users=super_users)) as url:
        answer = ask(command, url, tmp_path, token=TOKENS[name])
    assert answer.status == 3
    assert "Quay does not accept the token" in answer.error
    assert "make a new token" in answer.hint
    assert "QUAY_AUDIT_TOKEN" in answer.hint


@pytest.mark.parametrize("command", ["plan", "extract"])
def test_a_token_without_the_right_scopes_is_told_which_it_needs(command: str, tmp_path: Path) -> None:
    with serve(fakequay()) as url:
        for scopes in ((), ("--scope", "all"), ("--scope", "org/acme")):
            answer = ask(command, url, tmp_path, *scopes, token=TOKENS["narrow"])
            assert answer.status == 3
            assert "this token may" in answer.error
            assert "super:user, org:admin, repo:admin and user:admin" in answer.hint


def test_doctor_tells_a_token_without_scopes_from_one_that_is_unknown(tmp_path: Path) -> None:
    with serve(fakequay()) as url:
        answer = ask("doctor", url, tmp_path, token=TOKENS["narrow"])
    assert answer.status == 3
    assert "accepted, without user:read" in answer.stdout
    assert "fail  scopes: this token may read no log" in answer.stdout


@pytest.mark.parametrize(
    ("scope", "token", "error"),
    [
        ("org/nosuch", TOKEN, "Invalid namespace requested: nosuch (org/nosuch"),
        ("org/ACME", TOKEN, "Invalid namespace requested: ACME"),
        ("org/nosuch", TOKENS["owner"], "may not read this"),
        ("repo/acme/nosuch", TOKENS["owner"], "Quay knows nothing there"),
        ("user/nosuch", TOKEN, "Invalid namespace requested: nosuch"),
    ],
)
@pytest.mark.parametrize("command", ["plan", "extract"])
def test_a_namespace_that_is_not_there_is_named(
    command: str, scope: str, token: str, error: str, tmp_path: Path
) -> None:
    with serve(fakequay()) as url:
        answer = ask(command, url, tmp_path, "--scope", scope, token=token)
    assert answer.status == 3
    assert error in answer.error
    assert scope in answer.error
    assert "case counts" in answer.hint or "namespace that is not there" in answer.hint


@pytest.mark.parametrize("scope", ["acme", "org/", "org/a/b", "repo/acme", "team/acme", ""])
@pytest.mark.parametrize("command", ["plan", "extract"])
def test_a_scope_that_is_none_is_a_usage_error_before_any_request(
    command: str, scope: str, tmp_path: Path
) -> None:
    with nobody() as url:
        answer = ask(command, url, tmp_path, "--scope", scope)
    assert answer.status == 2
    assert "is not a scope" in answer.error
    assert "org/NAME" in answer.hint


def test_without_aggregates_windows_are_unverified_and_it_is_said_with_the_switch_to_turn(
    tmp_path: Path,
) -> None:
    with serve(fakequay(aggregated_log_count_retrieval=False)) as url:
        answer = ask("extract", url, tmp_path)
        doctor = ask("doctor", url, tmp_path)
    assert answer.status == 0
    assert "7 unverified" in answer.stdout
    assert "cannot be verified" in answer.stderr
    assert "FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL" in answer.stderr
    assert {window.state for window in Ledger(Layout(tmp_path / "lake")).windows()} == {State.UNVERIFIED}
    assert doctor.status == 3
    assert "FEATURE_AGGREGATED_LOG_COUNT_RETRIEVAL" in doctor.stdout


def test_a_log_store_that_cannot_be_searched_leaves_every_window_and_says_why(tmp_path: Path) -> None:
    with serve(fakequay(search_unavailable=True)) as url:
        answer = ask("extract", url, tmp_path)
        doctor = ask("doctor", url, tmp_path)
    assert answer.status == 4
    assert answer.error.startswith("7 windows are left")
    assert "an empty answer says nothing" in answer.stderr
    assert "configure log search on the server" in answer.stderr
    assert doctor.status == 3
    assert "cannot search its log store" in doctor.stdout


def test_a_registry_that_is_read_only_is_read_like_any_other(tmp_path: Path) -> None:
    lakes = []
    for state in RegistryState:
        with serve(fakequay(registry_state=state)) as url:
            answer = ask("extract", url, tmp_path / state)
        assert answer.status == 0
        assert "7 verified" in answer.stdout
        lakes.append(entries_of(tmp_path / state / "lake"))
    assert lakes[0] == lakes[1]


def entries_of(lake: Path) -> dict[str, bytes]:
    return {name: content for name, content in files_of(lake).items() if name.endswith(".parquet")}


@pytest.mark.parametrize("name", WRONG_SERVERS)
def test_verify_says_the_same_of_a_server_that_is_no_quay_any_more(name: str, tmp_path: Path) -> None:
    with serve(fakequay()) as url:
        assert ask("extract", url, tmp_path).status == 0
    with serve(WRONG_SERVERS[name].server) as url:
        environ = {"QUAY_AUDIT_TOKEN": TOKEN, "QUAY_AUDIT_TRIES": "1", "QUAY_AUDIT_URL": url}
        answer = quay_audit("verify", "--lake", str(tmp_path / "lake"), **environ)
    assert answer.status in (3, 4), answer
    assert answer.hint
    assert_nowhere(TOKEN, answer, tmp_path)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("quay.example", "does not begin with https://"),
        ("ftp://quay.example", "does not begin with https://"),
        ("https://quay.example/api/v1", "more than the registry's root"),
        ("https://me:secret@quay.example", "holds a user name or password"),
        ("http://quay.example", "in the clear"),
        ("https://", "names no host"),
    ],
)
@pytest.mark.parametrize("command", READERS)
def test_a_url_that_is_none_is_a_usage_error(command: str, url: str, words: str, tmp_path: Path) -> None:
    answer = ask(command, url, tmp_path)
    assert answer.status == 2
    assert words in answer.error
    assert "secret" not in answer.stderr


@pytest.mark.parametrize("command", [*READERS, "verify"])
def test_json_is_asked_for_in_vain_where_there_is_nothing_to_tell(command: str, tmp_path: Path) -> None:
    with serve(fakequay()) as url:
        assert ask("extract", url, tmp_path).status == 0
    with nobody() as url:
        environ = {"QUAY_AUDIT_TOKEN": TOKEN, "QUAY_AUDIT_TRIES": "1", "QUAY_AUDIT_URL": url}
        lake = () if command == "doctor" else ("--lake", str(tmp_path / "lake"))
        answer = quay_audit(command, "--json", *lake, **environ)
    assert answer.status == 3
    assert answer.stdout == ""
    assert "no answer" in answer.error


def test_a_lake_in_an_impossible_place_is_told_in_two_lines(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with serve(fakequay()) as url:
        environ = {"QUAY_AUDIT_TOKEN": TOKEN, "QUAY_AUDIT_URL": url}
        answer = quay_audit("extract", "--lake", str(tmp_path / "file" / "lake"), *DAYS, **environ)
    assert answer.status == 2
    assert "Not a directory" in answer.error
    assert str(tmp_path / "file") in answer.error


def test_what_is_wrong_with_a_run_in_json_stands_beside_the_error(tmp_path: Path) -> None:
    with serve(fakequay(search_unavailable=True)) as url:
        answer = ask("extract", url, tmp_path, "--json")
    document = json.loads(answer.stdout)
    assert answer.status == 4
    assert document["complete"] is False
    assert len(document["left"]) == 7
    assert all(left["what"] and left["hint"] for left in document["left"])
