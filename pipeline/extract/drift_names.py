"""Names that changed between two readings, and what the lake itself tells of them: renames and deletions.

Quay shows a row's performer and namespace by today's name. A deleted account is first renamed to a random UUID, then
removed, and a robot is removed at once: then the row names nobody. Source: quay/quay data/model/user.py
(mark_namespace_for_deletion), data/model/log.py (get_logs_query).
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.reader import lines_of_file
from pipeline.quay.lines import Row, row_from_line
from pipeline.quay.scopes import scope_from_text

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DEEDS = frozenset({"user_change_name", "org_change_name", "user_delete", "org_delete", "delete_robot"})


class Field(StrEnum):
    """What of a row may change while the row stays."""

    PERFORMER = "performer"
    NAMESPACE = "namespace"
    KIND = "kind"


class Change(NamedTuple):
    """A name that rows had, and the one that they show now; None where they show none."""

    field: Field
    old: str | None
    new: str | None

    @property
    def is_deletion(self) -> bool:
        """Whether the account is gone, or on its way."""
        if self.field is Field.KIND or self.old is None or _UUID.fullmatch(self.old):
            return False
        return self.new is None or _UUID.fullmatch(self.new) is not None

    @property
    def is_rename(self) -> bool:
        """Whether the account, or the kind, has another name now."""
        return self.old is not None and self.new is not None and not self.is_deletion


class Told(NamedTuple):
    """What entries in the lake say: new names by old ones, and the accounts that somebody deleted."""

    renames: dict[str, str]
    deletions: frozenset[str]

    def explains(self, change: Change) -> bool:
        """Whether an entry tells of this change. A robot is renamed and deleted with its owner."""
        old, new = (name.partition("+") if name else ("", "", "") for name in (change.old, change.new))
        if change.is_deletion:
            return change.old in self.deletions or old[0] in self.deletions
        return old[1:] == new[1:] and new[0] in self.names_after(old[0])

    def names_after(self, name: str) -> list[str]:
        """The names that an account had after this one, the latest last."""
        names: list[str] = []
        while (name := self.renames.get(name, "")) and name not in names:
            names.append(name)
        return names


def changes_of(held: Row, shown: Row) -> Iterator[Change]:
    """How the names of one row differ between two readings. A reading without namespaces says nothing of them."""
    if held.performer_name != shown.performer_name:
        yield Change(Field.PERFORMER, held.performer_name, shown.performer_name)
    if held.namespace_name != shown.namespace_name:
        yield Change(Field.NAMESPACE, held.namespace_name, shown.namespace_name)
    if held.kind != shown.kind:
        yield Change(Field.KIND, held.kind, shown.kind)


def told_in_lake(layout: Layout) -> Told:
    """What the lake's own entries say of renames and deletions. Reads the windows that hold such kinds, and no other."""
    renames: dict[str, str] = {}
    deletions: set[str] = set()
    ledger = Ledger(layout)
    for window in ledger.windows():
        if _DEEDS.isdisjoint(window.rows_by_kind):
            continue
        for line in lines_of_file(ledger.entries_file(scope_from_text(window.scope), window.day)):
            row = row_from_line(line)
            if row.kind in _DEEDS:
                _hear(row, renames, deletions)
    return Told(renames, frozenset(deletions))


def _hear(row: Row, renames: dict[str, str], deletions: set[str]) -> None:
    details = _details(row)
    if row.kind == "user_change_name" and row.performer_name:
        renames[details.get("old_username", "")] = row.performer_name
    elif row.kind == "org_change_name":
        renames[details.get("old_name", "")] = details.get("new_name", "")
    else:
        key = {"user_delete": "username", "org_delete": "namespace", "delete_robot": "robot"}.get(
            row.kind, ""
        )
        deletions.add(details.get(key, ""))


def _details(row: Row) -> dict[str, str]:
    """The details that are text."""
    try:
        details = json.loads(row.metadata)
    except (ValueError, RecursionError):
        return {}
    return {k: v for k, v in details.items() if isinstance(v, str)} if isinstance(details, dict) else {}


class Changes:
    """The changes of many rows, counted; rows that could be paired in several ways are paired last."""

    def __init__(self) -> None:
        self.rows: Counter[Change] = Counter()
        self._renames: dict[tuple[Field, str | None], str | None] = {}

    def pair(self, held: Row, shown: Row) -> None:
        """These two are one row."""
        for change in changes_of(held, shown):
            self.rows[change] += 1
            self._renames[change.field, change.old] = change.new

    def as_shown_now(self, row: Row) -> tuple[str | None, str | None]:
        """Performer and namespace that a row would show now, by the changes that are known."""
        return (
            self._renames.get((Field.PERFORMER, row.performer_name), row.performer_name),
            self._renames.get((Field.NAMESPACE, row.namespace_name), row.namespace_name),
        )
