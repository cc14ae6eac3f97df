"""Drift of machines: where they run, what with, in what numbers, and with which secrets."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.credentials import ANONYMOUS
from pipeline.demo.scenarios.background import names
from pipeline.demo.scenarios.background.desk import desk_of
from pipeline.demo.scenarios.background.hiring import docker
from pipeline.demo.scenarios.background.machines import client_on, pull, start_node
from pipeline.demo.scenarios.background.robots import TRIVY, networks_in_region
from pipeline.demo.scenarios.background.world import Change, World, after, any_time, some
from pipeline.demo.scenarios.estate import Robot, RobotRole
from pipeline.demo.scenarios.holdings import Federation
from pipeline.demo.scenarios.places import midnight

FAILURES_OF_BROKEN_SECRET: Final = 300


def ci_migrations(world: World, rng: Random) -> None:
    """The builders of an organization move to another cloud, all on one day; twice."""
    days = some(rng, world.workdays(), 2)
    for day, organization in zip(days, some(rng, ("logistics", "dataplatform", "payments"), 2), strict=False):
        world.on(day, move_builders((organization,), rng.choice((2, 4)), "ci_migrations"))


def move_builders(organizations: tuple[str, ...], region: int, drift: str) -> Change:
    """The change that gives all builders and jobs of these organizations other networks."""

    def change(world: World, day: date) -> None:
        own = world.rng(drift, day)
        networks = networks_in_region(own, region, 4)
        moved = [world.name_now(each) for each in organizations]
        for robot in list(world.estate.robots.values()):
            is_moved = robot.role in (RobotRole.BUILDER, RobotRole.JOB) and robot.networks
            if robot.namespace in moved and is_moved:
                world.estate.robots[robot.name] = replace(robot, networks=networks)
        world.note(day, drift, ", ".join(organizations))

    return change


def client_switches(world: World, rng: Random) -> None:
    """A team is told to use another tool, and most do from one week to the next."""
    for day in some(rng, world.workdays(), 3):
        person = rng.choice(list(world.estate.people.values()))
        tool = rng.choice((user_agents.PODMAN, user_agents.SKOPEO, user_agents.BUILDAH))
        world.on(day, _switch_tool(person.organization, person.team, tool))


def _switch_tool(organization: str, team: str, tool: str) -> Change:
    def change(world: World, day: date) -> None:
        own = world.rng("client_switches", team, day)
        for person in world.estate.people_in(world.name_now(organization), team):
            if own.random() < 0.8:
                world.put_person(replace(person, tools=(tool, person.tools[0])))
        world.note(day, "client_switches", f"{team} to {tool.partition('/')[0]}")

    return change


def client_upgrades(world: World, rng: Random) -> None:
    """Tools get newer, somebody's every day; and now and then somebody tries one more."""
    for day in world.days:
        for name in some(rng, world.estate.people, 2):
            world.on(day, _upgrade(name, is_tried=rng.random() < 0.08))


def _upgrade(name: str, *, is_tried: bool) -> Change:
    def change(world: World, day: date) -> None:
        person, own = world.estate.people.get(name), world.rng("client_upgrades", name, day)
        if person and is_tried:
            tool = own.choice(
                (user_agents.SKOPEO, user_agents.CRANE, "oras/1.2.0", "regctl/0.7.1", "curl/8.5.0")
            )
            world.put_person(replace(person, tools=(*person.tools, tool)))
        elif person and person.user_agent.startswith("docker/"):
            world.put_person(replace(person, tools=(docker(own), *person.tools[1:])))

    return change


def _for_cluster(drift: str, act: Callable[[World, Robot, date, Random], None]) -> Change:
    def change(world: World, day: date) -> None:
        own = world.rng(drift, day)
        robot = own.choice(list(world.estate.robots_of(RobotRole.CLUSTER)))
        act(world, robot, day, own)
        world.note(day, drift, robot.name)

    return change


