"""Who works here: people with habits of their own, most of them steady, some of them anything but."""

from datetime import date
from random import Random
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.background import names
from pipeline.demo.scenarios.background.world import some
from pipeline.demo.scenarios.estate import Estate, Person
from pipeline.demo.scenarios.places import (
    BENGALURU,
    BERLIN,
    COUNTRY_BY_ZONE,
    DENVER,
    LONDON,
    NEW_YORK,
    SAO_PAULO,
    TOKYO,
    WARSAW,
    Zone,
    home_network,
    public_network,
)

_SITES: Final = (BERLIN, LONDON, NEW_YORK, WARSAW, BENGALURU, DENVER, TOKYO, SAO_PAULO)
_SITE_WEIGHTS: Final = (6, 4, 4, 3, 3, 1, 1, 1)
OFFICE_BY_ZONE: Final = {
    zone: Network(f"251.{number}.{8 + 16 * number}", COUNTRY_BY_ZONE[zone])
    for number, zone in enumerate(_SITES)
}
GUEST_WIFI_BY_ZONE: Final = {
    zone: Network(f"251.{number}.{9 + 16 * number}", COUNTRY_BY_ZONE[zone])
    for number, zone in enumerate(_SITES)
}
VPN_BY_CONTINENT: Final = {
    "EU": Network("251.100.1", "DE"),
    "NA": Network("251.100.2", "US"),
    "SA": Network("251.100.2", "US"),
    "AS": Network("251.100.3", "SG"),
}
_DOCKERS: Final = ("24.0.7", "25.0.5", "26.1.4", "27.3.1", "27.5.1")
_SITE_BY_TEAM_NUMBER: Final = (0, 0, 2, 1, 1, 4, 3, 3, 2, 4, 0, 0, 1, 5, 0, 2, 6, 4, 7, 1)


def person_from_team(rng: Random, estate: Estate, organization: str, team: str, joined_on: date) -> Person:
    """Somebody new in a team, without tokens yet."""
    zone = _zone_of(rng, team)
    country = COUNTRY_BY_ZONE[zone]
    given, family = _free_name(rng, estate)
    own = [each.path for each in estate.repositories_in(organization) if each.team == team]
    pushed = [path for path in own if not estate.repositories[path].is_pushed_by_robots_alone]
    is_roaming = rng.random() < 0.06
    return Person(
        name=f"{given}.{family}",
        given_name=given.title(),
        family_name=family.title(),
        organization=organization,
        team=team,
        zone=zone,
        country=country,
        office=OFFICE_BY_ZONE[zone],
        home=home_network(rng, country),
        host=rng.randrange(10, 240),
        tools=_tools(rng),
        browser=rng.choice((user_agents.FIREFOX, user_agents.CHROME, user_agents.CHROME)),
        repositories=repositories_of_newcomer(rng, estate, organization, team),
        pushed=tuple(some(rng, pushed, rng.randint(1, 4))) if rng.random() < 0.6 else (),
        elsewhere=tuple(public_network(rng, country) for _ in range(rng.randint(4, 12) if is_roaming else rng.choice((0, 0, 1)))),
        starts_at=rng.gauss(9.0, 0.9),
        pace=rng.lognormvariate(-0.25, 0.75),
        home_share=rng.betavariate(1.2, 1.6),
        vpn_share=rng.choice((0.0, 0.0, 0.0, 0.3, 0.95)),
        phone_share=rng.choice((0.0, 0.0, 0.01, 0.04)),
        dynamic_share=rng.choice((0.0, 0.0, 0.0, 0.0, 0.03, 0.08, 0.5)),
        evening_share=rng.choice((0.01, 0.03, 0.05, 0.35)),
        weekend_share=rng.choice((0.01, 0.02, 0.03, 0.05, 0.3)),
        joined_on=joined_on,
    )  # fmt: skip


def repositories_of_newcomer(rng: Random, estate: Estate, organization: str, team: str) -> tuple[str, ...]:
    """What somebody in a team works with, the most used first: its own, a little of its neighbours', base images."""
    own = [
        each.path for each in estate.repositories_in(organization) if each.team == team and not each.is_public
    ]
    near = [
        each.path
        for each in estate.repositories_in(organization)
        if each.team != team and not each.is_sensitive and not each.is_public
    ]
    bases = [f"platform/{name}" for name in names.BASE_IMAGES]
    mine = some(rng, own, rng.randint(4, 9))
    return (*mine, *some(rng, bases, rng.randint(1, 3)), *some(rng, near, rng.randint(0, 3)))


def docker(rng: Random) -> str:
    """A Docker of one version or another."""
    return rng.choice((user_agents.DOCKER, user_agents.DOCKER_DESKTOP)).replace(
        "24.0.7", rng.choice(_DOCKERS)
    )


def _tools(rng: Random) -> tuple[str, ...]:
    usual = rng.choices(
        (docker(rng), user_agents.PODMAN, user_agents.BUILDAH, user_agents.CONTAINERD), weights=(75, 15, 5, 5)
    )[0]
    others = (
        user_agents.SKOPEO,
        user_agents.CRANE,
        user_agents.PODMAN,
        "helm/3.16.2",
        "curl/8.5.0",
        "oras/1.2.0",
    )
    return (usual, *some(rng, others, rng.choice((0, 0, 0, 1, 2))))


def _zone_of(rng: Random, team: str) -> Zone:
    teams = [each for teams in names.TEAMS_BY_ORGANIZATION.values() for each in teams]
    if rng.random() < 0.75:
        return _SITES[_SITE_BY_TEAM_NUMBER[teams.index(team)]]
    return rng.choices(_SITES, weights=_SITE_WEIGHTS)[0]


def _free_name(rng: Random, estate: Estate) -> tuple[str, str]:
    while True:
        given, family = rng.choice(names.GIVEN), rng.choice(names.FAMILY)
        if f"{given}.{family}" not in estate.people:
            return given, family
