"""New credentials as a way in: tokens minted, applications empowered, trust given to outsiders."""

from datetime import datetime, timedelta

from pipeline.demo.history import credentials, user_agents
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.acts import Act, Client, Console, exchange_token
from pipeline.demo.scenarios.attacks.injection import Injection
from pipeline.demo.scenarios.attacks.stage import Stage, names_of, network_name
from pipeline.demo.scenarios.estate import Person, Robot

_ISSUER = "https://token.actions.githubusercontent.com"


def token_minted_for_bulk_use(stage: Stage) -> Injection:
    """A stolen session mints an app token, which fetches all it can within minutes."""
    victim = stage.colleague()
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 12, victim.browser)
    token = credentials.AppToken(victim.name, stage.uuid(), "tmp")
    client = Client(credentials.with_app_token(token), network, 12, user_agents.CRANE)
    wanted = stage.strange_to(victim.name, [victim.organization], 30) + stage.familiar_to(victim.repositories)
    moments = stage.burst(stage.rng.uniform(0, 20), len(wanted) + 2, 9)
    acts = [
        console.sign_in(moments[0]),
        console.on_account("create_app_specific_token", moments[1], token.naming),
        *(client.pull(at, each, each.tags[0]) for at, each in zip(moments[2:], wanted, strict=True)),
    ]
    return stage.planned(names_of(client.credential) | {network_name(network)}, acts)


def token_minted_at_the_office(stage: Stage) -> Injection:
    """A token with a harmless title is minted at the victim's desk, used sparingly for days, and revoked."""
    victim = stage.colleague()
    token = credentials.AppToken(victim.name, stage.uuid(), stage.rng.choice(("laptop", "vscode", "home")))
    console = Console(victim.name, victim.office, victim.host, victim.browser)
    place = stage.rng.choice((victim.office, stage.nearby(victim)))
    client = Client(credentials.with_app_token(token), place, victim.host + 40, victim.user_agent)
    days = stage.workdays(4)
    new = stage.strange_to(victim.name, [victim.organization], 5 * len(days))
    acts: list[Act] = []
    for number, day in enumerate(days):
        wanted = new[number :: len(days)]
        moments = stage.moments_like(victim.name, day, len(wanted) + 1)
        if number == 0:
            acts.append(console.on_account("create_app_specific_token", moments[0], token.naming))
        acts += [client.pull(at, each, each.tags[0]) for at, each in zip(moments[1:], wanted, strict=True)]
    end = acts[-1].at + timedelta(minutes=11)
    acts.append(console.on_account("revoke_app_specific_token", end, token.naming))
    return stage.planned(names_of(client.credential), acts)


def application_with_every_power(stage: Stage) -> Injection:
    """An administrator's session makes an application and tokens of every scope, and rules through them from abroad."""
    victim = stage.administrator()
    namespace, network = victim.organization, stage.abroad(victim.country)
    application = credentials.Application(namespace, "sync", _client_id(stage))
    at = stage.burst(stage.rng.uniform(0, 20), 12, 50)
    console = Console(victim.name, network, 12, victim.browser)
    acts = [_made(console, application, at[0])]
    for number, scope in enumerate(("super:user org:admin", "org:admin repo:admin user:admin")):
        acts.append(_token(stage, console, application, scope, f"sync {number}", at[1 + number]))
    granted = credentials.OAuthToken(stage.rng.randrange(9000, 9999), application, victim.name)
    program = Console(victim.name, network, 12, oauth=granted)
    for number, moment in enumerate(at[3:]):
        robot = {"robot": f"sync{number}", "description": "", "unstructured_metadata": None}
        acts.append(program.act("create_robot", moment, namespace, robot))
    subjects = {f"user:{victim.name}", f"oauth_token:{granted.id}", network_name(network)}
    return stage.planned(subjects, acts)


