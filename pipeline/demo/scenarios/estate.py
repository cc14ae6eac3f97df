"""Who and what there is in the registry of the evaluation: people, robots, repositories, tokens and rights.

Everything is frozen: what changes is replaced in the estate, and the estate of each day is kept.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.demo.history import credentials
from pipeline.demo.history.credentials import Credential
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.holdings import (
    AppToken,
    Federation,
    Grant,
    Mirror,
    OAuthToken,
    Prototype,
    ServiceKey,
    Team,
)
from pipeline.demo.scenarios.places import Zone

SERVICE_ACCOUNT = "admin"
"""The account with the smallest id, where Quay books what belongs to nobody."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository. `team` is whose work it is; `is_sensitive` where few have any business."""

    namespace: str
    name: str
    team: str
    is_public: bool = False
    is_multi_arch: bool = False
    is_pushed_by_robots_alone: bool = False
    is_sensitive: bool = False
    state: str = "NORMAL"
    tags: tuple[str, ...] = ("latest", "main")

    @property
    def path(self) -> str:
        """Its name with its namespace, `acme/web`."""
        return f"{self.namespace}/{self.name}"

    def digest(self, number: int) -> str:
        """The digest of its build of that number, the same whoever asks."""
        return f"sha256:{hashlib.sha256(f'{self.path}#{number}'.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Person:
    """One user who is a human, with the habits of the day.

    Units: `starts_at` is the local hour; `pace` scales how much is done; shares are of days or of sittings. `tools` are
    user agents, the usual one first; `repositories` and `pushed` are paths, the most used first.
    """

    name: str
    given_name: str
    family_name: str
    organization: str
    team: str
    zone: Zone
    country: str
    office: Network
    home: Network
    host: int
    tools: tuple[str, ...]
    browser: str
    repositories: tuple[str, ...]
    pushed: tuple[str, ...] = ()
    elsewhere: tuple[Network, ...] = ()
    app_token: AppToken | None = None
    oauth_token: OAuthToken | None = None
    starts_at: float = 9.0
    pace: float = 1.0
    home_share: float = 0.4
    vpn_share: float = 0.0
    phone_share: float = 0.0
    dynamic_share: float = 0.0
    evening_share: float = 0.03
    weekend_share: float = 0.03
    is_administrator: bool = False
    is_releaser: bool = False
    is_superuser: bool = False
    is_enabled: bool = True
    joined_on: date = date.min

    @property
    def password(self) -> Credential:
        """The user's own name and password."""
        return credentials.with_password(self.name)

    @property
    def user_agent(self) -> str:
        """The usual tool."""
        return self.tools[0]

    @property
    def credential(self) -> Credential:
        """What registry tools are mostly logged in with."""
        return self.app_token.credential if self.app_token else self.password


class RobotRole(StrEnum):
    """What a robot is for."""

    BUILDER = "builder"
    CLUSTER = "cluster"
    POLLER = "poller"
    SCANNER = "scanner"
    COPIER = "copier"
    CLEANER = "cleaner"
    RELEASE = "release"
    JOB = "job"


@dataclass(frozen=True, slots=True)
class Robot:
    """One robot. Units: `pace` is events a day, about; `hour` and `weekday` are when it runs, if it has a time."""

    name: str
    namespace: str
    team: str
    role: RobotRole
    networks: tuple[Network, ...]
    user_agent: str
    pulled: tuple[str, ...] = ()
    pushed: tuple[str, ...] = ()
    pace: float = 20.0
    hosts: int = 8
    hour: float = 2.0
    weekday: int = 6
    federation: Federation | None = None
    created_on: date = date.min

    @property
    def short_name(self) -> str:
        """Its name without its namespace."""
        return self.name.partition("+")[2]

    @property
    def credential(self) -> Credential:
        """The robot's token."""
        return credentials.with_robot(self.name)


@dataclass
class Estate:
    """Everything there is on one day, by name; each dictionary is in the order in which things came to be."""

    organizations: dict[str, str] = field(default_factory=dict)
    """E-mail domain by name."""
    people: dict[str, Person] = field(default_factory=dict)
    robots: dict[str, Robot] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    """By path."""
    teams: dict[tuple[str, str], Team] = field(default_factory=dict)
    grants: dict[tuple[str, ...], Grant] = field(default_factory=dict)
    applications: dict[str, credentials.Application] = field(default_factory=dict)
    """By client id."""
    app_tokens: dict[str, AppToken] = field(default_factory=dict)
    oauth_tokens: dict[str, OAuthToken] = field(default_factory=dict)
    mirrors: dict[str, Mirror] = field(default_factory=dict)
    """By path."""
    service_keys: dict[str, ServiceKey] = field(default_factory=dict)
    prototypes: dict[str, Prototype] = field(default_factory=dict)

    def copied(self) -> "Estate":
        """The same things in dictionaries of their own."""
        return Estate(*(dict(getattr(self, name)) for name in self.__dataclass_fields__))

    def repositories_in(self, namespace: str) -> list[Repository]:
        """The repositories of one namespace."""
        return [each for each in self.repositories.values() if each.namespace == namespace]

    def private_repositories(self) -> list[Repository]:
        """All that not everybody may pull."""
        return [each for each in self.repositories.values() if not each.is_public]

    def people_in(self, organization: str, team: str | None = None) -> list[Person]:
        """Who works in an organization, or in one of its teams, and may sign in."""
        return [
            each
            for each in self.people.values()
            if each.organization == organization and each.is_enabled and team in (None, each.team)
        ]

    def robots_of(self, role: RobotRole, namespace: str | None = None) -> Iterator[Robot]:
        """The robots of a role."""
        for robot in self.robots.values():
            if robot.role is role and namespace in (None, robot.namespace):
                yield robot

    def administrators_of(self, organization: str) -> list[Person]:
        """Who administers an organization."""
        return [each for each in self.people_in(organization) if each.is_administrator]

    def superusers(self) -> list[Person]:
        """Who administers the registry."""
        return [each for each in self.people.values() if each.is_superuser and each.is_enabled]

    def add_grant(self, grant: Grant) -> None:
        """Give a role, instead of the one that was there."""
        self.grants[grant.key] = grant
