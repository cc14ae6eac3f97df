"""The tables of a snapshot, as data: what tells rows apart, whose list they come from, what a token needs."""

from typing import NamedTuple, get_args, get_type_hints

import msgspec

from pipeline.quay.registry.rows import (
    Application,
    ApplicationToken,
    AppToken,
    ListRead,
    Member,
    Organization,
    OrganizationMirror,
    PrototypePermission,
    Quota,
    Repository,
    RepositoryMirror,
    RepositoryPermission,
    Robot,
    RobotFederation,
    ServiceKey,
    Team,
    TeamMember,
    User,
)

_ORGANIZATION = ("namespace_name",)
_REPOSITORY = ("namespace_name", "repository_name")
_USED = frozenset({"last_accessed_at"})
NEEDS_SUPERUSER = "super:user, and a superuser or a global read-only superuser"
_NEEDS_ADMIN = "org:admin, and an administrator of the namespace or a global read-only superuser"
_NEEDS_REPOSITORY_ADMIN = "repo:admin, and an administrator of the repository or a global read-only superuser"
NEEDS_EVERYTHING = "a global read-only superuser, or a superuser where FEATURE_SUPERUSERS_FULL_ACCESS is on"


class Column(NamedTuple):
    """One column; `kind` is str, bool, int or datetime."""

    name: str
    kind: type
    is_nullable: bool


class Table(NamedTuple):
    """One table of a snapshot, and what a token needs to fill it.

    `key` tells rows apart. `place` are the columns that say whose list a row came from; none: the registry's.
    `moving` columns change by use alone: they are stored, and are no change of the inventory.
    """

    name: str
    row: type[msgspec.Struct]
    key: tuple[str, ...]
    needs: str
    place: tuple[str, ...] = ()
    moving: frozenset[str] = frozenset()

    @property
    def columns(self) -> list[Column]:
        """The columns of a row, in their order."""
        return [_column_from_hint(name, hint) for name, hint in get_type_hints(self.row).items()]


LISTS = Table("lists", ListRead, ("table_name", "place"), "")
"""How far the other tables can be trusted; taken with each of them."""

TABLES = (
    Table("users", User, ("user_name",), NEEDS_SUPERUSER),
    Table("organizations", Organization, ("namespace_name",), NEEDS_SUPERUSER),
    Table("quotas", Quota, ("namespace_name", "quota_id"), NEEDS_SUPERUSER),
    Table("service_keys", ServiceKey, ("key_id",), NEEDS_SUPERUSER),
    Table("app_tokens", AppToken, ("token_uuid",), NEEDS_EVERYTHING, moving=_USED),
    Table(
        "teams",
        Team,
        (*_ORGANIZATION, "team_name"),
        "org:admin, and a member of the organization",
        _ORGANIZATION,
    ),
    Table(
        "members",
        Member,
        (*_ORGANIZATION, "user_name"),
        _NEEDS_ADMIN,
        _ORGANIZATION,
        frozenset({"team_count", "repository_count"}),
    ),
    Table(
        "team_members", TeamMember, (*_ORGANIZATION, "team_name", "member_name"), _NEEDS_ADMIN, _ORGANIZATION
    ),
    Table("robots", Robot, ("robot_name",), _NEEDS_ADMIN, _ORGANIZATION, _USED),
    Table(
        "robot_federations",
        RobotFederation,
        ("robot_name", "issuer", "subject"),
        _NEEDS_ADMIN,
        ("robot_name",),
    ),
    Table("applications", Application, (*_ORGANIZATION, "client_id"), _NEEDS_ADMIN, _ORGANIZATION),
    Table(
        "application_tokens",
        ApplicationToken,
        (*_ORGANIZATION, "client_id", "token_uuid"),
        _NEEDS_ADMIN,
        (*_ORGANIZATION, "client_id"),
        _USED,
    ),
    Table(
        "prototype_permissions",
        PrototypePermission,
        (*_ORGANIZATION, "prototype_uuid"),
        "org:admin, and an administrator of the organization; for superusers also FEATURE_SUPERUSERS_FULL_ACCESS",
        _ORGANIZATION,
    ),
    Table(
        "organization_mirrors",
        OrganizationMirror,
        _ORGANIZATION,
        _NEEDS_ADMIN,
        _ORGANIZATION,
        frozenset({"sync_status"}),
    ),
    Table("repositories", Repository, _REPOSITORY, NEEDS_EVERYTHING, _ORGANIZATION),
    Table(
        "repository_permissions",
        RepositoryPermission,
        (*_REPOSITORY, "grantee_kind", "grantee_name"),
        _NEEDS_REPOSITORY_ADMIN,
        _REPOSITORY,
    ),
    Table(
        "repository_mirrors",
        RepositoryMirror,
        _REPOSITORY,
        _NEEDS_REPOSITORY_ADMIN,
        _REPOSITORY,
        frozenset({"sync_status"}),
    ),
)
TABLE_BY_NAME = {table.name: table for table in (LISTS, *TABLES)}


def _column_from_hint(name: str, hint: object) -> Column:
    (kind,) = [each for each in get_args(hint) or (hint,) if each is not type(None)]
    return Column(name, str if issubclass(kind, str) else kind, type(None) in get_args(hint))


def place_of(*parts: str) -> str:
    """Whose list it is in one text, such as `acme/web`; equal texts are equal places, whatever names hold."""
    *outer, last = parts or ("",)
    return "/".join([*(part.replace("%", "%25").replace("/", "%2F") for part in outer), last])
