"""The endpoints about accounts, robots, tokens, applications and repositories."""

from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay, Habits
from pipeline.demo.store import Store
from tests.asking import ask, client_of, clock, small_store
from tests.worlds import ALICE, AUDITOR, SUPERUSER

MADE_AT = datetime(2026, 11, 1, tzinfo=UTC)


def _found(path: str, token: str | None, store: Store | None = None, habits: Habits | None = None) -> Any:
    answer = ask(store or small_store(), path, token=token, habits=habits)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_robots_come_with_their_passwords_unless_told_otherwise() -> None:
    (shown,) = _found("organization/acme/robots", ALICE)["robots"]
    (hidden,) = _found("organization/acme/robots?token=false", ALICE)["robots"]
    assert shown["token"].startswith("DEMO")
    assert "token" not in hidden


def test_robots_passwords_are_not_for_a_global_readonly_superuser() -> None:
    (robot,) = _found("organization/acme/robots?permissions=true", AUDITOR)["robots"]
    assert "token" not in robot
    assert (robot["teams"], robot["repositories"]) == ([], [])


def test_robots_show_teams_and_repositories_on_request() -> None:
    store = small_store()
    store.add_team("acme", "machines", members=["acme+ci"])
    store.add_permission("acme", "web", "acme+ci", "write")
    (robot,) = _found("organization/acme/robots?permissions=true&token=false", ALICE, store)["robots"]
    assert ([team["name"] for team in robot["teams"]], robot["repositories"]) == (["machines"], ["web"])


def test_a_limit_of_robots_is_honoured() -> None:
    store = small_store()
    store.add_robot("acme", "deploy")
    assert len(_found("organization/acme/robots?limit=1", ALICE, store)["robots"]) == 1


def test_own_robots_and_app_tokens_are_listed() -> None:
    store = small_store()
    store.add_robot("alice", "laptop", description="at home", created_at=MADE_AT)
    store.add_app_token("alice", uuid="u-1", title="ci", created_at=MADE_AT)
    store.add_app_token("bob", uuid="u-2", title="ci", created_at=MADE_AT, expires_at=MADE_AT)
    (robot,) = _found("user/robots?token=false", ALICE, store)["robots"]
    assert robot == {
        "name": "alice+laptop",
        "created": "Sun, 01 Nov 2026 00:00:00 -0000",
        "last_accessed": None,
        "description": "at home",
    }
    assert [each["uuid"] for each in _found("user/apptoken", ALICE, store)["tokens"]] == ["u-1"]
    every = _found("superuser/apptokens", AUDITOR, store)["tokens"]
    assert [(each["uuid"], each["expiration"]) for each in every] == [
        ("u-1", None),
        ("u-2", "Sun, 01 Nov 2026 00:00:00 -0000"),
    ]


def test_applications_show_their_secret_to_who_administers_the_organization_alone() -> None:
    store = small_store()
    store.add_application("acme", "ci", client_id="CI", redirect_uri="https://x.example.com")
    (to_admin,) = _found("organization/acme/applications", ALICE, store)["applications"]
    (to_auditor,) = _found("organization/acme/applications", AUDITOR, store)["applications"]
    assert (to_admin["client_secret"][:4], to_admin["redirect_uri"]) == ("DEMO", "https://x.example.com")
    assert (to_auditor["client_secret"], to_auditor["redirect_uri"]) == (None, None)


def test_members_are_people_with_teams_and_repositories_of_their_own() -> None:
    store = small_store()
    store.add_team("acme", "developers", members=["bob", "acme+ci"])
    store.add_permission("acme", "web", "bob", "write")
    members = {each["name"]: each for each in _found("organization/acme/members", ALICE, store)["members"]}
    assert set(members) == {"alice", "bob"}
    assert [team["name"] for team in members["bob"]["teams"]] == ["developers"]
    assert members["bob"]["repositories"] == ["web"]


def test_an_organization_tells_strangers_little_and_members_more() -> None:
    store = small_store()
    store.add_team("acme", "developers", members=["bob"])
    store.add_token("bob", "bob", ("repo:create",))
    stranger, member, admin = (
        _found("organization/acme", token, store) for token in (SUPERUSER, "bob", ALICE)
    )
    assert (stranger["email"], "teams" in stranger) == ("", False)
    assert (member["is_member"], member["is_admin"], member["ordered_teams"]) == (
        True,
        False,
        ["owners", "developers"],
    )
    assert [member["teams"][name]["can_view"] for name in member["ordered_teams"]] == [False, True]
    assert (admin["email"], admin["is_admin"], admin["tag_expiration_s"]) == (
        "acme@example.com",
        True,
        1209600,
    )


def test_a_user_is_no_organization() -> None:
    assert ask(small_store(), "organization/alice", token=ALICE).status_code == 404


