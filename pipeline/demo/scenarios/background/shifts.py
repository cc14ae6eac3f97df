"""One big harmless change on one day, in worlds of their own: nothing about it may look like many attacks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.acts import Act
from pipeline.demo.scenarios.background.drifts.fleet import move_builders
from pipeline.demo.scenarios.background.drifts.governance import release_publicly
from pipeline.demo.scenarios.background.drifts.staff import rename_user
from pipeline.demo.scenarios.background.machines import build_once
from pipeline.demo.scenarios.background.people import vpn_of
from pipeline.demo.scenarios.background.renaming import rename_organization
from pipeline.demo.scenarios.background.world import Change, World, any_time
from pipeline.demo.scenarios.estate import RobotRole

PROXY: Final = Network("10.0.9")
FAILURE_KINDS: Final = ("login_failure", "pull_repo_failed", "push_repo_failed", "delete_tag_failed")
LOGIN_KINDS: Final = ("login_success", "logout_success")


def _nothing(world: World, day: date) -> None:
    """What needs no change of the world."""


def _as_it_is(act: Act) -> Act:
    return act


def _always(act: Act) -> bool:
    return True


@dataclass(frozen=True)
class Shift:
    """What begins on `day`, how acts from then on look, and which acts are logged at all."""

    name: str
    day: date
    begin: Change = _nothing
    alter: Callable[[Act], Act] = _as_it_is
    is_logged: Callable[[Act], bool] = _always


def shift(name: str, day: date) -> Shift:
    """The shift of that name, one of `SHIFTS`, for `background`."""
    return SHIFTS[name](day)


def _ci_migration(day: date) -> Shift:
    """Every builder and job of every organization runs in another cloud from now on."""

    def begin(world: World, day: date) -> None:
        move_builders(tuple(world.estate.organizations), 4, "ci_migration")(world, day)

    return Shift("ci_migration", day, begin)


def _vpn_roll_out(day: date) -> Shift:
    """Everybody comes through the VPN, from everywhere."""

    def begin(world: World, day: date) -> None:
        world.trips.clear()
        for person in list(world.estate.people.values()):
            gateway = vpn_of(person)
            world.put_person(
                replace(
                    person, office=gateway, home=gateway, elsewhere=(), phone_share=0.0, dynamic_share=0.0
                )
            )
        world.note(day, "vpn_roll_out", "everybody")

    return Shift("vpn_roll_out", day, begin)


def _proxy_collapse(day: date) -> Shift:
    """A proxy is put before Quay, and Quay is not told: one address for everybody."""
    ip = PROXY.address(1)

    def alter(act: Act) -> Act:
        if act.ip is None:
            return act
        metadata = act.metadata
        if "resolved_ip" in metadata:
            metadata = {**metadata, "resolved_ip": PROXY.location}
        return act._replace(ip=ip, metadata=metadata)

    return Shift("proxy_collapse", day, alter=alter)


def _login_kinds_vanish(day: date) -> Shift:
    """ACTION_LOG_AUDIT_LOGINS is switched off."""
    return Shift(
        "login_kinds_vanish", day, is_logged=lambda act: act.kind not in LOGIN_KINDS or act.at.date() < day
    )


def _failure_kinds_appear(day: date) -> Shift:
    """The flags for failures are switched on."""
    return Shift(
        "failure_kinds_appear",
        day,
        is_logged=lambda act: act.kind not in FAILURE_KINDS or act.at.date() >= day,
    )


def _clocks_change(day: date) -> Shift:
    """All clocks go forward: everybody, and every machine that keeps local time, is an hour earlier."""

    def begin(world: World, day: date) -> None:
        for person in list(world.estate.people.values()):
            world.put_person(replace(person, starts_at=person.starts_at - 1))
        for robot in list(world.estate.robots.values()):
            world.estate.robots[robot.name] = replace(robot, hour=(robot.hour - 1) % 24)
        world.note(day, "clocks_change", "all")

    return Shift("clocks_change", day, begin)


def _release_week(day: date) -> Shift:
    """One releaser opens a dozen repositories, and their builders push all day."""

    def begin(world: World, day: date) -> None:
        release_publicly(12, "release_week")(world, day)
        own = world.rng("release_week", day)
        paths = [each.about for each in world.calendar if each.drift == "release_week"]
        for path in paths:
            repository = world.estate.repositories[path]
            for robot in list(world.estate.robots_of(RobotRole.BUILDER, repository.namespace)):
                if robot.team == repository.team:
                    for _ in range(own.randint(3, 8)):
                        build_once(world, robot, any_time(own, day), repository, own)

    return Shift("release_week", day, begin)


def _renames(day: date) -> Shift:
    """An organization and four users get other names."""

    def begin(world: World, day: date) -> None:
        rename_organization("dataplatform", "insight")(world, day)
        robots = {each.namespace for each in world.estate.robots.values()}
        for name in [each for each in world.estate.people if each not in robots][20:80:15]:
            rename_user(name)(world, day)

    return Shift("renames", day, begin)


SHIFTS: Final[dict[str, Callable[[date], Shift]]] = {
    "ci_migration": _ci_migration,
    "vpn_roll_out": _vpn_roll_out,
    "proxy_collapse": _proxy_collapse,
    "login_kinds_vanish": _login_kinds_vanish,
    "failure_kinds_appear": _failure_kinds_appear,
    "clocks_change": _clocks_change,
    "release_week": _release_week,
    "renames": _renames,
}
