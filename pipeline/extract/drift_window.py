"""One window against a second reading: each row is there, has other names, was rotated away, or is gone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.extract.drift_names import Changes
from pipeline.extract.drift_rows import lasting, unequal_seconds
from pipeline.extract.windows import Window
from pipeline.quay.lines import Row

ROWS_LISTED = 10_000
"""How many removed rows of a window are named; the rest is counted."""


@dataclass
class WindowDrift:
    """What became of the rows of one window. `removed_count` may be more than the rows in `removed`.

    `unread_by_kind` are rows that the server counts and did not give again: of those kinds nobody can say what is gone.
    """

    window: Window
    rows: int
    rotated: int = 0
    removed: list[Row] = field(default_factory=list)
    removed_count: int = 0
    unread_by_kind: dict[str, int] = field(default_factory=dict)
    new_by_kind: Counter[str] = field(default_factory=Counter)


class Comparison:
    """Compares one window with what the server shows now.

    `whole` are the kinds of which the server gave every row that it counts; `oldest` is the second before which rows
    may have been rotated away, empty for none.
    """

    def __init__(
        self, drift: WindowDrift, changes: Changes, whole: Mapping[str, bool], oldest: bytes
    ) -> None:
        self._drift = drift
        self._changes = changes
        self._whole = whole
        self._oldest = oldest.decode()
        self._unclear: list[tuple[list[Row], list[Row]]] = []

    def run(self, held: Iterable[bytes], shown: Iterable[bytes]) -> None:
        """Go through both, sorted, once."""
        for second in unequal_seconds(held, shown):
            for ours, theirs in _groups(second.held, second.shown):
                self._settle(ours, theirs)
        for ours, theirs in self._unclear:
            self._settle_unclear(ours, theirs)

    def _settle(self, ours: list[Row], theirs: list[Row]) -> None:
        is_clear = len({_names(row) for row in ours}) <= 1 and len({_names(row) for row in theirs}) <= 1
        if ours and theirs and not is_clear:
            self._unclear.append((ours, theirs))
            return
        self._pair_in_order(ours, theirs)

    def _settle_unclear(self, ours: list[Row], theirs: list[Row]) -> None:
        """Pair what the clear changes explain; of the rest nobody can say more than how many rows there are."""
        left = []
        for row in ours:
            wanted = self._changes.as_shown_now(row)
            found = next(
                (each for each in theirs if (each.performer_name, each.namespace_name) == wanted), None
            )
            if found is None:
                left.append(row)
            else:
                theirs.remove(found)
                self._changes.pair(row, found)
        self._pair_in_order(left, theirs)

    def _pair_in_order(self, ours: list[Row], theirs: list[Row]) -> None:
        for held, shown in zip(ours, theirs, strict=False):
            self._changes.pair(held, shown)
        for row in ours[len(theirs) :]:
            self._miss(row)
        self._drift.new_by_kind.update(row.kind for row in theirs[len(ours) :])

    def _miss(self, row: Row) -> None:
        if row.occurred_at < self._oldest:
            self._drift.rotated += 1
        elif self._whole.get(row.kind, True):
            self._drift.removed_count += 1
            if len(self._drift.removed) < ROWS_LISTED:
                self._drift.removed.append(row)


def _groups(ours: list[Row], theirs: list[Row]) -> Iterator[tuple[list[Row], list[Row]]]:
    """Rows of one second that are alike but for their names."""
    groups: defaultdict[bytes, tuple[list[Row], list[Row]]] = defaultdict(lambda: ([], []))
    for side, rows in enumerate((ours, theirs)):
        for row in rows:
            groups[lasting(row)][side].append(row)
    yield from groups.values()


def _names(row: Row) -> tuple[str, str | None, str | None]:
    return row.kind, row.performer_name, row.namespace_name


def is_rotatable(day: date, today: date) -> bool:
    """Whether Quay's rotation may have taken rows of a day: it leaves a week alone, whatever its threshold.

    Source: quay/quay workers/logrotateworker.py, MINIMUM_LOGS_AGE_FOR_ARCHIVE (0675dc73).
    """
    return (today - day).days >= 7
