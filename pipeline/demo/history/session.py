"""A person at work in the web console, and what the acts of such a session leave in the log.

Source: quay/quay endpoints/api/__init__.py:741-796 (log_action), ffba0c70: an OAuth token adds three keys, a browser
session none.
"""

from datetime import datetime, timedelta
from typing import Any

from pipeline.demo.history import user_agents
from pipeline.demo.history.clients import Client
from pipeline.demo.history.credentials import Credential, OAuthToken
from pipeline.demo.history.estate import Repository
from pipeline.demo.history.journal import Row
from pipeline.demo.history.networks import CONSOLE_SERVER, VPN, Network
from pipeline.demo.history.people import PERSON_BY_NAME, Person
from pipeline.demo.history.world import World


class Session:
    """One person, one address, one organization in view. Time passes with every act and never reaches the end.

    With `token` the acts are done through an OAuth application, from its server.
    """

    def __init__(
        self,
        world: World,
        person: Person,
        organization: str,
        at: datetime,
        *,
        network: Network | None = None,
        token: OAuthToken | None = None,
    ) -> None:
        if network is None:
            network = CONSOLE_SERVER if token else self._habitual_network(world, person)
        self.world = world
        self.person = person
        self.organization = organization
        self.at = at
        self.network = network
        self.host = 7 if token else person.laptop
        self.user_agent = user_agents.REQUESTS if token else person.browser
        self._token_keys = token.keys if token else {}

    @classmethod
    def at_the_office(cls, world: World, name: str, organization: str, at: datetime) -> "Session":
        """A session of the person of that name, in the city's office."""
        person = PERSON_BY_NAME[name]
        return cls(world, person, organization, at, network=person.city.office)

    @staticmethod
    def _habitual_network(world: World, person: Person) -> Network:
        return world.rng.choices((person.city.office, person.home, VPN), weights=(6, 3, 1))[0]

    @property
    def ip(self) -> str:
        """The address that the acts come from."""
        return self.network.address(self.host)

    @property
    def name(self) -> str:
        """The user's name."""
        return self.person.name

    def beside(self, person: Person) -> "Session":
        """The same moment at another person's desk."""
        return Session(self.world, person, self.organization, self.at)

    def client(self, credential: Credential) -> Client:
        """This person's registry tool, on the same machine, with a credential of the person's own."""
        return Client(credential, self.network, self.host, self.person.user_agent)

    def wait(self, *, minutes: float = 0, hours: float = 0) -> None:
        """Let time pass; where less is left before the end, half of that."""
        self.at += min(timedelta(hours=hours, minutes=minutes), (self.world.end - self.at) / 2)

    def in_organization(self, kind: str, /, **metadata: Any) -> Row:
        """An act on the organization; its log has it."""
        return self.write(kind, self.organization, {**metadata, **self._token_keys})

    def in_repository(self, kind: str, repository: Repository, /, **metadata: Any) -> Row:
        """An act on a repository; the metadata name it first."""
        named = {"repo": repository.name, "namespace": repository.namespace, **metadata}
        return self.near_repository(kind, repository, **named)

    def near_repository(self, kind: str, repository: Repository, /, **metadata: Any) -> Row:
        """An act on a repository whose metadata are just these: some kinds leave the namespace out, or both."""
        metadata |= self._token_keys
        return self.write(kind, repository.namespace, metadata, repository=repository)

    def in_account(self, kind: str, /, **metadata: Any) -> Row:
        """An act on the person's own account."""
        return self.write(kind, self.name, {**metadata, **self._token_keys})

    def write(
        self,
        kind: str,
        namespace: str | None,
        metadata: dict[str, Any],
        *,
        repository: Repository | None = None,
    ) -> Row:
        """A row as it stands, with this person as the performer."""
        return self.write_as(self.name, kind, namespace, metadata, repository=repository)

    def write_as(
        self,
        performer: str | None,
        kind: str,
        namespace: str | None,
        metadata: dict[str, Any],
        *,
        repository: Repository | None = None,
    ) -> Row:
        """A row from this address whose performer Quay leaves out, or takes for somebody else."""
        self._take_a_moment()
        name = repository.name if repository else None
        return self.world.journal.add(Row(self.at, kind, namespace, metadata, performer, name, self.ip))

    def by_worker(
        self,
        kind: str,
        namespace: str,
        metadata: dict[str, Any],
        *,
        repository: Repository | None = None,
        robot: str | None = None,
    ) -> Row:
        """A row that one of Quay's own workers writes soon after: no address, and at most a robot as performer."""
        self._take_a_moment()
        name = repository.name if repository else None
        return self.world.journal.add(Row(self.at, kind, namespace, metadata, robot, name))

    def _take_a_moment(self) -> None:
        self.wait(minutes=0.1 + self.world.rng.expovariate(1 / 0.6))
