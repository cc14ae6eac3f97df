"""The names that an extract needs: namespaces, their repositories, and who may act in them."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import msgspec

from pipeline.errors import Missing, Refused, ServerFailure
from pipeline.quay.client import QuayClient
from pipeline.quay.endpoints import REPOSITORIES, SUPERUSER_ORGANIZATIONS, SUPERUSER_USERS, USER, organization
from pipeline.quay.entries import Namespace
from pipeline.quay.registry.answers import decode_with, read_pages
from pipeline.quay.registry.documents import Named, OwnDocument


@dataclass(frozen=True)
class Identity:
    """Whose token it is, and the organizations that user is in."""

    username: str
    organizations: tuple[str, ...]


def read_identity(client: QuayClient) -> Identity:
    """The user behind the token. Without user:read Quay answers 401, as for a token that it does not know."""
    own = client.get(USER, {}, decode_with(_OWN), where="the token's user")
    return Identity(own.username, tuple(each.name for each in own.organizations))


def read_namespaces(client: QuayClient) -> list[Namespace]:
    """Every organization and user of the registry. Needs super:user and a superuser, read-only or not."""
    names = [Namespace(name, "org") for name in _names(client, SUPERUSER_ORGANIZATIONS, "organizations")]
    return names + [Namespace(name, "user") for name in _names(client, SUPERUSER_USERS, "users")]


def read_repositories(client: QuayClient, namespace: str) -> list[str]:
    """The repositories of a namespace that the token may see; a foreign namespace shows none, without an error."""
    return list(_names(client, REPOSITORIES, "repositories", query={"namespace": namespace}))


def read_performers(client: QuayClient, namespace: str) -> list[str]:
    """The members and robots of an organization. Needs org:admin."""
    base = organization(namespace)
    # Without token=false the answer holds the robots' passwords (quay/quay endpoints/api/robot.py:113-115, ffba0c70).
    robots = _names(client, f"{base}/robots", "robots", query={"permissions": "false", "token": "false"})
    return [*_names(client, f"{base}/members", "members"), *robots]


class Directory:
    """The same lists, asked for at most once each."""

    def __init__(self, client: QuayClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._namespaces: dict[str, Namespace] | None = None
        self._repositories: dict[str, list[str]] = {}
        self._performers: dict[str, list[str]] = {}

    def namespaces(self) -> dict[str, Namespace]:
        """Every namespace of the registry, by name."""
        with self._lock:
            if self._namespaces is None:
                self._namespaces = {n.name: n for n in read_namespaces(self._client)}
            return self._namespaces

    def repositories(self, namespace: str) -> list[str]:
        """The repositories of a namespace."""
        with self._lock:
            if namespace not in self._repositories:
                self._repositories[namespace] = read_repositories(self._client, namespace)
            return self._repositories[namespace]

    def performers(self, namespace: str) -> list[str]:
        """The members and robots of an organization; none for a user's namespace."""
        with self._lock:
            if namespace not in self._performers:
                try:
                    self._performers[namespace] = read_performers(self._client, namespace)
                except (Missing, Refused, ServerFailure):
                    self._performers[namespace] = []
            return self._performers[namespace]


def _names(client: QuayClient, path: str, key: str, query: Mapping[str, str] | None = None) -> Iterator[str]:
    for page in read_pages(client, path, key, _NAMED, query or {}):
        yield from (item.name for item in page)


_OWN = msgspec.json.Decoder(OwnDocument).decode
_NAMED = msgspec.json.Decoder(list[Named]).decode
