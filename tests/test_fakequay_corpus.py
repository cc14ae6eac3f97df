"""The page chains and counts that a running Quay gave come out of FakeQuay again, row for row and loss for loss."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx2
import pytest

from pipeline.demo.fakequay import FakeQuay, Habits, TieOrder
from pipeline.demo.store import Store
from tests.contract import canonical
from tests.worlds import (
    AUDITOR,
    GRANTS,
    data_from,
    exported_rows,
    identity,
    store_from_export,
    time_of,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
GONE = "gone-namespace"

MARIADB_WINDOWS = (
    "acme-2026-11-17",
    "small-2026-11-10",
    "small-2026-11-11",
    "small-2026-11-12",
    "small-2026-11-13",
    "small-2026-11-14",
)


def _client(store: Store, habits: Habits | None = None, seed: int = 0) -> httpx2.Client:
    quay = FakeQuay(store, habits=habits, clock=lambda: NOW, seed=seed)
    return httpx2.Client(
        transport=httpx2.MockTransport(quay),
        base_url="http://quay.test/api/v1/",
        headers={"authorization": f"Bearer {AUDITOR}"},
    )


def _chain(client: httpx2.Client, path: str, day: date) -> Iterator[dict[str, Any]]:
    """The pages of one day, as a client follows them."""
    asked = day.strftime("%m/%d/%Y")
    query = {"starttime": asked, "endtime": asked}
    while True:
        page = client.get(path, params=query).json()
        yield page
        if "next_page" not in page:
            return
        query["next_page"] = page["next_page"]


def _recorded_pages(name: str) -> list[dict[str, Any]]:
    pages: list[dict[str, Any]] = data_from(name)
    return pages


@pytest.fixture(scope="module")
def acme() -> Store:
    return store_from_export("corpus/export/acme.json.gz", "acme")


def test_a_chain_without_ties_gives_the_recorded_pages_of_an_organization(acme: Store) -> None:
    recorded = _recorded_pages("corpus/pages/org_acme_2026-11-17.json.gz")
    with _client(acme) as client:
        pages = list(_chain(client, "organization/acme/logs", date(2026, 11, 17)))
    assert [canonical(page) for page in pages] == [canonical(page) for page in recorded]


def test_a_chain_of_the_whole_registry_gives_the_recorded_pages() -> None:
    recorded = _recorded_pages("corpus/pages/all_2026-11-17.json.gz")
    with _client(_store_from_registry_pages(recorded)) as client:
        pages = list(_chain(client, "superuser/logs", date(2026, 11, 17)))
    assert [canonical(page) for page in pages] == [canonical(page) for page in recorded]


def _store_from_registry_pages(pages: list[dict[str, Any]]) -> Store:
    """A registry of nothing but the rows of a chain; those that show no namespace belong to one that is gone."""
    rows = [row for page in reversed(pages) for row in reversed(page["logs"])]
    kinds = {row["namespace"]["name"]: row["namespace"]["kind"] for row in rows if "namespace" in row}
    store = Store()
    store.add_user("admin", superuser=True)
    store.add_user("auditor", global_readonly_superuser=True)
    for name, kind in kinds.items():
        if kind == "org":
            store.add_organization(name, email="acme2@example.com" if name == "acme" else None)
        elif store.find_account(name) is None:
            store.add_user(name)
    store.add_organization(GONE)
    for second, ordinal, row in _numbered(rows):
        namespace = row["namespace"]["name"] if "namespace" in row else GONE
        store.log_entry(row, namespace, at=second + timedelta(microseconds=ordinal))
    store.delete_organization(GONE)
    store.collect_garbage()
    user, scopes = GRANTS["readonly_superuser"]
    store.add_token(AUDITOR, user, scopes)
    return store


def _numbered(rows: list[dict[str, Any]]) -> Iterator[tuple[datetime, int, dict[str, Any]]]:
    ordinals: Counter[datetime] = Counter()
    for row in rows:
        second = time_of(row)
        yield second, ordinals[second], row
        ordinals[second] += 1


@pytest.mark.parametrize("tie_order", list(TieOrder))
def test_a_chain_over_bursts_of_equal_datetimes_shows_and_loses_the_recorded_seconds(
    tie_order: TieOrder,
) -> None:
    """Every second of this day is a true tie: the chain skips 20 rows more at each border that falls in one.

    Which rows of a second come first the database picks anew for every query: the recorded chain shows one twice.
    """
    recorded = _recorded_pages("corpus/pages/org_tieorg_2026-11-18.json.gz")
    store = store_from_export("corpus/export/tieorg.json.gz", "tieorg", distinct_microseconds=False)
    with _client(store, Habits(tie_order=tie_order)) as client:
        pages = list(_chain(client, "organization/tieorg/logs", date(2026, 11, 18)))
    assert [_seconds(page) for page in pages] == [_seconds(page) for page in recorded]
    assert sum(len(page["logs"]) for page in pages) == 120
    assert len(exported_rows("corpus/export/tieorg.json.gz")) == 314 + 4  # and four rows of another day


def _seconds(page: dict[str, Any]) -> list[str]:
    return [row["datetime"] for row in page["logs"]]


@pytest.mark.parametrize("window", MARIADB_WINDOWS)
def test_a_chain_of_whole_seconds_shows_and_loses_the_recorded_rows(window: str) -> None:
    namespace, _, day = window.partition("-")
    recorded = _recorded_pages(f"corpus-mariadb/pages/{window}.json.gz")
    store = store_from_export(f"corpus-mariadb/export/{window}.json.gz", namespace, whole_seconds=True)
    with _client(store) as client:
        pages = list(_chain(client, f"organization/{namespace}/logs", date.fromisoformat(day)))
        counts = _counts(client, namespace, date.fromisoformat(day))
    assert [canonical(page) for page in pages] == [canonical(page) for page in recorded]
    assert counts == _counter(data_from(f"corpus-mariadb/aggregate/{window}.json.gz")["aggregated"])
    assert sum(len(page["logs"]) for page in pages) < sum(counts.values())


@pytest.mark.parametrize("namespace", ["acme", "tieorg"])
def test_counts_of_an_exported_history_equal_the_recorded_counts_on_every_closed_day(
    namespace: str, acme: Store
) -> None:
    store = (
        acme if namespace == "acme" else store_from_export(f"corpus/export/{namespace}.json.gz", namespace)
    )
    recorded = data_from(f"corpus/aggregate/org_{namespace}.json.gz")
    closed = [day for day in map(date.fromisoformat, recorded) if day < date(2026, 11, 23)]
    with _client(store) as client:
        differing = [
            day for day in closed if _counts(client, namespace, day) != _counter(recorded[day.isoformat()])
        ]
    assert (differing, len(closed)) == ([], 60)


def _counts(client: httpx2.Client, namespace: str, day: date) -> Counter[str]:
    asked = day.strftime("%m/%d/%Y")
    query = {"starttime": asked, "endtime": asked}
    return _counter(client.get(f"organization/{namespace}/aggregatelogs", params=query).json()["aggregated"])


def _counter(aggregated: list[dict[str, Any]]) -> Counter[str]:
    return Counter({each["kind"]: each["count"] for each in aggregated})


def test_an_export_gives_back_its_own_rows_as_a_multiset(acme: Store) -> None:
    exported = Counter(map(identity, exported_rows("corpus/export/acme.json.gz")))
    day = date(2026, 11, 12)
    with _client(acme) as client:
        shown = [row for page in _chain(client, "organization/acme/logs", day) for row in page["logs"]]
    assert Counter(map(identity, shown)) == Counter(
        {key: count for key, count in exported.items() if f"Thu, {day:%d %b %Y}" in key}
    )
