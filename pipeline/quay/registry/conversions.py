"""From Quay's documents to rows: pure."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pipeline.errors import UnexpectedShape
from pipeline.quay.registry import documents as doc
from pipeline.quay.registry import rows as row

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)?([^/?#]+)(/[^?#]*)?([?#].*)?", re.DOTALL)
_DIGEST = re.compile(r"@sha(?:256|512):[0-9a-f]+$")


def row_from_user(user: doc.UserDocument) -> row.User:
    """One row of `users`."""
    return row.User(
        user.username,
        user.super_user,
        user.global_readonly_super_user,
        user.enabled,
        user.verified,
        domain_from_address(user.email),
    )


def row_from_organization(name: str, email: str | None) -> row.Organization:
    """One row of `organizations`."""
    return row.Organization(name, domain_from_address(email))


def rows_from_quotas(namespace: str, quotas: Iterable[doc.QuotaDocument] | None) -> list[row.Quota]:
    """The quotas of a namespace; none where quotas are switched off."""
    return [
        row.Quota(
            namespace,
            str(each.id),
            each.limit_bytes,
            ", ".join(sorted(f"{limit.type} {limit.limit_percent}" for limit in each.limits or ())),
        )
        for each in quotas or ()
    ]


def rows_from_teams(namespace: str, teams: Mapping[str, doc.TeamDocument]) -> list[row.Team]:
    """The teams of an organization."""
    return [row.Team(namespace, each.name, each.role, each.is_synced) for each in teams.values()]


def row_from_member(namespace: str, member: doc.MemberDocument) -> row.Member:
    """One row of `members`."""
    return row.Member(namespace, member.name, len(member.teams), len(member.repositories))


def rows_from_teams_of(
    namespace: str, account: doc.MemberDocument | doc.RobotDocument, *, is_robot: bool
) -> list[row.TeamMember]:
    """The teams that an account is in."""
    return [row.TeamMember(namespace, team.name, account.name, is_robot) for team in account.teams]


def row_from_robot(namespace: str, robot: doc.RobotDocument) -> row.Robot:
    """One row of `robots`."""
    return row.Robot(
        namespace, robot.name, moment_from_text(robot.created), moment_from_text(robot.last_accessed)
    )


def row_from_federation(namespace: str, robot: str, each: doc.FederationDocument) -> row.RobotFederation:
    """One row of `robot_federations`."""
    audiences = None if each.audiences is None else _json_from_set(each.audiences)
    return row.RobotFederation(namespace, robot, each.issuer, each.subject, audiences)


def row_from_app_token(token: doc.AppTokenDocument, owner: str | None) -> row.AppToken:
    """One row of `app_tokens`."""
    return row.AppToken(
        token.uuid,
        token.title,
        owner,
        moment_from_text(token.created),
        moment_from_text(token.expiration),
        moment_from_text(token.last_accessed),
    )


def row_from_application(namespace: str, application: doc.ApplicationDocument) -> row.Application:
    """One row of `applications`."""
    return row.Application(
        namespace,
        application.client_id,
        application.name,
        address_without_secrets(application.redirect_uri),
        address_without_secrets(application.application_uri),
    )


def row_from_application_token(
    namespace: str, client_id: str, token: doc.ApplicationTokenDocument
) -> row.ApplicationToken:
    """One row of `application_tokens`. Quay takes scopes with commas and with spaces between."""
    return row.ApplicationToken(
        namespace,
        client_id,
        token.uuid,
        token.name,
        " ".join(sorted(token.scope.replace(",", " ").split())),
        token.created_by,
        moment_from_text(token.created),
        moment_from_text(token.expires_at),
        moment_from_text(token.last_accessed),
    )


def row_from_service_key(key: doc.ServiceKeyDocument) -> row.ServiceKey:
    """One row of `service_keys`."""
    approval = key.approval or doc.ApprovalDocument()
    return row.ServiceKey(
        key.kid,
        key.service,
        key.name,
        moment_from_text(key.created_date),
        moment_from_text(key.expiration_date),
        key.rotation_duration,
        approval.approval_type,
        approval.approver.name if approval.approver else None,
        moment_from_text(approval.approved_date),
    )


def row_from_repository(each: doc.RepositoryDocument) -> row.Repository:
    """One row of `repositories`."""
    return row.Repository(each.namespace, each.name, each.is_public, each.state, each.kind)


def row_from_permission(
    namespace: str, repository: str, permission: doc.PermissionDocument, *, is_team: bool
) -> row.RepositoryPermission:
    """One row of `repository_permissions`."""
    return row.RepositoryPermission(
        namespace,
        repository,
        "team" if is_team else _kind_of_account(permission.is_robot),
        permission.name,
        permission.role,
        permission.is_org_member,
    )


def row_from_prototype(namespace: str, prototype: doc.PrototypeDocument) -> row.PrototypePermission:
    """One row of `prototype_permissions`."""
    delegate, creator = prototype.delegate, prototype.activating_user
    return row.PrototypePermission(
        namespace,
        prototype.id,
        "team" if delegate.kind == "team" else _kind_of_account(delegate.is_robot),
        delegate.name,
        prototype.role,
        creator.name if creator else None,
    )


def row_from_repository_mirror(
    namespace: str, repository: str, mirror: doc.RepositoryMirrorDocument
) -> row.RepositoryMirror:
    """One row of `repository_mirrors`."""
    return row.RepositoryMirror(
        namespace,
        repository,
        mirror.is_enabled,
        address_without_secrets(mirror.external_reference),
        mirror.external_registry_username is not None,
        mirror.external_registry_config.verify_tls,
        _json_from_set(mirror.root_rule.rule_value),
        mirror.robot_username,
        mirror.sync_interval,
        mirror.sync_status,
    )


def row_from_organization_mirror(
    namespace: str, mirror: doc.OrganizationMirrorDocument
) -> row.OrganizationMirror:
    """One row of `organization_mirrors`."""
    return row.OrganizationMirror(
        namespace,
        mirror.is_enabled,
        mirror.external_registry_type,
        address_without_secrets(mirror.external_registry_url),
        mirror.external_namespace,
        mirror.external_registry_username is not None,
        mirror.has_external_registry_password,
        mirror.external_registry_config.verify_tls,
        _json_from_set(mirror.repository_filters),
        mirror.robot_username,
        mirror.visibility,
        mirror.sync_interval,
        moment_from_text(mirror.creation_date),
        mirror.sync_status,
    )


def moment_from_text(text: str | None) -> datetime | None:
    """A time as Quay writes it, RFC 2822 or ISO 8601, in UTC without a zone.

    Raises UnexpectedShape for text that is no time.
    """
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text) if text[:1].isdigit() else parsedate_to_datetime(text)
    except (ValueError, OverflowError) as error:
        raise UnexpectedShape(f"{text[:40]!r} is no time") from error
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def domain_from_address(address: str | None) -> str | None:
    """The part of an e-mail address that names no person, in small letters."""
    _, at, domain = (address or "").rpartition("@")
    return domain.lower() if at else None


def address_without_secrets(address: str | None) -> str | None:
    """The address without user, password, query and fragment, any of which may be a secret.

    It need have no scheme. None for an address of which that cannot be told: a password may hold what else
    ends the name of a host.
    """
    match = _ADDRESS.fullmatch(address or "")
    if match is None:
        return None
    scheme, authority, path, hidden = match.groups(default="")
    host = authority.rpartition("@")[2]
    is_doubtful = "@" in _DIGEST.sub("", path) or ("@" in hidden and ":" in host)
    return None if is_doubtful else f"{scheme}{host}{path}"


def _kind_of_account(is_robot: bool) -> str:
    return "robot" if is_robot else "user"


def _json_from_set(values: Iterable[str]) -> str:
    """A JSON list whose order says nothing, so that equal settings give equal text."""
    return json.dumps(sorted(set(values)), ensure_ascii=False)
