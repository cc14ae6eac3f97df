"""Cases: the signals of one day that are about one story, summed, since it is stories that a person triages."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Final, TypedDict

import msgspec

from pipeline.detect.collectives import Collective, taken_apart
from pipeline.detect.linking import crowds, doer_of, linked
from pipeline.detect.scoring import CASE_POINTS, ScoredSignal, in_order, scored, severity_of
from pipeline.detect.signals import Family, Severity, Signal

CASE_LOGIC: Final = 3
"""Rises whenever the same signals would make other cases: what was made before is then made anew."""

MOST_EVIDENCE = 50
RELATED_DAYS = 7
_MOST_REASONS = 6
_MOST_SHARED = 3


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Signals about one story on one UTC day; a collective event is a case of its own, for information.

    `linked_ids` are the ids that the case would have under each of its `subjects`, its own first: what was decided
    under one of them holds for it. `signals` are the strongest first and their points add up to `score`.
    `event_count` is the least that it can be: events may show in several signals. `shared` is what a collective event
    has in common, else empty.
    """

    day: date
    case_id: str
    linked_ids: tuple[str, ...]
    subject: str
    performer_name: str | None
    subjects: tuple[str, ...]
    severity: Severity
    score: float
    title: str
    sentence: str
    families: tuple[Family, ...]
    detection_ids: tuple[str, ...]
    shared: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    event_count: int
    evidence: tuple[str, ...]
    is_collective: bool
    signals: tuple[ScoredSignal, ...]

    @property
    def signal_names(self) -> frozenset[str]:
        """What fired about whom: the same in every run, whenever the events came in."""
        return frozenset(f"{each.signal.detection_id} {each.signal.subject}" for each in self.signals)


def case_id_of(day: date, subject: str) -> str:
    """The same for the same day and subject, in every run."""
    digest = hashlib.sha256(f"{day.isoformat()}\0{subject}".encode()).hexdigest()
    return f"{day:%Y%m%d}-{digest[:8]}"


def cases_from_signals(
    day: date, signals: Iterable[Signal], common_networks: Collection[str] = frozenset()
) -> list[Case]:
    """The cases of `day`, in the order of their rank: the same whatever order the signals come in.

    `signals` are those that count, without suppressed ones. A network among `common_networks` (an office) never links,
    nor do the families of what nobody in particular did in one add up.
    What adds up to less than `CASE_POINTS` makes no case.
    """
    ordered = in_order(signals)
    collectives, others = taken_apart(ordered)
    cases = [_case_from_collective(day, each) for each in collectives]
    meeting_places = crowds(ordered, common_networks)
    for story in linked(others, ordered, common_networks):
        parts = scored(story, meeting_places)
        score = round(sum(part.points for part in parts), 1)
        if score >= CASE_POINTS:
            cases.append(_case_from_story(day, parts, score, collectives))
    return sorted(cases, key=lambda case: (-case.score, case.case_id))


def related_ids(case: Case, earlier: Iterable[Case]) -> list[str]:
    """The ids of those cases of the week before `case` that share a subject with it, oldest first: the same story."""
    first = case.day - timedelta(days=RELATED_DAYS)
    subjects = set(case.subjects)
    related = [
        other
        for other in earlier
        if first <= other.day < case.day
        and other.is_collective == case.is_collective
        and subjects & set(other.subjects)
    ]
    return [other.case_id for other in sorted(related, key=lambda each: (each.day, each.case_id))]


def merged_next_steps(
    detection_ids: Sequence[str], next_steps: Mapping[str, Sequence[str]], most: int = 8
) -> list[str]:
    """What to do, each step once: the first steps of every detection before the second ones."""
    lists = [next_steps.get(each, ()) for each in detection_ids]
    steps = [step for rank in zip_longest(*lists) for step in rank if step]
    return list(dict.fromkeys(steps))[:most]


