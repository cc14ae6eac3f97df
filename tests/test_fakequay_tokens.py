"""Page tokens: opaque, dated, reusable, and bound to nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.fakequay.tokens import PageTokens
from pipeline.demo.store import Store
from tests.asking import NOW, ask, client_of, clock, small_store

TTL = timedelta(days=2)
LOGS = "organization/acme/logs"
RANGE = {"starttime": "11/10/2026", "endtime": "11/10/2026"}
START = datetime(2026, 11, 10, tzinfo=UTC)


def _store() -> Store:
    store = small_store()
    for i in range(70):
        for namespace in ("acme", "globex"):
            store.log(
                "push_repo", START + timedelta(seconds=i, microseconds=54077), namespace, metadata={"i": i}
            )
    return store


def _first_token(store: Store, at: datetime = NOW) -> str:
    with client_of(FakeQuay(store, clock=lambda: at)) as client:
        token: str = client.get(LOGS, params=RANGE).json()["next_page"]
    return token


def _top(store: Store, path: str, token: str, dates: dict[str, str] | None = None) -> int | None:
    """The number of the first row that a token leads to."""
    query = {**(RANGE if dates is None else dates), "next_page": token}
    rows = ask(store, path, query).json()["logs"]
    return rows[0]["metadata"]["i"] if rows else None


@given(st.dictionaries(st.text(max_size=20), st.one_of(st.integers(), st.text(max_size=90)), max_size=4))
def test_a_token_gives_back_the_place_it_was_made_for(place: dict[str, object]) -> None:
    tokens = PageTokens(7, TTL)
    assert tokens.open(tokens.seal(place, NOW), NOW + TTL) == place


@given(st.text(max_size=300))
def test_any_other_text_opens_nothing(text: str) -> None:
    assert PageTokens(7, TTL).open(text, NOW) is None


@given(st.integers(0, 227), st.characters(codec="ascii"))
def test_a_token_with_a_changed_letter_opens_nothing(index: int, letter: str) -> None:
    tokens = PageTokens(7, TTL)
    token = tokens.seal(
        {"start_index": "2026-11-20T22:34:30.054077Z", "page_number": 1, "offset_val": 0}, NOW
    )
    changed = f"{token[:index]}{letter}{token[index + 1 :]}"
    assert changed == token or tokens.open(changed, NOW) in (None, tokens.open(token, NOW))


def test_a_token_older_than_two_days_opens_nothing() -> None:
    tokens = PageTokens(7, TTL)
    token = tokens.seal({"tti": 1}, NOW)
    assert tokens.open(token, NOW + TTL) == {"tti": 1}
    assert tokens.open(token, NOW + TTL + timedelta(seconds=1)) is None


def test_tokens_of_one_place_never_have_the_same_text_and_another_run_gives_the_same_texts() -> None:
    runs = [
        [tokens.seal({"tti": 1}, NOW) for _ in range(50)]
        for tokens in (PageTokens(7, TTL), PageTokens(7, TTL))
    ]
    assert runs[0] == runs[1]
    assert len(set(runs[0])) == 50
    assert PageTokens(8, TTL).open(runs[0][0], NOW) is None


def test_tokens_look_like_quays() -> None:
    token = _first_token(_store())
    assert token.startswith("gAAAAA")
    assert len(token) == 228


def test_a_token_gives_the_same_page_any_number_of_times() -> None:
    store = _store()
    token = _first_token(store)
    assert [_top(store, LOGS, token) for _ in range(3)] == [49, 49, 49]


def test_a_token_of_one_organization_reads_on_in_another_at_the_same_time() -> None:
    store = _store()
    assert _top(store, "organization/globex/logs", _first_token(store)) == 49


def test_a_token_reads_on_in_another_range_and_at_another_endpoint() -> None:
    store = _store()
    token = _first_token(store)
    assert _top(store, "superuser/logs", token, {"starttime": "11/01/2026", "endtime": "11/30/2026"}) == 49


@pytest.mark.parametrize("token", ["", "garbage", "é", "gAAAAA==", "null", "0"])
def test_an_unreadable_token_answers_page_one(token: str) -> None:
    assert _top(_store(), LOGS, token) == 69


def test_an_expired_token_answers_page_one() -> None:
    store = _store()
    assert _top(store, LOGS, _first_token(store, NOW - timedelta(days=3))) == 69
    assert _top(store, LOGS, _first_token(store, NOW - timedelta(days=1))) == 49


def test_a_token_without_the_dates_ends_the_chain_in_the_default_range() -> None:
    store = _store()
    page = ask(store, LOGS, {"next_page": _first_token(store)}).json()
    assert (page["logs"], "next_page" in page) == ([], False)


def test_a_listings_token_fails_the_log_and_a_logs_token_fails_the_listing() -> None:
    store = _store()
    with client_of(FakeQuay(store, clock=clock)) as client:
        listing = client.get("superuser/users/", params={"limit": "2"}).json()["next_page"]
        assert client.get(LOGS, params={**RANGE, "next_page": listing}).status_code == 500
        refused = client.get("superuser/users/", params={"limit": "2", "next_page": _first_token(store)})
        assert refused.status_code == 500
