"""The endpoints about mirrors, prototypes, federations, tokens of applications and service keys."""

from typing import Any

import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.records import ApplicationToken
from tests.asking import ask, client_of, clock
from tests.extracts import TOKEN
from tests.holdings import ADMINISTRATOR, ENDS, MADE, MEMBER, ORDINARY, SECRETS, full_store

PATHS = {
    "federation": "organization/acme/robots/ci/federation",
    "tokens": "organization/acme/applications/CIAPP/tokens",
    "prototypes": "organization/acme/prototypes",
    "organization mirror": "organization/acme/mirror",
    "repository mirror": "repository/acme/team/nested/mirror",
    "permissions": "repository/acme/web/permissions/user/",
}


def found(path: str, token: str = ADMINISTRATOR) -> Any:
    response = ask(full_store(), path, token=token)
    assert response.status_code == 200, response.text
    return response.json()


@pytest.mark.parametrize("name", PATHS)
def test_administrators_see_them_and_members_and_ordinary_superusers_do_not(name: str) -> None:
    statuses = [
        ask(full_store(), PATHS[name], token=token).status_code for token in (ADMINISTRATOR, ORDINARY)
    ]
    assert statuses == [200, 403]
    if name != "permissions":  # there the member has a role of that repository's own
        assert ask(full_store(), PATHS[name], token=MEMBER).status_code == 403
    assert ask(full_store(), PATHS[name], token=None).status_code == 401


@pytest.mark.parametrize("name", PATHS)
def test_a_global_read_only_superuser_sees_them_but_for_prototypes(name: str) -> None:
    assert ask(full_store(), PATHS[name], token=TOKEN).status_code == (403 if name == "prototypes" else 200)


def test_a_federation_names_issuer_subject_and_audiences() -> None:
    assert found(PATHS["federation"]) == [
        {"issuer": "https://ci.example", "subject": "repo:acme/web", "audiences": ["b", "a"]}
    ]
    assert found("user/robots/laptop/federation", MEMBER) == []
    assert ask(full_store(), "user/robots/none/federation", token=MEMBER).status_code == 400


def test_a_token_of_an_application_is_listed_without_itself() -> None:
    assert found(PATHS["tokens"])["tokens"] == [
        {
            "uuid": "oauth-1",
            "name": "nightly",
            "scope": "repo:write,org:admin",
            "created": "2026-11-01T00:00:00Z",
            "created_by": "alice",
            "expires_at": "2027-11-01T00:00:00Z",
            "last_accessed": "2026-11-20T10:30:00Z",
        }
    ]
    assert ask(full_store(), "organization/acme/applications/none/tokens", token=TOKEN).status_code == 404


def test_tokens_of_an_application_come_fifty_a_page_the_newest_first() -> None:
    store = full_store()
    for number in range(120):
        token = ApplicationToken("CIAPP", f"t{number}", None, "repo:read", 1, MADE, ENDS)
        store.grants.application_tokens.append(token)
    following: dict[str, str] = {}
    sizes, first = [], ""
    with client_of(FakeQuay(store, clock=clock), TOKEN) as client:
        while True:
            page = client.get(PATHS["tokens"], params=following).json()
            sizes.append(len(page["tokens"]))
            first = first or page["tokens"][0]["uuid"]
            if "next_page" not in page:
                break
            following = {"next_page": page["next_page"]}
    assert (sizes, first) == ([50, 50, 21], "t119")


def test_prototypes_name_a_user_robot_or_team_and_for_whose_repositories() -> None:
    shown = [
        (
            each["delegate"]["kind"],
            each["delegate"]["name"],
            each["role"],
            (each["activating_user"] or {}).get("name"),
        )
        for each in found(PATHS["prototypes"])["prototypes"]
    ]
    assert shown == [("user", "acme+ci", "write", None), ("team", "developers", "read", "alice")]


def test_mirrors_show_the_user_outside_and_never_the_password() -> None:
    organization, repository = found(PATHS["organization mirror"]), found(PATHS["repository mirror"])
    assert organization["external_registry_username"] == SECRETS["user outside"]
    assert organization["has_external_registry_password"] is True
    assert SECRETS["password outside"] not in str((organization, repository))
    assert repository["external_registry_config"]["proxy"] == {"https_proxy": SECRETS["proxy"]}


def test_what_is_not_mirrored_is_missing() -> None:
    for path in ("organization/globex/mirror", "repository/acme/web/mirror"):
        assert ask(full_store(), path, token=TOKEN).status_code == 404


def test_service_keys_show_their_approval_to_superusers_of_both_sorts() -> None:
    (key,) = found("superuser/keys", TOKEN)["keys"]
    assert (key["kid"], key["created_date"]) == ("kid-1", "Sun, 01 Nov 2026 00:00:00 GMT")
    assert key["approval"]["approver"]["name"] == "admin"


def test_who_may_look_everywhere_is_shown_every_repository() -> None:
    names = [each["name"] for each in found("repository?namespace=acme", TOKEN)["repositories"]]
    assert names == ["web", "team/nested"]
    assert found("repository?namespace=bob", ORDINARY)["repositories"] == []


def test_what_belongs_to_an_account_goes_with_it() -> None:
    store = full_store()
    store.delete_robot("acme+ci")
    assert (store.grants.federations, len(store.grants.prototypes)) == ([], 1)
    assert ask(store, PATHS["repository mirror"], token=TOKEN).json()["robot_username"] is None
    store.delete_repository("acme", "team/nested")
    assert store.grants.repository_mirrors == []
    store.delete_organization("acme")
    assert (store.grants.organization_mirrors, store.grants.prototypes) == ([], [])
    store.delete_user("alice")
    assert store.grants.application_tokens == []
