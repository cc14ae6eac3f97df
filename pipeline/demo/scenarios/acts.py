"""What Quay would have logged: acts, the clients and consoles that leave them, and the lake that they end up in.

Source: quay/quay util/audit.py:28-135, endpoints/api/__init__.py:741-796, auth/credentials.py:64-230, ffba0c70.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final, NamedTuple

import msgspec

import pipeline
from pipeline.demo.history.clients import (
    DOCKER_MANIFEST,
    NO_NAMESPACE,
    NO_REPOSITORY,
    OCI_INDEX,
    OCI_MANIFEST,
    UNAUTHORIZED,
)
from pipeline.demo.history.credentials import Credential, OAuthToken
from pipeline.demo.history.networks import Network
from pipeline.demo.scenarios.estate import SERVICE_ACCOUNT, Repository
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.snapshot_writer import save_snapshot
from pipeline.lake.writer import Written, write_entries
from pipeline.quay.kinds import FAMILY_BY_KIND
from pipeline.quay.lines import Row, line_from_row
from pipeline.quay.scopes import ALL

SERVER_URL: Final = "https://registry.example.com"
BAD_PASSWORD: Final = "Invalid Username or Password"


class Act(NamedTuple):
    """One row as Quay would have logged it. `at` is in UTC and of whole seconds; `metadata` may be shared: not to be changed."""

    at: datetime
    kind: str
    namespace: str
    performer: str | None
    ip: str | None
    metadata: Mapping[str, Any]
    namespace_kind: str = "org"


@dataclass(frozen=True, slots=True)
class Client:
    """Makes the acts of one registry tool that runs on one host of a network, with one credential."""

    credential: Credential
    network: Network
    host: int
    user_agent: str

    def event(self, kind: str, at: datetime, repository: Repository, own: Mapping[str, Any]) -> Act:
        """An act as every registry event is logged: the event's `own` keys beside the common ones."""
        metadata = {
            "repo": repository.name,
            "namespace": repository.namespace,
            "user-agent": self.user_agent,
            **own,
            **self.credential.keys,
            "resolved_ip": _location_of(self.network),
        }
        ip = self.network.address(self.host)
        return _booked(at, kind, repository.namespace, self.credential.performer, ip, metadata)

    def pull(self, at: datetime, repository: Repository, tag: str) -> Act:
        """A manifest fetched by its tag."""
        media_type = OCI_INDEX if repository.is_multi_arch else DOCKER_MANIFEST
        return self.event("pull_repo", at, repository, {"tag": tag, "mediaType": media_type})

    def pull_digest(self, at: datetime, repository: Repository, digest: str) -> Act:
        """A manifest fetched by its digest."""
        return self.event("pull_repo", at, repository, {"manifest_digest": digest, "mediaType": OCI_MANIFEST})

    def pull_image(self, at: datetime, repository: Repository, tag: str, number: int) -> list[Act]:
        """A whole image: its tag and, where there is one for every architecture, the manifest of this one."""
        first = self.pull(at, repository, tag)
        if not repository.is_multi_arch:
            return [first]
        return [
            first,
            self.pull_digest(at + timedelta(seconds=number % 2), repository, repository.digest(number)),
        ]

    def push(self, at: datetime, repository: Repository, tag: str) -> Act:
        """A tag set to a manifest; Quay does not say which."""
        return self.event("push_repo", at, repository, {"tag": tag, "mediaType": OCI_MANIFEST})

    def delete(self, at: datetime, repository: Repository, tag: str, digest: str | None = None) -> Act:
        """A tag deleted, by its digest or by its name: then the name stands where the digest would."""
        return self.event("delete_tag", at, repository, {"tag": tag, "digest": digest or tag})

    def set_mirror(self, at: datetime, repository: Repository, changed: str, to: Any) -> Act:
        """One setting of a mirror changed; only this web call is logged as registry events are."""
        return self.event("repo_mirror_config_changed", at, repository, {"changed": changed, "to": to})

    def log_in(self, at: datetime) -> Act:
        """`docker login`: a token asked for without a scope. Booked on the robot's owner, or on the user."""
        performer = self.credential.performer or ""
        metadata = {**self.credential.login_keys, "type": "v2auth", "useragent": self.user_agent}
        ip = self.network.address(self.host)
        return _booked(at, "login_success", performer.partition("+")[0], performer, ip, metadata)

    def refused(self, kind: str, at: datetime, repository: Repository, reference: Mapping[str, str]) -> Act:
        """A `..._failed` for want of permission; `reference` is the `tag` or the `manifest_digest` asked for."""
        asked = {"namespace": repository.namespace, "repo": repository.name, **reference}
        metadata = {**asked, "message": UNAUTHORIZED}
        ip = self.network.address(self.host)
        return _booked(at, kind, repository.namespace, self.credential.performer, ip, metadata)

    def missed(
        self, kind: str, at: datetime, asked: Mapping[str, str], *, is_namespace_there: bool = True
    ) -> Act:
        """A `..._failed` on what is not there; `asked` are `namespace`, `repo` and a `tag` or `manifest_digest`."""
        message = NO_REPOSITORY if is_namespace_there else NO_NAMESPACE
        namespace = asked["namespace"] if is_namespace_there else SERVICE_ACCOUNT
        ip = self.network.address(self.host)
        return _booked(at, kind, namespace, self.credential.performer, ip, {**asked, "message": message})

    def log_in_badly(self, at: datetime, username: str) -> Act:
        """`docker login` with a wrong password of a user, or a wrong token of a robot."""
        tried = {"type": "v2auth", "username": username, "useragent": self.user_agent}
        ip = self.network.address(self.host)
        namespace, plus, _ = username.partition("+")
        if not plus:
            metadata = {**tried, "kind": "user", "message": BAD_PASSWORD}
            return Act(at, "login_failure", SERVICE_ACCOUNT, None, ip, metadata, "user")
        message = f"Could not find robot with username: {username} and supplied password."
        metadata = {**tried, "username": namespace, "kind": "robot", "robot": username, "message": message}
        return _booked(at, "login_failure", namespace, None, ip, metadata)


