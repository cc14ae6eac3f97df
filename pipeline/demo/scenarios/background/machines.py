"""What robots do by themselves: builds, deployments, scans, copies, clean-ups, and jobs by the clock."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from pipeline.demo.history.hours import tally
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.acts import Client, exchange_token
from pipeline.demo.scenarios.background.world import World, after, any_time, ranked, tag_of
from pipeline.demo.scenarios.estate import Repository, Robot, RobotRole
from pipeline.demo.scenarios.places import midnight

BUILD_HOURS: Final = (
    2,
    5,
    8,
    11,
    14,
    18,
    26,
    38,
    52,
    66,
    79,
    90,
    102,
    116,
    131,
    146,
    160,
    172,
    181,
    188,
    194,
    198,
    201,
    203,
)
DEPLOY_HOURS: Final = (
    4,
    8,
    12,
    16,
    20,
    25,
    32,
    41,
    52,
    63,
    73,
    82,
    92,
    102,
    113,
    124,
    134,
    142,
    149,
    155,
    160,
    165,
    169,
    173,
)
SHARE_AT_WEEKENDS: Final = 0.22


def run_for_a_day(world: World, robot: Robot, day: date) -> None:
    """All that a robot does on one UTC day."""
    if robot.networks:
        _WORK[robot.role](world, robot, day, world.rng("robot", robot.name, day))


def client_on(rng: Random, robot: Robot, network: Network | None = None) -> Client:
    """A robot's tool on one of its hosts."""
    where = network or rng.choice(robot.networks)
    return Client(robot.credential, where, 10 + rng.randrange(robot.hosts), robot.user_agent)


def _build(world: World, robot: Robot, day: date, rng: Random) -> None:
    share = SHARE_AT_WEEKENDS if day.weekday() >= 5 else 1.0
    for _ in range(tally(rng, robot.pace * share / 4)):
        repository = world.estate.repositories.get(ranked(rng, robot.pushed))
        if repository:
            build_once(world, robot, any_time(rng, day, BUILD_HOURS), repository, rng)


def build_once(world: World, robot: Robot, at: datetime, repository: Repository, rng: Random) -> None:
    """One build: base images fetched, then the result pushed under a few tags."""
    client = client_on(rng, robot)
    if robot.federation:
        ip = client.network.address(client.host)
        world.add(exchange_token(at, robot.name, robot.federation.issuer, robot.federation.subject, ip))
        at = after(rng, at, 4)
    elif rng.random() < 0.3:
        world.add(client.log_in(at))
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = after(rng, at, 12)
        base = world.estate.repositories[rng.choice(robot.pulled)] if robot.pulled else repository
        pull(world, client, at, repository if rng.random() < 0.25 else base, rng)
    at = after(rng, at, 240)
    world.versions[repository.path] += 1
    for tag in _tags_of_build(world, repository, rng):
        world.add(client.push(at, repository, tag))
        at = after(rng, at, 3)


def _tags_of_build(world: World, repository: Repository, rng: Random) -> list[str]:
    tags = [f"sha-{rng.getrandbits(28):07x}"]
    if rng.random() < 0.6:
        tags.append("main")
    if rng.random() < 0.12:
        tags.extend(
            (f"v{rng.randrange(1, 5)}.{rng.randrange(20)}.{world.versions[repository.path]}", "latest")
        )
        if "prod" in repository.tags and rng.random() < 0.5:
            tags.append("prod")
    return tags


def pull(world: World, client: Client, at: datetime, repository: Repository, rng: Random) -> None:
    """An image fetched as tools do: by tag, or by the digest of a recent build."""
    number = world.versions[repository.path]
    if rng.random() < 0.6:
        world.acts.extend(client.pull_image(at, repository, tag_of(rng, repository), number))
        return
    world.add(
        client.pull_digest(at, repository, repository.digest(max(1, number - rng.choice((0, 0, 0, 1, 2)))))
    )


def _serve(world: World, robot: Robot, day: date, rng: Random) -> None:
    """Pods start at all hours; a deployment reaches several nodes at once; now and then a node is new."""
    for _ in range(tally(rng, robot.pace * 0.33)):
        _start_pod(world, client_on(rng, robot), any_time(rng, day, DEPLOY_HOURS), robot, rng)
    share = 0.3 if day.weekday() >= 5 else 1.0
    for _ in range(tally(rng, robot.pace * 0.1 * share)):
        at, path = any_time(rng, day, DEPLOY_HOURS), ranked(rng, robot.pulled)
        for _ in range(rng.randint(2, 6)):
            at = after(rng, at, 8)
            _start_pod(world, client_on(rng, robot), at, robot, rng, path)
    if rng.random() < 0.08:
        start_node(world, robot, any_time(rng, day), rng)


def _start_pod(
    world: World, client: Client, at: datetime, robot: Robot, rng: Random, path: str | None = None
) -> None:
    repository = world.estate.repositories.get(path or ranked(rng, robot.pulled))
    if repository:
        pull(world, client, at, repository, rng)


