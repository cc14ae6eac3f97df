"""Promises of the inventory's models: what changed between snapshots, and credentials by age and use."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest

from pipeline.lake.layout import Layout
from pipeline.quay.registry.rows import (
    ApplicationToken,
    AppToken,
    Repository,
    RepositoryPermission,
    Robot,
    ServiceKey,
    Team,
    TeamMember,
    User,
)
from pipeline.warehouse.workbench import Workbench
from tests.holdings import DAY, save
from tests.inventory_bench import Ask, bench_in, rows_of
from tests.lakes import Rows

DAYS = [DAY + timedelta(days=n) for n in range(4)]
NEXT, LATER = DAYS[1:3]


def user(name: str, *, is_superuser: bool = False, is_enabled: bool = True) -> User:
    return User(name, is_superuser, False, is_enabled, True, "example.com")


def ago(days: int, *, of: date = NEXT) -> datetime:
    at = datetime(of.year, of.month, of.day, 12, tzinfo=UTC) - timedelta(days=days)
    return at.replace(tzinfo=None)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workbench]:
    with bench_in(tmp_path_factory.mktemp("bench")) as made:
        yield made


@pytest.fixture
def ask(layout: Layout, bench: Workbench) -> Ask:
    return partial(rows_of, bench, layout)


def changes(ask: Ask) -> Rows:
    return ask(
        "select table_name, row_key, change_kind, column_name, old_value, new_value"
        " from mart_inventory_changes order by all"
    )


# Five questions -------------------------------------------------------------------------------------------------------


def test_a_superuser_flip_is_one_query(layout: Layout, ask: Ask) -> None:
    save(layout, DAY, {"users": [user("alice"), user("bob")]})
    save(
        layout,
        NEXT,
        {"users": [user("alice", is_superuser=True), user("bob"), user("eve", is_superuser=True)]},
    )
    assert ask(
        "select snapshot_date, row_key, change_kind from mart_inventory_changes"
        " where column_name = 'is_superuser' and new_value = 'true' order by all"
    ) == [(NEXT, "alice", "changed"), (NEXT, "eve", "added")]


def test_a_new_admin_grant_is_one_query(layout: Layout, ask: Ask) -> None:
    def grant(name: str, role: str) -> RepositoryPermission:
        return RepositoryPermission("acme", "team/nested", "user", name, role, True)

    save(layout, DAY, {"repository_permissions": [grant("alice", "read")], "teams": []})
    save(
        layout,
        NEXT,
        {
            "repository_permissions": [grant("alice", "admin"), grant("bob", "admin"), grant("eve", "read")],
            "teams": [Team("acme", "breakglass", "admin", False)],
        },
    )
    assert ask(
        "select namespace_name, row_key, old_value from mart_inventory_changes"
        " where column_name = 'role' and new_value = 'admin' order by all"
    ) == [
        ("acme", "acme/breakglass", None),
        ("acme", "acme/team%2Fnested/user/alice", "read"),
        ("acme", "acme/team%2Fnested/user/bob", None),
    ]


def test_a_visibility_flip_is_one_query(layout: Layout, ask: Ask) -> None:
    def repository(name: str, is_public: bool) -> Repository:
        return Repository("acme", name, is_public, "NORMAL", "image")

    save(layout, DAY, {"repositories": [repository("web", False), repository("api", True)]})
    save(
        layout,
        NEXT,
        {"repositories": [repository("web", True), repository("api", False), repository("born", True)]},
    )
    assert ask(
        "select row_key, change_kind, new_value = 'true' from mart_inventory_changes"
        " where table_name = 'repositories' and column_name = 'is_public' order by all"
    ) == [("acme/api", "changed", False), ("acme/born", "added", True), ("acme/web", "changed", True)]


def test_a_token_without_expiry_is_one_query(layout: Layout, ask: Ask) -> None:
    app_tokens = [
        AppToken("forever", "laptop", "bob", ago(10), None, None),
        AppToken("ends", "ci", "bob", ago(10), ago(-5), None),
    ]
    tokens = [ApplicationToken("acme", "C", "oauth", None, "repo:read", "alice", ago(3), None, None)]
    save(layout, NEXT, {"app_tokens": app_tokens, "application_tokens": tokens})
    assert ask(
        "select credential_kind, credential_id, age_days from mart_credential_inventory"
        " where never_expires and credential_kind in ('app_specific_token', 'oauth_token') order by all"
    ) == [("app_specific_token", "forever", 10), ("oauth_token", "oauth", 3)]


def test_a_token_unused_for_ninety_days_is_one_query(layout: Layout, ask: Ask) -> None:
    app_tokens = [
        AppToken("never", "a", None, ago(91), None, None),
        AppToken("long ago", "b", None, ago(400), None, ago(90)),
        AppToken("lately", "c", None, ago(400), None, ago(89)),
        AppToken("young", "d", None, ago(1), None, None),
    ]
    # No robot shows any use: Quay may not record them, so nothing can be said of those.
    robots = [Robot("acme", "acme+ci", ago(500), None)]
    save(layout, NEXT, {"app_tokens": app_tokens, "robots": robots})
    assert ask(
        "select credential_id, idle_days from mart_credential_inventory"
        " where idle_days >= 90 and is_use_recorded order by all"
    ) == [("long ago", 90), ("never", 91)]


# Credentials ----------------------------------------------------------------------------------------------------------


def test_each_credential_is_listed_with_its_age_expiry_owner_and_rights(layout: Layout, ask: Ask) -> None:
    permissions = [
        RepositoryPermission("acme", repository, "robot", "acme+ci", role, True)
        for repository, role in (("web", "write"), ("api", "read"), ("db", "write"))
    ]
    save(
        layout,
        NEXT,
        {
            "robots": [Robot("acme", "acme+ci", ago(30), ago(2)), Robot("acme", "acme+idle", None, None)],
            "repository_permissions": permissions,
            "app_tokens": [AppToken("app", "laptop", None, ago(3), ago(-4), None)],
            "application_tokens": [
                ApplicationToken("acme", "C", "oauth", "n", "org:admin", "alice", ago(5), ago(1), ago(2))
            ],
            "service_keys": [ServiceKey("kid", "quay", "p", ago(7), None, None, None, None, None)],
        },
    )
    columns = (
        "credential_kind, credential_id, credential_name, owner_name, namespace_name, rights, repository_count, age_days,"
        " days_to_expiry, idle_days, is_use_recorded, never_expires"
    )
    assert ask(f"select {columns} from mart_credential_inventory order by all") == [  # noqa: S608
        ("app_specific_token", "app", "laptop", None, None, None, None, 3, 4, 3, False, False),
        ("oauth_token", "oauth", "n", "alice", "acme", "org:admin", None, 5, -1, 2, True, False),
        ("robot", "acme+ci", "acme+ci", "acme", "acme", "read write", 3, 30, None, 2, True, True),
        ("robot", "acme+idle", "acme+idle", "acme", "acme", None, None, None, None, None, True, True),
        ("service_key", "kid", "p", "quay", None, None, None, 7, None, 7, False, True),
    ]


def test_credentials_have_a_row_a_snapshot(layout: Layout, ask: Ask) -> None:
    for day in (DAY, NEXT):
        save(layout, day, {"robots": [Robot("acme", "acme+ci", ago(10, of=DAY), None)]})
    assert ask("select snapshot_date, age_days from mart_credential_inventory order by all") == [
        (DAY, 10),
        (NEXT, 11),
    ]


# Changes --------------------------------------------------------------------------------------------------------------


def test_the_first_snapshot_changes_nothing(layout: Layout, ask: Ask) -> None:
    save(layout, DAY, {"users": [user("alice")]})
    assert changes(ask) == []


def test_added_and_removed_rows_show_each_of_their_values(layout: Layout, ask: Ask) -> None:
    save(layout, DAY, {"team_members": [TeamMember("acme", "owners", "alice", False)]})
    save(layout, NEXT, {"team_members": [TeamMember("acme", "owners", "eve", False)]})
    assert changes(ask) == [
        (
            "team_members",
            f"acme/owners/{name}",
            change,
            column,
            *(values if change == "removed" else values[::-1]),
        )
        for name, change in (("alice", "removed"), ("eve", "added"))
        for column, values in (
            ("is_robot", ("false", None)),
            ("member_name", (name, None)),
            ("namespace_name", ("acme", None)),
            ("team_name", ("owners", None)),
        )
    ]


def test_use_alone_is_no_change(layout: Layout, ask: Ask) -> None:
    for day, used in ((DAY, ago(9)), (NEXT, ago(0))):
        save(layout, day, {"robots": [Robot("acme", "acme+ci", ago(30), used)]})
    assert changes(ask) == []


@pytest.mark.parametrize("outcome", ["refused", "off", "failed", "partial"])
def test_what_was_not_seen_is_not_taken_for_gone_nor_for_new_when_it_is_seen_again(
    outcome: str, layout: Layout, ask: Ask
) -> None:
    save(layout, DAY, {"users": [user("alice")]})
    save(layout, NEXT, {"users": []}, [("users", "", outcome)])
    save(layout, LATER, {"users": [user("alice"), user("bob")]})
    assert changes(ask) == []


def test_a_value_that_is_seen_on_both_days_changed_whoever_could_not_see_the_rest(
    layout: Layout, ask: Ask
) -> None:
    reads = [("repositories", "", "partial"), ("repositories", "acme", "partial")]
    for day, is_public in ((DAY, False), (NEXT, True)):
        save(layout, day, {"repositories": [Repository("acme", "web", is_public, None, None)]}, reads)
    assert changes(ask) == [("repositories", "acme/web", "changed", "is_public", "false", "true")]


def test_what_goes_with_its_namespace_is_gone_only_where_every_namespace_is_known(
    layout: Layout, ask: Ask
) -> None:
    team = Team("acme", "owners", "admin", None)
    reads = [("teams", "", "read"), ("teams", "acme", "read")]
    save(layout, DAY, {"teams": [team]}, reads)
    save(layout, NEXT, {"teams": []}, reads[:1])
    assert {each[2] for each in changes(ask)} == {"removed"}


def test_what_a_lesser_token_does_not_list_is_not_gone(layout: Layout, ask: Ask) -> None:
    team = Team("acme", "owners", "admin", None)
    save(layout, DAY, {"teams": [team]}, [("teams", "", "read"), ("teams", "acme", "read")])
    save(layout, NEXT, {"teams": []}, [("teams", "", "partial")])
    assert changes(ask) == []


def test_a_place_that_is_divided_further_speaks_for_what_is_in_it(layout: Layout, ask: Ask) -> None:
    """A repository went, and its permissions with it: the list of repositories of its namespace was read whole."""
    grant = RepositoryPermission("acme", "web", "user", "bob", "admin", True)
    table = "repository_permissions"
    save(
        layout,
        DAY,
        {table: [grant]},
        [(table, "", "partial"), (table, "acme", "read"), (table, "acme/web", "read")],
    )
    save(layout, NEXT, {table: []}, [(table, "", "partial"), (table, "acme", "read")])
    assert {each[2] for each in changes(ask)} == {"removed"}


def test_a_table_is_compared_with_the_last_snapshot_that_has_it(layout: Layout, ask: Ask) -> None:
    save(layout, DAY, {"users": [user("alice")], "teams": []})
    save(layout, NEXT, {"teams": [Team("acme", "t", "member", None)]})
    save(layout, LATER, {"users": [user("alice", is_enabled=False)]})
    assert ask(
        "select snapshot_date, previous_snapshot_date, table_name, change_kind from mart_inventory_changes"
        " where column_name in ('is_enabled', 'role') order by all"
    ) == [(NEXT, DAY, "teams", "added"), (LATER, DAY, "users", "changed")]
