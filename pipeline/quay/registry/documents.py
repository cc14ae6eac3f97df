"""What is decoded of Quay's answers. A key that is not named here never becomes an object, least of all a secret.

Source: quay/quay endpoints/api/superuser.py, organization.py, robot.py, prototype.py, permission.py, mirror.py,
org_mirror.py, organization_application_tokens.py (ffba0c70). Users, organizations, members, robots,
app-specific tokens, applications, repositories and permissions are as observed; the rest is as read.
"""

from msgspec import Struct, field


class Named(Struct):
    """Anything that is shown with its name."""

    name: str


class QuotaThreshold(Struct):
    """At how many percent of a quota Quay warns or rejects."""

    type: str
    limit_percent: int


class QuotaDocument(Struct):
    """One quota of a namespace."""

    id: int
    limit_bytes: int | None = None
    limits: list[QuotaThreshold] | None = None


class UserDocument(Struct):
    """A user as superusers see one."""

    username: str
    super_user: bool = False
    global_readonly_super_user: bool = False
    enabled: bool = True
    verified: bool | None = None
    email: str | None = None
    quotas: list[QuotaDocument] | None = None


class OwnDocument(Struct):
    """The user behind the token."""

    username: str
    organizations: list[Named] = field(default_factory=list)


class OrganizationDocument(Struct):
    """An organization as superusers list it."""

    name: str
    email: str | None = None
    quotas: list[QuotaDocument] | None = None


class TeamDocument(Struct):
    """A team as its organization shows it."""

    name: str
    role: str
    is_synced: bool | None = None


class OrganizationView(Struct):
    """An organization as it shows itself to whoever asks: strangers see no teams."""

    is_admin: bool = False
    is_member: bool = False
    email: str | None = None
    teams: dict[str, TeamDocument] | None = None
    quotas: list[QuotaDocument] | None = None


class MemberDocument(Struct):
    """A person in an organization, with teams and with repositories held without a team."""

    name: str
    teams: list[Named] = field(default_factory=list)
    repositories: list[str] = field(default_factory=list)


class RobotDocument(Struct):
    """A robot without its password."""

    name: str
    created: str | None = None
    last_accessed: str | None = None
    teams: list[Named] = field(default_factory=list)


class FederationDocument(Struct):
    """An outside identity that may act as a robot."""

    issuer: str
    subject: str
    audiences: list[str] | None = None


class AppTokenDocument(Struct):
    """An app-specific token without its code."""

    uuid: str
    title: str
    created: str | None = None
    expiration: str | None = None
    last_accessed: str | None = None


class ApplicationDocument(Struct):
    """An OAuth application without its secret."""

    client_id: str
    name: str
    redirect_uri: str | None = None
    application_uri: str | None = None


class ApplicationTokenDocument(Struct):
    """A token of an OAuth application without the token."""

    uuid: str
    scope: str
    name: str | None = None
    created: str | None = None
    created_by: str | None = None
    expires_at: str | None = None
    last_accessed: str | None = None


class ApprovalDocument(Struct):
    """How a service key came to be trusted."""

    approval_type: str | None = None
    approved_date: str | None = None
    approver: Named | None = None


class ServiceKeyDocument(Struct):
    """A service key without the key."""

    kid: str
    service: str
    name: str | None = None
    created_date: str | None = None
    expiration_date: str | None = None
    rotation_duration: int | None = None
    approval: ApprovalDocument | None = None


class RepositoryDocument(Struct):
    """A repository as lists show it."""

    namespace: str
    name: str
    is_public: bool
    state: str | None = None
    kind: str | None = None


class PermissionDocument(Struct):
    """A role on a repository. Teams are shown without the last two."""

    name: str
    role: str
    is_robot: bool = False
    is_org_member: bool | None = None


class DelegateDocument(Struct):
    """Whom a prototype gives a role: a user or robot, or a team."""

    name: str
    kind: str
    is_robot: bool = False


class PrototypeDocument(Struct):
    """A role that new repositories begin with."""

    id: str
    role: str
    delegate: DelegateDocument
    activating_user: Named | None = None


class RegistryConfig(Struct):
    """How a mirror reaches its source. The proxy is left out: its address may hold a password."""

    verify_tls: bool | None = None


class TagRule(Struct):
    """Which tags a mirror copies."""

    rule_value: list[str] = field(default_factory=list)


class RepositoryMirrorDocument(Struct):
    """The mirror configuration of a repository; of the user outside it only matters whether there is one."""

    is_enabled: bool
    external_reference: str
    external_registry_username: str | None = None
    external_registry_config: RegistryConfig = field(default_factory=RegistryConfig)
    root_rule: TagRule = field(default_factory=TagRule)
    robot_username: str | None = None
    sync_interval: int | None = None
    sync_status: str | None = None


class OrganizationMirrorDocument(Struct):
    """The mirror configuration of an organization; of the user outside it only matters whether there is one."""

    is_enabled: bool
    external_registry_type: str
    external_registry_url: str
    external_namespace: str
    external_registry_username: str | None = None
    has_external_registry_password: bool | None = None
    external_registry_config: RegistryConfig = field(default_factory=RegistryConfig)
    repository_filters: list[str] = field(default_factory=list)
    robot_username: str | None = None
    visibility: str = "private"
    sync_interval: int | None = None
    creation_date: str | None = None
    sync_status: str | None = None