def _case_from_story(
    day: date, parts: Sequence[ScoredSignal], score: float, collectives: Sequence[Collective]
) -> Case:
    signals = [part.signal for part in parts]
    subject = _weightiest_subject(parts)
    subjects = (subject, *sorted({signal.subject for signal in signals} - {subject}))
    first = next(signal for signal in signals if signal.subject == subject)
    more = len(signals) - 1
    return Case(
        day=day,
        case_id=case_id_of(day, subject),
        linked_ids=tuple(case_id_of(day, each) for each in subjects),
        subject=subject,
        performer_name=first.performer_name,
        subjects=subjects,
        severity=severity_of(score, signals),
        score=score,
        title=f"{signals[0].title}, and {more} more" if more else signals[0].title,
        sentence=_sentence(signals, collectives),
        is_collective=False,
        shared=(),
        signals=tuple(parts),
        **_summary(signals),
    )


def _case_from_collective(day: date, event: Collective) -> Case:
    """An information: nobody has to act on it, but everybody can see what was explained by it."""
    signals = in_order(event.signals)
    names = [f"collective {shared}" for shared in event.shared]
    return Case(
        day=day,
        case_id=case_id_of(day, names[0]),
        linked_ids=tuple(case_id_of(day, name) for name in names),
        subject=event.shared[0],
        performer_name=None,
        subjects=tuple(sorted({signal.subject for signal in signals})),
        severity=Severity.INFORMATIONAL,
        score=0.0,
        title=signals[0].title if event.is_announced else f"{len(event.doers)} at once: {signals[0].title}",
        sentence=_sentence(signals, ()) if event.is_announced else _sentence_from_collective(event),
        is_collective=True,
        shared=event.shared,
        signals=tuple(ScoredSignal(signal, 0.0) for signal in signals),
        **_summary(signals),
    )


class _Summary(TypedDict):
    families: tuple[Family, ...]
    detection_ids: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    event_count: int
    evidence: tuple[str, ...]


def _summary(signals: Sequence[Signal]) -> _Summary:
    keys = sorted({key for signal in signals for key in signal.evidence})
    return {
        "families": tuple(dict.fromkeys(signal.family for signal in signals)),
        "detection_ids": tuple(dict.fromkeys(signal.detection_id for signal in signals)),
        "first_at": min(signal.first_at for signal in signals),
        "last_at": max(signal.last_at for signal in signals),
        "event_count": max(len(keys), *(signal.event_count for signal in signals)),
        "evidence": tuple(keys[:MOST_EVIDENCE]),
    }


def _weightiest_subject(parts: Iterable[ScoredSignal]) -> str:
    points: defaultdict[str, float] = defaultdict(float)
    for part in parts:
        points[part.signal.subject] += part.points
    return min(points, key=lambda subject: (-round(points[subject], 2), subject))


def _sentence(signals: Sequence[Signal], collectives: Iterable[Collective]) -> str:
    reasons = list(dict.fromkeys(signal.reason.rstrip(".") for signal in signals))
    more = [f"and {len(reasons) - _MOST_REASONS} more"] if len(reasons) > _MOST_REASONS else []
    count = "1 signal" if len(signals) == 1 else f"{len(signals)} signals"
    parts = [f"{count}: {'; '.join([*reasons[:_MOST_REASONS], *more])}"]
    doers = set(map(doer_of, signals))
    parts += [f"not counted, as {_what_moved(each)}" for each in collectives if doers & each.doers]
    return "; ".join(parts)


def _sentence_from_collective(event: Collective) -> str:
    doers: defaultdict[str, set[str]] = defaultdict(set)
    for signal in event.signals:
        doers[signal.detection_id].add(doer_of(signal))
    fired = ", ".join(f"{name} for {len(doers[name])}" for name in sorted(doers))
    return f"{_what_moved(event)} ({fired}); what else they did still counts"


def _what_moved(event: Collective) -> str:
    more = len(event.shared) - _MOST_SHARED
    shared = f"{', '.join(event.shared[:_MOST_SHARED])}{f' and {more} more' if more > 0 else ''}"
    return f"{len(event.doers)} did the same at once: {shared}"