def token_of_a_known_application(stage: Stage) -> Injection:
    """A token of an application that everybody knows is made at work and used, a little a day, from its cloud."""
    victim = stage.administrator(
        lambda person: any(
            each.namespace == person.organization for each in stage.estate.applications.values()
        )
    )
    applications = [
        each for each in stage.estate.applications.values() if each.namespace == victim.organization
    ]
    application = stage.one(applications)
    days = stage.workdays(3)
    console = Console(victim.name, victim.office, victim.host, victim.browser)
    minted_at = stage.moments_like(victim.name, days[0], 1)[0]
    acts = [_token(stage, console, application, "org:admin repo:admin", "pipeline 2", minted_at)]
    granted = credentials.OAuthToken(stage.rng.randrange(8000, 8999), application, victim.name)
    network = stage.nearby(victim)
    program = Console(victim.name, network, 30, oauth=granted)
    grantee = stage.colleague(lambda person: person.organization == victim.organization)
    wanted = stage.strange_to(grantee.name, [victim.organization], 4)
    for number, repository in enumerate(wanted):
        at = stage.moments_like(victim.name, days[min(number // 2 + 1, len(days) - 1)], 1)[0]
        at += timedelta(minutes=number)
        acts.append(
            program.on_repository(
                "change_repo_permission", at, repository, username=grantee.name, role="read"
            )
        )
    subjects = names_of(credentials.with_oauth_token(granted)) | {f"user:{grantee.name}"}
    return stage.planned(subjects | {network_name(network)}, acts)


def trust_for_a_stranger(stage: Stage) -> Injection:
    """A robot is made to trust any workflow of a foreign project, which then empties what the robot can read."""
    robot, victim = _federable(stage)
    network = stage.abroad(victim.country)
    console = Console(victim.name, network, 18, victim.browser)
    subject = "repo:octo-mirror/loader:*"
    return _trusted_and_used(stage, robot, console, network, "https://ci.octo-mirror.example", subject, 25)


def trust_for_a_lookalike(stage: Stage) -> Injection:
    """A robot is made to trust a project named nearly like the own one, at an issuer that is well known here."""
    robot, victim = _federable(stage)
    console = Console(victim.name, victim.office, victim.host, victim.browser)
    subject = f"repo:{robot.namespace}-labs/{robot.short_name}:ref:refs/heads/main"
    network = stage.cloud_like(robot)
    return _trusted_and_used(stage, robot, console, network, _ISSUER, subject, 6)


def _federable(stage: Stage) -> tuple[Robot, Person]:
    """A robot without federation, and an administrator of its organization."""
    victim = stage.administrator()
    robot = stage.robot(
        lambda each: each.namespace == victim.organization and each.federation is None and bool(each.pulled)
    )
    return robot, victim


def _trusted_and_used(
    stage: Stage, robot: Robot, console: Console, network: Network, issuer: str, subject: str, count: int
) -> Injection:
    """Trust added, exchanged for the robot's token some hours later, and used for so many pulls."""
    trust: dict[str, object] = {"issuer": issuer, "subject": subject}
    if issuer == _ISSUER:
        trust["audiences"] = ["quay"]
    at = stage.moments_like(console.performer, stage.day, 1)[0]
    at = min(at, at.replace(hour=17, minute=30))
    config = {"config": [trust], "robot": robot.short_name}
    acts = [console.act("create_robot_federation", at, robot.namespace, config)]
    client = Client(robot.credential, network, 77, robot.user_agent)
    known = stage.familiar_to(robot.pulled)
    wanted = (stage.strange_to(robot.name, [robot.namespace], count) + known)[:count]
    pause = timedelta(minutes=stage.rng.randint(40, 120))
    acts.append(exchange_token(at + pause, robot.name, issuer, subject, client.network.address(77)))
    pulls_at = at + pause + timedelta(seconds=20)
    step = timedelta(seconds=15) if count > 10 else timedelta(minutes=19)
    acts += [client.pull(pulls_at + step * number, each, each.tags[0]) for number, each in enumerate(wanted)]
    subjects = names_of(robot.credential) | {f"user:{console.performer}", network_name(network)}
    return stage.planned(subjects, acts)


def _client_id(stage: Stage) -> str:
    return f"{stage.rng.getrandbits(100):025X}"[:20]


def _made(console: Console, application: credentials.Application, at: datetime) -> Act:
    body = {
        "name": application.name,
        "application_uri": "https://sync.example.net",
        "redirect_uri": "https://sync.example.net/cb",
        "description": "",
        "application_name": application.name,
        "client_id": application.client_id,
    }
    return console.act("create_application", at, application.namespace, body)


def _token(
    stage: Stage, console: Console, application: credentials.Application, scope: str, title: str, at: datetime
) -> Act:
    made = {
        "oauth_token_uuid": stage.uuid(),
        "scope": scope,
        "token_display_name": title,
        "application_name": application.name,
        "auth_method": "OAuth",
        "client_id": application.client_id,
    }
    return console.act("create_oauth_api_token", at, application.namespace, made)


FAMILIES = {
    "token minted and used": (token_minted_for_bulk_use, token_minted_at_the_office),
    "powerful OAuth token": (application_with_every_power, token_of_a_known_application),
    "federation trust": (trust_for_a_stranger, trust_for_a_lookalike),
}
