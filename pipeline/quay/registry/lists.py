"""The lists of a snapshot, one request a page each. Quay spends about 0.3 s of CPU on every one of them.

Robots are asked for with token=false: without it the answer holds their passwords (quay/quay
endpoints/api/robot.py:113-115, ffba0c70). Application secrets cannot be declined: they are never decoded.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

import msgspec

from pipeline.quay.client import QuayClient
from pipeline.quay.endpoints import (
    OWN_APP_TOKENS,
    OWN_ROBOTS,
    REPOSITORIES,
    SUPERUSER_APP_TOKENS,
    SUPERUSER_KEYS,
    SUPERUSER_ORGANIZATIONS,
    SUPERUSER_USERS,
    organization,
    repository,
)
from pipeline.quay.registry import documents as doc
from pipeline.quay.registry.answers import decode_with, read_pages

T = TypeVar("T")

_USERS = msgspec.json.Decoder(list[doc.UserDocument]).decode
_ORGANIZATIONS = msgspec.json.Decoder(list[doc.OrganizationDocument]).decode
_VIEW = msgspec.json.Decoder(doc.OrganizationView).decode
_MEMBERS = msgspec.json.Decoder(list[doc.MemberDocument]).decode
_ROBOTS = msgspec.json.Decoder(list[doc.RobotDocument]).decode
_FEDERATIONS = msgspec.json.Decoder(list[doc.FederationDocument]).decode
_APP_TOKENS = msgspec.json.Decoder(list[doc.AppTokenDocument]).decode
_APPLICATIONS = msgspec.json.Decoder(list[doc.ApplicationDocument]).decode
_APPLICATION_TOKENS = msgspec.json.Decoder(list[doc.ApplicationTokenDocument]).decode
_KEYS = msgspec.json.Decoder(list[doc.ServiceKeyDocument]).decode
_REPOSITORIES = msgspec.json.Decoder(list[doc.RepositoryDocument]).decode
_PERMISSIONS = msgspec.json.Decoder(dict[str, doc.PermissionDocument]).decode
_PROTOTYPES = msgspec.json.Decoder(list[doc.PrototypeDocument]).decode
_REPOSITORY_MIRROR = msgspec.json.Decoder(doc.RepositoryMirrorDocument).decode
_ORGANIZATION_MIRROR = msgspec.json.Decoder(doc.OrganizationMirrorDocument).decode


def read_users(client: QuayClient) -> list[doc.UserDocument]:
    """Every user of the registry."""
    return _items(client, SUPERUSER_USERS, "users", _USERS)


def read_organizations(client: QuayClient) -> list[doc.OrganizationDocument]:
    """Every organization of the registry."""
    return _items(client, SUPERUSER_ORGANIZATIONS, "organizations", _ORGANIZATIONS)


def read_service_keys(client: QuayClient) -> list[doc.ServiceKeyDocument]:
    """The keys by which services sign."""
    return _items(client, SUPERUSER_KEYS, "keys", _KEYS)


def read_all_app_tokens(client: QuayClient) -> list[doc.AppTokenDocument]:
    """Every app-specific token, without its owner."""
    return _items(client, SUPERUSER_APP_TOKENS, "tokens", _APP_TOKENS)


def read_own_app_tokens(client: QuayClient) -> list[doc.AppTokenDocument]:
    """The app-specific tokens of the token's user."""
    return _items(client, OWN_APP_TOKENS, "tokens", _APP_TOKENS)


def read_organization(client: QuayClient, name: str) -> doc.OrganizationView:
    """An organization as it shows itself to the token's user, teams and all where that user may see them."""
    path = organization(name)
    return client.get(path, {}, decode_with(_VIEW), where=path)


def read_members(client: QuayClient, name: str) -> list[doc.MemberDocument]:
    """The people in an organization."""
    return _items(client, f"{organization(name)}/members", "members", _MEMBERS)


def read_robots(client: QuayClient, namespace: str) -> list[doc.RobotDocument]:
    """The robots of an organization, or of another user."""
    return _items(client, f"{organization(namespace)}/robots", "robots", _ROBOTS, _WITHOUT_TOKENS)


def read_own_robots(client: QuayClient) -> list[doc.RobotDocument]:
    """The robots of the token's user."""
    return _items(client, OWN_ROBOTS, "robots", _ROBOTS, _WITHOUT_TOKENS)


_WITHOUT_TOKENS = {"permissions": "true", "token": "false"}


def read_federations(client: QuayClient, robot: str, *, is_own: bool) -> list[doc.FederationDocument]:
    """The outside identities that may act as a robot, called `namespace+short_name`."""
    namespace, _, short_name = robot.partition("+")
    robots = OWN_ROBOTS if is_own else f"{organization(namespace)}/robots"
    path = f"{robots}/{quote(short_name, safe='')}/federation"
    return client.get(path, {}, decode_with(_FEDERATIONS), where=path)


def read_applications(client: QuayClient, name: str) -> list[doc.ApplicationDocument]:
    """The OAuth applications of an organization."""
    return _items(client, f"{organization(name)}/applications", "applications", _APPLICATIONS)


def read_application_tokens(
    client: QuayClient, name: str, client_id: str
) -> list[doc.ApplicationTokenDocument]:
    """The tokens of an OAuth application. Older servers have no such list."""
    path = f"{organization(name)}/applications/{quote(client_id, safe='')}/tokens"
    return _items(client, path, "tokens", _APPLICATION_TOKENS)


def read_prototypes(client: QuayClient, name: str) -> list[doc.PrototypeDocument]:
    """The roles that new repositories of an organization begin with."""
    return _items(client, f"{organization(name)}/prototypes", "prototypes", _PROTOTYPES)


def read_organization_mirror(client: QuayClient, name: str) -> doc.OrganizationMirrorDocument:
    """Where an organization is copied from; raises Missing where it is not."""
    path = f"{organization(name)}/mirror"
    return client.get(path, {}, decode_with(_ORGANIZATION_MIRROR), where=path)


def read_repository_documents(client: QuayClient, namespace: str) -> list[doc.RepositoryDocument]:
    """The repositories of a namespace that the token may see, with those that everybody may."""
    query = {"namespace": namespace, "public": "true"}
    return _items(client, REPOSITORIES, "repositories", _REPOSITORIES, query)


def read_permissions(
    client: QuayClient, namespace: str, name: str, grantees: str
) -> list[doc.PermissionDocument]:
    """Who has a role of their own on a repository; `grantees` is user (robots among them) or team."""
    path = f"{repository(namespace, name)}/permissions/{grantees}/"
    pages = read_pages(client, path, "permissions", _PERMISSIONS, {})
    return [permission for page in pages for permission in page.values()]


def read_repository_mirror(client: QuayClient, namespace: str, name: str) -> doc.RepositoryMirrorDocument:
    """Where a repository is copied from; raises Missing where it is not."""
    path = f"{repository(namespace, name)}/mirror"
    return client.get(path, {}, decode_with(_REPOSITORY_MIRROR), where=path)


def _items(
    client: QuayClient,
    path: str,
    key: str,
    decode: Callable[[bytes], list[T]],
    query: Mapping[str, str] | None = None,
) -> list[T]:
    return [item for page in read_pages(client, path, key, decode, query or {}) for item in page]
