"""Small ways to ask a FakeQuay and to follow its pages."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

import httpx2

from pipeline.demo.fakequay import FakeQuay, Habits
from pipeline.demo.store import Store
from tests.worlds import ALICE, AUDITOR, GRANTS, SUPERUSER

NOW = datetime(2026, 11, 23, 13, 30, tzinfo=UTC)


def clock() -> datetime:
    """The time at which tests ask."""
    return NOW


def client_of(
    quay: Callable[[httpx2.Request], httpx2.Response], token: str | None = AUDITOR
) -> AbstractContextManager[httpx2.Client]:
    """A client that talks to a function instead of a network."""
    return httpx2.Client(
        transport=httpx2.MockTransport(quay),
        base_url="http://quay.test/api/v1/",
        headers={"authorization": f"Bearer {token}"} if token else {},
    )


def ask(
    store: Store,
    path: str,
    query: dict[str, str] | None = None,
    *,
    token: str | None = AUDITOR,
    habits: Habits | None = None,
    method: str = "GET",
    **request: Any,
) -> httpx2.Response:
    """One answer of a new FakeQuay over a store."""
    with client_of(FakeQuay(store, habits=habits, clock=clock), token) as client:
        return client.request(method, path, params=query, **request)


def pages(
    client: httpx2.Client, path: str, start: str, end: str, most: int = 1000, **query: str
) -> Iterator[dict[str, Any]]:
    """The pages of a range, as a client follows them; `most` ends a chain that does not end."""
    asked = {"starttime": start, "endtime": end, **query}
    for _ in range(most):
        response = client.get(path, params=asked)
        assert response.status_code == 200, response.text
        page = response.json()
        yield page
        if "next_page" not in page:
            return
        asked["next_page"] = page["next_page"]


def numbers(chain: Iterator[dict[str, Any]]) -> list[int]:
    """The `i` of every row of a chain, for histories that number their rows."""
    return [row["metadata"]["i"] for page in chain for row in page["logs"]]


def small_store(*, whole_seconds: bool = False) -> Store:
    """Two organizations without rows, their people, and tokens for an auditor, a superuser and an owner."""
    store = Store(whole_seconds=whole_seconds)
    store.add_user("admin", superuser=True)
    store.add_user("auditor", global_readonly_superuser=True)
    store.add_user("alice")
    store.add_user("bob")
    store.add_organization("acme", owners=["alice"])
    store.add_organization("globex", owners=["bob"])
    store.add_robot("acme", "ci")
    store.add_repository("acme", "web")
    for secret, name in ((AUDITOR, "readonly_superuser"), (SUPERUSER, "superuser"), (ALICE, "orgadmin_acme")):
        store.add_token(secret, *GRANTS[name])
    return store
