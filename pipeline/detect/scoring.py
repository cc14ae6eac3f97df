"""From the scores of signals to that of a case: families add up, and none of them can do it by noise alone."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

import msgspec

from pipeline.detect.linking import doer_of
from pipeline.detect.signals import Family, Severity, Signal

CASE_POINTS = 50.0
"""From here on it is worth a person's time."""

FAMILY_POINTS = 60.0
"""The most that signals of one family are worth together, unless one of them alone is worth more."""

FALLING = 0.5
"""Each further signal of a family counts this share of the one before: they mostly see the same thing."""

_LOWEST_SCORES = (
    (80.0, Severity.CRITICAL),
    (50.0, Severity.HIGH),
    (30.0, Severity.MEDIUM),
    (0.0, Severity.LOW),
)


class ScoredSignal(msgspec.Struct, frozen=True):
    """A signal, and what it adds to the score of its case."""

    signal: Signal
    points: float


def in_order(signals: Iterable[Signal]) -> list[Signal]:
    """The strongest first; the same order whatever order they came in."""
    return sorted(signals, key=lambda each: (-each.score, each.detection_id, msgspec.json.encode(each)))


def scored(signals: Sequence[Signal], crowds: Collection[str] = frozenset()) -> list[ScoredSignal]:
    """What each signal adds to one case, in the order given, which must be the strongest first.

    Of what nobody in particular did in one of `crowds`, networks where many meet, the strongest family alone counts:
    the others may be about somebody else.
    """
    before: Counter[Family] = Counter()
    told: dict[str, Family] = {}
    left = {each.family: max(FAMILY_POINTS, each.score) for each in reversed(signals)}
    result = []
    for signal in signals:
        doer = doer_of(signal)
        if doer in crowds and told.setdefault(doer, signal.family) != signal.family:
            result.append(ScoredSignal(signal, 0.0))
            continue
        full = max(signal.score, 0.0) * FALLING ** before[signal.family]
        points = round(min(full, left[signal.family]), 2)
        before[signal.family] += 1
        left[signal.family] -= points
        result.append(ScoredSignal(signal, points))
    return result


def severity_of(score: float, signals: Iterable[Signal]) -> Severity:
    """By score, unless one of the signals means more."""
    by_score = next((each for lowest, each in _LOWEST_SCORES if score >= lowest), Severity.LOW)
    return max([by_score, *(each.severity for each in signals)], key=lambda each: each.rank)
