"""Drift of how software comes and goes: mirrors, triggers, reverts, releases by hand, new maintainers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.demo.scenarios.acts import Client
from pipeline.demo.scenarios.background import names
from pipeline.demo.scenarios.background.desk import desk_of
from pipeline.demo.scenarios.background.world import Change, World, at_work, client_of, new_uuid, some
from pipeline.demo.scenarios.estate import Person, Repository

REVERTS_A_MONTH: Final = 3
RELEASES_A_MONTH: Final = 4
MAINTAINERS_A_MONTH: Final = 3


def mirror_changes(world: World, rng: Random) -> None:
    """The platform team moves a mirror to another host of the vendor, or has it copy more often."""
    for day in some(rng, world.workdays(), 2):
        world.on(day, _change_mirror)


def _change_mirror(world: World, day: date) -> None:
    own = world.rng("mirror_changes", day)
    path = own.choice(list(world.estate.mirrors))
    mirror, repository = world.estate.mirrors[path], world.estate.repositories[path]
    person = world.estate.administrators_of("platform")[0]
    client = Client(person.password, person.office, person.host, person.browser)
    at = person.zone.moment(day, 10.0 + own.uniform(0, 5))
    if own.random() < 0.5:
        reference = f"registry-1.docker.io/library/{repository.name}"
        world.estate.mirrors[path] = replace(mirror, external_reference=reference)
        world.add(client.set_mirror(at, repository, "external_reference", reference))
    else:
        world.estate.mirrors[path] = replace(mirror, interval_seconds=21_600)
        world.add(client.set_mirror(at, repository, "sync_interval", 21_600))
    world.add(client.set_mirror(at + timedelta(seconds=40), repository, "sync_status", "SYNC_NOW"))
    world.note(day, "mirror_changes", path)


def build_triggers(world: World, rng: Random) -> None:
    """A team has Quay build on every push to the source."""
    for day in some(rng, world.workdays(), 3):
        world.on(day, _set_trigger)


def _set_trigger(world: World, day: date) -> None:
    own = world.rng("build_triggers", day)
    person = own.choice(
        [each for each in world.estate.people.values() if each.is_administrator and each.is_enabled]
    )
    repository = _own_repository(world, person, own)
    desk = desk_of(world, person, at_work(own, person, day), own)
    source = f"{person.organization}/{repository.name}"
    config = {"build_source": source, "dockerfile_path": "/Dockerfile", "context": "/"}
    trigger = {"trigger_id": new_uuid(own), "service": own.choice(names.TRIGGER_SERVICES)}
    desk.on_repository("setup_repo_trigger", repository, **trigger, pull_robot=None, config=config)
    world.note(day, "build_triggers", repository.path)


def _own_repository(world: World, person: Person, rng: Random) -> Repository:
    found = [each for each in world.estate.repositories_in(person.organization) if each.team == person.team]
    return rng.choice(found or world.estate.repositories_in(person.organization))


def _for_lead(drift: str, work: Callable[[World, Person, Repository, date, Random], None]) -> Change:
    def change(world: World, day: date) -> None:
        own = world.rng(drift, day)
        leads = [each for each in world.estate.people.values() if each.is_administrator and each.is_enabled]
        person = own.choice(leads)
        repository = _own_repository(world, person, own)
        work(world, person, repository, day, own)
        world.note(day, drift, f"{person.name} in {repository.path}")

    return change


def hotfix_reverts(world: World, rng: Random) -> None:
    """A release was bad: its tag is set back to the build before, at any hour."""

    def revert(world: World, person: Person, repository: Repository, day: date, own: Random) -> None:
        desk = desk_of(world, person, person.zone.moment(day, own.uniform(9, 23)), own)
        digest = repository.digest(max(1, world.versions[repository.path] - own.randint(1, 3)))
        tag = {"username": person.name, "tag": own.choice(("latest", "prod"))}
        desk.on_repository("revert_tag", repository, **tag, manifest_digest=digest)

    for day in some(rng, world.workdays(), len(world.days) * REVERTS_A_MONTH // 30):
        world.on(day, _for_lead("hotfix_reverts", revert))


def releases_by_hand(world: World, rng: Random) -> None:
    """The build service is down, and a lead pushes a release from the laptop."""

    def push(world: World, person: Person, repository: Repository, day: date, own: Random) -> None:
        client, at = client_of(person), at_work(own, person, day)
        world.versions[repository.path] += 1
        for tag in (
            "latest",
            f"v{own.randrange(1, 5)}.{own.randrange(20)}.{world.versions[repository.path]}",
        ):
            world.add(client.push(at, repository, tag))
            at += timedelta(seconds=own.randint(2, 9))

    for day in some(rng, world.workdays(), len(world.days) * RELEASES_A_MONTH // 30):
        world.on(day, _for_lead("releases_by_hand", push))


def new_maintainers(world: World, rng: Random) -> None:
    """Somebody is given a repository to maintain, and pushes to it from the next day on."""

    def hand_over(world: World, person: Person, repository: Repository, day: date, own: Random) -> None:
        colleague = own.choice(world.estate.people_in(person.organization, person.team))
        desk = desk_of(world, person, at_work(own, person, day), own)
        desk.grant(repository, "user", colleague.name, "write")
        world.on(day + timedelta(days=1), _maintain(colleague.name, repository.path))

    for day in some(rng, world.workdays(), len(world.days) * MAINTAINERS_A_MONTH // 30):
        world.on(day, _for_lead("new_maintainers", hand_over))


def _maintain(name: str, path: str) -> Change:
    def change(world: World, day: date) -> None:
        person = world.estate.people.get(name)
        if person and path not in person.pushed:
            world.put_person(
                replace(person, pushed=(path, *person.pushed), repositories=(path, *person.repositories))
            )

    return change
