"""The embedded registry: a Quay with forty days of history behind it, and its export worker."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from pipeline.demo.callback_post import post_over_http
from pipeline.demo.fakequay import ExportWorker, FakeQuay, Habits
from pipeline.demo.history import History, build_history
from pipeline.demo.records import AccountKind
from pipeline.demo.store import Store

DAYS = 40
SEED = 2026


class Registry(NamedTuple):
    """What `serve` needs, and what there is to read. The worker polls quickly: nobody should wait a minute here."""

    quay: FakeQuay
    worker: ExportWorker
    history: History
    largest_organization: str


def make_registry(until: date, clock: Callable[[], datetime], *, whole_seconds: bool = False) -> Registry:
    """A registry whose history ends with the day `until`. The same day and storage give the same rows."""
    store = Store(whole_seconds=whole_seconds)
    history = build_history(store, days=DAYS, until=until, seed=SEED)
    habits = Habits(
        ssrf_allowed_hosts=frozenset({"127.0.0.0/8"}), export_poll_period=timedelta(milliseconds=200)
    )
    quay = FakeQuay(store, habits=habits, clock=clock)
    worker = ExportWorker(quay, clock=clock, post=post_over_http)
    return Registry(quay, worker, history, _largest_organization(store))


def _largest_organization(store: Store) -> str:
    organizations = [
        account for account in store.accounts.values() if account.kind is AccountKind.ORGANIZATION
    ]
    return max(organizations, key=lambda account: len(store.tables[3].rows(account_id=account.id))).name
