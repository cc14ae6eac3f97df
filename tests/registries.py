"""A small registry in which everybody does the same every working day: quick to make, with victims for every attack."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from pipeline.demo.scenarios.acts import Act, Client
from pipeline.demo.scenarios.background.founding import estate_of_first_day
from pipeline.demo.scenarios.estate import Estate
from pipeline.demo.scenarios.places import midnight

FIRST = date(2026, 1, 6)


@dataclass(frozen=True)
class Quiet:
    """A registry in which everybody does the same every working day."""

    seed: int
    days: list[date]
    acts: list[Act]
    estate: Estate

    def estate_on(self, day: date) -> Estate:
        """What there always was."""
        return self.estate


def _habits(estate: Estate, day: date) -> Iterator[Act]:
    """Three pulls of each person at nine, eleven and two o'clock, two of each robot in the night."""
    for person in estate.people.values():
        client = Client(person.credential, person.office, person.host, person.user_agent)
        for hour, path in zip((9, 11, 14), person.repositories, strict=False):
            repository = estate.repositories[path]
            yield client.pull(midnight(day) + timedelta(hours=hour), repository, repository.tags[0])
    for robot in estate.robots.values():
        if not robot.networks:
            continue
        client = Client(robot.credential, robot.networks[0], 7, robot.user_agent)
        for hour, path in zip((1, 3), robot.pulled, strict=False):
            repository = estate.repositories[path]
            yield client.pull(midnight(day) + timedelta(hours=hour), repository, repository.tags[0])


def quiet_registry(day_count: int) -> Quiet:
    """The registry from FIRST on, for so many days."""
    estate = estate_of_first_day(Random(7), FIRST)
    days = [FIRST + timedelta(days=n) for n in range(day_count)]
    acts = [act for day in days if day.weekday() < 5 for act in _habits(estate, day)]
    return Quiet(7, days, sorted(acts, key=lambda act: act.at), estate)
