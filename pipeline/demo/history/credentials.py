"""What is used to act: who Quay then names as the performer, and which keys it adds to a registry event.

Source: quay/quay auth/context_entity.py:90-225, ffba0c70.
"""

from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Credential:
    """One credential. `keys` go into the metadata of pulls, pushes and deletions, `login_keys` into a login's."""

    performer: str | None
    keys: dict[str, Any] = field(default_factory=dict)
    login_keys: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Application:
    """An OAuth application of an organization."""

    namespace: str
    name: str
    client_id: str


@dataclass(frozen=True, slots=True)
class OAuthToken:
    """A token that `user` granted to an application. `id` is a row number: all that the log says of it."""

    id: int
    application: Application
    user: str

    @property
    def keys(self) -> dict[str, Any]:
        """What Quay adds to everything done with it, in the registry and in the API."""
        return {
            "oauth_token_id": self.id,
            "oauth_token_application_id": self.application.client_id,
            "oauth_token_application": self.application.name,
        }


@dataclass(frozen=True, slots=True)
class AppToken:
    """An app-specific token: a password for registry clients, with a title that its owner chose."""

    user: str
    uuid: str
    title: str

    @property
    def naming(self) -> dict[str, str]:
        """How Quay names it wherever it is made, used or revoked."""
        return {"app_specific_token_title": self.title, "app_specific_token": self.uuid}


ANONYMOUS: Final = Credential(None)


def with_password(user: str) -> Credential:
    """The user's own name and password."""
    return Credential(user, {"username": user}, {"kind": "user"})


def with_robot(name: str) -> Credential:
    """The token of a robot, `namespace+name`."""
    return Credential(name, {"username": name, "is_robot": True}, {"kind": "robot", "robot": name})


def with_app_token(token: AppToken) -> Credential:
    """An app-specific token; its owner is the performer."""
    login_keys = {"kind": "app_specific_token", "app_specific_token_title": token.title}
    return Credential(token.user, {**token.naming, "username": token.user}, login_keys)


def with_oauth_token(token: OAuthToken) -> Credential:
    """An OAuth token used in the registry; whoever granted it is the performer."""
    return Credential(token.user, {**token.keys, "username": token.user})


def with_access_token(friendly_name: str) -> Credential:
    """A repository's access token: nobody performs, only the friendly name shows."""
    return Credential(None, {"token": friendly_name})
