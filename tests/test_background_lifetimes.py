"""Nothing in the healthy registry is done by what is over, or with what is not there yet."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from pipeline.demo.history.credentials import ANONYMOUS
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.acts import Act, Client, Console, exchange_token
from pipeline.demo.scenarios.background import Background, background
from pipeline.demo.scenarios.background.lifetimes import CACHED_FOR, possible_acts
from pipeline.demo.scenarios.estate import Estate, Repository
from pipeline.demo.scenarios.holdings import AppToken

SEEDS = (3, 5, 8)
RESIDUE = timedelta(seconds=3_660)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
WEB, DOCS = Repository("acme", "web", "web"), Repository("acme", "docs", "web")
OLD = AppToken("alice", "old", "laptop", date(2025, 1, 1))
NEW = AppToken("alice", "new", "laptop", date(2026, 3, 3))
NETWORK = Network("198.51.100")
ALICE = Console("alice", NETWORK, 7)


@cache
def _registry(seed: int) -> Background:
    return background(seed, days=21)


def _ends(registry: Background, kind: str, name: str) -> dict[str, datetime]:
    return {act.metadata[name]: act.at for act in registry.acts if act.kind == kind}


def _client(token: AppToken = OLD) -> Client:
    return Client(token.credential, NETWORK, 7, "docker/27.5.1")


def _possible(*acts: Act, made: tuple[AppToken, ...] = (OLD,)) -> list[Act]:
    return possible_acts(
        sorted(acts, key=lambda act: act.at), [Estate(app_tokens={each.uuid: each for each in made})]
    )


def _token_act(kind: str, token: AppToken, at: datetime = NOON) -> Act:
    return ALICE.on_account(kind, at, token.naming)


def _tokens_used(acts: list[Act]) -> list[str | None]:
    return [act.metadata.get("app_specific_token") for act in acts if act.kind == "pull_repo"]


def _hours(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_token_is_used_neither_before_it_is_made_nor_an_hour_after_it_is_revoked(seed: int) -> None:
    registry = _registry(seed)
    made = _ends(registry, "create_app_specific_token", "app_specific_token")
    revoked = _ends(registry, "revoke_app_specific_token", "app_specific_token")
    assert len(made) > 10
    assert len(revoked) > 10
    for act in registry.acts:
        token = act.metadata.get("app_specific_token")
        if token:
            assert act.at >= made.get(token, act.at)
            assert act.at <= revoked.get(token, act.at) + RESIDUE


@pytest.mark.parametrize("seed", SEEDS)
def test_a_revoked_token_ends_but_for_a_few_pulls(seed: int) -> None:
    registry = _registry(seed)
    revoked = _ends(registry, "revoke_app_specific_token", "app_specific_token")
    late = Counter(
        token
        for act in registry.acts
        if (token := act.metadata.get("app_specific_token")) in revoked and act.at > revoked[token]
    )
    assert late.total() <= 20
    assert len(late) <= len(revoked) // 4


@pytest.mark.parametrize("seed", SEEDS)
def test_an_oauth_token_is_not_used_after_its_revocation(seed: int) -> None:
    registry = _registry(seed)
    revoked = _ends(registry, "revoke_oauth_api_token", "oauth_token_uuid")
    numbers = {
        token.granted.id: revoked[uuid]
        for estate in registry.estates
        for uuid, token in estate.oauth_tokens.items()
        if uuid in revoked
    }
    uses = [act for act in registry.acts if "oauth_token_id" in act.metadata and act.kind != "login_failure"]
    assert uses
    assert [act for act in uses if act.at > numbers.get(act.metadata["oauth_token_id"], act.at)] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_robots_act_from_their_creation_to_their_deletion(seed: int) -> None:
    acts = _registry(seed).acts
    made, deleted = (
        {f"{act.namespace}+{act.metadata['robot']}": act.at for act in acts if act.kind == kind}
        for kind in ("create_robot", "delete_robot")
    )
    assert made
    for act in acts:
        name = act.metadata.get("username") if act.metadata.get("is_robot") else act.performer
        if name and act.kind != "login_failure":
            assert made.get(name, act.at) <= act.at <= deleted.get(name, act.at)


@pytest.mark.parametrize("seed", SEEDS)
def test_whoever_is_disabled_does_nothing_more(seed: int) -> None:
    registry = _registry(seed)
    disabled = _ends(registry, "user_disable", "username")
    assert disabled
    assert [
        act
        for act in registry.acts
        if act.performer in disabled and act.kind != "login_failure" and act.at > disabled[act.performer]
    ] == []


@pytest.mark.parametrize("seed", SEEDS)
def test_without_an_account_only_what_is_public_at_that_moment_is_pulled(seed: int) -> None:
    registry = _registry(seed)
    is_public = {
        path: each.is_public for path, each in registry.estate_on(registry.first_day).repositories.items()
    }
    opened = {
        f"{act.namespace}/{act.metadata['repo']}"
        for act in registry.acts
        if act.kind == "change_repo_visibility"
    }
    is_public |= dict.fromkeys(opened, False)
    pulled: Counter[str] = Counter()
    for act in registry.acts:
        path = f"{act.metadata.get('namespace')}/{act.metadata.get('repo')}"
        if act.kind == "change_repo_visibility":
            is_public[path] = act.metadata["visibility"] == "public"
        elif act.kind == "pull_repo" and not act.performer and not {"token", "username"} & set(act.metadata):
            assert is_public.get(path, True), act
            pulled[path] += 1
    assert opened
    assert pulled.total() > 1_000


@pytest.mark.parametrize("seed", SEEDS)
def test_repositories_are_used_from_their_creation_to_their_deletion(seed: int) -> None:
    there: defaultdict[str, bool] = defaultdict(lambda: True)
    acts = _registry(seed).acts
    for act in acts:
        if act.kind == "create_repo":
            there[f"{act.metadata['namespace']}/{act.metadata['repo']}"] = False
    assert False in there.values()
    for act in acts:
        path = f"{act.metadata.get('namespace')}/{act.metadata.get('repo')}"
        if act.kind in ("create_repo", "delete_repo"):
            there[path] = act.kind == "create_repo"
        elif act.kind in ("pull_repo", "push_repo"):
            assert there[path], act


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_possible_once_is_possible_again(seed: int) -> None:
    registry = _registry(seed)
    before = [act for act in registry.acts if act.at.date() < registry.first_day + timedelta(days=7)]
    once = possible_acts(before, registry.estates)
    assert possible_acts(once, registry.estates) == once


def test_after_a_revocation_its_owner_goes_on_with_the_newest_token() -> None:
    made = _token_act("create_app_specific_token", NEW, _hours(-1))
    gone = _token_act("revoke_app_specific_token", OLD)
    acts = [_client().pull(_hours(hours), WEB, "main") for hours in (-2, -0.5, 2)]
    assert _tokens_used(_possible(made, gone, *acts, made=(OLD, NEW))) == ["old", "old", "new"]


def test_without_another_token_the_password_is_used() -> None:
    gone = _token_act("revoke_app_specific_token", OLD)
    kept = _possible(gone, _client().pull(_hours(2), WEB, "main"))[-1]
    assert kept.metadata["username"] == "alice"
    assert not [key for key in kept.metadata if key.startswith("app_specific")]


def test_a_token_is_not_used_before_it_is_made() -> None:
    made = _token_act("create_app_specific_token", NEW)
    acts = [_client(NEW).pull(_hours(hours), WEB, "main") for hours in (-1, 1)]
    assert _tokens_used(_possible(made, *acts, made=(NEW,))) == [None, "new"]


@pytest.mark.parametrize(
    ("minutes", "repository", "token"), [(20, WEB, "old"), (20, DOCS, None), (61, WEB, None)]
)
def test_for_an_hour_a_client_may_repeat_what_it_was_let_do(
    minutes: int, repository: Repository, token: str | None
) -> None:
    gone = _token_act("revoke_app_specific_token", OLD, NOON)
    first = _client().pull(NOON - timedelta(seconds=1), WEB, "main")
    again = _client().pull(first.at + timedelta(minutes=minutes), repository, "main")
    assert timedelta(minutes=60) == CACHED_FOR
    assert _tokens_used(_possible(gone, first, again)) == ["old", token]


def test_a_login_after_the_revocation_is_by_what_is_left() -> None:
    gone = _token_act("revoke_app_specific_token", OLD)
    before, after = (_client().log_in(_hours(hours)) for hours in (-1, 1))
    kinds = [
        act.metadata.get("kind") for act in _possible(gone, before, after) if act.kind == "login_success"
    ]
    assert kinds == ["app_specific_token", "user"]


def _path(repository: Repository) -> dict[str, Any]:
    return {"repo": repository.name, "namespace": repository.namespace}


def _pull(hours: float) -> Act:
    return Client(ANONYMOUS, NETWORK, 7, "curl").pull(_hours(hours), WEB, "main")


@pytest.mark.parametrize(("visibility", "left"), [("public", [1]), ("private", [-1])])
def test_anonymous_pulls_end_when_a_repository_becomes_private(visibility: str, left: list[int]) -> None:
    flip = ALICE.act("change_repo_visibility", NOON, "acme", {**_path(WEB), "visibility": visibility})
    kept = [act for act in _possible(_pull(-1), flip, _pull(1)) if act.kind == "pull_repo"]
    assert [act.at for act in kept] == [_hours(hours) for hours in left]


def test_the_visibility_of_a_repository_is_no_matter_to_who_has_an_account() -> None:
    flip = ALICE.act("change_repo_visibility", NOON, "acme", {**_path(WEB), "visibility": "private"})
    assert len(_possible(flip, _client().pull(_hours(1), WEB, "main"))) == 2


@pytest.mark.parametrize(("kind", "left"), [("create_repo", [1]), ("delete_repo", [-1])])
def test_nobody_pulls_what_is_not_there(kind: str, left: list[int]) -> None:
    change = ALICE.act(kind, NOON, "acme", _path(WEB))
    acts = [_client().pull(_hours(hours), WEB, "main") for hours in (-1, 1)]
    kept = [act for act in _possible(change, *acts) if act.kind == "pull_repo"]
    assert [act.at for act in kept] == [_hours(hours) for hours in left]


@pytest.mark.parametrize(("kind", "left"), [("user_create", 1), ("user_disable", 1), ("user_enable", 2)])
def test_an_account_signs_in_only_while_it_can(kind: str, left: int) -> None:
    change = ALICE.on_account(kind, NOON, {"username": "bob", "superuser": "alice"}, "bob")
    bob = Console("bob", NETWORK, 9)
    acts = _possible(change, bob.sign_in(_hours(-1)), bob.sign_in(_hours(1)), bob.sign_in_badly(_hours(2)))
    assert len([act for act in acts if act.kind == "login_success"]) == left
    assert acts[-1].kind == "login_failure"


def test_an_identity_is_exchanged_only_once_it_is_trusted() -> None:
    trust = ALICE.act("create_robot_federation", NOON, "acme", {"robot": "ci", "config": []})
    acts = [
        exchange_token(_hours(hours), name, "i", "s", "10.0.0.1")
        for hours in (-1, 1)
        for name in ("acme+ci", "acme+x")
    ]
    kept = [act for act in _possible(trust, *acts) if act.kind == "federated_robot_token_exchange"]
    assert Counter(act.metadata["robot"] for act in kept) == {"acme+ci": 1, "acme+x": 2}


def test_another_persons_token_of_the_same_title_is_not_taken() -> None:
    bobs = AppToken("bob", "bobs", "laptop", date(2025, 1, 1))
    gone = _token_act("revoke_app_specific_token", OLD)
    acts = _possible(gone, _client().pull(_hours(2), WEB, "main"), made=(OLD, bobs))
    assert _tokens_used(acts) == [None]
