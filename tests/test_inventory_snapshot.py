"""Promises of a snapshot: one request a list, any order the same rows, and a list that fails costs no other."""

from collections import Counter
from typing import Any

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.records import ApplicationToken, AppToken
from pipeline.demo.store import Store
from pipeline.errors import Refused, Unreachable
from tests.extracts import NOW, TOKEN, client_of
from tests.holdings import (
    MADE,
    answer,
    full_store,
    outcomes,
    quay_with,
    taken,
    taken_by,
    values,
)


def test_each_list_is_asked_for_once_and_no_robot_with_its_password() -> None:
    quay = quay_with(full_store())
    taken(quay)
    targets = [target for _, target in quay.requests]
    assert [target for target, times in Counter(targets).items() if times > 1] == []
    robots = [target for target in targets if "/robots?" in target]
    assert len(robots) == 7
    assert all("token=false" in target for target in robots)
    assert {method for method, _ in quay.requests} == {"GET"}


def test_one_request_for_each_list_and_no_more() -> None:
    client = client_of(quay_with(full_store()))
    taken_by(client)
    registry = 6  # organizations, users, own account, app-specific tokens twice, keys
    organizations, accounts, robots, applications, repositories, mirrors = 2, 5 + 2, 2, 1, 3, 1
    # Of an organization: itself, members, applications, prototypes, mirror; of everybody: robots, repositories.
    expected = (
        registry + 5 * organizations + 2 * accounts + robots + applications + 2 * repositories + mirrors
    )
    assert client.requests == expected


def test_only_what_is_wanted_is_asked_for() -> None:
    client = client_of(quay_with(full_store()))
    snapshot = taken_by(client, ["users"])
    assert snapshot.rows.keys() == {"users", "lists"}
    assert client.requests == 3
    quay = quay_with(full_store())
    assert len(taken(quay, "robots").rows["robots"]) == 2
    assert not [target for _, target in quay.requests if "federation" in target or "members" in target]


@pytest.mark.parametrize("threads", [1, 8])
def test_any_number_of_threads_gives_the_same_snapshot(threads: int) -> None:
    for habits in ({}, {"application_tokens": False, "organization_mirrors": False}):
        quays = [quay_with(full_store(), **habits) for _ in range(2)]
        assert taken(quays[0], threads=threads) == taken(quays[1], threads=4)


def test_pages_are_followed_to_their_end() -> None:
    store = full_store()
    for number in range(120):
        store.add_repository("acme", f"r{number:03}")
        store.grants.application_tokens.append(
            ApplicationToken("CIAPP", f"t{number:03}", None, "repo:read", 1, MADE, None)
        )
    snapshot = taken(quay_with(store), "repositories", "application_tokens")
    assert len(snapshot.rows["repositories"]) == 123
    assert len(snapshot.rows["application_tokens"]) == 121


def test_what_the_server_has_switched_off_is_asked_for_a_few_times_and_noted_everywhere() -> None:
    store = full_store()
    names = [f"app-{number}" for number in range(9)]
    for name in names:
        store.add_application("acme", name, client_id=name)
    quay = quay_with(store, application_tokens=False, organization_mirrors=False, repository_mirrors=False)
    snapshot = taken(quay, threads=1)
    found = outcomes(snapshot, "application_tokens")
    assert {place for place, outcome in found.items() if outcome == "off"} == {
        f"acme/{name}" for name in ("CIAPP", *names)
    }
    assert outcomes(snapshot, "organization_mirrors") == {"": "read", "acme": "off", "globex": "off"}
    assert len([target for _, target in quay.requests if target.endswith("/tokens")]) == 3


def test_one_list_that_is_not_there_does_not_silence_the_others() -> None:
    """As a name would, that somebody chose so that its address leads elsewhere."""
    store = full_store()
    for number in range(9):
        store.add_robot("acme", f"r{number}")
    elsewhere = httpx2.Response(404, text="<html>")
    snapshot = taken(failing(quay_with(store), "/robots/r", elsewhere), threads=1)
    found = outcomes(snapshot, "robot_federations")
    assert found["acme+ci"] == found["bob+laptop"] == "read"
    assert found["acme+r8"] == "off"


def test_a_mirror_that_was_never_set_up_is_known_to_be_none() -> None:
    snapshot = taken(quay_with(full_store()), "organization_mirrors")
    assert outcomes(snapshot, "organization_mirrors") == {"": "read", "acme": "read", "globex": "read"}
    assert [each.row_count for each in snapshot.lists] == [0, 1, 0]


