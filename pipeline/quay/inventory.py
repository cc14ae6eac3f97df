"""Who and what is there, as far as the token may see. No answer that can hold a secret is ever asked for with it."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from pipeline.errors import DamagedReply, Missing, Refused, ServerFailure, UnexpectedShape
from pipeline.quay.client import QuayClient
from pipeline.quay.endpoints import REPOSITORIES, SUPERUSER_ORGANIZATIONS, SUPERUSER_USERS, USER, organization
from pipeline.quay.entries import Namespace


@dataclass(frozen=True)
class Identity:
    """Whose token it is, and the organizations that user is in."""

    username: str
    organizations: tuple[str, ...]


def read_identity(client: QuayClient) -> Identity:
    """The user behind the token. Without user:read Quay answers 401, as for a token that it does not know."""
    document = client.get(USER, {}, _object, where="the token's user")
    try:
        return Identity(document["username"], tuple(o["name"] for o in document.get("organizations", [])))
    except (KeyError, TypeError) as error:
        raise UnexpectedShape("no user as Quay gives it", where="the token's user") from error


def read_namespaces(client: QuayClient) -> list[Namespace]:
    """Every organization and user of the registry. Needs super:user and a superuser, read-only or not."""
    names = [Namespace(name, "org") for name in _names(client, SUPERUSER_ORGANIZATIONS, "organizations")]
    return names + [Namespace(name, "user") for name in _names(client, SUPERUSER_USERS, "users", "username")]


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


def _names(
    client: QuayClient, path: str, key: str, field: str = "name", query: dict[str, str] | None = None
) -> Iterator[str]:
    asked = query or {}
    page = dict(asked)
    seen: set[str] = set()
    while True:
        document = client.get(path, page, _object, where=path)
        try:
            yield from [item[field] for item in document[key]]
            following = document.get("next_page")
        except (KeyError, TypeError) as error:
            raise UnexpectedShape(f"no list of {key} as Quay gives it", where=path) from error
        if not following:
            return
        if following in seen:
            raise UnexpectedShape(f"the list of {key} goes round in a circle", where=path)
        seen.add(following)
        page = {**asked, "next_page": following}


def _object(body: bytes) -> dict[str, Any]:
    try:
        return _decode_object(body)
    except msgspec.ValidationError as error:
        raise UnexpectedShape("the body is not a JSON object") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise DamagedReply("the body is not JSON") from error


_decode_object: Callable[[bytes], dict[str, Any]] = msgspec.json.Decoder(dict[str, Any]).decode
