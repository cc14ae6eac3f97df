"""What `aggregate` prints is what Quay's aggregatelogs answers: for every scope, day and performer tried."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.demo.fakequay import FakeQuay
from pipeline.demo.history import build_history
from pipeline.demo.store import Store
from pipeline.extract.windows import days_between, months_between
from pipeline.lake.layout import Layout
from pipeline.quay.logs import Counts, read_counts, stream_of
from pipeline.quay.scopes import ALL, Scope, org, repo, user
from pipeline.warehouse.aggregate import aggregate
from pipeline.warehouse.build import build
from tests.extracts import client_of, extract_all
from tests.worlds import AUDITOR, data_from, store_from_export

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FIRST, LAST = date(2026, 10, 28), date(2026, 11, 8)
SCOPES = (ALL, org("acme"), org("globex"), org("platform"), user("alice"), repo("acme", "web"))
PERFORMERS = ("alice", "frank", "acme+ci", "globex+deploy", "auditor")


class Read:
    """A registry, and the warehouse that was made of it."""

    def __init__(self, folder: Path) -> None:
        store = Store()
        history = build_history(store, days=12, until=LAST, seed=7, scale=0.4)
        self.fake = FakeQuay(store, clock=lambda: NOW)
        self.token = history.tokens["auditor"].secret
        acme = store.account("acme").id
        self.repositories = [r.name for r in store.repositories.values() if r.namespace_id == acme]
        self.layout = Layout(folder / "lake")
        scopes = [scope for scope in SCOPES if scope.kind != "repo"]
        self.scopes = [*scopes, repo("acme", self.repositories[0])]
        summary = extract_all(
            self.fake, self.layout.root, self.scopes, FIRST, LAST, now=NOW, token=self.token
        )
        assert summary.is_complete
        build(self.layout, self.layout.warehouse)


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Read:
    return Read(tmp_path_factory.mktemp("aggregate"))


def ours(
    read: Read, scope: Scope, since: date, until: date, performer: str | None
) -> Mapping[tuple[str, str], int]:
    result = aggregate(read.layout.warehouse, scope, since, until, performer)
    assert result.gaps == []
    return {(item["datetime"], item["kind"]): item["count"] for item in result.counts}


def quays(
    read: Read, scope: Scope, since: date, until: date, performer: str | None
) -> Mapping[tuple[str, str], int]:
    client = client_of(read.fake, read.token, now=NOW)
    stream = stream_of(scope) if performer is None else stream_of(scope).by(performer)
    counts: Counts = {}
    for first, last in months_between(since, until):
        counts |= read_counts(client, stream, first, last)
    return {
        (f"{day:%a, %d %b %Y} 00:00:00 -0000", kind): count
        for day, kinds in counts.items()
        for kind, count in kinds.items()
    }


def test_every_scope_and_range_equals_what_quay_counts(read: Read) -> None:
    for scope in read.scopes:
        assert ours(read, scope, FIRST, LAST, None) == quays(read, scope, FIRST, LAST, None)
        for day in days_between(FIRST, LAST):
            assert ours(read, scope, day, day, None) == quays(read, scope, day, day, None)


@pytest.mark.parametrize("performer", PERFORMERS)
def test_every_performer_equals_what_quay_counts(read: Read, performer: str) -> None:
    for scope in read.scopes:
        if scope.kind in ("org", "user"):  # the other endpoints know no performer
            assert ours(read, scope, FIRST, LAST, performer) == quays(read, scope, FIRST, LAST, performer)


def test_a_namespace_without_windows_of_its_own_is_counted_from_all(read: Read) -> None:
    for name in ("initech", "umbrella", "sandbox"):
        assert ours(read, org(name), FIRST, LAST, None) == quays(read, org(name), FIRST, LAST, None)
        assert ours(read, org(name), FIRST, LAST, "alice") == quays(read, org(name), FIRST, LAST, "alice")


def test_a_performer_that_nobody_is_has_no_counts_where_quay_gives_everybodys(read: Read) -> None:
    assert ours(read, org("acme"), FIRST, LAST, "nosuchuser") == {}
    assert quays(read, org("acme"), FIRST, LAST, "nosuchuser") == quays(read, org("acme"), FIRST, LAST, None)


@pytest.mark.parametrize("name", ["acme", "tieorg"])
def test_the_counts_of_a_running_quay_come_out_again(name: str, tmp_path: Path) -> None:
    first, last = date(2026, 10, 28), date(2026, 11, 22)
    fake = FakeQuay(
        store_from_export(f"corpus/export/{name}.json.gz", name), clock=lambda: NOW - timedelta(days=1)
    )
    layout = Layout(tmp_path / "lake")
    extract_all(fake, layout.root, [org(name)], first, last, now=NOW, token=AUDITOR)
    build(layout, layout.warehouse)
    counted: dict[str, list[dict[str, Any]]] = data_from(f"corpus/aggregate/org_{name}.json.gz")
    theirs = [
        (item["datetime"], item["kind"], item["count"])
        for day, items in counted.items()
        if first <= date.fromisoformat(day) <= last
        for item in items
    ]
    printed = aggregate(layout.warehouse, org(name), first, last).counts
    assert Counter((item["datetime"], item["kind"], item["count"]) for item in printed) == Counter(theirs)