def failing(quay: FakeQuay, part: str, response: httpx2.Response) -> Any:
    """A server that gives another answer to every request of which the address holds `part`."""

    def handler(request: httpx2.Request) -> httpx2.Response:
        answered = quay(request)
        return response if part in str(request.url) else answered

    return handler


@pytest.mark.parametrize(
    "response",
    [
        httpx2.Response(500, text="<h1>Internal Server Error</h1>"),
        httpx2.Response(200, json={"robots": [{"name": 7}]}),
        httpx2.Response(200, json={"robots": [{"name": "acme+ci", "created": "yesterday"}]}),
        httpx2.Response(200, json={"machines": []}),
        httpx2.Response(200, json=[]),
        httpx2.Response(501, json={"message": "no"}),
    ],
    ids=["500", "number for a name", "no time", "no list", "no object", "501"],
)
def test_one_list_that_fails_is_noted_and_costs_no_other(response: httpx2.Response) -> None:
    snapshot = taken(failing(quay_with(full_store()), "/acme/robots?", response))
    found = outcomes(snapshot, "robots")
    assert [place for place, outcome in found.items() if outcome == "failed"] == ["acme"]
    assert set(found.values()) == {"read", "failed"}
    assert values(snapshot, "robots", "robot_name") == ["bob+laptop"]
    assert outcomes(snapshot, "team_members")["acme"] == "failed"
    assert len(snapshot.rows["members"]) == 3


def test_a_list_that_goes_round_in_a_circle_fails_instead_of_never_ending() -> None:
    page = answer({"tokens": [], "next_page": "again"})
    snapshot = taken(failing(quay_with(full_store()), "/CIAPP/tokens", page))
    assert outcomes(snapshot, "application_tokens")["acme/CIAPP"] == "failed"


def test_what_two_pages_both_show_is_one_row() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        if not request.url.path.endswith("/CIAPP/tokens"):
            return quay(request)
        token = {"uuid": "t", "scope": "repo:read", "name": request.url.params.get("next_page", "first")}
        following = {} if "next_page" in request.url.params else {"next_page": "second"}
        return answer({"tokens": [token], **following})

    quay = quay_with(full_store())
    assert values(taken(handler, "application_tokens"), "application_tokens", "token_name") == ["second"]


def test_where_quotas_are_not_managed_the_table_is_off() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        response = quay(request)
        if not request.url.path.startswith("/api/v1/superuser/") or response.status_code != 200:
            return response
        document = response.json()
        for each in [*document.get("users", []), *document.get("organizations", [])]:
            each.pop("quotas")
        return answer(document)

    quay = quay_with(full_store())
    assert outcomes(taken(handler, "quotas"), "quotas") == {"": "off"}


def test_an_unknown_token_is_refused_at_the_first_request() -> None:
    quay = quay_with(full_store())
    with pytest.raises(Refused):
        taken(quay, token="nobody-knows-this-one")
    assert len(quay.requests) == 1


def test_a_token_that_is_revoked_half_way_ends_the_snapshot() -> None:
    refusal = answer({"detail": "Requires authentication"}, 401)
    with pytest.raises(Refused):
        taken(failing(quay_with(full_store()), "/acme/members", refusal))


def test_a_server_that_is_gone_half_way_ends_the_snapshot() -> None:
    def handler(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/members"):
            raise httpx2.ConnectError("gone")
        return quay(request)

    quay = quay_with(full_store())
    with pytest.raises(Unreachable):
        taken(handler, tries=2)


def test_an_organization_that_goes_half_way_is_no_failure() -> None:
    missing = answer({"detail": "Not Found", "status": 404}, 404)
    snapshot = taken(failing(quay_with(full_store()), "/organization/globex", missing))
    assert {each.outcome.value for each in snapshot.lists} == {"read", "refused"}
    assert set(values(snapshot, "teams", "namespace_name")) == {"acme"}


HOSTILE = ("=cmd|'/c calc'!A1", "'; drop table users; --", "<script>", "a%2Fb/c", "\u202e\x00\n", "é" * 40)


def test_hostile_names_are_kept_as_they_are() -> None:
    store = Store()
    store.add_user("auditor", global_readonly_superuser=True)
    store.add_token(TOKEN, "auditor", ["user:read"])
    for name in HOSTILE:
        store.add_user(name)
        store.grants.app_tokens.append(AppToken(1, name, name, NOW, None))
    snapshot = taken(quay_with(store), "users", "app_tokens")
    assert set(values(snapshot, "users", "user_name")) == {"auditor", *HOSTILE}
    assert set(values(snapshot, "app_tokens", "title")) == set(HOSTILE)
