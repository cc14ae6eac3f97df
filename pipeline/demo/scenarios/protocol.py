"""How a detector is measured: what people find of the attacks when they look at so many cases a day.

A detector gives findings, at most some a day are looked at, best score first. An attack is found when one of those
names one of its subjects between the attack's first day and the day after its last.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import sqrt
from statistics import median
from typing import Final, NamedTuple

from pipeline.demo.scenarios.attacks.injection import Injection

BUDGETS: Final = (1, 3, 5, 10)
JUDGED_AT: Final = 5
GRACE: Final = timedelta(days=1)
_Z_95: Final = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a detector asks a person to look at on one day.

    `name` only breaks ties of the score, so that a ranking is the same in every run. A collective finding is
    information: one event that moved many subjects.
    """

    day: date
    score: float
    name: str
    subjects: frozenset[str]
    is_collective: bool = False


class Hit(NamedTuple):
    """A finding that names an attack; `rank` is its place on its day, from 1."""

    day: date
    rank: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a detector made of one attack: every hit, in order of time."""

    seed: int
    pack: str
    family: str
    subjects: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    hits: tuple[Hit, ...]

    def found_on(self, budget: int) -> date | None:
        """The first day on which somebody who looks at `budget` cases finds it; None where nobody does."""
        return next((hit.day for hit in self.hits if hit.rank <= budget), None)

    def hours_to_detect(self, budget: int) -> float | None:
        """Hours from the attack's first act to the end of the day whose judgement shows it."""
        day = self.found_on(budget)
        if day is None:
            return None
        return (_end_of(day) - self.first_at) / timedelta(hours=1)

    def days_to_detect(self, budget: int) -> int | None:
        """Days between the day of the first act and the day found: 0 is the same day."""
        day = self.found_on(budget)
        return None if day is None else (day - self.first_at.date()).days


@dataclass(frozen=True, slots=True)
class Trial:
    """One detector in one world. The counts are of findings that name no attack, by day, days without any included."""

    seed: int
    world: str
    detector: str
    outcomes: tuple[Outcome, ...]
    noise: Mapping[date, int]
    information: Mapping[date, int]

    @property
    def noise_per_day(self) -> float:
        """Cases a day that no attack explains, without those that are information."""
        return sum(self.noise.values()) / max(1, len(self.noise))


class Rate(NamedTuple):
    """A share with its 95 % interval."""

    found: int
    total: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The share itself; 0 of nothing."""
        return self.found / self.total if self.total else 0.0


def rate(found: int, total: int) -> Rate:
    """The share with Wilson's interval, which holds for shares near 0 and 1 and for small totals too."""
    if total == 0:
        return Rate(0, 0, 0.0, 1.0)
    share = found / total
    stretch = 1 + _Z_95**2 / total
    middle = (share + _Z_95**2 / (2 * total)) / stretch
    reach = _Z_95 * sqrt(share * (1 - share) / total + _Z_95**2 / (4 * total**2)) / stretch
    low = 0.0 if found == 0 else middle - reach
    high = 1.0 if found == total else middle + reach
    return Rate(found, total, low, high)


def judge(
    seed: int,
    world: str,
    detector: str,
    findings: Iterable[Finding],
    injections: Sequence[Injection],
    days: Sequence[date],
) -> Trial:
    """Hold findings against what was done; findings outside of `days` do not count."""
    ranked = ranked_by_day(findings)
    by_subject = _injections_by_subject(injections)
    hits: defaultdict[int, list[Hit]] = defaultdict(list)
    noise, information = Counter(dict.fromkeys(days, 0)), Counter(dict.fromkeys(days, 0))
    for day in days:
        for rank, finding in enumerate(ranked.get(day, ()), 1):
            named = {number for subject in finding.subjects for number in by_subject.get(subject, ())}
            # An information tells people that nothing is wrong: nobody finds an attack by it.
            explained = {
                number
                for number in named
                if _is_within(day, injections[number]) and not finding.is_collective
            }
            for number in explained:
                hits[number].append(Hit(day, rank))
            if not explained:
                (information if finding.is_collective else noise)[day] += 1
    outcomes = tuple(
        Outcome(
            seed,
            each.pack,
            each.family,
            tuple(sorted(each.subjects)),
            each.first_at,
            each.last_at,
            tuple(hits[number]),
        )
        for number, each in enumerate(injections)
    )
    return Trial(seed, world, detector, outcomes, dict(noise), dict(information))


def ranked_by_day(findings: Iterable[Finding]) -> dict[date, list[Finding]]:
    """The findings of each day, best score first."""
    ranked: defaultdict[date, list[Finding]] = defaultdict(list)
    for finding in findings:
        ranked[finding.day].append(finding)
    for of_the_day in ranked.values():
        of_the_day.sort(key=lambda finding: (-finding.score, finding.name))
    return dict(ranked)


def recall(outcomes: Sequence[Outcome], budget: int) -> Rate:
    """The share of attacks found at so many cases a day."""
    return rate(sum(outcome.found_on(budget) is not None for outcome in outcomes), len(outcomes))


def median_hours(outcomes: Sequence[Outcome], budget: int) -> float | None:
    """The median time to detect, in hours, of the attacks that are found; None where none is."""
    hours = [each for outcome in outcomes if (each := outcome.hours_to_detect(budget)) is not None]
    return median(hours) if hours else None


def share_within(outcomes: Sequence[Outcome], budget: int, days: int) -> Rate:
    """The share of all attacks that are found at most so many days after their first act."""
    early = [each for outcome in outcomes if (each := outcome.days_to_detect(budget)) is not None]
    return rate(sum(each <= days for each in early), len(outcomes))


def noise_interval(trials: Sequence[Trial]) -> tuple[float, float, float]:
    """Cases a day that no attack explains: the mean over worlds, and its 95 % interval.

    The interval takes each world as one draw, because days of one world are alike; one world alone has none,
    and gets that of a count of rare events.
    """
    rates = [trial.noise_per_day for trial in trials]
    if not rates:
        return 0.0, 0.0, 0.0
    mean = sum(rates) / len(rates)
    if len(rates) == 1:
        reach = _Z_95 * sqrt(max(mean, 1 / len(trials[0].noise)) / max(1, len(trials[0].noise)))
    else:
        variance = sum((each - mean) ** 2 for each in rates) / (len(rates) - 1)
        reach = _STUDENT_95[min(len(rates) - 1, len(_STUDENT_95) - 1)] * sqrt(variance / len(rates))
    return mean, max(0.0, mean - reach), mean + reach


# Student's t at 97.5 %, by degrees of freedom; the last one stands for all above.
_STUDENT_95: Final = (0.0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.1)


def _injections_by_subject(injections: Sequence[Injection]) -> dict[str, list[int]]:
    by_subject: defaultdict[str, list[int]] = defaultdict(list)
    for number, injection in enumerate(injections):
        for subject in injection.subjects:
            by_subject[subject].append(number)
    return dict(by_subject)


def _is_within(day: date, injection: Injection) -> bool:
    return injection.first_at.date() <= day <= injection.last_at.date() + GRACE


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), UTC)
