"""What an attacker knows of the registry before the first step: who works there, when, from where and with what."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final, TypeVar
from uuid import UUID

from pipeline.demo.history.credentials import Credential
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios import places
from pipeline.demo.scenarios.acts import Act
from pipeline.demo.scenarios.attacks.injection import Injection, Removal
from pipeline.demo.scenarios.estate import Estate, Person, Repository, Robot

WATCHED_DAYS: Final = 28
STEADY_DAYS: Final = 9
_APART: Final = timedelta(days=6)
_ABROAD: Final = ("BR", "KE", "VN", "MX", "SG")

Want = Callable[[Person], bool]
Thing = TypeVar("Thing")


class NobodyLeftError(LookupError):
    """Nobody or nothing fits an attack on that day: another day may do."""


def _everybody(_: Person) -> bool:
    return True


class Watch:
    """What a registry's acts give away about habits; made once for a background, shared by all attacks on it."""

    def __init__(self, acts: Iterable[Act]) -> None:
        self._times: defaultdict[str, list[datetime]] = defaultdict(list)
        self._pulled: defaultdict[str, set[str]] = defaultdict(set)
        self._touched: defaultdict[str, list[datetime]] = defaultdict(list)
        for act in sorted(acts, key=lambda act: act.at):
            self._touched[act.namespace].append(act.at)
            if act.performer is None:
                continue
            self._times[act.performer].append(act.at)
            if act.kind == "pull_repo":
                self._pulled[act.performer].add(f"{act.metadata['namespace']}/{act.metadata['repo']}")

    def active_days(self, performer: str, day: date) -> int:
        """On how many of the days before, about four weeks, somebody did anything."""
        return len({at.date() for at in self._between(performer, day - timedelta(days=WATCHED_DAYS), day)})

    def hours_of(self, performer: str, day: date) -> list[time]:
        """The times of day at which somebody acted in the weeks before."""
        found = self._between(performer, day - timedelta(days=WATCHED_DAYS), day)
        return [at.timetz() for at in found]

    def has_pulled(self, performer: str, path: str) -> bool:
        """Whether somebody pulls that repository at any time."""
        return path in self._pulled[performer]

    def entries_a_day(self, namespace: str, day: date) -> int:
        """The usual entries of a namespace a day in the week before, at least; silence is told from that alone."""
        times = self._touched[namespace]
        counts = [
            bisect_left(times, _midnight(day - timedelta(days=ago - 1)))
            - bisect_left(times, _midnight(day - timedelta(days=ago)))
            for ago in range(1, 8)
        ]
        return min(counts)

    def _between(self, performer: str, first: date, until: date) -> Sequence[datetime]:
        times = self._times[performer]
        return times[bisect_left(times, _midnight(first)) : bisect_left(times, _midnight(until))]


@dataclass
class Bookings:
    """Who is busy with which attack when: no two attacks share a victim within some days."""

    spans: defaultdict[str, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, name: str, day: date) -> bool:
        """Whether nothing happens to it near that day."""
        return all(not first - _APART <= day <= last + _APART for first, last in self.spans[name])

    def uses(self, name: str) -> int:
        """How often it was a victim."""
        return len(self.spans[name])

    def book(self, names: Iterable[str], first: date, last: date) -> None:
        """Note that something happens to all of these."""
        for name in names:
            self.spans[name].append((first, last))


