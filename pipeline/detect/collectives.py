"""Collective events: one harmless thing that moved many at once, such as a CI that changed its network.

So is what a detection itself calls information, such as a setting of the log that changed: one is enough then.

An attacker may hide among them. So a signal that must always be looked at stays with its subject, and only what the
common thing explains is taken out: signals of other families still count.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from pipeline.detect.linking import doer_of
from pipeline.detect.signals import Severity, Signal

FEWEST_DOERS = 5
"""So many doers that fire the same detection over the same thing on one day are one event."""

ALWAYS_LOOKED_AT = 90.0
"""From this score on a signal is never explained away."""

_BROAD = frozenset({"namespace"})
"""A namespace has room for more than one event a day."""

_Name = tuple[str, str]


class Collective(msgspec.Struct, frozen=True):
    """What was shared (that of the most doers first), and the signals that it explains."""

    shared: tuple[str, ...]
    signals: tuple[Signal, ...]

    @property
    def doers(self) -> frozenset[str]:
        """Everybody it moved."""
        return frozenset(map(doer_of, self.signals))

    @property
    def is_announced(self) -> bool:
        """Whether its signals called themselves information, however few they are."""
        return _are_information(self.signals)


def taken_apart(signals: Sequence[Signal]) -> tuple[list[Collective], list[Signal]]:
    """The collective events of a day, and the signals that none of them explains, in the order given."""
    movements = _movements(signals)
    taken = {id(signal) for group in movements.values() for signal in group}
    collectives = []
    for names in _merged(movements):
        event = _collective(names, movements)
        more = _explained_by(event, [signal for signal in signals if id(signal) not in taken])
        taken.update(map(id, more))
        collectives.append(Collective(event.shared, (*event.signals, *more)))
    return collectives, [signal for signal in signals if id(signal) not in taken]


def _movements(signals: Iterable[Signal]) -> dict[_Name, list[Signal]]:
    """Signals by detection and by what they share, where enough doers do."""
    groups: defaultdict[_Name, list[Signal]] = defaultdict(list)
    for signal in signals:
        if signal.shared and signal.score < ALWAYS_LOOKED_AT:
            groups[signal.detection_id, signal.shared].append(signal)
    return {
        name: group
        for name, group in groups.items()
        if len(_doers(group)) >= FEWEST_DOERS or _are_information(group)
    }


def _merged(movements: dict[_Name, list[Signal]]) -> list[list[_Name]]:
    """Movements that are one event: a CI that moves fires several detections, and may land in several networks."""
    events: list[list[_Name]] = []
    for name in sorted(movements):
        same = [event for event in events if any(_are_one(name, other, movements) for other in event)]
        events = [event for event in events if event not in same]
        events.append(sorted([name, *(each for event in same for each in event)]))
    return sorted(events)


def _are_one(one: _Name, other: _Name, movements: dict[_Name, list[Signal]]) -> bool:
    if one[1] == other[1] and _sort_of(one[1]) not in _BROAD:
        return True
    if one[0] == other[0] and _sort_of(one[1]) == _sort_of(other[1]):
        return True
    doers, others = _doers(movements[one]), _doers(movements[other])
    return 2 * len(doers & others) >= min(len(doers), len(others))


def _collective(names: Sequence[_Name], movements: dict[_Name, list[Signal]]) -> Collective:
    by_shared: defaultdict[str, list[Signal]] = defaultdict(list)
    for name in names:
        by_shared[name[1]] += movements[name]
    shared = sorted(by_shared, key=lambda each: (-len(_doers(by_shared[each])), each))
    return Collective(tuple(shared), tuple(signal for each in shared for signal in by_shared[each]))


def _explained_by(event: Collective, signals: Iterable[Signal]) -> list[Signal]:
    """Further signals about the same doers, of the same families, over the same shared thing."""
    doers, shared = event.doers, set(event.shared)
    families = {signal.family for signal in event.signals}
    return [
        signal
        for signal in signals
        if signal.score < ALWAYS_LOOKED_AT
        and signal.family in families
        and doer_of(signal) in doers
        and shared & {signal.shared, f"network:{signal.network}"}
    ]


def _are_information(signals: Iterable[Signal]) -> bool:
    return all(signal.severity is Severity.INFORMATIONAL for signal in signals)


def _doers(signals: Iterable[Signal]) -> set[str]:
    return set(map(doer_of, signals))


def _sort_of(shared: str) -> str:
    return shared.partition(":")[0]
