"""One request as the endpoints see it: who calls, with what, when, and what they answer to it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any

import httpx2

from pipeline.demo.fakequay import answers
from pipeline.demo.fakequay.answers import Answer
from pipeline.demo.fakequay.callers import Caller
from pipeline.demo.fakequay.export_jobs import ExportQueue, Mail
from pipeline.demo.fakequay.export_storage import ExportStorage
from pipeline.demo.fakequay.habits import Habits
from pipeline.demo.fakequay.meter import Meter
from pipeline.demo.fakequay.paging import Pager
from pipeline.demo.fakequay.tokens import PageTokens
from pipeline.demo.records import Account, AccountKind, Repository
from pipeline.demo.store import Store


@dataclass(frozen=True, slots=True)
class World:
    """What outlives a request: the store, the habits, what makes tokens and ids, and the exports on their way.

    Whoever reads or changes it holds `lock`.
    """

    store: Store
    habits: Habits
    pager: Pager
    tokens: PageTokens
    uuids: Iterator[str]
    export_queue: ExportQueue
    export_files: ExportStorage
    mails: list[Mail] = field(default_factory=list)
    meter: Meter = field(default_factory=Meter)
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `caller` is None without a valid token; of a repeated argument the first counts."""

    world: World
    request: httpx2.Request
    arguments: Mapping[str, str]
    now: datetime
    caller: Caller | None

    @property
    def store(self) -> Store:
        """The registry's rows."""
        return self.world.store

    @property
    def server(self) -> str:
        """The base address under which the client reached Quay."""
        url = self.request.url
        return f"{url.scheme}://{url.netloc.decode('ascii')}"

    def argument(self, name: str) -> str | None:
        """A query parameter."""
        return self.arguments.get(name)

    def flag(self, name: str, default: bool = False) -> bool:
        """A query parameter as Quay's truthy_bool reads it."""
        text = self.argument(name)
        return default if text is None else text not in ("", "false", "False", "0", "no", "n", "off")

    def number(self, name: str) -> int | None:
        """A query parameter as a number, None when it is missing or none."""
        text = self.argument(name)
        return int(text) if text and text.isdigit() else None

    def refuse(self) -> Answer:
        """401 to the unknown, 403 to the known: a missing scope, a foreign and a missing namespace look alike."""
        if self.caller is None:
            return self.problem(401, "invalid_token", "Requires authentication")
        return self.problem(403, "insufficient_scope", "Unauthorized")

    def missing(self) -> Answer:
        """404 of an API resource."""
        return self.problem(404, "not_found", "Not Found")

    def invalid(self, detail: str) -> Answer:
        """400 with the reason."""
        return self.problem(400, "invalid_request", detail)

    def problem(self, status: int, kind: str, detail: str) -> Answer:
        """Problem JSON that names this server."""
        return answers.problem(self.server, status, kind, detail)

    def accounts(self, kind: AccountKind) -> list[Account]:
        """The accounts of a kind that are not marked as deleted, by their ids."""
        return [
            each for each in self.store.accounts.values() if each.kind is kind and not each.is_marked_deleted
        ]

    def account(self, name: str) -> Account | None:
        """An account by name, in whatever case where the database ignores it."""
        return self.store.find_account(name, ignore_case=self.world.habits.ignore_case)

    def repository(self, namespace: Account | None, name: str) -> Repository | None:
        """A repository by name, in whatever case where the database ignores it."""
        if namespace is None:
            return None
        return self.store.find_repository(namespace.id, name, ignore_case=self.world.habits.ignore_case)


Endpoint = Callable[..., Any]

CLIENT_ADDRESS = "127.0.0.1"  # where every request seems to come from, in rows about them

ORGANIZATION = "organization/([^/]+)"
REPOSITORY = "repository/(?:([^/]+)/)?(.+)"
LIBRARY = "library"  # the namespace of a repository that is named without one


class Route:
    """A path below /api/v1/ and what answers it. A route that is switched off is as if it had never been.

    The groups of `path` are the endpoint's arguments after the call.
    """

    def __init__(
        self,
        path: str,
        *,
        get: Endpoint | None = None,
        post: Endpoint | None = None,
        is_on: Callable[[Habits], bool] = lambda habits: True,
    ) -> None:
        self.match = re.compile(f"/api/v1/{path}").fullmatch
        self.by_method = {
            method: endpoint
            for method, endpoint in (("GET", get), ("HEAD", get), ("POST", post))
            if endpoint is not None
        }
        self.is_superuser_only = path.startswith("superuser/")
        self._is_on = is_on

    def is_on(self, habits: Habits) -> bool:
        """Whether these habits have the route at all: FEATURE_SUPER_USERS switches a whole branch."""
        return self._is_on(habits) and (habits.super_users or not self.is_superuser_only)

    @property
    def allow(self) -> str:
        """The Allow header of the path."""
        return ", ".join(["OPTIONS", *self.by_method])
