"""Somebody at the web console: where, when, and how to write down what is done there."""

from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
from typing import Any

from pipeline.demo.scenarios.acts import Console
from pipeline.demo.scenarios.background.people import vpn_of
from pipeline.demo.scenarios.background.world import World, after
from pipeline.demo.scenarios.estate import Person, Repository, Robot
from pipeline.demo.scenarios.holdings import Grant


@dataclass
class Desk:
    """One person at one console, for some minutes from `at` on; every act takes a little time."""

    world: World
    person: Person
    console: Console
    at: datetime
    rng: Random

    @property
    def organization(self) -> str:
        """Where this person administers things."""
        return self.person.organization

    def wait(self, mean_seconds: float = 30.0) -> datetime:
        """Some time passes."""
        self.at = after(self.rng, self.at, mean_seconds)
        return self.at

    def act(self, kind: str, **metadata: Any) -> None:
        """Something in the organization."""
        self.world.add(self.console.act(kind, self.wait(), self.organization, metadata))

    def on_repository(self, kind: str, repository: Repository, **own: Any) -> None:
        """Something in a repository."""
        self.world.add(self.console.on_repository(kind, self.wait(), repository, **own))

    def near_repository(self, kind: str, repository: Repository, **metadata: Any) -> None:
        """The same for the few kinds that do not name the repository's namespace."""
        self.world.add(self.console.act(kind, self.wait(), repository.namespace, metadata))

    def on_account(self, kind: str, user: str | None = None, **metadata: Any) -> None:
        """Something in the own account, or in another's."""
        self.world.add(self.console.on_account(kind, self.wait(), metadata, user))

    def sign_in(self) -> None:
        """The way in, which most of the time is still open from before."""
        self.world.add(self.console.sign_in(self.at))
        self.wait(60)

    def grant(self, repository: Repository, kind: str, grantee: str, role: str) -> None:
        """A role on a repository for a user, a robot or a team."""
        self.world.estate.add_grant(Grant(repository.namespace, repository.name, kind, grantee, role))
        if kind == "team":
            named = {"team": grantee, "repo": repository.name}
            self.near_repository("change_repo_permission", repository, **named, role=role)
        else:
            self.on_repository("change_repo_permission", repository, username=grantee, role=role)

    def let_person_use(self, name: str, repository: Repository) -> None:
        """From now on somebody's work takes this repository too."""
        person = self.world.estate.people[name]
        if repository.path not in person.repositories:
            at = self.rng.randrange(len(person.repositories) + 1)
            used = (*person.repositories[:at], repository.path, *person.repositories[at:])
            self.world.put_person(replace(person, repositories=used))

    def let_robot_use(self, robot: Robot, repository: Repository, *, is_pushed: bool = False) -> None:
        """From now on a robot takes this repository too, or makes it."""
        pulled = robot.pulled if is_pushed else (*robot.pulled, repository.path)
        pushed = (*robot.pushed, repository.path) if is_pushed else robot.pushed
        self.world.estate.robots[robot.name] = replace(robot, pulled=pulled, pushed=pushed)
        self.grant(repository, "robot", robot.name, "write" if is_pushed else "read")


def desk_of(world: World, person: Person, at: datetime, rng: Random) -> Desk:
    """Somebody at the console wherever they are that day, signed in now and then."""
    trip = world.trip_of(person, at.date())
    network = person.office
    if trip:
        network = rng.choice(trip.networks)
    elif rng.random() < person.home_share:
        network = vpn_of(person) if rng.random() < person.vpn_share else person.home
    desk = Desk(world, person, Console(person.name, network, person.host, person.browser), at, rng)
    if rng.random() < 0.4:
        desk.sign_in()
    return desk
