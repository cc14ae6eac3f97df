"""Drift of where people are: on the road, on leave, behind another provider, behind a VPN, at night."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.background.people import sit_down_at, vpn_of
from pipeline.demo.scenarios.background.world import Change, Trip, World, some
from pipeline.demo.scenarios.places import (
    COUNTRIES,
    carrier_network,
    home_network,
    public_network,
    renumbered,
)

TRIPS_A_WEEK: Final = 3
CONFERENCES: Final = 2
NEW_PROVIDERS_A_WEEK: Final = 2
RENUMBERED_LINES_A_WEEK: Final = 5


def trips(world: World, rng: Random) -> None:
    """People travel for some days, half of them abroad: hotels, phones abroad, and other offices."""
    people = list(world.estate.people.values())
    for _ in range(len(world.days) * TRIPS_A_WEEK // 7):
        person, first = rng.choice(people), rng.choice(world.days)
        country = rng.choice(COUNTRIES) if rng.random() < 0.6 else person.country
        hotel, phone = public_network(rng, country), carrier_network(rng, country)
        networks: tuple[Network, ...] = (hotel, hotel, phone, public_network(rng, country), vpn_of(person))
        if rng.random() < 0.3:
            networks = (*networks, rng.choice(people).office)
        trip = Trip(first, first + timedelta(days=rng.choice((1, 2, 2, 3, 4, 9))), networks)
        world.trips[person.name].append(trip)
        world.note(first, "trips", person.name)


def holidays(world: World, rng: Random) -> None:
    """Everybody is on leave now and then, some for weeks."""
    for person in world.estate.people.values():
        for _ in range(rng.choice((0, 1, 1, 2))):
            first = rng.choice(world.days)
            last = first + timedelta(days=rng.choice((0, 1, 4, 6, 9, 20)))
            world.leaves[person.name].append((first, last))
            world.note(first, "holidays", person.name)


def conferences(world: World, rng: Random) -> None:
    """Half a team and some others work from one hotel for two days."""
    for first in some(rng, world.workdays(), CONFERENCES):
        network = public_network(rng, rng.choice(COUNTRIES))
        people = some(rng, world.estate.people.values(), rng.randint(5, 9))
        for person in people:
            world.trips[person.name].append(Trip(first, first + timedelta(days=2), (network,)))
        world.note(first, "conferences", ", ".join(each.name for each in people))


def new_providers(world: World, rng: Random) -> None:
    """Somebody changes the provider at home: a network that nobody has seen, and stays."""
    for _ in range(len(world.days) * NEW_PROVIDERS_A_WEEK // 7):
        _move_line(world, rng, "new_providers", is_same_provider=False)


def moves_of_home(world: World, rng: Random) -> None:
    """A line is numbered anew by the same provider."""
    for _ in range(len(world.days) * RENUMBERED_LINES_A_WEEK // 7):
        _move_line(world, rng, "moves_of_home", is_same_provider=True)


def _move_line(world: World, rng: Random, drift: str, *, is_same_provider: bool) -> None:
    day, name = rng.choice(world.days), rng.choice(list(world.estate.people))

    def change(world: World, day: date) -> None:
        person, own = world.estate.people.get(name), world.rng(drift, name, day)
        if person:
            home = renumbered(own, person.home) if is_same_provider else home_network(own, person.country)
            world.put_person(replace(person, home=home))
            world.note(day, drift, name)

    world.on(day, change)


def vpn_roll_out(world: World, rng: Random) -> None:
    """One organization after the other is told to use the VPN from home: two of them, with a fortnight between."""
    day = rng.choice(world.days[: max(1, len(world.days) - 20)])
    for number, organization in enumerate(some(rng, world.estate.organizations, 2)):
        world.on(day + timedelta(days=14 * number), _tell_to_use_vpn(organization))


def _tell_to_use_vpn(organization: str) -> Change:
    def change(world: World, day: date) -> None:
        for person in world.estate.people_in(world.name_now(organization)):
            world.put_person(replace(person, vpn_share=0.95))
        world.note(day, "vpn_roll_out", organization)

    return change


def night_work(world: World, rng: Random) -> None:
    """A migration is done at night or over a weekend, by a few people who never work then."""
    for day in some(rng, world.days, 3):
        people = some(rng, world.estate.people.values(), 4)
        world.note(day, "night_work", ", ".join(each.name for each in people))
        world.on(day, _work_at_night(tuple(each.name for each in people)))


def _work_at_night(names: tuple[str, ...]) -> Change:
    def change(world: World, day: date) -> None:
        for name in names:
            person, own = world.estate.people.get(name), world.rng("night_work", name, day)
            if person and person.is_enabled:
                for hour in (22.5, 24.2, 26.5):
                    at = person.zone.moment(day, hour + own.random())
                    sit_down_at(world, person, at, person.home, own)

    return change
