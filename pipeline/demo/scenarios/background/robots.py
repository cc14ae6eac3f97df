"""The hundred robots that the first day finds: what each is for, where it runs, what it may touch."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.background import names
from pipeline.demo.scenarios.background.world import some
from pipeline.demo.scenarios.estate import Estate, Repository, Robot, RobotRole
from pipeline.demo.scenarios.holdings import Federation
from pipeline.demo.scenarios.places import cloud_network

BUILD_TOOLS: Final = (user_agents.BUILDAH, user_agents.KANIKO, user_agents.DOCKER, user_agents.PODMAN)
CLUSTERS_BY_ORGANIZATION: Final = {
    "payments": ("prod-eu", "prod-us", "staging"),
    "storefront": ("prod-eu", "prod-us", "prod-ap", "staging"),
    "logistics": ("prod", "staging"),
    "dataplatform": ("prod", "batch", "notebooks"),
    "platform": ("prod-eu", "prod-us", "infra", "staging"),
    "security": ("prod", "lab"),
    "research": ("gpu", "gpu-spot"),
    "backoffice": ("prod", "staging"),
}
TRIVY: Final = "trivy/0.57.1"
HOSTED_REGION: Final = 0
_COUNTRY_BY_REGION: Final = {0: "US", 1: "IE", 2: "US", 3: "DE", 4: "SG"}
_AWS_BY_REGION: Final = {1: "eu-west-1", 2: "us-east-1", 4: "ap-southeast-1"}


def networks_in_region(rng: Random, region: int, count: int) -> tuple[Network, ...]:
    """So many networks of one region of a cloud."""
    country, aws = _COUNTRY_BY_REGION[region], _AWS_BY_REGION.get(region)
    return tuple(cloud_network(rng, region, country, aws) for _ in range(count))


def robots_of_registry(rng: Random, estate: Estate) -> Iterator[Robot]:
    """All of them, organization by organization."""
    hosted = networks_in_region(rng, HOSTED_REGION, 40)
    runners = {
        "payments": (Network("10.20.1"), Network("10.20.2")),
        "storefront": hosted,
        "logistics": networks_in_region(rng, 1, 3),
        "dataplatform": networks_in_region(rng, 1, 5),
        "platform": (Network("10.20.5"), Network("2001:db8:20:5", "DE")),
        "security": (Network("10.20.6"),),
        "research": hosted,
        "backoffice": networks_in_region(rng, 3, 2),
    }
    for organization in estate.organizations:
        yield from _builders(rng, estate, organization, runners[organization])
        yield from _clusters(rng, estate, organization)
        yield _scanner(rng, estate, organization)
        yield from _jobs(rng, estate, organization, runners[organization])
    yield from _specialists(rng, estate, runners)
    yield from _of_people(rng, estate)


def _builders(
    rng: Random, estate: Estate, organization: str, networks: tuple[Network, ...]
) -> Iterator[Robot]:
    for team in names.TEAMS_BY_ORGANIZATION[organization]:
        own = [each.path for each in estate.repositories_in(organization) if each.team == team]
        if team == "runtime":
            own += [f"platform/{name}" for name in names.BASE_IMAGES if name not in names.MIRRORED]
        robot = Robot(
            f"{organization}+ci-{team}",
            organization,
            team,
            RobotRole.BUILDER,
            networks,
            rng.choice(BUILD_TOOLS),
            pulled=tuple(f"platform/{name}" for name in some(rng, names.BASE_IMAGES, rng.randint(2, 5))),
            pushed=tuple(rng.sample(own, len(own))),
            pace=rng.lognormvariate(3.6, 0.6),
            hosts=rng.choice((4, 12, 60, 200)),
        )
        if organization == "storefront" or (organization == "research" and rng.random() < 0.6):
            robot = replace(robot, federation=_federation(organization, team))
        yield robot
        if rng.random() < 0.3:
            night = replace(robot, name=f"{organization}+nightly-{team}", pace=8.0, hour=rng.uniform(0, 5))
            yield replace(night, role=RobotRole.JOB, pulled=robot.pushed[:3], pushed=robot.pushed[:2])


def _federation(organization: str, team: str) -> Federation:
    return Federation(names.ISSUER, f"repo:{organization}/{team}:ref:refs/heads/main")


def _clusters(rng: Random, estate: Estate, organization: str) -> Iterator[Robot]:
    run = [each.path for each in estate.repositories_in(organization) if is_run(each)]
    for name in CLUSTERS_BY_ORGANIZATION[organization]:
        private = (Network(f"10.40.{rng.randrange(256)}"),)
        cloud = networks_in_region(rng, rng.choice((1, 2, 4)), rng.randint(1, 3))
        yield Robot(
            f"{organization}+deploy-{name}",
            organization,
            "",
            RobotRole.CLUSTER,
            rng.choice((private, cloud, cloud)),
            rng.choice((user_agents.CRI_O, user_agents.CONTAINERD)),
            pulled=(*some(rng, run, rng.randint(6, 18)), "platform/nginx", "platform/redis"),
            pace=rng.lognormvariate(3.5, 0.6),
            hosts=rng.choice((6, 12, 40, 120)),
        )


def is_run(repository: Repository) -> bool:
    """Whether a cluster may run it: tests and documentation are not deployed."""
    return not repository.name.endswith(names.TEST_COMPONENTS)


def _scanner(rng: Random, estate: Estate, organization: str) -> Robot:
    everything = tuple(each.path for each in estate.repositories_in(organization))
    network = Network("10.30.1")
    return Robot(
        f"{organization}+scanner",
        organization,
        "detection",
        RobotRole.SCANNER,
        (network,),
        TRIVY,
        pulled=everything,
        hosts=3,
        hour=rng.uniform(0.5, 4.5),
    )


def _jobs(rng: Random, estate: Estate, organization: str, networks: tuple[Network, ...]) -> Iterator[Robot]:
    private = [each.path for each in estate.repositories_in(organization) if not each.is_public]
    for name in rng.sample(("report", "backup-job", "etl", "smoke-test", "sync-images", "metrics"), 3):
        yield Robot(
            f"{organization}+{name}",
            organization,
            "",
            RobotRole.JOB,
            networks[:1],
            rng.choice((user_agents.GO, user_agents.REQUESTS, user_agents.DOCKER, user_agents.SKOPEO)),
            pulled=tuple(some(rng, private, rng.randint(1, 4))),
            pace=rng.choice((2.0, 4.0, 12.0, 24.0)),
            hosts=1,
            hour=rng.uniform(0, 23),
        )


def _specialists(rng: Random, estate: Estate, runners: dict[str, tuple[Network, ...]]) -> Iterator[Robot]:
    def robot(
        organization: str, name: str, role: RobotRole, networks: tuple[Network, ...], tool: str
    ) -> Robot:
        run = tuple(each.path for each in estate.repositories_in(organization) if is_run(each))
        pushed = run if role in (RobotRole.CLEANER, RobotRole.RELEASE) else ()
        return Robot(f"{organization}+{name}", organization, "", role, networks, tool, run, pushed, hosts=2)

    delivery = Network("10.40.250")
    for organization in ("platform", "payments", "storefront", "logistics"):
        poller = robot(organization, "image-updater", RobotRole.POLLER, (delivery,), user_agents.GO)
        yield replace(poller, pulled=tuple(some(rng, poller.pulled, 6)), pace=rng.uniform(40, 90))
        cleaner = robot(
            organization, "cleanup", RobotRole.CLEANER, runners[organization][:1], user_agents.REQUESTS
        )
        yield replace(cleaner, weekday=rng.randrange(7), hour=rng.uniform(1, 6), pace=rng.uniform(40, 220))
    for organization in ("payments", "storefront", "dataplatform"):
        edge = networks_in_region(rng, 4, 1)
        copier = robot(organization, "edge-copy", RobotRole.COPIER, edge, user_agents.SKOPEO)
        yield replace(copier, weekday=rng.randrange(7), hour=rng.uniform(1, 6))
    for organization in ("payments", "logistics", "dataplatform", "backoffice"):
        yield robot(
            organization,
            "quarterly-release",
            RobotRole.RELEASE,
            runners[organization][:1],
            user_agents.SKOPEO,
        )
    for organization in ("dataplatform", "backoffice"):
        monthly = robot(
            organization, "month-end", RobotRole.RELEASE, runners[organization][:1], user_agents.DOCKER
        )
        yield replace(monthly, weekday=1, pulled=monthly.pulled[:5], pushed=())
    yield robot("platform", "mirror", RobotRole.JOB, (), "")


def _of_people(rng: Random, estate: Estate) -> Iterator[Robot]:
    """Robots in the namespaces of people, with a private repository each."""
    for person in some(rng, estate.people.values(), 6):
        repository = Repository(person.name, "sandbox", "", tags=("latest", "test"))
        estate.repositories[repository.path] = repository
        paths = (repository.path,)
        robot = Robot(
            f"{person.name}+laptop", person.name, "", RobotRole.JOB, (person.home,), person.user_agent
        )
        yield replace(robot, pulled=paths, pushed=paths, pace=1.5, hosts=1, hour=person.starts_at)
