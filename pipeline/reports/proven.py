"""Which days of a period are proven: what a report about the others says is not the whole truth."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from pipeline.lake.ledger import State, WindowState
from pipeline.quay.scopes import ScopeKind


def unproven_days(windows: Iterable[WindowState], since: date, until: date) -> list[date]:
    """The days, of these and both included, that no window of everything, and not all of the day's windows, prove."""
    by_day: defaultdict[date, dict[str, State]] = defaultdict(dict)
    for window in windows:
        by_day[window.day][window.scope] = window.state
    days = (since + timedelta(days=number) for number in range((until - since).days + 1))
    return [day for day in days if not _is_proven(by_day[day])]


def _is_proven(states: dict[str, State]) -> bool:
    best = states.get(ScopeKind.ALL)
    seen = {best} if best is State.VERIFIED else set(states.values())
    return seen == {State.VERIFIED}
