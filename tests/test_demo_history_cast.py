"""Who and what the demo history has, what is written where texts are free, and the tokens that open its API."""

import json
import re
from collections import Counter
from functools import cache

import pytest

from pipeline.demo.history import TOKENS, build_history, hostile
from pipeline.demo.history.people import PEOPLE
from pipeline.demo.records import AccountKind
from pipeline.demo.store import Store
from tests.demo_month import LAST_DAY, demo_month

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def texts_of_the_month() -> set[str]:
    """Every text in the metadata, however deep."""
    found: set[str] = set()
    waiting: list[object] = [row.metadata for row in demo_month()[0].told]
    while waiting:
        match waiting.pop():
            case str() as text:
                found.add(text)
            case dict() as fields:
                waiting.extend(fields.values())
            case list() as items:
                waiting.extend(items)
    return found


# Who and what there is


def test_the_cast_is_as_large_as_promised() -> None:
    store = demo_month()[0]
    kinds = Counter(account.kind for account in store.accounts.values())
    assert kinds[AccountKind.USER] >= 25
    assert kinds[AccountKind.ORGANIZATION] >= 6
    assert kinds[AccountKind.ROBOT] >= 15
    assert len(store.repositories) >= 45
    assert sum(repository.is_public for repository in store.repositories.values()) >= 10


def test_what_belongs_to_nobody_is_booked_on_the_administrator() -> None:
    store = demo_month()[0]
    rows = [row for row in store.tables[3].rows() if row.kind.startswith("service_key_")]
    assert {store.accounts[row.account_id].name for row in rows} == {"admin"}


def test_people_and_machines_keep_to_networks_of_their_own() -> None:
    told = demo_month()[0].told
    homes = [person.home.prefix for person in PEOPLE]
    assert len(set(homes)) == len(homes)
    for person in PEOPLE:
        networks = {
            row.ip.rpartition(":" if ":" in row.ip else ".")[0]
            for row in told
            if row.performer == person.name and row.ip and row.kind == "pull_repo"
        }
        assert 2 <= len(networks) <= 5, (person.name, networks)


def test_every_kind_of_credential_and_tool_pulls() -> None:
    pulls = [row for row in demo_month()[0].told if row.kind == "pull_repo"]
    for key in ("is_robot", "oauth_token_id", "app_specific_token", "token"):
        assert sum(key in row.metadata for row in pulls) > 100, key
    assert sum("username" not in row.metadata and "token" not in row.metadata for row in pulls) > 3_000
    tools = {row.metadata["user-agent"].partition("/")[0].lower() for row in pulls}
    assert {"docker", "containers", "skopeo", "crane", "containerd", "buildah", "cri-o", "kaniko"} <= tools


def test_what_somebody_without_an_account_pulls_is_public_but_for_the_incidents() -> None:
    store, history = demo_month()
    public = {
        (store.accounts[repository.namespace_id].name, repository.name)
        for repository in store.repositories.values()
        if repository.is_public
    }
    planted = {repr(row) for incident in history.incidents for row in incident.rows}
    anonymous = [
        row
        for row in store.told
        if row.kind == "pull_repo" and not {"username", "token"} & row.metadata.keys()
    ]
    strange = {
        repr(row) for row in anonymous if (row.metadata["namespace"], row.metadata["repo"]) not in public
    }
    assert strange
    assert strange <= planted


def test_accounts_that_were_deleted_or_renamed_show_what_quay_would_show() -> None:
    store = demo_month()[0]
    rows = store.tables[3].rows()
    joined = {id: account.name for id, account in store.accounts.items()}
    assert any(row.performer_id is not None and row.performer_id not in joined for row in rows)
    assert any(row.account_id not in joined for row in rows)
    assert any(UUID.fullmatch(joined.get(row.account_id, "")) for row in rows)
    assert any(
        joined.get(row.account_id) == f"{json.loads(row.metadata)['namespace']}-labs"
        for row in rows
        if row.kind == "create_repo"
    )


# Texts that mean harm


@pytest.mark.parametrize("text", hostile.TEXTS)
def test_every_hostile_text_occurs_in_a_month(text: str) -> None:
    assert any(text in found for found in texts_of_the_month())


@pytest.mark.parametrize("key", ["user-agent", "description", "repo", "tag", "app_specific_token_title"])
def test_names_and_texts_that_quay_leaves_free_hold_more_than_ascii(key: str) -> None:
    texts = {row.metadata[key] for row in demo_month()[0].told if isinstance(row.metadata.get(key), str)}
    assert any(not text.isascii() for text in texts)


@pytest.mark.parametrize(
    "key", ["user-agent", "useragent", "description", "repo", "value", "app_specific_token_title"]
)
def test_a_formula_waits_where_a_spreadsheet_may_open_it(key: str) -> None:
    texts = {row.metadata[key] for row in demo_month()[0].told if isinstance(row.metadata.get(key), str)}
    assert any(text.startswith(("=", "+", "-", "@")) for text in texts)


def test_no_text_holds_a_nul_or_half_a_character() -> None:
    texts = texts_of_the_month()
    assert not any("\0" in text for text in texts)
    assert all(text.encode() for text in texts if text)


def test_names_keep_to_the_rules_that_quay_enforces() -> None:
    store = demo_month()[0]
    account_name = re.compile(r"[a-z0-9_.+-]{2,255}")
    repository_name = re.compile(r"[a-z0-9][a-z0-9._/-]{0,254}")
    tag = re.compile(r"\w[\w.-]{0,127}")
    assert all(account_name.fullmatch(account.name) for account in store.accounts.values())
    assert all(repository_name.fullmatch(each.name) for each in store.repositories.values())
    tags = {row.metadata["tag"] for row in store.told if row.kind == "push_repo" and "tag" in row.metadata}
    assert all(tag.fullmatch(each) for each in tags)


# The API's tokens


def test_each_role_has_a_secret_that_looks_like_a_demo_and_opens_the_store() -> None:
    store, history = demo_month()
    assert history.tokens == TOKENS
    assert history.tokens.keys() == {"auditor", "superuser", "org_admin", "user"}
    for token in history.tokens.values():
        assert re.fullmatch(r"DEMO[A-Z]+0+", token.secret)
        assert len(token.secret) == 40
        assert store.api_tokens[token.secret] == (token.user, set(token.scopes))


def test_each_role_is_held_by_an_account_of_that_rank() -> None:
    store, history = demo_month()
    holders = {role: store.account(token.user) for role, token in history.tokens.items()}
    assert holders["auditor"].is_global_readonly_superuser
    assert not holders["auditor"].is_superuser
    assert holders["superuser"].is_superuser
    assert holders["org_admin"].name in store.owners["acme"]
    assert not holders["user"].is_superuser


def test_the_history_needs_nothing_but_an_empty_store() -> None:
    store = Store(whole_seconds=True)
    history = build_history(store, days=1, until=LAST_DAY, seed=1, scale=0.1)
    assert len(store.tables[3].rows()) == history.row_count > 500
