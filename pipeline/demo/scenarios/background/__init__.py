"""A registry in which nothing is wrong: seeded, 90 days long, and as untidy as real ones are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from random import Random
from typing import Final

from pipeline.demo.scenarios.acts import Act
from pipeline.demo.scenarios.background import chores, machines, people, public, workers
from pipeline.demo.scenarios.background.drifts import DRIFTS
from pipeline.demo.scenarios.background.founding import estate_of_first_day
from pipeline.demo.scenarios.background.inventory import Rows, rows_from_estate
from pipeline.demo.scenarios.background.lifetimes import possible_acts
from pipeline.demo.scenarios.background.shifts import FAILURE_KINDS, Shift
from pipeline.demo.scenarios.background.world import Happening, World
from pipeline.demo.scenarios.estate import Estate

DEFAULT: Final = tuple(DRIFTS)
LAST_DAY: Final = date(2026, 4, 5)
"""A Sunday. In the ninety days before it two continents move their clocks and a quarter begins twice."""


@dataclass(frozen=True)
class Background:
    """A healthy registry: what it logged, in order, what there was each evening, and what drifted when.

    A calendar's entry may be of a drift that goes on for days: it names the first.
    """

    seed: int
    first_day: date
    last_day: date
    acts: list[Act]
    estates: list[Estate]
    calendar: list[Happening]

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.first_day + timedelta(days=n) for n in range(len(self.estates))]

    @property
    def estate(self) -> Estate:
        """Everything there is in the end."""
        return self.estates[-1]

    def estate_on(self, day: date) -> Estate:
        """Everything there is in the evening of a day; days before the first count as it."""
        return self.estates[max(0, (day - self.first_day).days)]


def background(
    seed: int,
    days: int = 90,
    until: date = LAST_DAY,
    drifts: Collection[str] = DEFAULT,
    shift: Shift | None = None,
    *,
    has_failures: bool = True,
) -> Background:
    """The same registry for the same arguments, in any process; `until` is its last day.

    `has_failures` is whether Quay logs failed logins and requests. A `shift` is one big harmless change on top.
    """
    first = until - timedelta(days=days - 1)
    world = World(seed, first, until, estate_of_first_day(Random(f"{seed}/estate"), first))
    for name, plan in DRIFTS.items():
        if name in drifts:
            plan(world, world.rng("drift", name))
    if shift:
        world.on(shift.day, shift.begin)
    for day in world.days:
        world.begin(day)
        _live(world, day)
        world.end()
    acts = _as_read(world)
    if shift:
        acts = [
            shift.alter(act) if act.at.date() >= shift.day else act for act in acts if shift.is_logged(act)
        ]
    if not has_failures:
        acts = [act for act in acts if act.kind not in FAILURE_KINDS]
    return Background(seed, first, until, acts, world.estates, world.calendar)


def inventory_rows(background: Background, day: date) -> Rows:
    """What a snapshot taken in the small hours of `day` finds: how the evening before has left things."""
    return rows_from_estate(background.estate_on(day - timedelta(days=1)))


def _live(world: World, day: date) -> None:
    for person in list(world.estate.people.values()):
        if person.is_enabled and person.joined_on <= day:
            people.work_for_a_day(world, person, day)
    for robot in list(world.estate.robots.values()):
        machines.run_for_a_day(world, robot, day)
    public.visit_for_a_day(world, day)
    workers.run_for_a_day(world, day)
    chores.administer_for_a_day(world, day)


def _as_read(world: World) -> list[Act]:
    """The acts as each night's extraction reads them: names as they are by then, deleted robots without one."""
    acts = [act for act in world.acts if world.first <= act.at.date() <= world.last]
    acts.sort(key=itemgetter(0, 1, 2))
    acts = possible_acts(acts, world.estates)
    if world.renamed or world.gone:
        acts = [_renamed(world, act) for act in acts]
    return acts


def _renamed(world: World, act: Act) -> Act:
    day = act.at.date()
    performer, namespace = act.performer, act.namespace
    if performer is not None and performer in world.gone and world.gone[performer] <= day:
        performer = None
    performer = performer and _name_on(world, performer, day)
    namespace = _name_on(world, namespace, day)
    if (performer, namespace) == (act.performer, act.namespace):
        return act
    return act._replace(performer=performer, namespace=namespace)


def _name_on(world: World, name: str, day: date) -> str:
    owner, plus, rest = name.partition("+")
    changed, new = world.renamed.get(owner, (date.max, owner))
    return f"{new}{plus}{rest}" if changed <= day else name
