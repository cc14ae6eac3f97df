"""Promises of a snapshot to each kind of token: every row that it may read, an honest word on what it may not."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import msgspec

from pipeline.quay.registry.tables import TABLES
from tests.extracts import TOKEN
from tests.holdings import (
    ADMINISTRATOR,
    ENDS,
    MADE,
    MEMBER,
    ORDINARY,
    USED,
    full_store,
    outcomes,
    quay_with,
    taken,
    values,
)

_MADE, _USED, _ENDS = (at.replace(tzinfo=None) for at in (MADE, USED, ENDS))

EVERYTHING: dict[str, list[tuple[Any, ...]]] = {
    "users": [
        ("admin", True, False, True, True, "example.com"),
        ("alice", False, False, True, True, "example.com"),
        ("auditor", False, True, True, True, "example.com"),
        ("bob", False, False, True, True, "example.com"),
        ("eve", False, False, False, True, "elsewhere.example"),
    ],
    "organizations": [("acme", "example.com"), ("globex", "example.com")],
    "quotas": [("acme", "1", 10 * 2**30, "")],
    "service_keys": [
        ("kid-1", "quay", "proxy", _MADE, _ENDS, None, "ServiceKeyApprovalType.SUPERUSER", "admin", _MADE)
    ],
    "app_tokens": [
        ("app-1", "laptop", None, _MADE, None, _USED),
        ("app-2", "audit", "auditor", _MADE, _ENDS, None),
    ],
    "teams": [
        ("acme", "developers", "member", False),
        ("acme", "owners", "admin", False),
        ("globex", "owners", "admin", False),
    ],
    "members": [("acme", "alice", 1, 0), ("acme", "bob", 1, 1), ("globex", "admin", 1, 0)],
    "team_members": [
        ("acme", "developers", "acme+ci", True),
        ("acme", "developers", "bob", False),
        ("acme", "owners", "alice", False),
        ("globex", "owners", "admin", False),
    ],
    "robots": [("acme", "acme+ci", _MADE, _USED), ("bob", "bob+laptop", _MADE, None)],
    "robot_federations": [("acme", "acme+ci", "https://ci.example", "repo:acme/web", '["a", "b"]')],
    "applications": [("acme", "CIAPP", "ci", None, None)],
    "application_tokens": [
        ("acme", "CIAPP", "oauth-1", "nightly", "org:admin repo:write", "alice", _MADE, _ENDS, _USED)
    ],
    "prototype_permissions": [],
    "organization_mirrors": [
        (
            *("acme", True, "quay", "https://harbor.example/", "lib", True, True, True, "[]", "acme+ci"),
            *("private", 86_400, datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None), "SUCCESS"),
        )
    ],
    "repositories": [
        ("acme", "team/nested", True, "MIRROR", "image"),
        ("acme", "web", False, "NORMAL", "image"),
        ("bob", "dotfiles", False, "NORMAL", "image"),
    ],
    "repository_permissions": [
        ("acme", "web", "robot", "acme+ci", "write", True),
        ("acme", "web", "team", "developers", "read", None),
        ("acme", "web", "user", "bob", "admin", True),
    ],
    "repository_mirrors": [
        (
            *("acme", "team/nested", True, "https://registry.example/library/nginx", True, True),
            *('["latest", "v1*"]', "acme+ci", 86_400, "SUCCESS"),
        )
    ],
}
PROTOTYPES = [
    ("acme", "proto-1", "robot", "acme+ci", "write", None),
    ("acme", "proto-2", "team", "developers", "read", "alice"),
]


def test_every_table_is_expected_below() -> None:
    assert EVERYTHING.keys() == {table.name for table in TABLES}


def test_a_global_read_only_superuser_is_shown_everything_but_prototypes() -> None:
    snapshot = taken(quay_with(full_store()))
    found = {name: [msgspec.structs.astuple(row) for row in snapshot.rows[name]] for name in EVERYTHING}
    assert found == EVERYTHING
    assert {each.table_name for each in snapshot.lists if each.outcome != "read"} == {"prototype_permissions"}


def test_a_superuser_with_full_access_is_shown_everything() -> None:
    snapshot = taken(quay_with(full_store(), superusers_full_access=True), token=ORDINARY)
    found = {name: [msgspec.structs.astuple(row) for row in snapshot.rows[name]] for name in EVERYTHING}
    assert found["prototype_permissions"] == PROTOTYPES
    # To who administers an application its addresses are shown: of this one no secret and no query is left.
    assert found["applications"] == [("acme", "CIAPP", "ci", "https://app.example.com/cb", None)]
    assert found["application_tokens"] == EVERYTHING["application_tokens"]
    assert found["repository_permissions"] == EVERYTHING["repository_permissions"]
    assert {each.outcome.value for each in snapshot.lists} == {"read"}


def test_an_administrator_is_shown_the_own_organization_whole_and_told_that_there_may_be_others() -> None:
    snapshot = taken(quay_with(full_store()), token=ADMINISTRATOR)
    for name in ("members", "team_members", "robot_federations", "repository_permissions", "quotas"):
        mine = [row for row in EVERYTHING[name] if row[0] == "acme"]
        assert [msgspec.structs.astuple(row) for row in snapshot.rows[name]] == mine, name
    assert [msgspec.structs.astuple(row) for row in snapshot.rows["prototype_permissions"]] == PROTOTYPES
    assert outcomes(snapshot, "members") == {"": "partial", "acme": "read"}
    assert outcomes(snapshot, "repositories") == {"": "partial", "acme": "read", "alice": "read"}
    assert outcomes(snapshot, "users") == {"": "refused"}
    assert outcomes(snapshot, "organizations") == {"": "partial"}


def test_a_member_is_shown_teams_and_robots_and_what_is_open_of_repositories() -> None:
    snapshot = taken(quay_with(full_store()), token=MEMBER)
    assert outcomes(snapshot, "teams")["acme"] == "read"
    assert outcomes(snapshot, "robots")["acme"] == "read"
    assert outcomes(snapshot, "members")["acme"] == "refused"
    assert outcomes(snapshot, "team_members")["acme"] == "refused"
    assert outcomes(snapshot, "repositories")["acme"] == "partial"
    # A role on one repository is enough to read who else has one there.
    assert outcomes(snapshot, "repository_permissions") == {
        "": "partial",
        "acme": "partial",
        "acme/team/nested": "refused",
        "acme/web": "read",
        "bob": "read",
        "bob/dotfiles": "read",
    }


def test_an_ordinary_superuser_sees_every_account_and_is_told_what_a_better_token_would_see() -> None:
    snapshot = taken(quay_with(full_store()), token=ORDINARY)
    assert len(snapshot.rows["users"]) == 5
    assert outcomes(snapshot, "users") == {"": "read"}
    assert outcomes(snapshot, "app_tokens") == {"": "partial"}
    assert outcomes(snapshot, "members") == {"": "read", "acme": "refused", "globex": "read"}
    assert outcomes(snapshot, "robots") == {
        "": "partial",
        "acme": "refused",
        "globex": "read",
        "admin": "read",
    }
    refused = [each for each in snapshot.lists if each.outcome in ("refused", "partial")]
    assert refused
    assert all(each.reason and each.needs for each in refused)


def test_what_was_read_needs_nothing_and_says_no_reason() -> None:
    snapshot = taken(quay_with(full_store()))
    read = [each for each in snapshot.lists if each.outcome == "read" and each.place != "globex"]
    assert {(each.reason, each.needs) for each in read if each.table_name != "organization_mirrors"} == {
        (None, None)
    }


def test_row_counts_of_lists_add_up_to_the_rows_of_their_table() -> None:
    for token in (TOKEN, ADMINISTRATOR, MEMBER, ORDINARY):
        snapshot = taken(quay_with(full_store()), token=token)
        counts: Counter[str] = Counter()
        for each in snapshot.lists:
            counts[each.table_name] += each.row_count
        assert {name: counts[name] for name in EVERYTHING} == {
            name: len(snapshot.rows[name]) for name in EVERYTHING
        }


def test_a_server_without_superusers_still_shows_what_the_user_belongs_to() -> None:
    snapshot = taken(quay_with(full_store(), super_users=False), token=ADMINISTRATOR)
    assert outcomes(snapshot, "users") == {"": "off"}
    assert outcomes(snapshot, "members") == {"": "partial", "acme": "read"}
    assert values(snapshot, "members", "user_name") == ["alice", "bob"]


def test_where_app_specific_tokens_are_off_an_ordinary_superuser_still_asks_everywhere() -> None:
    snapshot = taken(quay_with(full_store(), app_specific_tokens=False), token=ORDINARY)
    assert outcomes(snapshot, "app_tokens") == {"": "off"}
    assert outcomes(snapshot, "members")["acme"] == "refused"


def test_without_user_read_a_superuser_is_shown_accounts_and_namespaces_all_the_same() -> None:
    store = full_store()
    store.add_token("no-user-read", "admin", ["super:user"])
    snapshot = taken(quay_with(store), token="no-user-read")
    assert len(snapshot.rows["users"]) == 5
    assert outcomes(snapshot, "robots")[""] == "partial"