@dataclass(frozen=True, slots=True)
class Console:
    """Makes the acts of one person at the web console, or of a program at the API with an OAuth token."""

    performer: str
    network: Network
    host: int
    browser: str = ""
    oauth: OAuthToken | None = None

    def act(self, kind: str, at: datetime, namespace: str, metadata: Mapping[str, Any]) -> Act:
        """Any management act: it says who did it, and of the credential only an OAuth token."""
        keys = {**metadata, **self.oauth.keys} if self.oauth else metadata
        return _booked(at, kind, namespace, self.performer, self.ip, keys)

    def on_repository(self, kind: str, at: datetime, repository: Repository, **own: Any) -> Act:
        """An act on a repository whose keys begin with its name and namespace."""
        named = {"repo": repository.name, "namespace": repository.namespace}
        return self.act(kind, at, repository.namespace, {**named, **own})

    def on_account(
        self, kind: str, at: datetime, metadata: Mapping[str, Any], user: str | None = None
    ) -> Act:
        """An act on an account: the performer's own, or another user's."""
        return self.act(kind, at, user or self.performer, metadata)._replace(namespace_kind="user")

    def sign_in(self, at: datetime) -> Act:
        """A web sign-in: Quay logs it before it knows the performer."""
        metadata = {"type": "quayauth", "useragent": self.browser}
        return Act(at, "login_success", self.performer, None, self.ip, metadata, "user")

    def sign_in_badly(self, at: datetime, username: str | None = None) -> Act:
        """A web sign-in refused: with a wrong password, or with a `username` that nobody has."""
        keys = {"type": "quayauth", "kind": "user", "useragent": self.browser, "message": BAD_PASSWORD}
        if username is None:
            metadata = {**keys, "username": self.performer}
            return Act(at, "login_failure", self.performer, self.performer, self.ip, metadata, "user")
        metadata = {**keys, "username": username}
        return Act(at, "login_failure", SERVICE_ACCOUNT, None, self.ip, metadata, "user")

    @property
    def ip(self) -> str:
        """Where it is."""
        return self.network.address(self.host)


