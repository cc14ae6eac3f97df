"""What one extract did, for people and for programs."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec

from pipeline.lake.ledger import State, WindowState


class LeftWindow(msgspec.Struct, frozen=True):
    """A window that could not be read, and why."""

    scope: str
    day: date
    what: str
    hint: str


class ExtractSummary(msgspec.Struct, kw_only=True):
    """Counts are over the windows asked for, whether this run read them or an earlier one did.

    `requests` and `rows_read` are of this run alone. `cannot` lists what the token may not read.
    """

    scopes: list[str]
    since: date
    until: date
    windows: dict[str, int]
    rows: int
    rows_read: int
    requests: int
    seconds: float
    short: list[WindowState]
    unverified: list[WindowState]
    left: list[LeftWindow]
    cannot: list[str]
    unknown_kinds: dict[str, int]
    unknown_keys: dict[str, int]
    notes: list[str]
    manifest: int | None
    clock_skew_seconds: float | None

    @property
    def is_complete(self) -> bool:
        """Whether nothing asked for is short or left. What no aggregate can prove is not held against it."""
        return not self.short and not self.left

    @property
    def missing_by_kind(self) -> dict[str, int]:
        """Rows known to be missing, over all short windows."""
        return _sum(window.missing_by_kind for window in self.short)


def summary_of(states: list[WindowState], left: list[LeftWindow], **facts: object) -> ExtractSummary:
    """The summary over final window states; `facts` are the fields that the states do not tell."""
    by_state = Counter(state.state.value for state in states)
    return ExtractSummary(
        windows={**{state.value: by_state[state.value] for state in State}, "left": len(left)},
        rows=sum(state.rows for state in states),
        short=[state for state in states if state.state is State.SHORT],
        unverified=[state for state in states if state.state is State.UNVERIFIED],
        left=left,
        unknown_kinds=_sum(state.unknown_kinds for state in states),
        unknown_keys=_sum(state.unknown_keys for state in states),
        **facts,  # type: ignore[arg-type]
    )


def _sum(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for count in counts:
        total.update(count)
    return dict(sorted(total.items()))
