"""Histories on whole seconds, as MySQL and MariaDB store them, full of bursts: what pages lose and exports bring."""

import random
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from pipeline.demo.store import Store
from pipeline.quay.entries import lines_from_entries
from tests.small_quay import small_store

LAST = date(2026, 11, 20)
LONGEST_BURST = 500

_KINDS = ("pull_repo", "pull_repo", "pull_repo", "push_repo", "delete_tag")
_OFFICE_HOURS = (7 * 3600, 19 * 3600)


class Bursty:
    """One organization's log; `truth` is what it holds on each day, as lines with their multiplicity."""

    def __init__(self, rows_by_day: Iterable[int], seed: int) -> None:
        self.store: Store = small_store(whole_seconds=True)
        self.truth: dict[date, Counter[bytes]] = {}
        self._chance = random.Random(seed)
        for offset, rows in enumerate(rows_by_day):
            self._log_day(LAST - timedelta(days=offset), rows)

    @property
    def first(self) -> date:
        """The oldest day."""
        return min(self.truth)

    def _log_day(self, day: date, rows: int) -> None:
        entries = []
        for second in sorted(self._seconds(rows)):
            at = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=second)
            entries.append(self._log(at))
        self.truth[day] = Counter(lines_from_entries(entries))

    def _seconds(self, rows: int) -> list[int]:
        """Whole seconds of a day; some are met once, some by a script's dozen, some by hundreds at once."""
        seconds: list[int] = []
        while len(seconds) < rows:
            kind = self._chance.random()
            longest = 1 if kind < 0.7 else 20 if kind < 0.97 else LONGEST_BURST
            burst = min(self._chance.randint(1, longest), rows - len(seconds))
            seconds += [self._chance.randrange(*_OFFICE_HOURS)] * burst
        return seconds

    def _log(self, at: datetime) -> dict[str, Any]:
        """One row; few tags, so that some rows are equal in everything."""
        repository = self._chance.choice(("web", "api", None))
        performer = self._chance.choice(("alice", "bob", None))
        kind = self._chance.choice(_KINDS)
        metadata: dict[str, Any] = {"tag": f"v{self._chance.randrange(9)}"}
        if repository:
            metadata |= {"repo": repository, "namespace": "acme"}
        self.store.log(kind, at, "acme", performer=performer, repository=repository, metadata=metadata)
        entry = {
            "kind": kind,
            "metadata": metadata,
            "ip": None,
            "datetime": format_datetime(at).replace("+", "-"),
        }
        return entry | ({"performer": {"name": performer, "is_robot": False}} if performer else {})
