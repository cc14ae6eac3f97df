"""Who calls, and what that account may see within the scopes of its token."""

from dataclasses import dataclass
from typing import Any

from pipeline.demo.fakequay.habits import Habits
from pipeline.demo.records import Account, OAuthToken, Repository
from pipeline.demo.store import Store

ADMIN = "admin"
TEAM_ROLES = ("", "member", "creator", ADMIN)
REPOSITORY_ROLES = ("", "read", "write", ADMIN)
USER_ROLES = ("", "read", ADMIN)

_TEAM_ROLE_BY_SCOPE = {"repo:create": "creator", "org:admin": ADMIN}
_REPOSITORY_ROLE_BY_SCOPE = {"repo:read": "read", "repo:write": "write", "repo:admin": ADMIN}
_USER_ROLE_BY_SCOPE = {"user:read": "read", "user:admin": ADMIN}


@dataclass(frozen=True, slots=True)
class Caller:
    """An account behind a valid token. A scope caps what a role gives; it never gives more than the role.

    Source: quay/quay auth/permissions.py, ffba0c70.
    """

    account: Account
    token: OAuthToken
    store: Store
    habits: Habits

    @property
    def is_global_readonly_superuser(self) -> bool:
        """Whether the account reads everything, whatever the scopes of its token."""
        return self.account.is_global_readonly_superuser

    @property
    def is_superuser(self) -> bool:
        """Whether the account and its token are a superuser's. A global read-only superuser is none."""
        return (
            self.habits.super_users
            and self.account.is_superuser
            and not self.is_global_readonly_superuser
            and "super:user" in self.token.scopes
        )

    @property
    def is_any_superuser(self) -> bool:
        """Whether the superuser's lists and logs are open."""
        return self.is_superuser or self.is_global_readonly_superuser

    @property
    def has_full_access(self) -> bool:
        """Whether a superuser may act in every namespace: FEATURE_SUPERUSERS_FULL_ACCESS."""
        return self.habits.superusers_full_access and self.is_superuser

    @property
    def may_view_any_namespace(self) -> bool:
        """Whether the inventory of foreign namespaces is open."""
        return self.is_global_readonly_superuser or self.has_full_access

    def metadata_of_token(self) -> dict[str, Any]:
        """The keys that the web API adds to every row it writes."""
        application = self.token.application
        if application is None:
            return {}
        return {
            "oauth_token_id": self.token.id,
            "oauth_token_application_id": application.client_id,
            "oauth_token_application": application.name,
        }

    def is_user_admin(self) -> bool:
        """Whether the account's own settings and logs are open."""
        return self._cap(USER_ROLES, _USER_ROLE_BY_SCOPE, ADMIN) == ADMIN

    def is_user_reader(self) -> bool:
        """Whether the account's own description is open."""
        return self._cap(USER_ROLES, _USER_ROLE_BY_SCOPE, ADMIN) != ""

    def organization_role(self, namespace: str) -> str:
        """The role in a namespace: member, creator, admin, or nothing. Everybody is admin of the own namespace."""
        held = self._team_roles(namespace)
        return self._cap(TEAM_ROLES, _TEAM_ROLE_BY_SCOPE, max(held, key=TEAM_ROLES.index, default=""))

    def is_organization_admin(self, namespace: str) -> bool:
        """Whether the caller administers the namespace."""
        return self.organization_role(namespace) == ADMIN

    def repository_role(self, namespace: str, repository: Repository | None) -> str:
        """The role on a repository, which may be missing: an admin of the namespace has one there too."""
        if ADMIN in self._team_roles(namespace):
            held = [ADMIN]
        else:
            held = self._repository_roles(repository) if repository else []
        return self._cap(
            REPOSITORY_ROLES, _REPOSITORY_ROLE_BY_SCOPE, max(held, key=REPOSITORY_ROLES.index, default="")
        )

    def _team_roles(self, namespace: str) -> list[str]:
        if namespace == self.account.name:
            return [ADMIN]
        owner = self.store.find_account(namespace)
        return [
            team.role
            for team in self.store.grants.teams.values()
            if owner and team.organization_id == owner.id and self.account.id in team.member_ids
        ]

    def _repository_roles(self, repository: Repository) -> list[str]:
        teams = {
            team.name
            for team in self.store.grants.teams.values()
            if team.organization_id == repository.namespace_id and self.account.id in team.member_ids
        }
        return [
            each.role
            for each in self.store.grants.permissions
            if each.repository_id == repository.id
            and (each.account_id == self.account.id or each.team_name in teams)
        ]

    def _cap(self, roles: tuple[str, ...], role_by_scope: dict[str, str], role: str) -> str:
        allowed = max((roles.index(role_by_scope.get(scope, "")) for scope in self.token.scopes), default=0)
        return roles[min(allowed, roles.index(role))]
