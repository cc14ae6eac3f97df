"""Whether a detection could have seen anything on a day: an empty result is a quiet day only where it was ready."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from pipeline.detect.rules import Detection, Needs

HABITUAL_KINDS: Final = frozenset({"pull_repo", "push_repo", "login_success"})
"""What every registry in use logs nearly every day. That another kind is absent says nothing: it may be rare."""

FRESH_DAYS: Final = 3
"""An inventory further from the day judged than this may describe another registry."""

_MOST_NAMED = 5


class Readiness(StrEnum):
    """How much a detection can see, in descending order."""

    READY = "ready"
    DEGRADED = "degraded"
    BLIND = "blind"

    @property
    def rank(self) -> int:
        """Its place in the order, from 0."""
        return list(Readiness).index(self)


class Verdict(msgspec.Struct, frozen=True):
    """One detection on one day; every reason is a sentence about what was seen in the data."""

    day: date
    detection_id: str
    readiness: Readiness
    reasons: tuple[str, ...] = ()


class DayWindow(msgspec.Struct, frozen=True):
    """One window of the day. `state` is that of the ledger, or `missing`."""

    scope: str
    state: str
    missing_count: int | None = None


class InventoryReach(msgspec.Struct, frozen=True):
    """One table of the inventory that a day is judged with."""

    snapshot_date: date
    days_away: int
    list_count: int
    read_count: int


class Telemetry(msgspec.Struct, frozen=True, kw_only=True):
    """What the lake shows of how much Quay logs, as of one day.

    `kinds` are those seen in the four weeks before or on the day itself. `is_network_trusted` is None while there is
    too little to tell.
    """

    day: date
    first_day: date | None = None
    kinds: frozenset[str] = frozenset()
    windows: Sequence[DayWindow] = ()
    top_network: str | None = None
    top_network_share: float | None = None
    is_network_trusted: bool | None = None
    inventory: Mapping[str, InventoryReach] = {}
    silent_namespaces: Sequence[str] = ()


Finding = tuple[Readiness, str]


def verdict_on(detection: Detection, telemetry: Telemetry) -> Verdict:
    """What `detection` could see on that day: the worst of what stands in its way, with every reason."""
    findings = [*_windows(telemetry), *_obstacles(detection.needs, telemetry)]
    worst = max((readiness for readiness, _ in findings), key=lambda each: each.rank, default=Readiness.READY)
    reasons = tuple(dict.fromkeys(reason for _, reason in findings))
    return Verdict(telemetry.day, detection.id, worst, reasons)


def _obstacles(needs: Needs, telemetry: Telemetry) -> Iterator[Finding]:
    yield from _scope(needs, telemetry)
    yield from _kinds(needs, telemetry)
    yield from _network(needs, telemetry)
    yield from _inventory(needs, telemetry)
    yield from _history(needs, telemetry)
    if telemetry.silent_namespaces:
        names = _listed(telemetry.silent_namespaces)
        yield Readiness.DEGRADED, f"{names} logged nothing, unlike on such days before"


def _windows(telemetry: Telemetry) -> Iterator[Finding]:
    there = [window for window in telemetry.windows if window.state != "missing"]
    if not there:
        yield Readiness.BLIND, f"the lake has no window of {telemetry.day}"
    for window in telemetry.windows:
        if (reason := _reason_of(window, telemetry.day)) and there:
            yield Readiness.DEGRADED, reason


def _reason_of(window: DayWindow, day: date) -> str | None:
    match window.state:
        case "short":
            rows = f"{window.missing_count or 0:,}"
            return f"window {window.scope} of {day} lacks {rows} entries that Quay counts"
        case "open":
            return f"window {window.scope} of {day} was read before the day was over"
        case "unverified":
            return f"nothing proves that window {window.scope} of {day} is whole"
        case "missing":
            return f"{window.scope} was read in the week before, and has no window of {day}"
    return None


def _scope(needs: Needs, telemetry: Telemetry) -> Iterator[Finding]:
    if needs.superuser and all(
        window.scope != "all" or window.state == "missing" for window in telemetry.windows
    ):
        yield Readiness.BLIND, "what it looks for stands in the scope all alone, which was not read"


def _kinds(needs: Needs, telemetry: Telemetry) -> Iterator[Finding]:
    if (
        needs.kinds
        and not telemetry.kinds.intersection(needs.kinds)
        and HABITUAL_KINDS.intersection(needs.kinds)
    ):
        kinds = _listed(sorted(HABITUAL_KINDS.intersection(needs.kinds)))
        yield (
            Readiness.BLIND,
            f"no {kinds} in four weeks: this Quay does not log it, or not for these namespaces",
        )
    if needs.failure_kinds and not telemetry.kinds.intersection(needs.failure_kinds):
        readiness = Readiness.DEGRADED if needs.kinds else Readiness.BLIND
        yield (
            readiness,
            f"no {_listed(needs.failure_kinds)} in four weeks: Quay logs failures only where that is switched on",
        )


def _network(needs: Needs, telemetry: Telemetry) -> Iterator[Finding]:
    if not needs.network or telemetry.is_network_trusted:
        return
    if telemetry.is_network_trusted is None:
        yield Readiness.DEGRADED, "too few addresses so far to tell whether they are those of clients"
        return
    share = f"{telemetry.top_network_share or 0:.0%}"
    yield (
        Readiness.BLIND,
        f"{share} of what happens comes from {telemetry.top_network}: a proxy hides the clients' addresses",
    )


def _inventory(needs: Needs, telemetry: Telemetry) -> Iterator[Finding]:
    without = Readiness.BLIND if needs.inventory_required else Readiness.DEGRADED
    for table in needs.inventory:
        reach = telemetry.inventory.get(table)
        if reach is None:
            yield without, f"no snapshot of the inventory has {table}: run inventory each night"
        elif reach.read_count == 0:
            yield without, f"the inventory's token may not read {table}"
        elif reach.read_count < reach.list_count:
            lists = f"{reach.list_count - reach.read_count:,} of {reach.list_count:,}"
            yield Readiness.DEGRADED, f"{lists} lists of {table} could not be read"
        if reach and reach.days_away > FRESH_DAYS:
            yield Readiness.DEGRADED, f"the nearest snapshot of {table} is of {reach.snapshot_date}"


def _history(needs: Needs, telemetry: Telemetry) -> Iterator[Finding]:
    if not needs.history_days:
        return
    first = telemetry.first_day or telemetry.day
    if telemetry.day - first < timedelta(days=needs.history_days):
        yield (
            Readiness.DEGRADED,
            f"habits are still being learnt: fewer than {needs.history_days} days lie before",
        )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} and {more:,} more" if more > 0 else shown
