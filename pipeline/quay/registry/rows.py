"""What a snapshot keeps of each thing: one struct a table, its columns in their order.

Kept is what detections and reviews ask for, and nothing else. Left out on purpose: every secret (client
secrets, robot tokens, passwords of mirrors, codes of app-specific tokens); avatars, whose hash is an unsalted
hash of an e-mail address (quay/quay avatars/avatars.py:97-119, ffba0c70); the e-mail address itself, of which
only the domain stays: it tells an outside account from a colleague, and names nobody; descriptions and notes,
free text where people paste passwords.

Times are UTC, without a zone.
"""

from datetime import datetime
from enum import StrEnum

import msgspec


class User(msgspec.Struct, frozen=True):
    """One user. Quay's list does not say when the account was made; the entry user_create does."""

    user_name: str
    is_superuser: bool
    is_global_readonly_superuser: bool
    is_enabled: bool
    is_verified: bool | None
    email_domain: str | None


class Organization(msgspec.Struct, frozen=True):
    """One organization."""

    namespace_name: str
    email_domain: str | None


class Team(msgspec.Struct, frozen=True):
    """One team; `role` is what its members are in the organization: member, creator or admin."""

    namespace_name: str
    team_name: str
    role: str
    is_synced: bool | None


class Member(msgspec.Struct, frozen=True):
    """One person in an organization."""

    namespace_name: str
    user_name: str
    team_count: int
    repository_count: int


class TeamMember(msgspec.Struct, frozen=True):
    """One account in a team: a person, or a robot of the organization."""

    namespace_name: str
    team_name: str
    member_name: str
    is_robot: bool


class Robot(msgspec.Struct, frozen=True):
    """One robot, of an organization or a user."""

    namespace_name: str
    robot_name: str
    created_at: datetime | None
    last_accessed_at: datetime | None


class RobotFederation(msgspec.Struct, frozen=True):
    """One outside identity that may act as a robot. `audiences` is a JSON list; null where Quay has none."""

    namespace_name: str
    robot_name: str
    issuer: str
    subject: str
    audiences: str | None


class AppToken(msgspec.Struct, frozen=True):
    """One app-specific token. The superusers' list does not say whose it is; log entries that use it do."""

    token_uuid: str
    title: str
    owner_name: str | None
    created_at: datetime | None
    expires_at: datetime | None
    last_accessed_at: datetime | None


class Application(msgspec.Struct, frozen=True):
    """One OAuth application. Addresses are kept without user, password, query and fragment."""

    namespace_name: str
    client_id: str
    application_name: str
    redirect_uri: str | None
    application_uri: str | None


class ApplicationToken(msgspec.Struct, frozen=True):
    """One token of an OAuth application; `scopes` are sorted, with spaces between."""

    namespace_name: str
    client_id: str
    token_uuid: str
    token_name: str | None
    scopes: str
    creator_name: str | None
    created_at: datetime | None
    expires_at: datetime | None
    last_accessed_at: datetime | None


class ServiceKey(msgspec.Struct, frozen=True):
    """One key by which a service signs. The key itself and its free metadata are not kept."""

    key_id: str
    service_name: str
    key_name: str | None
    created_at: datetime | None
    expires_at: datetime | None
    rotation_seconds: int | None
    approval_kind: str | None
    approver_name: str | None
    approved_at: datetime | None


class Repository(msgspec.Struct, frozen=True):
    """One repository; `state` is NORMAL, READ_ONLY or MIRROR."""

    namespace_name: str
    repository_name: str
    is_public: bool
    state: str | None
    kind: str | None


class RepositoryPermission(msgspec.Struct, frozen=True):
    """One role on a repository: read, write or admin. `grantee_kind` is user, robot or team."""

    namespace_name: str
    repository_name: str
    grantee_kind: str
    grantee_name: str
    role: str
    is_organization_member: bool | None


class PrototypePermission(msgspec.Struct, frozen=True):
    """One role that new repositories of an organization begin with, all or those that `creator_name` makes."""

    namespace_name: str
    prototype_uuid: str
    grantee_kind: str
    grantee_name: str
    role: str
    creator_name: str | None


class Quota(msgspec.Struct, frozen=True):
    """What a namespace may store. `thresholds` are kinds and percents, such as `Reject 100, Warning 80`."""

    namespace_name: str
    quota_id: str
    limit_bytes: int | None
    thresholds: str


class RepositoryMirror(msgspec.Struct, frozen=True):
    """Where a repository is copied from; null where the address may hold a secret.

    `tag_patterns` is a JSON list. Credentials are kept as whether there are any.
    """

    namespace_name: str
    repository_name: str
    is_enabled: bool
    external_reference: str | None
    has_external_user: bool
    is_tls_verified: bool | None
    tag_patterns: str
    robot_name: str | None
    interval_seconds: int | None
    sync_status: str | None


class OrganizationMirror(msgspec.Struct, frozen=True):
    """Where an organization is copied from. `repository_patterns` is a JSON list; credentials as above."""

    namespace_name: str
    is_enabled: bool
    external_registry_kind: str
    external_registry_url: str | None
    external_namespace_name: str
    has_external_user: bool
    has_external_password: bool | None
    is_tls_verified: bool | None
    repository_patterns: str
    robot_name: str | None
    visibility: str
    interval_seconds: int | None
    created_at: datetime | None
    sync_status: str | None


class Outcome(StrEnum):
    """What came of a list, the best first."""

    READ = "read"
    """All of it."""
    PARTIAL = "partial"
    """What this token may see of it; there may be more."""
    OFF = "off"
    """This server has no such list."""
    REFUSED = "refused"
    """It is not for this token."""
    FAILED = "failed"
    """It should have been answered, and was not."""


class ListRead(msgspec.Struct, frozen=True):
    """What came of one list that a table is made of.

    `place` is whose list: a namespace, a repository, a robot, an application; empty for the registry. A place
    that is divided further has an entry too: whether all that is in it is known.
    """

    table_name: str
    place: str
    outcome: Outcome
    reason: str | None
    needs: str | None
    row_count: int
