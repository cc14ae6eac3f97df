"""What Quay's database holds besides the logs: accounts, teams, repositories, permissions, applications, tokens."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # when things were made that nobody dated


class AccountKind(StrEnum):
    """Users, organizations and robots are rows of one table in Quay, told apart by two flags."""

    USER = "user"
    ORGANIZATION = "org"
    ROBOT = "robot"


@dataclass(slots=True)
class Account:
    """One user, organization or robot. `owner_id` is the namespace of a robot, None for the others."""

    id: int
    name: str
    kind: AccountKind
    email: str
    created_at: datetime
    is_superuser: bool = False
    is_global_readonly_superuser: bool = False
    is_enabled: bool = True
    is_marked_deleted: bool = False
    owner_id: int | None = None
    description: str = ""
    secret: str = ""
    quota_bytes: int | None = None
    last_accessed_at: datetime | None = None

    @property
    def is_robot(self) -> bool:
        """Whether Quay shows it as a robot."""
        return self.kind is AccountKind.ROBOT

    @property
    def is_organization(self) -> bool:
        """Whether it is an organization, so that nobody can sign in as it."""
        return self.kind is AccountKind.ORGANIZATION


@dataclass(slots=True)
class Team:
    """A group of accounts in an organization; `role` is what its members are there."""

    organization_id: int
    name: str
    role: str
    member_ids: set[int] = field(default_factory=set)
    description: str = ""


@dataclass(slots=True)
class Repository:
    """A repository; rows point at its `id`, so that one made again under the same name does not inherit them."""

    id: int
    namespace_id: int
    name: str
    is_public: bool
    state: str
    description: str | None


@dataclass(frozen=True, slots=True)
class Permission:
    """A role on a repository, held by one account or by one team."""

    repository_id: int
    role: str
    account_id: int | None = None
    team_name: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """An OAuth application of an organization. Quay shows `client_secret` in clear to organization admins."""

    organization_id: int
    name: str
    client_id: str
    client_secret: str
    redirect_uri: str
    application_uri: str
    description: str


@dataclass(frozen=True, slots=True)
class AppToken:
    """An app-specific token of a user, for registry clients."""

    user_id: int
    uuid: str
    title: str
    created_at: datetime
    expires_at: datetime | None
    last_accessed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OAuthToken:
    """A bearer token for the API: whose it is, what it may, and until when."""

    id: int
    user_id: int
    scopes: frozenset[str]
    expires_at: datetime | None
    application: Application | None


@dataclass(frozen=True, slots=True)
class ApplicationToken:
    """A token of an OAuth application as its organization lists it: the token itself is shown but once, when made."""

    client_id: str
    uuid: str
    name: str | None
    scope: str
    user_id: int
    created_at: datetime
    expires_at: datetime | None
    last_accessed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Federation:
    """An outside identity that may act as a robot."""

    robot_id: int
    issuer: str
    subject: str
    audiences: tuple[str, ...] = ("quay",)


@dataclass(frozen=True, slots=True)
class Prototype:
    """A role that new repositories of an organization begin with, for one account or one team."""

    organization_id: int
    uuid: str
    role: str
    delegate_id: int | None = None
    delegate_team: str | None = None
    activating_id: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceKey:
    """A key by which a service signs. Quay also shows the public key and whatever metadata it was given."""

    kid: str
    service: str
    name: str
    created_at: datetime
    expires_at: datetime | None = None
    approver_id: int | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RepositoryMirror:
    """Where a repository is copied from. Quay shows the user name outside, and a proxy with its password."""

    repository_id: int
    external_reference: str
    robot_id: int
    username: str | None = None
    proxy: str | None = None
    tags: tuple[str, ...] = ("*",)
    is_enabled: bool = True


@dataclass(frozen=True, slots=True)
class OrganizationMirror:
    """Where a whole organization is copied from."""

    organization_id: int
    url: str
    namespace: str
    robot_id: int
    username: str | None = None
    password: str | None = None
    visibility: str = "private"
    is_enabled: bool = True


def demo_secret(name: str, length: int) -> str:
    """A secret of Quay's form that nobody can take for a real one, the same for the same name."""
    return f"DEMO{hashlib.sha256(name.encode()).hexdigest().upper()}"[:length]