def reimage_surges(world: World, rng: Random) -> None:
    """All nodes of a cluster are replaced within two hours, and each fetches everything."""

    def reimage(world: World, robot: Robot, day: date, own: Random) -> None:
        at = any_time(own, day)
        for _ in range(own.randint(8, 25)):
            at = after(own, at, 240)
            start_node(world, robot, at, own)

    for day in some(rng, world.days, len(world.days) // 14):
        world.on(day, _for_cluster("reimage_surges", reimage))


def broken_secrets(world: World, rng: Random) -> None:
    """A secret is broken in a deployment: the cluster or the builds fail hundreds of times until somebody looks."""

    def fail(world: World, robot: Robot, day: date, own: Random) -> None:
        client = replace(client_on(own, robot), credential=ANONYMOUS)
        at = any_time(own, day)
        for _ in range(FAILURES_OF_BROKEN_SECRET):
            at += timedelta(seconds=own.choice((29, 30, 30, 31)))
            world.add(client.log_in_badly(at, robot.name))

    for day in some(rng, world.days, len(world.days) // 20):
        world.on(day, _for_cluster("broken_secrets", fail))


def robot_rotations(world: World, rng: Random) -> None:
    """The platform team gives every builder of an organization a new token, in a quarter of an hour."""
    for day in some(rng, world.workdays(), 2):
        world.on(day, _rotate(rng.choice(list(world.estate.organizations))))


def _rotate(planned: str) -> Change:
    def change(world: World, day: date) -> None:
        organization = world.name_now(planned)
        superuser, own = world.estate.superusers()[0], world.rng("robot_rotations", day)
        desk = desk_of(world, superuser, superuser.zone.moment(day, 10.0), own)
        for robot in list(world.estate.robots_of(RobotRole.BUILDER, organization)):
            metadata = {"robot": robot.short_name}
            world.add(desk.console.act("regenerate_robot_token", desk.wait(), organization, metadata))
        world.note(day, "robot_rotations", organization)

    return change


def new_federations(world: World, rng: Random) -> None:
    """The platform team lets builders come without a secret: an identity of the build service for each."""
    for day, organization in zip(some(rng, world.workdays(), 2), ("research", "logistics"), strict=False):
        world.on(day, _federate(organization))


def _federate(planned: str) -> Change:
    def change(world: World, day: date) -> None:
        organization = world.name_now(planned)
        own = world.rng("new_federations", day)
        robots = [
            each for each in world.estate.robots_of(RobotRole.BUILDER, organization) if not each.federation
        ]
        administrator = (world.estate.administrators_of(organization) or world.estate.superusers())[0]
        desk = desk_of(world, administrator, administrator.zone.moment(day, 9.5), own)
        for robot in robots[:2]:
            trust = Federation(names.ISSUER, f"repo:{organization}/{robot.team}:ref:refs/heads/main")
            config = [{"issuer": trust.issuer, "subject": trust.subject, "audiences": list(trust.audiences)}]
            metadata = {"config": config, "robot": robot.short_name}
            world.add(desk.console.act("create_robot_federation", desk.wait(), organization, metadata))
            world.estate.robots[robot.name] = replace(robot, federation=trust)
            world.note(day, "new_federations", robot.name)

    return change


def new_scanners(world: World, rng: Random) -> None:
    """A second scanner is tried: a robot is made, given every repository, and goes through them that night."""
    day = rng.choice(world.workdays())
    planned = rng.choice(list(world.estate.organizations))

    def change(world: World, day: date) -> None:
        organization = world.name_now(planned)
        administrator, own = world.estate.administrators_of(organization)[0], world.rng("new_scanners")
        desk = desk_of(world, administrator, administrator.zone.moment(day, 10.0), own)
        scanner = next(world.estate.robots_of(RobotRole.SCANNER, organization))
        robot = replace(scanner, name=f"{organization}+scanner-ng", user_agent=TRIVY, created_on=day)
        made = {"robot": robot.short_name, "description": "trial", "unstructured_metadata": None}
        world.add(desk.console.act("create_robot", desk.wait(), organization, made))
        world.estate.robots[robot.name] = replace(robot, hour=23.0, networks=scanner.networks)
        for repository in world.estate.repositories_in(organization):
            desk.wait(2)
            desk.grant(repository, "robot", robot.name, "read")
        world.note(day, "new_scanners", robot.name)

    world.on(day, change)


def recovery_drill(world: World, rng: Random) -> None:
    """An organization proves that it could come back: one robot fetches everything, to another region."""
    day, organization = rng.choice(world.workdays()), rng.choice(("payments", "storefront"))

    def change(world: World, day: date) -> None:
        own = world.rng("recovery_drill")
        robot = world.estate.robots[f"{organization}+edge-copy"]
        client, at = client_on(own, robot), midnight(day) + timedelta(hours=9)
        for path in robot.pulled:
            repository = world.estate.repositories.get(path)
            if repository:
                at = after(own, at, 5)
                pull(world, client, at, repository, own)
        world.note(day, "recovery_drill", robot.name)

    world.on(day, change)


def big_clean_ups(world: World, rng: Random) -> None:
    """A cleaner is told to keep less, once: several times as many tags go as in other weeks."""

    def change(world: World, day: date) -> None:
        own = world.rng("big_clean_ups", day)
        robot = own.choice(list(world.estate.robots_of(RobotRole.CLEANER)))
        usual = robot.pace
        world.estate.robots[robot.name] = replace(robot, pace=usual * 2.5)
        world.on(day + timedelta(days=7), _calm(robot.name, usual))
        world.note(day, "big_clean_ups", robot.name)

    world.on(rng.choice(world.days), change)


def _calm(name: str, pace: float) -> Change:
    def change(world: World, day: date) -> None:
        if name in world.estate.robots:
            world.estate.robots[name] = replace(world.estate.robots[name], pace=pace)

    return change
