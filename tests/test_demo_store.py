"""What a registry remembers of accounts that were renamed or deleted, and how rows are found."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.log_tables import LogTable, datetime_from_moment, json_from_metadata, moment_from_datetime
from pipeline.demo.store import Store
from pipeline.errors import UsageError
from tests.asking import NOW, ask, small_store
from tests.worlds import ALICE, recorded_row, recordings

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _row(store: Store, path: str = "superuser/logs") -> dict[str, Any]:
    """The only row of the log."""
    (row,) = ask(store, path).json()["logs"]
    assert isinstance(row, dict)
    return row


def _store_with_a_row(performer: str | None = "bob", namespace: str = "acme") -> Store:
    store = small_store()
    store.log("push_repo", NOW, namespace, performer=performer, ip="10.0.0.1", metadata={"repo": "web"})
    return store


def test_a_renamed_account_shows_its_new_name_in_its_old_rows() -> None:
    store = _store_with_a_row()
    store.rename_user("bob", "robert")
    store.rename_organization("acme", "acme2")
    row = _row(store)
    assert (row["performer"]["name"], row["namespace"]["name"]) == ("robert", "acme2")
    assert store.find_account("acme2+ci") is not None
    assert store.find_account("acme+ci") is None


def test_a_deleted_user_shows_a_uuid_until_garbage_is_collected_and_then_nothing() -> None:
    store = _store_with_a_row()
    store.delete_user("bob")
    marked = _row(store)
    store.collect_garbage()
    assert UUID.fullmatch(marked["performer"]["name"])
    assert "performer" not in _row(store)


def test_a_deleted_organization_shows_a_uuid_until_garbage_is_collected_and_then_nothing() -> None:
    store = _store_with_a_row()
    store.delete_organization("acme")
    marked = _row(store)
    store.collect_garbage()
    assert UUID.fullmatch(marked["namespace"]["name"])
    assert marked["namespace"]["kind"] == "org"
    assert "namespace" not in _row(store)


def test_a_deleted_robot_is_gone_from_its_rows_at_once() -> None:
    store = _store_with_a_row("acme+ci")
    assert _row(store)["performer"]["is_robot"] is True
    store.delete_robot("acme+ci")
    assert "performer" not in _row(store)


def test_a_deleted_organization_is_refused_as_if_it_had_never_been() -> None:
    store = _store_with_a_row()
    store.delete_organization("acme")
    assert ask(store, "organization/acme/logs", token=ALICE).status_code == 403
    assert ask(store, "organization/acme/logs").status_code == 400


def test_rows_of_a_deleted_repository_stay_in_the_namespace_and_do_not_pass_to_a_new_one() -> None:
    store = small_store()
    store.log("push_repo", NOW, "acme", repository="web", metadata={"repo": "web"})
    store.delete_repository("acme", "web")
    assert ask(store, "repository/acme/web/logs", token=ALICE).status_code == 404
    store.add_repository("acme", "web")
    assert ask(store, "repository/acme/web/logs", token=ALICE).json()["logs"] == []
    assert len(ask(store, "organization/acme/logs", token=ALICE).json()["logs"]) == 1


def test_a_deleted_user_loses_tokens_and_memberships() -> None:
    store = small_store()
    store.delete_user("alice")
    assert ask(store, "user/logs", token=ALICE).status_code == 401
    assert not store.grants.is_member(3, store.account("acme").id)


def test_rows_of_nobodys_namespace_are_booked_on_the_user_with_the_smallest_id() -> None:
    store = small_store()
    store.log("service_key_create", NOW, None, metadata={})
    assert _row(store)["namespace"]["name"] == "admin"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("row_performer_deleted_marked_not_gc", lambda store: store.delete_user("walter")),
        ("row_org_deleted_marked", lambda store: store.delete_organization("goneorg")),
    ],
)
def test_a_row_of_a_marked_account_has_the_recorded_keys(name: str, change: Callable[[Store], None]) -> None:
    recorded = recorded_row(recordings()[name]["row"])
    store = _store_like(recorded)
    change(store)
    row = _row(store)
    assert _keys(row) == _keys({"namespace": row["namespace"], **recorded})
    assert row["metadata"] == recorded["metadata"]


@pytest.mark.parametrize(
    ("name", "gone"),
    [
        ("row_performer_deleted_after_gc", "performer"),
        ("row_org_deleted_after_gc", "namespace"),
        ("row_robot_deleted", "performer"),
    ],
)
def test_a_row_of_an_account_that_is_gone_lacks_the_recorded_key(name: str, gone: str) -> None:
    recorded = recorded_row(recordings()[name]["row"])
    store = _store_like({**recorded, "performer": {"name": "walter", "is_robot": False}})
    if gone == "performer":
        store.delete_user("walter")
    else:
        store.delete_organization("goneorg")
    store.collect_garbage()
    row = _row(store)
    assert gone not in row
    assert gone not in recorded
    assert (row["metadata"], row["datetime"], row["ip"]) == (
        recorded["metadata"],
        recorded["datetime"],
        recorded["ip"],
    )


def _store_like(recorded: dict[str, Any]) -> Store:
    store = small_store()
    store.add_user("walter")
    store.add_organization("goneorg")
    performer = {"name": "walter", "is_robot": False}
    store.log_entry({**recorded, "performer": performer}, "goneorg")
    return store


def _keys(value: Any) -> Any:
    return {key: _keys(value[key]) for key in sorted(value)} if isinstance(value, dict) else None


@pytest.mark.parametrize(
    "break_it",
    [
        lambda store: store.log("push_repo", NOW, "nosuch", metadata={}),
        lambda store: store.log("push_repo", NOW, "acme", performer="nosuch", metadata={}),
        lambda store: store.log("push_repo", NOW, "acme", repository="nosuch", metadata={}),
        lambda store: store.add_user("alice"),
        lambda store: store.rename_user("alice", "bob"),
        lambda store: store.add_repository("acme", "web"),
        lambda store: store.add_permission("acme", "nosuch", "alice", "read"),
        lambda store: Store().log("push_repo", NOW, None, metadata={}),
    ],
)
def test_a_name_that_is_not_there_or_taken_is_an_error_that_names_it(
    break_it: Callable[[Store], None],
) -> None:
    with pytest.raises(UsageError):
        break_it(small_store())


def test_an_entry_of_an_unknown_performer_makes_the_account() -> None:
    store = small_store()
    for name, is_robot in (("zoe", False), ("ghost+bot", True), ("acme+new", True)):
        entry = {
            "kind": "push_repo",
            "metadata": {},
            "ip": None,
            "datetime": "Mon, 23 Nov 2026 13:00:00 -0000",
            "performer": {"name": name, "is_robot": is_robot},
        }
        store.log_entry(entry, "acme")
    shown = [row["performer"] for row in ask(store, "organization/acme/logs").json()["logs"]]
    assert {(each["name"], each["is_robot"]) for each in shown} == {
        ("zoe", False),
        ("ghost+bot", True),
        ("acme+new", True),
    }


def test_an_entry_is_attached_to_the_repository_it_names_where_quay_attaches_it() -> None:
    store = small_store()
    entries = [
        ("pull_repo", {"repo": "web"}),
        ("pull_repo", {"repo": "nosuch"}),
        ("delete_repo", {"repo": "web"}),
        ("export_logs_success", {"repo": "web"}),
        ("pull_repo_failed", {"repo": "web", "message": "Repository does not exist"}),
    ]
    for kind, metadata in entries:
        entry = {
            "kind": kind,
            "metadata": metadata,
            "ip": None,
            "datetime": "Mon, 23 Nov 2026 13:00:00 -0000",
        }
        store.log_entry(entry, "acme")
    attached = ask(store, "repository/acme/web/logs").json()["logs"]
    assert [(row["kind"], row["metadata"]) for row in attached] == entries[:1]


@given(st.datetimes(datetime(1, 1, 2), datetime(9998, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_moment_gives_back_its_time(at: datetime) -> None:
    assert datetime_from_moment(moment_from_datetime(at)) == at


JSON = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=3)


@given(st.dictionaries(st.text(), JSON, max_size=6))
def test_metadata_is_stored_as_ascii_json_of_the_same_value(metadata: dict[str, Any]) -> None:
    encoded = json_from_metadata(metadata)
    assert encoded.isascii()
    assert json.loads(encoded) == metadata


def test_metadata_keeps_what_only_json_can_say() -> None:
    odd = {"lone": "\ud800", "big": 2**70, "deep": {"é": ["\u202e", "\0"]}}
    assert json.loads(json_from_metadata(odd)) == odd


@given(
    st.lists(
        st.tuples(
            st.integers(0, 50),
            st.integers(1, 3),
            st.none() | st.integers(1, 3),
            st.none() | st.integers(1, 2),
        ),
        max_size=60,
    )
)
def test_an_index_holds_exactly_the_rows_that_a_scan_would_find(
    rows: list[tuple[int, int, int | None, int | None]],
) -> None:
    table = LogTable()
    for moment, account, performer, repository in rows:
        table.add(moment, "push_repo", account, performer, repository, None, b"{}")
    every = table.rows()
    assert [(row.moment, row.id) for row in every] == sorted((row.moment, row.id) for row in every)
    assert table.rows(account_id=1) == [row for row in every if row.account_id == 1]
    assert table.rows(repository_id=1) == [row for row in every if row.repository_id == 1]
    assert table.rows(account_id=1, performer_id=2) == [
        row for row in every if (row.account_id, row.performer_id) == (1, 2)
    ]
    removed = table.remove_before(25)
    assert removed == sum(row.moment < 25 for row in every)
    assert table.rows(account_id=1) == [row for row in every if row.account_id == 1 and row.moment >= 25]
