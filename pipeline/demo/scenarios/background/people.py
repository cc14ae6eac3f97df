"""What people do on a day like any other: sittings with a tool, pushes, and looks at the web console."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from pipeline.demo.history.hours import tally
from pipeline.demo.history.networks import CONTINENT_BY_COUNTRY, Network
from pipeline.demo.scenarios.acts import Client, Console
from pipeline.demo.scenarios.background.hiring import GUEST_WIFI_BY_ZONE, VPN_BY_CONTINENT
from pipeline.demo.scenarios.background.world import World, after, at_work, ranked, tag_of
from pipeline.demo.scenarios.estate import Person
from pipeline.demo.scenarios.places import (
    BENGALURU,
    BERLIN,
    LONDON,
    NEW_YORK,
    Zone,
    carrier_network,
    renumbered,
)

SITTINGS_A_DAY: Final = 1.9
SHARE_PRESENT: Final = 0.93
HOLIDAYS_BY_ZONE: Final[dict[Zone, frozenset[tuple[int, int]]]] = {
    BERLIN: frozenset({(1, 1), (4, 3), (4, 6), (5, 1), (10, 3), (12, 25)}),
    LONDON: frozenset({(1, 1), (4, 3), (4, 6), (5, 4), (12, 25)}),
    NEW_YORK: frozenset({(1, 1), (1, 19), (2, 16), (5, 25), (7, 4), (12, 25)}),
    BENGALURU: frozenset({(1, 26), (3, 4), (8, 15), (10, 2)}),
}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody sits: the network, and the host in it."""

    network: Network
    host: int


def work_for_a_day(world: World, person: Person, day: date) -> None:
    """All that somebody does on one local day."""
    rng = world.rng("person", person.name, day)
    person = _with_new_address(world, person, rng)
    share = _share_of_work(world, person, day, rng)
    place = _place_of(world, person, day, rng)
    for _ in range(tally(rng, SITTINGS_A_DAY * person.pace * share)):
        _sit_down(world, person, at_work(rng, person, day), _place_now(person, place, rng), rng)
    if rng.random() < person.evening_share * share:
        late = person.zone.moment(day, person.starts_at + rng.uniform(11, 16))
        at_home = _Place(person.home, person.host) if place.network == person.office else place
        _sit_down(world, person, late, at_home, rng)


def _with_new_address(world: World, person: Person, rng: Random) -> Person:
    """Some providers give a line another address every other day."""
    if rng.random() < person.dynamic_share:
        person = replace(person, home=renumbered(rng, person.home))
        world.put_person(person)
    return person


def _share_of_work(world: World, person: Person, day: date, rng: Random) -> float:
    """How much of a working day it is: nothing on leave, little at weekends, for most people."""
    if world.is_on_leave(person, day):
        return 0.01
    is_off = day.weekday() >= 5 or (day.month, day.day) in HOLIDAYS_BY_ZONE.get(person.zone, ())
    if is_off:
        return 1.0 if rng.random() < person.weekend_share else 0.0
    return 1.0 if rng.random() < SHARE_PRESENT else 0.0


def _place_of(world: World, person: Person, day: date, rng: Random) -> _Place:
    trip = world.trip_of(person, day)
    if trip:
        return _Place(rng.choice(trip.networks), rng.randrange(10, 240))
    if person.elsewhere and rng.random() < min(0.5, 0.04 * len(person.elsewhere)):
        return _Place(rng.choice(person.elsewhere), rng.randrange(10, 240))
    if rng.random() < person.home_share or day.weekday() >= 5:
        if rng.random() < person.vpn_share:
            return _Place(vpn_of(person), rng.randrange(1, 250))
        return _Place(person.home, person.host)
    if rng.random() < 0.01:
        return _Place(GUEST_WIFI_BY_ZONE[person.zone], rng.randrange(10, 240))
    return _Place(person.office, person.host)


def vpn_of(person: Person) -> Network:
    """The gateway that is nearest to somebody."""
    return VPN_BY_CONTINENT[CONTINENT_BY_COUNTRY[person.country]]


def _place_now(person: Person, place: _Place, rng: Random) -> _Place:
    """Mostly where somebody is all day; now and then the phone lends its network."""
    if rng.random() < person.phone_share:
        return _Place(carrier_network(rng, person.country), rng.randrange(1, 250))
    return place


def _sit_down(world: World, person: Person, at: datetime, place: _Place, rng: Random) -> None:
    """Some work in one go: images fetched, some pushed, a look at the console."""
    client = _client_of(person, place, rng)
    if rng.random() < 0.2 and client.credential.login_keys:
        if rng.random() < 0.06:
            world.add(client.log_in_badly(at, person.name))
            at = after(rng, at, 20)
        world.add(client.log_in(at))
    is_in_bulk = rng.random() < 0.4
    for _ in range(min(60, round(rng.lognormvariate(0.8, 0.8)))):
        at = after(rng, at, 3 if is_in_bulk else 200)
        _pull_something(world, person, client, at, rng)
    if person.pushed and rng.random() < 0.3:
        at = _push_something(world, person, client, after(rng, at, 300), rng)
    if rng.random() < 0.2:
        _look_at_console(world, person, place, after(rng, at, 120), rng)


def sit_down_at(world: World, person: Person, at: datetime, network: Network, rng: Random) -> None:
    """The same at a place that somebody else decided on."""
    _sit_down(world, person, at, _Place(network, person.host), rng)


def _client_of(person: Person, place: _Place, rng: Random) -> Client:
    credential = person.credential if rng.random() < 0.85 else person.password
    if person.oauth_token and rng.random() < 0.1:
        credential = person.oauth_token.credential
    tool = person.user_agent if rng.random() < 0.9 else rng.choice(person.tools)
    return Client(credential, place.network, place.host, tool)


def _pull_something(world: World, person: Person, client: Client, at: datetime, rng: Random) -> None:
    path = ranked(rng, person.repositories)
    if rng.random() < 0.012:
        path = rng.choice([each.path for each in world.estate.repositories_in(person.organization)])
    repository = world.estate.repositories.get(path)
    if repository is None:
        return
    if rng.random() < 0.004:
        asked = {"namespace": repository.namespace, "repo": f"{repository.name}s", "tag": "latest"}
        world.add(client.missed("pull_repo_failed", at, asked))
    elif repository.is_sensitive and repository.team != person.team:
        world.add(client.refused("pull_repo_failed", at, repository, {"tag": repository.tags[0]}))
    else:
        world.acts.extend(client.pull_image(at, repository, tag_of(rng, repository), world.versions[path]))


def _push_something(world: World, person: Person, client: Client, at: datetime, rng: Random) -> datetime:
    repository = world.estate.repositories.get(ranked(rng, person.pushed))
    if repository is None:
        return at
    world.versions[repository.path] += 1
    for tag in rng.sample(
        ("dev", f"{person.given_name.lower()}-test", f"pr-{rng.randrange(100, 900)}", "main"), 2
    ):
        world.add(client.push(at, repository, tag))
        at = after(rng, at, 4)
    return at


def _look_at_console(world: World, person: Person, place: _Place, at: datetime, rng: Random) -> None:
    console = Console(person.name, place.network, place.host, person.browser)
    if rng.random() < 0.06:
        world.add(console.sign_in_badly(at, f"{person.name}x" if rng.random() < 0.15 else None))
        at = after(rng, at, 15)
    world.add(console.sign_in(at))
    if rng.random() < 0.3:
        at += timedelta(seconds=int(rng.uniform(60, 3600)))
        world.add(console.on_account("logout_success", at, {}))
