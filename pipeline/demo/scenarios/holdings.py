"""What stands for somebody or gives a right: tokens, keys, teams and roles, and where mirrors copy from."""

from dataclasses import dataclass
from datetime import date

from pipeline.demo.history import credentials
from pipeline.demo.history.credentials import Credential


@dataclass(frozen=True, slots=True)
class AppToken:
    """An app-specific token of a user."""

    owner: str
    uuid: str
    title: str
    created_on: date
    expires_on: date | None = None

    @property
    def credential(self) -> Credential:
        """The token as what is used to act."""
        return credentials.with_app_token(credentials.AppToken(self.owner, self.uuid, self.title))

    @property
    def naming(self) -> dict[str, str]:
        """How Quay names it where it is made or revoked."""
        return {"app_specific_token_title": self.title, "app_specific_token": self.uuid}


@dataclass(frozen=True, slots=True)
class OAuthToken:
    """A token of an OAuth application. The log of its use knows its `number`, that of its making its `uuid`."""

    uuid: str
    title: str
    scopes: str
    created_on: date
    granted: credentials.OAuthToken
    expires_on: date | None = None

    @property
    def credential(self) -> Credential:
        """The token as what is used to act."""
        return credentials.with_oauth_token(self.granted)


@dataclass(frozen=True, slots=True)
class Federation:
    """An outside identity that may act as a robot."""

    issuer: str
    subject: str
    audiences: tuple[str, ...] = ("quay",)


@dataclass(frozen=True, slots=True)
class Team:
    """A team of an organization; `role` is what its members are there: member, creator or admin."""

    namespace: str
    name: str
    role: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """A role on a repository, of a user, a robot or a team."""

    namespace: str
    repository: str
    grantee_kind: str
    grantee: str
    role: str

    @property
    def key(self) -> tuple[str, ...]:
        """What there is one role for."""
        return (self.namespace, self.repository, self.grantee_kind, self.grantee)


@dataclass(frozen=True, slots=True)
class Mirror:
    """Where a repository is copied from."""

    path: str
    external_reference: str
    robot: str
    tags: tuple[str, ...] = ("*",)
    interval_seconds: int = 43_200


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key by which one of Quay's services signs."""

    kid: str
    service: str
    created_on: date
    expires_on: date


@dataclass(frozen=True, slots=True)
class Prototype:
    """A role that new repositories of an organization begin with, for one team."""

    namespace: str
    uuid: str
    team: str
    role: str
