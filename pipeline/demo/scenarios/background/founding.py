"""The registry as the first day finds it: organizations, teams and repositories, then who has which rights."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Final

from pipeline.demo.history.credentials import Application
from pipeline.demo.history.credentials import OAuthToken as GrantedToken
from pipeline.demo.scenarios.background import names
from pipeline.demo.scenarios.background.hiring import person_from_team
from pipeline.demo.scenarios.background.robots import robots_of_registry
from pipeline.demo.scenarios.background.world import new_uuid, some
from pipeline.demo.scenarios.estate import Estate, Repository, Robot, RobotRole
from pipeline.demo.scenarios.holdings import AppToken, Grant, Mirror, OAuthToken, ServiceKey, Team

REPOSITORIES_A_TEAM: Final = 12
PEOPLE_A_TEAM: Final = (12, 8, 10, 14, 9, 11, 7, 10, 13, 9, 8, 14, 12, 8, 9, 10, 9, 8, 10, 9)
SHARE_WITH_APP_TOKEN: Final = 0.45
SHARE_PUBLIC: Final = 0.05
WRITERS: Final = (RobotRole.BUILDER, RobotRole.CLEANER, RobotRole.RELEASE)
EVERYBODY: Final = "everybody"


def estate_of_first_day(rng: Random, first: date) -> Estate:
    """Everything there is when the first day begins: 8 organizations, 20 teams, 200 people, 100 robots."""
    estate = Estate()
    for organization in names.TEAMS_BY_ORGANIZATION:
        estate.organizations[organization] = "example.com"
    _add_repositories(estate, rng)
    _add_people(estate, rng, first)
    for robot in robots_of_registry(rng, estate):
        estate.robots[robot.name] = replace(robot, created_on=_long_before(rng, first))
    _add_teams(estate)
    _grant(estate)
    _add_app_tokens(estate, rng, first)
    _add_applications(estate, rng, first)
    for service in ("clair", "quay-builder", "quay"):
        kid = f"{rng.getrandbits(172):043x}"
        created = first - timedelta(days=rng.randrange(1, 20))
        estate.service_keys[kid] = ServiceKey(kid, service, created, created + timedelta(days=30))
    for name in names.MIRRORED:
        path = f"platform/{name}"
        estate.mirrors[path] = Mirror(path, f"docker.io/library/{name}", "platform+mirror", ("1.*", "stable"))
        estate.repositories[path] = replace(estate.repositories[path], state="MIRROR")
    return estate


def _add_repositories(estate: Estate, rng: Random) -> None:
    for name in names.BASE_IMAGES:
        tags = ("latest", "stable", *(f"{rng.randrange(1, 20)}.{minor}" for minor in range(3)))
        _add(estate, Repository("platform", name, "runtime", True, True, True, tags=tags))
    for organization, teams in names.TEAMS_BY_ORGANIZATION.items():
        for team in teams:
            for component in rng.sample(names.COMPONENTS, REPOSITORIES_A_TEAM):
                _add(estate, repository_of_team(rng, organization, team, component))


def _add(estate: Estate, repository: Repository) -> None:
    estate.repositories[repository.path] = repository


def repository_of_team(rng: Random, organization: str, team: str, component: str) -> Repository:
    """A repository that a team works on."""
    is_sensitive = component in names.SENSITIVE_COMPONENTS
    releases = tuple(
        f"v{rng.randrange(1, 5)}.{minor}.{rng.randrange(9)}" for minor in range(rng.randint(1, 6))
    )
    return Repository(
        organization,
        f"{team}-{component}",
        team,
        is_public=not is_sensitive and rng.random() < SHARE_PUBLIC,
        is_multi_arch=rng.random() < 0.3,
        is_pushed_by_robots_alone=is_sensitive or rng.random() < 0.4,
        is_sensitive=is_sensitive,
        tags=("main", "latest", "prod", *releases) if rng.random() < 0.6 else ("latest", *releases),
    )


def _add_people(estate: Estate, rng: Random, first: date) -> None:
    counts = iter(PEOPLE_A_TEAM)
    for organization, teams in names.TEAMS_BY_ORGANIZATION.items():
        for team in teams:
            for number in range(next(counts)):
                person = person_from_team(rng, estate, organization, team, _long_before(rng, first))
                is_lead = number < 2
                estate.people[person.name] = replace(
                    person, is_administrator=is_lead, is_releaser=is_lead and rng.random() < 0.5
                )
    for person in estate.people_in("platform", "delivery")[:3]:
        estate.people[person.name] = replace(person, is_superuser=True, is_administrator=True)


def _long_before(rng: Random, first: date) -> date:
    return first - timedelta(days=rng.randint(60, 900))


def _add_teams(estate: Estate) -> None:
    for organization, teams in names.TEAMS_BY_ORGANIZATION.items():
        members = tuple(each.name for each in estate.people_in(organization))
        owners = tuple(each.name for each in estate.administrators_of(organization))
        estate.teams[organization, "owners"] = Team(organization, "owners", "admin", owners)
        estate.teams[organization, EVERYBODY] = Team(organization, EVERYBODY, "member", members)
        for team in teams:
            workers = tuple(each.name for each in estate.people_in(organization, team))
            estate.teams[organization, team] = Team(organization, team, "creator", workers)


def _grant(estate: Estate) -> None:
    for repository in estate.repositories.values():
        grant_to_team(estate, repository)
    for robot in estate.robots.values():
        for path in (*robot.pulled, *robot.pushed):
            grant_to_robot(estate, robot, estate.repositories[path])


def grant_to_team(estate: Estate, repository: Repository) -> None:
    """The team writes, everybody in the organization reads what is not sensitive."""
    namespace, name = repository.namespace, repository.name
    estate.add_grant(Grant(namespace, name, "team", repository.team, "write"))
    if not repository.is_sensitive:
        estate.add_grant(Grant(namespace, name, "team", EVERYBODY, "read"))


def grant_to_robot(estate: Estate, robot: Robot, repository: Repository) -> None:
    """A robot reads or writes what is in its own namespace; elsewhere it gets only what is public."""
    if repository.namespace == robot.namespace:
        is_writer = repository.path in robot.pushed or robot.role in WRITERS
        role = "write" if is_writer else "read"
        estate.add_grant(Grant(repository.namespace, repository.name, "robot", robot.name, role))


def _add_app_tokens(estate: Estate, rng: Random, first: date) -> None:
    for person in list(estate.people.values()):
        if rng.random() < SHARE_WITH_APP_TOKEN:
            add_app_token(estate, rng, person.name, first - timedelta(days=rng.randint(5, 200)))


def add_app_token(estate: Estate, rng: Random, owner: str, created_on: date) -> AppToken:
    """A new token that its owner uses from now on."""
    title = rng.choice(("laptop", "docker", "dev", "workstation", "podman", "macbook", "ci-local", "k8s"))
    token = AppToken(owner, new_uuid(rng), title, created_on)
    estate.app_tokens[token.uuid] = token
    estate.people[owner] = replace(estate.people[owner], app_token=token)
    return token


def _add_applications(estate: Estate, rng: Random, first: date) -> None:
    number = 40
    for organization, title in (
        ("platform", "deploy-dashboard"),
        ("dataplatform", "image-catalog"),
        ("security", "posture"),
    ):
        application = Application(organization, title, new_client_id(rng))
        estate.applications[application.client_id] = application
        for person in some(rng, estate.people_in(organization), 3):
            number += rng.randint(1, 9)
            granted = GrantedToken(number, application, person.name)
            created = first - timedelta(days=rng.randint(10, 300))
            token = OAuthToken(new_uuid(rng), title, "repo:read", created, granted)
            estate.oauth_tokens[token.uuid] = token
            estate.people[person.name] = replace(person, oauth_token=token)


def new_client_id(rng: Random) -> str:
    """The public name of an OAuth application: twenty letters and digits."""
    return "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", k=20))
