"""The registry as it goes on from day to day: what there is, what is planned, who is away, and what was done."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import NamedTuple, TypeVar
from uuid import UUID

from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.acts import Act, Client
from pipeline.demo.scenarios.estate import Estate, Person, Repository
from pipeline.demo.scenarios.places import midnight

T = TypeVar("T")
Change = Callable[["World", date], None]


class Happening(NamedTuple):
    """Something harmless that is not of every day: when, of which drift, and who or what it is about."""

    day: date
    drift: str
    about: str


class Trip(NamedTuple):
    """Days that a person spends somewhere else, on these networks."""

    first: date
    last: date
    networks: tuple[Network, ...]


@dataclass
class World:
    """Promises one thing: the same seed and drifts give the same acts, and a drift left out changes little else.

    Everything draws from a random source of its own, named after who and when, so that nothing depends on the order.
    """

    seed: int
    first: date
    last: date
    estate: Estate
    acts: list[Act] = field(default_factory=list)
    estates: list[Estate] = field(default_factory=list)
    calendar: list[Happening] = field(default_factory=list)
    trips: defaultdict[str, list[Trip]] = field(default_factory=lambda: defaultdict(list))
    leaves: defaultdict[str, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    versions: defaultdict[str, int] = field(default_factory=lambda: defaultdict(lambda: 1))
    renamed: dict[str, tuple[date, str]] = field(default_factory=dict)
    gone: dict[str, date] = field(default_factory=dict)
    _plans: defaultdict[date, list[Change]] = field(default_factory=lambda: defaultdict(list))

    @property
    def days(self) -> list[date]:
        """Every day, in order."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    def rng(self, *name: object) -> Random:
        """The random source of that name."""
        return Random("/".join(map(str, (self.seed, *name))))

    def on(self, day: date, change: Change) -> None:
        """Plan something for a day; plans outside the world's days are forgotten."""
        self._plans[day].append(change)

    def begin(self, day: date) -> None:
        """Let everything happen that is planned for a day, in the order in which it was planned."""
        for change in self._plans.pop(day, ()):
            change(self, day)

    def end(self) -> None:
        """Keep what there is at the end of a day."""
        self.estates.append(self.estate.copied())

    def note(self, day: date, drift: str, about: str) -> None:
        """Write something into the calendar."""
        self.calendar.append(Happening(day, drift, about))

    def add(self, *acts: Act) -> None:
        """Something was done."""
        self.acts.extend(acts)

    def trip_of(self, person: Person, day: date) -> Trip | None:
        """Where somebody is on the road, if anywhere."""
        return next((trip for trip in self.trips[person.name] if trip.first <= day <= trip.last), None)

    def is_on_leave(self, person: Person, day: date) -> bool:
        """Whether somebody is on leave."""
        return any(first <= day <= last for first, last in self.leaves[person.name])

    def name_now(self, name: str) -> str:
        """What an organization or user of that name is called by now; plans were made with older names."""
        return self.renamed[name][1] if name in self.renamed else name

    def workdays(self, margin: int = 2) -> list[date]:
        """Mondays to Fridays, but for a margin at both ends; in a very short world, every day."""
        inner = self.days[margin : len(self.days) - margin]
        return [day for day in inner if day.weekday() < 5] or self.days

    def put_person(self, person: Person) -> None:
        """Somebody comes, or is from now on as given."""
        self.estate.people[person.name] = person

    def rename(self, day: date, old: str, new: str) -> None:
        """From this day on the log shows an account, and what it ever did that day, under its new name."""
        self.renamed[old] = (day, new)


def client_of(person: Person, network: Network | None = None, user_agent: str | None = None) -> Client:
    """Somebody's usual tool with the usual credential, in the office or elsewhere."""
    return Client(person.credential, network or person.office, person.host, user_agent or person.user_agent)


def at_work(rng: Random, person: Person, day: date) -> datetime:
    """A moment in somebody's working hours: a peak before lunch and one after it."""
    hours = rng.gauss(1.7, 0.9) if rng.random() < 0.5 else rng.gauss(6.0, 1.3)
    return person.zone.moment(day, person.starts_at + min(max(hours, 0.0), 9.0))


def any_time(rng: Random, day: date, hours: Sequence[int] | None = None) -> datetime:
    """A moment of the UTC day; `hours` are the 24 cumulative weights of its hours."""
    hour = rng.choices(range(24), cum_weights=hours)[0] if hours else rng.randrange(24)
    return midnight(day) + timedelta(seconds=hour * 3600 + rng.randrange(3600))


def after(rng: Random, at: datetime, mean_seconds: float) -> datetime:
    """Some whole seconds later."""
    return at + timedelta(seconds=1 + int(rng.expovariate(1 / mean_seconds)))


def ranked(rng: Random, things: Sequence[T]) -> T:
    """One of several; each half as likely as the one of half its rank."""
    return things[rng.choices(range(len(things)), cum_weights=_zipf(len(things)))[0]]


@lru_cache
def _zipf(count: int) -> list[float]:
    return list(accumulate(1 / (rank + 1) for rank in range(count)))


def some(rng: Random, things: Iterable[T], count: int) -> list[T]:
    """So many of these, or all if there are fewer."""
    pool = list(things)
    return rng.sample(pool, min(count, len(pool)))


def new_uuid(rng: Random) -> str:
    """A random UUID, of version 4."""
    return str(UUID(int=rng.getrandbits(128), version=4))


def tag_of(rng: Random, repository: Repository) -> str:
    """A tag that somebody would pull."""
    return ranked(rng, repository.tags)
