"""Quay's endpoints, as data: what is asked for, and what a token needs to be answered.

Source: quay/quay endpoints/api/logs.py, superuser.py, organization.py, repository.py, user.py (ffba0c70), as observed.
"""

from typing import NamedTuple
from urllib.parse import quote

from pipeline.quay.scopes import Scope, ScopeKind


class LogEndpoints(NamedTuple):
    """The paths of one log. `export` is None where Quay has none; `oauth_scope` is what the token must carry."""

    logs: str
    aggregate: str
    export: str | None
    oauth_scope: str


USER = "/api/v1/user/"
SUPERUSER_USERS = "/api/v1/superuser/users/"
SUPERUSER_ORGANIZATIONS = "/api/v1/superuser/organizations/"
SUPERUSER_APP_TOKENS = "/api/v1/superuser/apptokens"
SUPERUSER_KEYS = "/api/v1/superuser/keys"
OWN_ROBOTS = "/api/v1/user/robots"
OWN_APP_TOKENS = "/api/v1/user/apptoken"
REPOSITORIES = "/api/v1/repository"

OWN_LOG = LogEndpoints(
    "/api/v1/user/logs", "/api/v1/user/aggregatelogs", "/api/v1/user/exportlogs", "user:admin"
)
"""The log of the token's own user. It hides the six service_key_* kinds; the namespace's log does not."""


def log_endpoints(scope: Scope) -> LogEndpoints:
    """Where the log of a scope is. A user's namespace is read at the organization endpoint, which shows all of it."""
    match scope.kind:
        case ScopeKind.ALL:
            base, oauth_scope = "/api/v1/superuser", "super:user"
        case ScopeKind.ORG | ScopeKind.USER:
            base, oauth_scope = organization(scope.namespace), "org:admin"
        case ScopeKind.REPO:
            base, oauth_scope = repository(scope.namespace, scope.repository), "repo:admin"
    export = None if scope.kind is ScopeKind.ALL else f"{base}/exportlogs"
    return LogEndpoints(f"{base}/logs", f"{base}/aggregatelogs", export, oauth_scope)


def organization(name: str) -> str:
    """One organization; its `/members` and `/robots` list who may act in it."""
    return f"/api/v1/organization/{quote(name, safe='')}"


def repository(namespace: str, name: str) -> str:
    """One repository; names may be nested."""
    return f"/api/v1/repository/{quote(namespace, safe='')}/{quote(name, safe='/')}"
