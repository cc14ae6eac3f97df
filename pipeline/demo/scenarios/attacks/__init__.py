"""Attacks on a healthy registry, written before and without the detections: each family overt and camouflaged.

Overt is somebody in a hurry, from a rented machine abroad. Camouflaged is somebody careful: the victim's own hours,
tools and nearly the own networks, a few steps a day, and afterwards all is put back. Both leave traces in the log.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import product
from random import Random
from typing import Final, Protocol

from pipeline.demo.scenarios.acts import Act
from pipeline.demo.scenarios.attacks import (
    afterlife,
    collection,
    destruction,
    guessing,
    minting,
    privilege,
    superusers,
    supply,
    theft,
)
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Bookings, NobodyLeftError, Stage, Watch
from pipeline.demo.scenarios.estate import Estate

Attack = Callable[[Stage], Injection]

OVERT: Final = "overt"
CAMOUFLAGED: Final = "camouflaged"
PACKS: Final = (OVERT, CAMOUFLAGED)

_SILENCE: Final = destruction.FAMILIES["log silenced"]
FAMILIES: Final[Mapping[str, tuple[Attack, Attack]]] = {
    # Silence comes first: it needs an organization to itself, which the others then leave alone on those days.
    "log silenced": _SILENCE,
    **theft.FAMILIES,
    **afterlife.FAMILIES,
    **minting.FAMILIES,
    **collection.FAMILIES,
    **supply.FAMILIES,
    **privilege.FAMILIES,
    **superusers.FAMILIES,
    **guessing.FAMILIES,
    **destruction.FAMILIES,
}

WARM_UP_DAYS: Final = 30
MOST_STARTS_A_DAY: Final = 4
_ATTEMPTS: Final = 60


class Registry(Protocol):
    """What attacks need of a healthy registry."""

    @property
    def seed(self) -> int:
        """What it was made from."""
        ...

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        ...

    @property
    def acts(self) -> list[Act]:
        """What it logged."""
        ...

    def estate_on(self, day: date) -> Estate:
        """What there is on a day."""
        ...


def plan_attacks(
    registry: Registry,
    pack: str,
    count: int = 5,
    families: Collection[str] = tuple(FAMILIES),
    watch: Watch | None = None,
) -> list[Injection]:
    """`count` attacks of each family, spread over the days after the warm-up, each against another victim.

    The same registry, pack, count and families give the same attacks. A family that finds no victim any more has
    fewer. `watch` saves the time of watching the registry again.
    """
    plan = _Plan(registry, pack, watch or Watch(registry.acts))
    for number, family in product(range(count), FAMILIES):
        if family in families:
            plan.add(family, number, count)
    return sorted(plan.injections, key=lambda each: (each.first_at, each.family, sorted(each.subjects)))


class _Plan:
    """Attacks so far, and what the next one has to keep clear of."""

    def __init__(self, registry: Registry, pack: str, watch: Watch) -> None:
        self.injections: list[Injection] = []
        self._registry = registry
        self._pack = pack
        self._watch = watch
        self._bookings = Bookings()
        self._starts: Counter[date] = Counter()

    def add(self, family: str, number: int, count: int) -> None:
        """One more attack of a family, if there is a day on which it can be."""
        rng = Random(f"{self._registry.seed}/{self._pack}/{family}/{number}")
        attack = FAMILIES[family][PACKS.index(self._pack)]
        for attempt in range(_ATTEMPTS):
            day = self._day(rng, number, count, is_anywhere=attempt > _ATTEMPTS // 2)
            stage = self._stage(rng, family, day)
            try:
                injection = attack(stage)
            except NobodyLeftError:
                continue
            if self._fits(injection):
                stage.book(injection)
                self._starts[injection.first_at.date()] += 1
                self.injections.append(injection)
                return

    def _day(self, rng: Random, number: int, count: int, *, is_anywhere: bool) -> date:
        """A day of the part of the time that falls to this attack, or any."""
        days = self._registry.days[WARM_UP_DAYS:]
        if is_anywhere:
            return rng.choice(days)
        first, until = len(days) * number // count, len(days) * (number + 1) // count
        return rng.choice(days[first : max(until, first + 1)])

    def _stage(self, rng: Random, family: str, day: date) -> Stage:
        # The evening before: an attacker cannot know who will be hired today.
        estate = self._registry.estate_on(day - timedelta(days=1))
        return Stage(
            rng, day, self._registry.days[0], estate, self._watch, self._bookings, family, self._pack
        )

    def _fits(self, injection: Injection) -> bool:
        first_at, last_at = injection.first_at, injection.last_at
        days = self._registry.days
        return (
            days[WARM_UP_DAYS] <= first_at.date()
            and last_at.date() <= days[-1]
            and all(act.at.date() >= days[0] for act in injection.added[:1])
            and self._starts[first_at.date()] < MOST_STARTS_A_DAY
            and not self._clashes(injection)
        )

    def _clashes(self, injection: Injection) -> bool:
        """Whether something would have to be logged while the log is silent."""
        return any(_is_silenced(each, injection.added) for each in self.injections) or any(
            _is_silenced(injection, each.added) for each in self.injections
        )


def _is_silenced(silence: Injection, acts: Sequence[Act]) -> bool:
    removal = silence.removal
    return removal is not None and any(map(removal.takes, acts))


def counts_by_family(injections: Iterable[Injection]) -> dict[str, int]:
    """How many attacks there are of each family that has any."""
    return dict(sorted(Counter(each.family for each in injections).items()))
