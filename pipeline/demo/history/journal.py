"""Rows on their way to the store: they wait until no earlier one can come, then go in the order of their time."""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from pipeline.demo.store import Store


class Row(NamedTuple):
    """One row of the log, with names where the store keeps ids.

    Shape: no `namespace` means that Quay books it on the user with the smallest id; `repository` is set where Quay
    ties the row to a repository, which is not everywhere that the metadata name one.
    """

    at: datetime
    kind: str
    namespace: str | None
    metadata: dict[str, Any]
    performer: str | None = None
    repository: str | None = None
    ip: str | None = None


Rows = tuple[Row, ...]


class Journal:
    """Takes rows in any order and gives the store those of `[first, end)`, sorted by time; the others are lost."""

    def __init__(self, store: Store, first: datetime, end: datetime) -> None:
        self.first = first
        self.end = end
        self.row_count = 0
        self._store = store
        self._waiting: list[Row] = []

    def add(self, row: Row) -> Row:
        """Take one row; gives it back, for whoever wants to name it later."""
        if self.first <= row.at < self.end:
            self._waiting.append(row)
        return row

    def add_all(self, rows: Iterable[Row]) -> Rows:
        """Take several rows; gives them back."""
        return tuple(self.add(row) for row in rows)

    def write_before(self, moment: datetime) -> None:
        """Store what happened before `moment`. Promise in return: nothing earlier is added from now on."""
        self._waiting.sort(key=attrgetter("at"))
        later = [row for row in self._waiting if row.at >= moment]
        for row in self._waiting[: len(self._waiting) - len(later)]:
            self._store.log(
                row.kind,
                row.at,
                row.namespace,
                performer=row.performer,
                repository=row.repository,
                ip=row.ip,
                metadata=row.metadata,
            )
        self.row_count += len(self._waiting) - len(later)
        self._waiting = later
