"""Which days are still to be read, which are not complete, and how long the server still keeps them. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from pipeline.extract.windows import days_between, is_closed
from pipeline.lake.ledger import State, WindowState

MISSING = "missing"
_DAY = timedelta(days=1)
_COMPLETE = frozenset({State.VERIFIED, State.UNVERIFIED})
"""What no aggregate can prove is not held against a day: its rows were read, and nothing more can be done."""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What the lake holds of its scopes, from their first day on.

    `windows` counts by state, and among them those that should be there and are `missing`. A day is incomplete while a
    window of it is missing, short or open. `lost_days` of them the server has begun to forget. Units: `days_left` are
    days until it begins to forget `oldest_incomplete`; without one, until it would forget the next day that is read.
    """

    windows: dict[str, int]
    rows: int
    missing_entries: int
    incomplete_days: int
    lost_days: int
    oldest_incomplete: date | None
    age_days: int
    days_left: int


def last_closed_day(now: datetime, grace: timedelta) -> date:
    """The newest day that gets no more entries, late ones included."""
    day = now.date() - _DAY
    return day if is_closed(day, now, grace) else day - _DAY


def first_kept_day(today: date, keep_days: int) -> date:
    """The oldest day of which a server that forgets entries after so many days still has all."""
    return today - timedelta(days=keep_days - 1)


def first_due_day(
    windows: Iterable[WindowState], scopes: Iterable[str], since: date, until: date
) -> date | None:
    """The oldest day of the range that is not verified for every scope; None where nothing is to be read."""
    verified = {(w.scope, w.day) for w in windows if w.state is State.VERIFIED}
    wanted = list(scopes)
    days = (
        day for day in days_between(since, until) if any((scope, day) not in verified for scope in wanted)
    )
    return next(days, None)


def coverage_of(
    windows: Sequence[WindowState],
    scopes: Iterable[str],
    *,
    begin: date,
    until: date,
    today: date,
    keep_days: int,
) -> Coverage:
    """What is there of `scopes` up to `until`. A scope that the lake has nothing of counts from `begin` on."""
    held = {(window.scope, window.day): window.state for window in windows}
    firsts = _first_days(windows)
    wanted = {(scope, day) for scope in scopes for day in days_between(firsts.get(scope, begin), until)}
    incomplete = sorted({day for scope, day in wanted if held.get((scope, day)) not in _COMPLETE})
    kept = [day for day in incomplete if day >= first_kept_day(today, keep_days)]
    oldest = kept[0] if kept else None
    age = (today - oldest).days if oldest else 0
    states = Counter(held.values())
    return Coverage(
        windows={
            **{state.value: states[state] for state in State},
            MISSING: len(wanted - held.keys()),
        },
        rows=sum(window.rows for window in windows),
        missing_entries=sum(window.missing for window in windows if window.state is State.SHORT),
        incomplete_days=len(incomplete),
        lost_days=len(incomplete) - len(kept),
        oldest_incomplete=oldest,
        age_days=age,
        days_left=keep_days - age,
    )


def _first_days(windows: Iterable[WindowState]) -> dict[str, date]:
    firsts: dict[str, date] = {}
    for window in windows:
        firsts[window.scope] = min(window.day, firsts.get(window.scope, window.day))
    return firsts