@dataclass
class Stage:
    """One attack in the making: it begins on `day`, against the registry as it is then."""

    rng: Random
    day: date
    first_day: date
    estate: Estate
    watch: Watch
    bookings: Bookings
    family: str = ""
    pack: str = ""
    _taken: list[str] = field(default_factory=list)

    def person(self, want: Want = _everybody) -> Person:
        """A steady user whom no attack touches in these days. Raises: NobodyLeftError."""
        people = [
            person
            for person in self.estate.people.values()
            if person.is_enabled and want(person) and self._is_steady(person.name)
        ]
        return self._one_of(people, lambda person: person.name)

    def colleague(self, want: Want = _everybody) -> Person:
        """A user without privileges over others."""
        return self.person(lambda each: not each.is_administrator and not each.is_superuser and want(each))

    def administrator(self, want: Want = _everybody) -> Person:
        """Somebody who administers an organization, not the registry."""
        return self.person(lambda each: each.is_administrator and not each.is_superuser and want(each))

    def robot(self, want: Callable[[Robot], bool] = lambda _: True) -> Robot:
        """A steady robot whom no attack touches in these days. Raises: NobodyLeftError."""
        robots = [
            robot for robot in self.estate.robots.values() if want(robot) and self._is_steady(robot.name)
        ]
        return self._one_of(robots, lambda robot: robot.name)

    def repository(self, want: Callable[[Repository], bool] = lambda _: True) -> Repository:
        """A repository whom no attack touches in these days. Raises: NobodyLeftError."""
        repositories = [each for each in self.estate.repositories.values() if want(each)]
        return self._one_of(repositories, lambda each: each.path)

    def strange_to(self, performer: str, namespaces: Iterable[str], count: int) -> list[Repository]:
        """Private repositories of those namespaces that somebody never pulls; fewer where there are no more."""
        wanted = set(namespaces)
        found = [
            each
            for each in self.estate.private_repositories()
            if each.namespace in wanted and not self.watch.has_pulled(performer, each.path)
        ]
        return self.some(found, count)

    def familiar_to(self, paths: Sequence[str]) -> list[Repository]:
        """Those of the paths that are there."""
        return [self.estate.repositories[path] for path in paths if path in self.estate.repositories]

    def one(self, things: Sequence[Thing]) -> Thing:
        """Any of them. Raises: NobodyLeftError where there is none."""
        if not things:
            raise NobodyLeftError(self.family)
        return self.rng.choice(things)

    def some(self, things: Sequence[Thing], count: int) -> list[Thing]:
        """So many of them, in any order; fewer where there are no more."""
        return self.rng.sample(things, min(count, len(things)))

    def other_namespaces(self, *known: str) -> list[str]:
        """Every organization but these."""
        return [name for name in self.estate.organizations if name not in known]

    def workdays(self, count: int) -> list[date]:
        """The first days from the beginning on, no weekend among them."""
        days: list[date] = []
        day = self.day
        while len(days) < count:
            if day.weekday() < 5:
                days.append(day)
            day += timedelta(days=1)
        return days

    def moments_like(self, performer: str, day: date, count: int) -> list[datetime]:
        """Moments of a day at which the performer would be at work too, in order, no two in one minute."""
        habits = self.watch.hours_of(performer, day) or [time(10, tzinfo=UTC)]
        found = {
            datetime.combine(day, self.rng.choice(habits)) + timedelta(minutes=self.rng.randint(-9, 9))
            for _ in range(count)
        }
        last = _midnight(day + timedelta(days=1)) - timedelta(minutes=5)
        spread: list[datetime] = []
        for at in sorted(found):
            low = max(_midnight(day), spread[-1] + timedelta(seconds=70) if spread else at)
            spread.append(min(last, max(at, low)) + timedelta(seconds=self.rng.randrange(50)))
        while len(spread) < count:
            spread.append(spread[-1] + timedelta(seconds=self.rng.randint(70, 400)))
        return spread

    def burst(self, hour: float, count: int, mean_seconds: float, day: date | None = None) -> list[datetime]:
        """Moments one soon after the other, from a UTC hour on."""
        at = _midnight(day or self.day) + timedelta(seconds=round(hour * 3600) + self.rng.randrange(600))
        moments = []
        for _ in range(count):
            at += timedelta(seconds=max(1, round(self.rng.expovariate(1 / mean_seconds))))
            moments.append(at)
        return moments

    def abroad(self, home: str | None = None) -> Network:
        """A rented machine in a country where the victim is not."""
        return places.rented_network(self.rng, self.rng.choice([each for each in _ABROAD if each != home]))

    def nearby(self, person: Person) -> Network:
        """Another household of the victim's country, with one of the same providers."""
        return places.home_network(self.rng, person.country)

    def cloud_like(self, robot: Robot) -> Network:
        """A network of the cloud and, where it is told, the region that a robot runs in."""
        network = robot.networks[0]
        first, _, rest = network.prefix.partition(".")
        region = int(rest.partition(".")[0]) // 4 if first == "248" else self.rng.randrange(4)
        country = network.country or self._country_of(robot.namespace)
        return places.cloud_network(self.rng, region, country, network.aws_region)

    def uuid(self) -> str:
        """A new UUID."""
        return str(UUID(int=self.rng.getrandbits(128), version=4))

    def digest(self) -> str:
        """A digest that nothing has had before."""
        return f"sha256:{self.rng.getrandbits(256):064x}"

    def planned(
        self,
        subjects: Iterable[str],
        acts: Iterable[Act],
        before: Iterable[Act] = (),
        removal: Removal | None = None,
    ) -> Injection:
        """The attack as it stands. `before` is what led to it and is none yet."""
        own = sorted(acts, key=lambda act: act.at)
        first_at = removal.since if removal else own[0].at
        last_at = removal.until - timedelta(seconds=1) if removal else own[-1].at
        added = (*sorted(before, key=lambda act: act.at), *own)
        return Injection(self.family, self.pack, frozenset(subjects), first_at, last_at, added, removal)

    def book(self, injection: Injection) -> None:
        """Keep other attacks off this one's victims."""
        self.bookings.book(self._taken, injection.first_at.date(), injection.last_at.date())

    def take(self, name: str) -> None:
        """Keep other attacks off something for as long as this one lasts. Raises: NobodyLeftError where one is on it."""
        if not self.bookings.is_free(name, self.day):
            raise NobodyLeftError(name)
        self._taken.append(name)

    def _one_of(self, things: Sequence[Thing], name_of: Callable[[Thing], str]) -> Thing:
        free = [
            each
            for each in things
            if self.bookings.is_free(name_of(each), self.day) and name_of(each) not in self._taken
        ]
        if not free:
            raise NobodyLeftError(self.family)
        least = min(self.bookings.uses(name_of(each)) for each in free)
        chosen = self.rng.choice([each for each in free if self.bookings.uses(name_of(each)) == least])
        self._taken.append(name_of(chosen))
        return chosen

    def _is_steady(self, performer: str) -> bool:
        return self.watch.active_days(performer, self.day) >= STEADY_DAYS

    def _country_of(self, namespace: str) -> str:
        countries = sorted(person.country for person in self.estate.people_in(namespace))
        return self.rng.choice(countries) if countries else "US"


def names_of(credential: Credential) -> set[str]:
    """What signals call a credential, and who performs with it."""
    keys, performer = credential.keys, credential.performer
    if performer is None:
        return {"anonymous"}
    if keys.get("is_robot"):
        return {f"robot:{performer}"}
    named = {f"user:{performer}"}
    if uuid := keys.get("app_specific_token"):
        named.add(f"app_specific_token:{uuid}")
    if number := keys.get("oauth_token_id"):
        named.add(f"oauth_token:{number}")
    return named


def network_name(network: Network) -> str:
    """What signals call a network."""
    return f"network:{places.text_from_network(network)}"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
