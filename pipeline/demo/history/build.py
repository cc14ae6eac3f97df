"""The history as a whole: day after day of people, machines and workers, with stories and incidents among them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.demo.history import machines, traffic, workers
from pipeline.demo.history.estate import estate_in
from pipeline.demo.history.hours import midnight
from pipeline.demo.history.incidents import Incident, plant_all
from pipeline.demo.history.journal import Journal
from pipeline.demo.history.people import AUDITOR, PEOPLE, SUPERUSER
from pipeline.demo.history.stories.dealing import tell_all
from pipeline.demo.history.world import World, leaves_between
from pipeline.demo.store import Store

STANDING_SINCE: Final = timedelta(days=200)  # how old what stands at the beginning is
EARLIEST_ZONE: Final = timedelta(hours=14)  # a local day begins this much before its UTC midnight, at most
EVERY_SCOPE: Final = ("org:admin", "repo:admin", "user:admin", "super:user")


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A secret that opens the demo registry's API, for whoever tries it. It opens nothing else."""

    secret: str
    user: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class History:
    """What was built. `tokens` are by role: auditor (the best to extract with), superuser, org_admin, user."""

    first_day: date
    last_day: date
    row_count: int
    incidents: tuple[Incident, ...]
    tokens: Mapping[str, ApiToken]


TOKENS: Final = {
    "auditor": ApiToken("DEMOAUDITOR".ljust(40, "0"), AUDITOR, EVERY_SCOPE),
    "superuser": ApiToken("DEMOSUPERUSER".ljust(40, "0"), SUPERUSER, EVERY_SCOPE),
    "org_admin": ApiToken("DEMOORGADMIN".ljust(40, "0"), "alice", ("org:admin", "repo:admin", "user:admin")),
    "user": ApiToken("DEMOUSER".ljust(40, "0"), "frank", ("repo:read", "user:admin")),
}


def build_history(store: Store, *, days: int, until: date, seed: int, scale: float = 1.0) -> History:
    """Fill an empty store with `days` days of a registry's life, the last of them `until`.

    The same arguments store the same rows in the same order. Every kind of row that Quay knows occurs, and every
    incident, however short the history; `scale` multiplies what people and machines do.
    Units: UTC days.
    """
    rng = Random(seed)
    first_day = until - timedelta(days=days - 1)
    journal = Journal(store, midnight(first_day), midnight(until + timedelta(days=1)))
    estate = estate_in(store, rng, journal.first - STANDING_SINCE)
    world = World(store, rng, journal, estate, scale, leaves_between(rng, first_day, until))
    for token in TOKENS.values():
        store.add_token(token.secret, token.user, token.scopes)
    tell_all(world, first_day, until)
    incidents = plant_all(world, first_day, until)
    for number in range(-1, days + 1):
        _live_a_day(world, first_day + timedelta(days=number))
    journal.write_before(journal.end)
    world.settle()
    return History(first_day, until, journal.row_count, incidents, TOKENS)


def _live_a_day(world: World, day: date) -> None:
    """One day as each place on earth has it: the days before and after the range lend it their hours."""
    for person in PEOPLE:
        traffic.work_for_a_day(world, person, day)
    traffic.visit_for_a_day(world, day)
    machines.run_for_a_day(world, day)
    workers.work_for_a_day(world, day)
    world.journal.write_before(midnight(day + timedelta(days=1)) - EARLIEST_ZONE)
