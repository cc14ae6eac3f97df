"""Promises about what is never stored: no secret, no e-mail address, no hash of one, whatever Quay answers."""

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pipeline.demo.records import ApplicationToken
from pipeline.lake.layout import Layout
from pipeline.warehouse.build import build
from tests.contract import recorded_body
from tests.extracts import TOKEN, client_of
from tests.holdings import (
    ADMINISTRATOR,
    ENDS,
    MADE,
    ORDINARY,
    SECRETS,
    answer,
    everything_stored,
    full_store,
    quay_with,
    save_taken,
    taken,
    taken_by,
    values,
)
from tests.worlds import recordings

# Recordings that hold, or would hold, a secret. In them it is struck out: here each gets one of its own.
RECORDED = {
    "/organization/acme/applications": "org_applications",
    "/organization/acme/robots": "org_robots_token_true",
    "/organization/acme/members": "org_members",
    "/organization/acme": "org",
    "/superuser/users/": "superuser_users",
    "/superuser/organizations/": "superuser_orgs",
    "/superuser/apptokens": "fa_apptokens",
    "/user/apptoken": "user_apptoken",
    "/user/": "user",
    "/repository": "repositories_ns",
    "/repository/acme/api/permissions/user/": "repo_perm_users",
    "/repository/acme/api/permissions/team/": "repo_perm_teams",
}
_STRUCK_OUT = re.compile(r"<redacted (\d+) chars>")


class Recorded:
    """A Quay that answers with its recordings, with a new secret wherever one was struck out."""

    def __init__(self) -> None:
        self.secrets: list[str] = []
        self.emails: set[str] = set()
        self.hashes: set[str] = set()

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        name = RECORDED.get(request.url.path.removeprefix("/api/v1"))
        if name is None:
            return answer({"detail": "Not Found", "error_type": "not_found", "status": 404}, 404)
        body = self._with_secrets(copy.deepcopy(recorded_body(name)))
        if name == "repositories_ns":
            body["repositories"] = [
                each for each in body["repositories"] if each["namespace"] == request.url.params["namespace"]
            ]
        return answer(body)

    def _with_secrets(self, value: Any, key: str = "") -> Any:
        match value:
            case dict():
                return {name: self._with_secrets(each, name) for name, each in value.items()}
            case list():
                return [self._with_secrets(each, key) for each in value]
            case str() if _STRUCK_OUT.fullmatch(value):
                self.secrets.append(f"SECRET{len(self.secrets):06}".ljust(40, "X"))
                return self.secrets[-1]
        if key == "email" and value:
            self.emails.add(value)
        if key == "hash":
            self.hashes.add(value)
        return value


def test_the_recordings_hold_secrets_where_they_are_looked_for() -> None:
    text = json.dumps([recordings()[name] for name in ("org_applications", "org_robots_token_true")])
    assert len(_STRUCK_OUT.findall(text)) == 5


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recorded, Path]:
    """A lake and warehouse made of the recordings, and what they held."""
    quay = Recorded()
    layout = Layout(tmp_path_factory.mktemp("recorded") / "lake")
    snapshot = taken_by(client_of(quay))
    save_taken(layout, snapshot)
    build(layout, layout.warehouse, threads=1)
    return quay, layout.root


def test_the_recordings_fill_the_tables(recorded: tuple[Recorded, Path]) -> None:
    snapshot = taken_by(client_of(Recorded()))
    counts = {name: len(rows) for name, rows in snapshot.rows.items() if rows and name != "lists"}
    assert counts == {
        "app_tokens": 16,
        "applications": 2,
        "members": 5,
        "organizations": 8,
        "repositories": 14,
        "repository_permissions": 3,
        "robots": 3,
        "team_members": 5,
        "teams": 2,
        "users": 24,
    }
    assert values(snapshot, "robots", "robot_name") == ["acme+ci", "acme+deploy", "acme+gonebot"]


def test_no_secret_of_the_recordings_is_stored(recorded: tuple[Recorded, Path]) -> None:
    quay, root = recorded
    stored = everything_stored(root)
    assert (
        "3SKP2FV5SAB4VZUIX1E2" in stored
    )  # what is public about an application is there, so the search can see
    assert len(set(quay.secrets)) >= 5
    assert not [secret for secret in quay.secrets if secret in stored]
    assert "SECRET" not in stored


def test_no_email_address_and_no_hash_of_one_is_stored(recorded: tuple[Recorded, Path]) -> None:
    quay, root = recorded
    stored = everything_stored(root)
    assert len(quay.emails) > 20
    assert len(quay.hashes) > 20
    assert not [email for email in quay.emails if email in stored]
    assert not [digest for digest in quay.hashes if digest in stored]
    assert "@" not in "".join(_values_in(root))


def _values_in(root: Path) -> Iterator[str]:
    """The text of everything that rows hold."""
    text = everything_stored(root / "inventory")
    yield from re.findall(r'"[a-z_]+":"([^"]*)"', text)


@pytest.mark.parametrize("token", [TOKEN, ADMINISTRATOR, ORDINARY])
def test_no_secret_of_anything_that_a_registry_holds_is_stored(token: str, layout: Layout) -> None:
    store = full_store()
    quay = quay_with(store, superusers_full_access=True)
    save_taken(layout, taken(quay, token=token))
    stored = everything_stored(layout.root)
    assert "nightly" in stored
    secrets = {*SECRETS.values(), TOKEN, ADMINISTRATOR, ORDINARY}
    secrets |= {robot.secret for robot in store.accounts.values() if robot.is_robot}
    secrets |= {application.client_secret for application in store.grants.applications}
    assert not [secret for secret in secrets if secret in stored]
    assert "SECRET" not in stored
    assert "Alice.Doe" not in stored


def test_codes_of_tokens_that_no_list_should_show_are_dropped_too(layout: Layout) -> None:
    """As if a later Quay showed more: what is not named is never decoded."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        response = quay(request)
        if response.status_code != 200:
            return response
        document = response.json()
        for each in _objects(document):
            each |= {"token": "SECRET-token", "token_code": "SECRET-code", "password_hash": "$2b$12$SECRET"}
        return answer(document)

    store = full_store()
    store.grants.application_tokens.append(
        ApplicationToken("CIAPP", "oauth-2", None, "repo:read", 1, MADE, ENDS)
    )
    quay = quay_with(store, superusers_full_access=True)
    save_taken(layout, taken(handler, token=ORDINARY))
    stored = everything_stored(layout.root)
    assert "oauth-2" in stored
    assert "SECRET" not in stored
    assert "$2b$" not in stored


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        for each in list(value.values()):
            yield from _objects(each)
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)


def test_an_error_about_a_list_shows_nothing_of_what_the_list_held(layout: Layout) -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/applications"):
            return answer({"applications": [{"client_id": 7, "name": "x", "client_secret": "SECRET"}]})
        return quay(request)

    quay = quay_with(full_store())
    snapshot = taken(handler)
    save_taken(layout, snapshot)
    failed = [each for each in snapshot.lists if each.outcome == "failed"]
    assert {each.table_name for each in failed} == {"applications", "application_tokens"}
    assert all("SECRET" not in (each.reason or "") for each in failed)
    assert "SECRET" not in everything_stored(layout.root)