def test_the_own_account_lists_its_organizations() -> None:
    me = _found("user/", ALICE)
    assert (me["username"], me["email"]) == ("alice", "alice@example.com")
    assert [(each["name"], each["is_org_admin"]) for each in me["organizations"]] == [("acme", True)]
    assert "super_user" not in me
    assert _found("user/", SUPERUSER)["super_user"] is True


def test_a_token_that_may_only_read_the_user_sees_less_of_the_own_account() -> None:
    store = small_store()
    store.add_token("reader", "alice", ("user:read",))
    store.add_token("none", "alice", ("repo:read",))
    assert set(_found("user/", "reader", store)) == {"anonymous", "username", "avatar", "organizations"}
    assert ask(store, "user/", token="none").status_code == 401


@pytest.mark.parametrize("path", ["superuser/users/", "superuser/organizations/", "superuser/keys"])
def test_the_superusers_lists_are_for_superusers_of_both_sorts(path: str) -> None:
    statuses = [ask(small_store(), path, token=token).status_code for token in (SUPERUSER, AUDITOR, ALICE)]
    assert statuses == [200, 200, 403]


def test_deleted_accounts_are_in_no_list() -> None:
    store = small_store()
    store.delete_user("bob")
    store.delete_organization("globex")
    names = [each["name"] for each in _found("superuser/users/", AUDITOR, store)["users"]]
    assert names == ["admin", "auditor", "alice"]
    listed = _found("superuser/organizations/", AUDITOR, store)["organizations"]
    assert [each["name"] for each in listed] == ["acme"]


def test_lists_of_accounts_have_pages_only_where_a_limit_asks_for_them() -> None:
    store = small_store()
    whole = _found("superuser/users/", AUDITOR, store)
    assert ("next_page" in whole, len(whole["users"])) == (False, 4)
    with client_of(FakeQuay(store, clock=clock)) as client:
        assert _pages(client, "superuser/users/", "users", limit="3") == [3, 1]
        assert _pages(client, "superuser/organizations/", "organizations", limit="1") == [1, 1]


def test_a_page_of_more_than_a_hundred_accounts_is_refused() -> None:
    answer = ask(small_store(), "superuser/users/?limit=101")
    assert (answer.status_code, answer.json()["detail"]) == (400, "Page limit cannot be above 100")


def _pages(client: httpx2.Client, path: str, key: str, **query: str) -> list[int]:
    sizes = []
    while True:
        page = client.get(path, params=query).json()
        sizes.append(len(page[key]))
        if "next_page" not in page:
            return sizes
        query["next_page"] = page["next_page"]


def test_repositories_come_a_hundred_a_page() -> None:
    store = small_store()
    for number in range(249):
        store.add_repository("acme", f"r{number:03}")
    with client_of(FakeQuay(store, clock=clock), ALICE) as client:
        assert _pages(client, "repository", "repositories", namespace="acme") == [100, 100, 50]


def test_a_foreign_namespace_shows_no_repositories_and_no_refusal() -> None:
    store = small_store()
    store.add_repository("globex", "open", is_public=True)
    store.add_repository("globex", "closed")
    assert _found("repository?namespace=globex", ALICE, store)["repositories"] == []
    (shown,) = _found("repository?namespace=globex&public=true", ALICE, store)["repositories"]
    assert (shown["name"], shown["is_public"]) == ("open", True)


def test_repositories_must_be_asked_for_by_some_measure() -> None:
    assert ask(small_store(), "repository").status_code == 400


def test_permissions_name_who_has_a_role_of_their_own() -> None:
    store = small_store()
    store.add_permission("acme", "web", "bob", "read")
    store.add_permission("acme", "web", "acme+ci", "write")
    store.add_team("acme", "developers", members=["bob"])
    store.add_permission("acme", "web", "developers", "admin", team=True)
    users = _found("repository/acme/web/permissions/user/", ALICE, store)["permissions"]
    teams = _found("repository/acme/web/permissions/team/", ALICE, store)["permissions"]
    assert {
        name: (each["role"], each["is_robot"], each["is_org_member"]) for name, each in users.items()
    } == {
        "bob": ("read", False, True),
        "acme+ci": ("write", True, False),
    }
    assert {name: each["role"] for name, each in teams.items()} == {"developers": "admin"}


def test_error_types_are_explained_to_everybody() -> None:
    assert "sufficient scope" in _found("error/insufficient_scope", None)["description"]
    assert ask(small_store(), "error/nosuch", token=None).status_code == 404


def test_discovery_is_open_and_leaves_internal_endpoints_out() -> None:
    paths = _found("discovery", None)["paths"]
    assert "/api/v1/superuser/logs" in paths
    assert not any("superuser/aggregatelogs" in path for path in paths)


def test_a_full_access_superuser_sees_every_organizations_inside() -> None:
    habits = Habits(superusers_full_access=True)
    for path in ("members", "applications", "robots"):
        assert ask(small_store(), f"organization/acme/{path}", token=SUPERUSER).status_code == 403
        _found(f"organization/acme/{path}", SUPERUSER, habits=habits)