def by_worker(kind: str, at: datetime, repository: Repository, metadata: Mapping[str, Any]) -> Act:
    """What one of Quay's own workers logs: nobody performs it, and it comes from nowhere."""
    return _booked(at, kind, repository.namespace, None, None, metadata)


def exchange_token(at: datetime, robot: str, issuer: str, subject: str, ip: str) -> Act:
    """An outside identity traded for a robot's token: nobody is the performer."""
    metadata = {"subject": subject, "issuer": issuer, "robot": robot}
    return Act(at, "federated_robot_token_exchange", robot.partition("+")[0], None, ip, metadata)


def _booked(
    at: datetime,
    kind: str,
    namespace: str,
    performer: str | None,
    ip: str | None,
    metadata: Mapping[str, Any],
) -> Act:
    """An act in the log of a namespace; only users have a dot in their names, organizations never."""
    is_user = "." in namespace or namespace == SERVICE_ACCOUNT
    return Act(at, kind, namespace, performer, ip, metadata, "user" if is_user else "org")


@cache
def _location_of(network: Network) -> dict[str, str | None]:
    """The one object that all acts from a network share: there are hundreds of thousands."""
    return network.location


_encode_sorted = msgspec.json.Encoder(order="sorted").encode


def line_from_act(act: Act) -> bytes:
    """The canonical line of an act, as extraction would make it of Quay's answer."""
    performer = act.performer
    return line_from_row(
        Row(
            act.at.isoformat()[:19],
            act.kind,
            act.ip,
            performer,
            None if performer is None else "+" in performer,
            act.namespace,
            act.namespace_kind,
            _encode_sorted(act.metadata).decode(),
            None,
        )
    )


def write_lake(
    acts: Iterable[Act],
    layout: Layout,
    days: Sequence[date],
    inventories: Mapping[date, Mapping[str, Sequence[msgspec.Struct]]] | None = None,
) -> None:
    """Put acts into a lake as verified windows of scope `all`, one for each of `days`, and seal them with the inventories.

    Acts may come in any order; those of other days are left out. Equal acts give equal bytes. An inventory is taken at
    02:00 UTC of its day.
    """
    acts_by_day: defaultdict[date, list[Act]] = defaultdict(list)
    for act in acts:
        acts_by_day[act.at.date()].append(act)
    ledger = Ledger(layout)
    for day in days:
        lines = sorted(map(line_from_act, acts_by_day[day]))
        written = write_entries(ledger.entries_file(ALL, day), lines, voids=ledger.state_file(ALL, day))
        ledger.save(_window_from_written(day, written))
    for day, rows in sorted((inventories or {}).items()):
        taken_at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
        save_snapshot(
            layout, day, rows, taken_at=taken_at, server_url=SERVER_URL, tool_version=pipeline.__version__
        )
    if days:
        ledger.seal(_fetched_at(max(days)), pipeline.__version__)


def _window_from_written(day: date, written: Written) -> WindowState:
    return WindowState(
        scope=str(ALL),
        day=day,
        state=State.VERIFIED,
        routes=["pages"],
        rows=written.rows,
        rows_by_kind=written.rows_by_kind,
        expected_by_kind=written.rows_by_kind,
        missing_by_kind={},
        excess_by_kind={},
        unknown_kinds={kind: n for kind, n in written.rows_by_kind.items() if kind not in FAMILY_BY_KIND},
        unknown_keys={},
        requests=written.rows // 20 + 2,
        file_sha256=written.file_sha256,
        rows_sha256=written.rows_sha256,
        fetched_at=_fetched_at(day),
        server_url=SERVER_URL,
        tool_version=pipeline.__version__,
        notes=[],
    )


def _fetched_at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC) + timedelta(days=1)
