"""Promises of verify: quiet about a good lake, a status and two lines for each thing that is not as it should be."""

import json
import shlex
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.demo.server import serve
from pipeline.demo.store import Store
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import ENTRIES_FILE, WINDOW_FILE
from pipeline.quay.scopes import ALL, Scope, org, repo
from tests.commands import Ended, quay_audit
from tests.extracts import TOKEN, extract_all, files_of
from tests.small_quay import ACME, DAY, FIRST, LAST, at, log, quay, week


@pytest.fixture
def lake(tmp_path: Path) -> Path:
    """The week of acme, seen twice: as its own log and within that of all."""
    extract_all(quay(week()), tmp_path / "lake", [ACME, ALL], FIRST, LAST)
    return tmp_path / "lake"


def verify(lake: Path, *args: str, store: Store | None = None, token: str = TOKEN, **habits: object) -> Ended:
    """What verify says, with a server that holds `store`."""
    with serve(quay(store or week(), **habits)) as url:
        environ = {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": token, "QUAY_AUDIT_LAKE": str(lake)}
        return quay_audit("verify", *args, **environ)


def test_a_good_lake_is_told_in_two_lines_and_status_0(lake: Path) -> None:
    answer = verify(lake)
    assert answer.status == 0
    assert answer.stderr == ""
    assert answer.stdout.splitlines() == [
        "14 windows and 1 manifests looked at, 0 not as they were written",
        "14 closed windows recounted, 0 differ from the server",
    ]
    document = json.loads(verify(lake, "--json").stdout)
    assert (
        document["findings"] == document["recount"]["differences"] == document["recount"]["uncounted"] == []
    )
    assert (document["windows"], document["recount"]["rows"]) == (14, 280)


def test_offline_needs_neither_a_server_nor_a_token(lake: Path) -> None:
    answer = quay_audit("verify", "--offline", "--lake", str(lake))
    assert (answer.status, answer.stderr) == (0, "")
    assert answer.stdout == "14 windows and 1 manifests looked at, 0 not as they were written\n"
    assert "recount" not in json.loads(
        quay_audit("verify", "--offline", "--json", "--lake", str(lake)).stdout
    )


def flip_a_bit_of_the_entries(lake: Path) -> Path:
    file = Layout(lake).window(ACME, DAY) / ENTRIES_FILE
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    return file


def touch_up_the_state(lake: Path) -> Path:
    file = Layout(lake).window(ACME, DAY) / WINDOW_FILE
    file.write_bytes(file.read_bytes().replace(b'"verified"', b'"short"'))
    return file


def take_away_the_entries(lake: Path) -> Path:
    file = Layout(lake).window(ACME, DAY) / ENTRIES_FILE
    file.unlink()
    return file


def take_away_the_window(lake: Path) -> Path:
    folder = Layout(lake).window(ACME, DAY)
    shutil.rmtree(folder)
    return folder


def take_away_all_windows(lake: Path) -> Path:
    shutil.rmtree(Layout(lake).log_entries)
    return Layout(lake).window(ACME, DAY)


def break_the_chain(lake: Path) -> Path:
    file = Layout(lake).manifests / "00000001.json"
    file.write_bytes(file.read_bytes() + b"{")
    return file


@pytest.mark.parametrize(
    "tamper",
    [
        flip_a_bit_of_the_entries,
        touch_up_the_state,
        take_away_the_entries,
        take_away_the_window,
        take_away_all_windows,
        break_the_chain,
    ],
)
def test_a_changed_lake_ends_with_5_and_names_the_place(tamper: Callable[[Path], Path], lake: Path) -> None:
    place = tamper(lake)
    answer, offline = verify(lake), quay_audit("verify", "--offline", "--lake", str(lake))
    assert answer.status == offline.status == 5
    assert str(place) in answer.stdout
    assert "not as they were written" in answer.error
    assert "backup" in answer.hint
    as_json = verify(lake, "--json")
    assert as_json.status == 5
    assert str(place) in [finding["where"] for finding in json.loads(as_json.stdout)["findings"]]


def test_rows_that_quay_counts_and_the_lake_lacks_end_with_4_by_kind(lake: Path) -> None:
    store = week()
    for n in range(3):
        log(store, at(DAY, 40_000 + n), kind="push_repo" if n else "delete_tag")
    answer, as_json = verify(lake, store=store), verify(lake, "--json", store=store)
    assert answer.status == as_json.status == 4
    assert f"all {DAY} (verified): lacks 1 delete_tag, 2 push_repo" in answer.stdout
    assert "14 closed windows recounted, 2 differ from the server" in answer.stdout
    assert answer.error == "2 windows lack rows that Quay counts"
    assert [
        (each["scope"], each["missing_by_kind"], each["gone_by_kind"])
        for each in json.loads(as_json.stdout)["recount"]["differences"]
    ] == [(scope, {"delete_tag": 1, "push_repo": 2}, {}) for scope in ("all", "org/acme")]
    again = shlex.split(answer.hint.rpartition("then: ")[2])
    assert again[:6] == ["quay-audit", "extract", "--scope", "all", "--scope", "org/acme"]
    for scope in (ACME, ALL):
        shutil.rmtree(Layout(lake).window(scope, DAY))
    with serve(quay(store)) as url:
        environ = {"QUAY_AUDIT_URL": url, "QUAY_AUDIT_TOKEN": TOKEN, "QUAY_AUDIT_LAKE": str(lake)}
        assert quay_audit(*again[1:], **environ).status == 0
    assert verify(lake, store=store).status == 0


def test_rows_that_the_server_has_rotated_away_are_told_and_no_fault_of_the_lake(lake: Path) -> None:
    store = week()
    store.remove_rows_before(at(FIRST + timedelta(days=1), 0))
    answer = verify(lake, store=store)
    assert answer.status == 0
    assert f"org/acme {FIRST} (verified): holds 5 pull_repo that the server no longer counts" in answer.stdout
    assert answer.stderr == ""


def test_without_aggregates_nothing_is_compared_and_that_is_no_success(lake: Path) -> None:
    answer = verify(lake, aggregated_log_count_retrieval=False)
    assert answer.status == 4
    assert "not counted: all: " in answer.stdout
    assert answer.error == "2 scopes could not be counted"
    assert "aggregatelogs" in answer.hint


WEB = repo("acme", "web")
OWNER = "acmeowner" + "0" * 31


def without_acme(store: Store) -> None:
    store.delete_organization("acme")


def without_web(store: Store) -> None:
    store.delete_repository("acme", "web")


@pytest.mark.parametrize(
    ("delete", "scope", "reason"),
    [
        (without_acme, ACME, "the server has no namespace acme"),
        (without_web, WEB, "the server shows no repository web there"),
    ],
    ids=["organization", "repository"],
)
def test_a_log_that_was_deleted_is_told_kept_and_no_fault_of_the_lake_and_the_others_are_recounted(
    delete: Callable[[Store], None], scope: Scope, reason: str, tmp_path: Path
) -> None:
    lake, store = tmp_path / "lake", week()
    extract_all(quay(week()), lake, [ALL, scope], FIRST, LAST)
    before = files_of(lake)
    delete(store)
    answer, as_json = verify(lake, store=store), verify(lake, "--json", store=store)
    assert (answer.status, answer.stderr, as_json.status) == (0, "", 0)
    assert answer.stdout.splitlines() == [
        "14 windows and 1 manifests looked at, 0 not as they were written",
        f"{scope}: the log is gone: {reason}; the lake keeps its 7 windows of 140 rows",
        "7 closed windows recounted, 0 differ from the server",
    ]
    assert json.loads(as_json.stdout)["recount"]["absent"] == [
        {"scope": str(scope), "is_deleted": True, "reason": reason, "windows": 7, "rows": 140}
    ]
    assert files_of(lake) == before


def test_a_deleted_log_hides_no_row_that_another_lacks(tmp_path: Path) -> None:
    lake, store = tmp_path / "lake", week()
    extract_all(quay(week()), lake, [ALL, ACME], FIRST, LAST)
    log(store, at(DAY, 40_000), kind="push_repo")
    without_acme(store)
    answer = verify(lake, store=store)
    assert answer.status == 4
    assert "org/acme: the log is gone" in answer.stdout
    assert answer.error == "1 windows lack rows that Quay counts"


def test_a_log_that_this_token_may_not_read_is_no_success_and_the_others_are_recounted(
    tmp_path: Path,
) -> None:
    """To an administrator Quay says the same of a deleted organization and of one that is closed to him."""
    lake, store = tmp_path / "lake", week()
    store.add_organization("globex", owners=["alice"])
    extract_all(quay(store), lake, [ACME, org("globex")], FIRST, LAST)
    store.add_token(OWNER, "alice", ["org:admin", "user:read"])
    without_acme(store)
    answer = verify(lake, store=store, token=OWNER)
    assert answer.status == 4
    assert "org/acme: the log cannot be read: this token may not read this" in answer.stdout
    assert "7 closed windows recounted, 0 differ from the server" in answer.stdout
    assert answer.error == "1 logs could not be read to be recounted (org/acme)"
    assert "--scope" in answer.hint


def test_a_token_that_quay_does_not_accept_ends_with_3_at_once(lake: Path) -> None:
    answer = verify(lake, token="unknown" + "0" * 33)
    assert answer.status == 3
    assert "does not accept the token" in answer.error


def test_scopes_narrow_what_is_recounted(lake: Path) -> None:
    answer = verify(lake, "--scope", "org/acme")
    assert answer.status == 0
    assert "7 closed windows recounted" in answer.stdout


@pytest.mark.parametrize("args", [(), ("--offline",), ("--json",)])
def test_a_lake_that_is_not_there_is_no_success(args: tuple[str, ...], tmp_path: Path) -> None:
    answer = verify(tmp_path / "elsewhere", *args)
    assert answer.status == 2
    assert str(tmp_path / "elsewhere") in answer.error
    assert "--lake" in answer.hint
    assert not (tmp_path / "elsewhere").exists()


def test_a_scope_that_the_lake_does_not_hold_is_no_success(lake: Path) -> None:
    answer = verify(lake, "--scope", "org/globex")
    assert answer.status == 2
    assert "no window of org/globex" in answer.error
