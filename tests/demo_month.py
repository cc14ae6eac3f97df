"""A month of the demo history, built once, and a store that remembers what it was told before names become ids."""

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from pipeline.demo.history import History, build_history
from pipeline.demo.history.journal import Row
from pipeline.demo.records import Account
from pipeline.demo.store import Store

LAST_DAY = date(2026, 11, 24)  # a Tuesday


class RecordingStore(Store):
    """Behaves like any store; `told` has every row in the order in which it came, the others what came with them."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Row] = []
        self.api_tokens: dict[str, tuple[str, set[str]]] = {}
        self.app_token_uuids: set[str] = set()
        self.owners: dict[str, list[str]] = {}

    def add_organization(self, *args: Any, **kwargs: Any) -> Account:
        """Add an organization and remember who owns it."""
        self.owners[args[0]] = list(kwargs["owners"])
        return super().add_organization(*args, **kwargs)

    def add_token(self, *args: Any, **kwargs: Any) -> None:
        """Add a token for the API and remember it by its secret."""
        secret, user, scopes = args
        self.api_tokens[secret] = (user, set(scopes))
        super().add_token(*args, **kwargs)

    def add_app_token(self, *args: Any, **kwargs: Any) -> None:
        """Add an app-specific token and remember its UUID."""
        self.app_token_uuids.add(kwargs["uuid"])
        super().add_app_token(*args, **kwargs)

    def log(
        self,
        kind: str,
        at: datetime,
        namespace: str | None,
        *,
        performer: str | None = None,
        repository: str | None = None,
        ip: str | None = None,
        metadata: Mapping[str, Any],
        table: int = 3,
    ) -> None:
        """Store one row and remember it."""
        super().log(
            kind,
            at,
            namespace,
            performer=performer,
            repository=repository,
            ip=ip,
            metadata=metadata,
            table=table,
        )
        self.told.append(Row(at, kind, namespace, dict(metadata), performer, repository, ip))

    @property
    def digest(self) -> str:
        """A hash of all rows, in their order."""
        return hashlib.sha256(repr(self.told).encode()).hexdigest()


@cache
def demo_month() -> tuple[RecordingStore, History]:
    """Thirty days up to `LAST_DAY`."""
    store = RecordingStore()
    return store, build_history(store, days=30, until=LAST_DAY, seed=11)


def build(*, days: int = 2, until: date = LAST_DAY, seed: int = 11, scale: float = 0.1) -> RecordingStore:
    """The store of a small history."""
    store = RecordingStore()
    build_history(store, days=days, until=until, seed=seed, scale=scale)
    return store
