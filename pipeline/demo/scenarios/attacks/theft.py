"""A credential serves somebody else: stolen, borrowed or shared."""

from datetime import timedelta

from pipeline.demo.history import user_agents
from pipeline.demo.scenarios.acts import Client
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Person, Robot, RobotRole

_WORKERS = frozenset({RobotRole.BUILDER, RobotRole.CLUSTER, RobotRole.POLLER, RobotRole.JOB})


def _is_worker(robot: Robot) -> bool:
    return robot.role in _WORKERS and bool(robot.pulled)


def _has_token(person: Person) -> bool:
    return person.app_token is not None


def robot_token_abroad(stage: Stage) -> Injection:
    """A robot's token is tried from a rented machine at night and fetches what it can."""
    robot = stage.robot(_is_worker)
    network = stage.abroad()
    client = Client(robot.credential, network, stage.rng.randrange(1, 250), user_agents.SKOPEO)
    private = [*stage.familiar_to(robot.pulled), *stage.strange_to(robot.name, [robot.namespace], 20)]
    moments = stage.burst(stage.rng.uniform(0, 20), len(private) + 1, 15)
    pulls = [client.pull(at, each, each.tags[0]) for at, each in zip(moments[1:], private, strict=True)]
    return stage.planned(
        names_of(robot.credential) | {network_name(network)}, [client.log_in(moments[0]), *pulls]
    )


def robot_token_next_door(stage: Stage) -> Injection:
    """A robot's token is used from the same cloud, with the robot's tool and at its hours, a few pulls a day."""
    robot = stage.robot(_is_worker)
    network = stage.cloud_like(robot)
    client = Client(robot.credential, network, stage.rng.randrange(1, 250), robot.user_agent)
    days = stage.workdays(stage.rng.randint(3, 5))
    known = stage.familiar_to(robot.pulled)
    new = stage.strange_to(robot.name, [robot.namespace], 3 * len(days))
    acts = []
    for number, day in enumerate(days):
        wanted = [*stage.some(known, 2), *new[number :: len(days)]]
        moments = stage.moments_like(robot.name, day, len(wanted))
        acts += [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    return stage.planned(names_of(robot.credential) | {network_name(network)}, acts)


def app_token_abroad(stage: Stage) -> Injection:
    """A person's app token turns up abroad and fetches one image after the other."""
    victim = stage.colleague(_has_token)
    network = stage.abroad(victim.country)
    client = Client(victim.credential, network, stage.rng.randrange(1, 250), user_agents.CRANE)
    wanted = stage.strange_to(victim.name, [victim.organization], 25) + stage.familiar_to(victim.repositories)
    moments = stage.burst(stage.rng.uniform(0, 20), len(wanted), 12)
    acts = [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    return stage.planned(names_of(victim.credential) | {network_name(network)}, acts)


def app_token_in_the_next_street(stage: Stage) -> Injection:
    """A person's app token is used from a household of the same country, in working hours, with the same tool."""
    victim = stage.colleague(_has_token)
    network = stage.nearby(victim)
    client = Client(victim.credential, network, stage.rng.randrange(1, 250), victim.user_agent)
    days = stage.workdays(stage.rng.randint(3, 6))
    known = stage.familiar_to(victim.repositories)
    new = stage.strange_to(victim.name, [victim.organization], 4 * len(days))
    acts = []
    for number, day in enumerate(days):
        wanted = [*stage.some(known, 1), *new[number :: len(days)]]
        moments = stage.moments_like(victim.name, day, len(wanted))
        acts += [client.pull(at, each, each.tags[0]) for at, each in zip(moments, wanted, strict=True)]
    return stage.planned(names_of(victim.credential) | {network_name(network)}, acts)


def robot_on_a_laptop(stage: Stage) -> Injection:
    """An employee logs in as a robot at home, with Docker Desktop, and pulls and pushes by hand."""
    robot, insider = stage.robot(_is_worker), stage.colleague()
    client = Client(robot.credential, insider.home, insider.host, user_agents.DOCKER_DESKTOP)
    known = stage.familiar_to(robot.pulled)[:4]
    moments = stage.burst(stage.rng.uniform(8, 20), 2 * len(known) + 2, 240)
    acts = [client.log_in(moments[0])]
    for at, repository in zip(moments[1::2], known, strict=False):
        acts.append(client.pull(at, repository, repository.tags[0]))
        acts.append(client.push(at + timedelta(seconds=95), repository, "debug"))
    return stage.planned(names_of(robot.credential) | names_of(insider.password), acts)


def robot_borrowed_at_the_office(stage: Stage) -> Injection:
    """An employee borrows a robot of the own organization, at the office, with a tool of the build machines."""
    robot = stage.robot(_is_worker)
    insider = stage.colleague(lambda person: person.organization == robot.namespace)
    client = Client(robot.credential, insider.office, insider.host, user_agents.BUILDAH)
    known, new = stage.familiar_to(robot.pulled), stage.strange_to(robot.name, [robot.namespace], 6)
    acts = []
    for day in stage.workdays(3):
        wanted = [*stage.some(known, 2), *new[:2]]
        new = new[2:]
        moments = stage.moments_like(insider.name, day, len(wanted) + 1)
        acts.append(client.log_in(moments[0]))
        acts += [client.pull(at, each, each.tags[0]) for at, each in zip(moments[1:], wanted, strict=True)]
    return stage.planned(names_of(robot.credential) | names_of(insider.password), acts)


def token_on_a_forum(stage: Stage) -> Injection:
    """A robot's token was published: ten machines in as many networks use it within the hour."""
    robot = stage.robot(_is_worker)
    known = stage.familiar_to(robot.pulled)
    acts, networks = [], []
    moments = iter(stage.burst(stage.rng.uniform(0, 20), 60, 40))
    for _ in range(10):
        networks.append(stage.abroad())
        tool = stage.rng.choice((user_agents.DOCKER, user_agents.SKOPEO, user_agents.GO))
        client = Client(robot.credential, networks[-1], stage.rng.randrange(1, 250), tool)
        for _ in range(6):
            repository = stage.one(known)
            acts.append(client.pull(next(moments), repository, repository.tags[0]))
    return stage.planned(names_of(robot.credential) | set(map(network_name, networks)), acts)


def token_used_in_two_places(stage: Stage) -> Injection:
    """A copy of a person's token follows its owner: the same images, in the same hours, in another place."""
    victim = stage.colleague(lambda person: bool(person.repositories))
    client = Client(victim.credential, stage.nearby(victim), victim.host, victim.user_agent)
    honest = Client(victim.credential, victim.office, victim.host, victim.user_agent)
    known = stage.familiar_to(victim.repositories)
    before, acts = [], []
    for day in stage.workdays(stage.rng.randint(2, 4)):
        for at in stage.moments_like(victim.name, day, 5):
            repository = stage.one(known)
            before.append(honest.pull(at, repository, repository.tags[0]))
            acts.append(client.pull(at + timedelta(minutes=4), repository, repository.tags[-1]))
    subjects = names_of(victim.credential) | {network_name(client.network)}
    return stage.planned(subjects, acts + before)


FAMILIES = {
    "robot token stolen": (robot_token_abroad, robot_token_next_door),
    "app token stolen": (app_token_abroad, app_token_in_the_next_street),
    "robot used by hand": (robot_on_a_laptop, robot_borrowed_at_the_office),
    "credential shared": (token_on_a_forum, token_used_in_two_places),
}
