"""What robots do around the clock: builds, clusters that start pods and change nodes, scanners, copies elsewhere."""

from datetime import date, datetime, timedelta
from typing import Final

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import with_access_token, with_oauth_token, with_robot
from pipeline.demo.history.estate import ACCESS_TOKENS, Repository, new_digest
from pipeline.demo.history.hours import (
    BUILD_HOURS,
    EVERY_HOUR,
    PUBLIC_HOURS,
    later,
    midnight,
    moment_by_clock,
    tally,
)
from pipeline.demo.history.journal import Row
from pipeline.demo.history.networks import CLUSTER_BY_NAMESPACE, CONSOLE_SERVER, RUNNERS_BY_NAMESPACE
from pipeline.demo.history.world import World

BUILDS_A_DAY: Final = {
    "acme": 32.0,
    "globex": 30.0,
    "initech": 16.0,
    "umbrella": 16.0,
    "platform": 9.0,
    "sandbox": 5.0,
}
BUILD_TOOL: Final = {
    "globex": user_agents.KANIKO,
    "umbrella": user_agents.KANIKO,
    "initech": user_agents.DOCKER,
}
POD_STARTS_A_DAY: Final = {"acme": 55.0, "globex": 55.0, "initech": 28.0, "umbrella": 28.0, "platform": 12.0}
NODE_ROTATIONS_A_DAY: Final = 0.3
SHARE_AT_WEEKENDS: Final = 0.3
SCANNED: Final = ("acme", "globex", "umbrella", "platform")


def run_for_a_day(world: World, day: date) -> None:
    """All machines of one UTC day."""
    for namespace in BUILDS_A_DAY:
        build_for_a_day(world, namespace, day)
    for namespace in POD_STARTS_A_DAY:
        deploy_for_a_day(world, namespace, day)
    for namespace in SCANNED:
        scan_in_the_night(world, namespace, day)
    use_shared_tokens(world, day)
    if day.weekday() == 6:
        copy_elsewhere(world, day)


def build_for_a_day(world: World, namespace: str, day: date) -> None:
    """Builds fetch base images and push tags, most of them on working days."""
    rng = world.rng
    share = SHARE_AT_WEEKENDS if day.weekday() >= 5 else 1.0
    choice = world.estate.choice([namespace])
    bases = world.estate.choice(["platform"], is_public=True)
    user_agent = BUILD_TOOL.get(namespace, user_agents.BUILDAH)
    for _ in range(tally(rng, BUILDS_A_DAY[namespace] * share * world.scale)):
        host = rng.randrange(10, 22)
        client = Client(with_robot(f"{namespace}+ci"), RUNNERS_BY_NAMESPACE[namespace], host, user_agent)
        at = moment_by_clock(rng, day, BUILD_HOURS)
        if rng.random() < 0.35:
            world.journal.add(client.log_in(at))
        for _ in range(rng.choice((1, 1, 2, 3))):
            at = later(rng, at, 9)
            world.journal.add_all(client.pull_image(rng, at, bases.draw(rng)))
        _push_build(world, client, later(rng, at, 200), choice.draw(rng))


def _push_build(world: World, client: Client, at: datetime, repository: Repository) -> None:
    rng = world.rng
    tags = [f"sha-{rng.getrandbits(28):07x}"]
    if rng.random() < 0.6:
        tags.append("main")
    if rng.random() < 0.12:
        tags.extend((f"v2.{rng.randrange(9)}.{rng.randrange(20)}", "latest"))
    if repository.is_pushed_by_robots_alone and rng.random() < 0.3:
        tags.append("prod")
    for tag in tags:
        world.journal.add(client.push_tag(at, repository, tag))
        at = later(rng, at, 3)
    repository.digests[rng.randrange(len(repository.digests))] = new_digest(rng)


def deploy_for_a_day(world: World, namespace: str, day: date) -> None:
    """A cluster starts pods at all hours; now and then its nodes are replaced and each fetches everything."""
    rng = world.rng
    network = CLUSTER_BY_NAMESPACE[namespace]
    credential = with_robot(f"{namespace}+deploy")
    choice = world.estate.choice([namespace])
    user_agent = user_agents.CRI_O if namespace == "acme" else user_agents.CONTAINERD
    for _ in range(tally(rng, POD_STARTS_A_DAY[namespace] * world.scale)):
        client = Client(credential, network, rng.randrange(10, 26), user_agent)
        at = moment_by_clock(rng, day, PUBLIC_HOURS)
        world.journal.add_all(client.pull_image(rng, at, choice.draw(rng)))
    for _ in range(tally(rng, NODE_ROTATIONS_A_DAY * world.scale)):
        start = moment_by_clock(rng, day, EVERY_HOUR)
        for node in range(rng.randint(3, 6)):
            client = Client(credential, network, 30 + node, user_agent)
            start = later(rng, start, 45)
            world.journal.add_all(_start_node(world, client, start, choice.repositories))


def _start_node(world: World, client: Client, at: datetime, images: tuple[Repository, ...]) -> list[Row]:
    rows = [client.log_in(at)]
    for repository in images:
        at = later(world.rng, at, 3)
        rows.append(client.pull_digest(at, repository, repository.digests[0]))
    return rows


def scan_in_the_night(world: World, namespace: str, day: date) -> None:
    """The scanner goes through every repository, in the same order and at the same hour each night."""
    client = Client(
        with_robot(f"{namespace}+scanner"), RUNNERS_BY_NAMESPACE[namespace], 60, user_agents.REQUESTS
    )
    at = midnight(day) + timedelta(hours=1, minutes=7 * len(namespace))
    for repository in world.estate.repositories[namespace]:
        for digest in repository.digests[: world.rng.choice((1, 2))]:
            at = later(world.rng, at, 5)
            world.journal.add(client.pull_digest(at, repository, digest))


def use_shared_tokens(world: World, day: date) -> None:
    """Two jobs still use a repository's access token, an application fetches with its own."""
    rng = world.rng
    jobs = (
        (with_access_token(ACCESS_TOKENS[0]), RUNNERS_BY_NAMESPACE["acme"], "acme", user_agents.GO),
        (with_access_token(ACCESS_TOKENS[1]), RUNNERS_BY_NAMESPACE["initech"], "initech", user_agents.DOCKER),
        (with_oauth_token(world.estate.oauth_tokens[0]), CONSOLE_SERVER, "acme", user_agents.REQUESTS),
    )
    for credential, network, namespace, user_agent in jobs:
        client = Client(credential, network, 7, user_agent)
        choice = world.estate.choice([namespace])
        for _ in range(tally(rng, 9 * world.scale)):
            at = moment_by_clock(rng, day, BUILD_HOURS)
            world.journal.add_all(client.pull_image(rng, at, choice.draw(rng)))
            if rng.random() < 0.1:
                world.journal.add(client.push_tag(later(rng, at, 60), choice.draw(rng), "nightly"))


def copy_elsewhere(world: World, day: date) -> None:
    """On Sundays another site copies every tag of an organization."""
    client = Client(with_robot("globex+edgemirror"), CLUSTER_BY_NAMESPACE["globex"], 80, user_agents.SKOPEO)
    at = midnight(day) + timedelta(hours=4)
    for repository in world.estate.repositories["globex"]:
        for tag in repository.tags:
            at = later(world.rng, at, 8)
            world.journal.add(client.pull_tag(at, repository, tag))
