"""A Quay with one organization, and days whose rows a test can count on its fingers."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from pipeline.demo.fakequay import FakeQuay, Habits
from pipeline.demo.store import Store
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, WindowState
from pipeline.quay.scopes import Scope, org
from tests.extracts import (
    ALL_SCOPES,
    NOW,
    TOKEN,
)

FIRST, LAST = date(2026, 10, 28), date(2026, 11, 3)
DAY = date(2026, 10, 30)
ACME = org("acme")


def small_store(*, whole_seconds: bool = False) -> Store:
    store = Store(whole_seconds=whole_seconds)
    store.add_user("admin", superuser=True)
    store.add_user("auditor", global_readonly_superuser=True)
    for person in ("alice", "bob"):
        store.add_user(person)
    store.add_organization("acme", owners=["alice"])
    for name in ("web", "api", "db"):
        store.add_repository("acme", name)
    store.add_token(TOKEN, "auditor", ALL_SCOPES)
    return store


def log(store: Store, at: datetime, kind: str = "pull_repo", tag: str = "", repository: str = "web") -> None:
    metadata = {"repo": repository, "namespace": "acme", "tag": tag}
    store.log(kind, at, "acme", performer="alice", repository=repository, ip="203.0.113.1", metadata=metadata)


def at(day: date, seconds: float) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)


def week() -> Store:
    """Seven days over a month's end: one is empty, one has 20 rows, one 21, one 90."""
    store = small_store()
    for offset, rows in enumerate((5, 20, 21, 0, 90, 1, 3)):
        for n in range(rows):
            log(store, at(FIRST + timedelta(days=offset), 100 + 61.7 * n), tag=f"v{n}")
    return store


def quay(store: Store, **habits: object) -> FakeQuay:
    return FakeQuay(store, habits=Habits(**habits), clock=lambda: NOW)  # type: ignore[arg-type]


def window(lake: Path, scope: Scope = ACME, day: date = DAY) -> WindowState:
    state = Ledger(Layout(lake)).window(scope, day)
    assert state is not None
    return state


def busy_day(rows: int = 60) -> Store:
    store = small_store()
    for n in range(rows):
        log(store, at(DAY, 1000 + 3.3 * n), tag=f"v{n}")
    return store