def start_node(world: World, robot: Robot, at: datetime, rng: Random) -> None:
    """A new node fetches everything that its cluster runs."""
    client = client_on(rng, robot)
    world.add(client.log_in(at))
    for path in robot.pulled:
        repository = world.estate.repositories.get(path)
        if repository:
            at = after(rng, at, 3)
            world.add(client.pull_digest(at, repository, repository.digest(world.versions[path])))


def _poll(world: World, robot: Robot, day: date, rng: Random) -> None:
    client, every = client_on(rng, robot), 86_400 / robot.pace
    for number in range(int(robot.pace)):
        at = midnight(day) + timedelta(seconds=int(number * every + rng.uniform(0, 20)))
        repository = world.estate.repositories.get(robot.pulled[number % len(robot.pulled)])
        if repository:
            world.add(client.pull(at, repository, repository.tags[0]))


def _scan(world: World, robot: Robot, day: date, rng: Random) -> None:
    """Every repository of the namespace, also what came yesterday; on weekdays those built lately only."""
    at = midnight(day) + timedelta(seconds=int(robot.hour * 3600 + rng.uniform(0, 400)))
    client = client_on(rng, robot)
    share = 1.0 if day.weekday() == robot.weekday else 0.55
    for repository in world.estate.repositories_in(robot.namespace):
        if rng.random() < share:
            at = after(rng, at, 6)
            world.add(client.pull_digest(at, repository, repository.digest(world.versions[repository.path])))


def _copy(world: World, robot: Robot, day: date, rng: Random) -> None:
    """Once a week another site copies what is run."""
    if day.weekday() != robot.weekday:
        return
    at = midnight(day) + timedelta(seconds=int(robot.hour * 3600 + rng.uniform(0, 600)))
    client = client_on(rng, robot)
    for path in robot.pulled:
        repository = world.estate.repositories.get(path)
        for tag in repository.tags[:2] if repository else ():
            at = after(rng, at, 8)
            world.acts.extend(
                client.pull_image(at, repository, tag, world.versions[path]) if repository else ()
            )


def _clean(world: World, robot: Robot, day: date, rng: Random) -> None:
    """Once a week the tags of old builds go."""
    if day.weekday() != robot.weekday:
        return
    at = midnight(day) + timedelta(seconds=int(robot.hour * 3600 + rng.uniform(0, 600)))
    client = client_on(rng, robot)
    world.add(client.log_in(at))
    for _ in range(tally(rng, robot.pace)):
        at = after(rng, at, 2)
        repository = world.estate.repositories.get(ranked(rng, robot.pushed))
        if repository:
            world.add(client.delete(at, repository, f"sha-{rng.getrandbits(28):07x}"))


def _release(world: World, robot: Robot, day: date, rng: Random) -> None:
    """A few days at the beginning of each quarter, or of each month: fetched, tagged anew and pushed."""
    is_monthly = not robot.pushed
    is_due = day.day <= 2 if is_monthly else day.month % 3 == 1 and day.day <= 9 and day.weekday() < 5
    if not is_due:
        return
    client = client_on(rng, robot)
    at = midnight(day) + timedelta(hours=6, seconds=rng.randrange(18_000))
    world.add(client.log_in(at))
    for path in robot.pulled[: rng.randint(3, 12)]:
        repository = world.estate.repositories.get(path)
        if repository is None:
            continue
        at = after(rng, at, 20)
        pull(world, client, at, repository, rng)
        if path in robot.pushed:
            world.add(
                client.push(at + timedelta(seconds=9), repository, f"{day.year}-q{(day.month + 2) // 3}")
            )


def _do_job(world: World, robot: Robot, day: date, rng: Random) -> None:
    """At the same minutes each day, on one host: a few pulls, for some a push."""
    client = client_on(rng, robot)
    runs = max(1, round(robot.pace / max(1, len(robot.pulled)))) if rng.random() < robot.pace else 0
    for number in range(runs):
        hour = (robot.hour + number * 24 / runs) % 24
        at = midnight(day) + timedelta(seconds=int(hour * 3600 + rng.uniform(0, 50)))
        for path in robot.pulled:
            repository = world.estate.repositories.get(path)
            if repository:
                world.add(client.pull(at, repository, repository.tags[0]))
                at = after(rng, at, 5)
        for path in robot.pushed:
            repository = world.estate.repositories.get(path)
            if repository:
                world.add(client.push(at, repository, "nightly"))
                at = after(rng, at, 60)


_WORK: Final[dict[RobotRole, Callable[[World, Robot, date, Random], None]]] = {
    RobotRole.BUILDER: _build,
    RobotRole.CLUSTER: _serve,
    RobotRole.POLLER: _poll,
    RobotRole.SCANNER: _scan,
    RobotRole.COPIER: _copy,
    RobotRole.CLEANER: _clean,
    RobotRole.RELEASE: _release,
    RobotRole.JOB: _do_job,
}
