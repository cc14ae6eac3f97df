"""Which logs a token may read, and which account would see more."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from pipeline.errors import (
    FeatureOff,
    Missing,
    Refused,
    SearchUnavailable,
    ServerError,
    ServerFailure,
    StoreFailure,
    Unreachable,
)
from pipeline.quay.client import QuayClient
from pipeline.quay.endpoints import OWN_LOG
from pipeline.quay.inventory import Identity, read_identity, read_repositories
from pipeline.quay.logs import Stream, read_counts, read_pages, stream_of
from pipeline.quay.scopes import ALL, Scope, ScopeKind, org, repo, user

BEST_ACCOUNT = (
    "a token of a global read-only superuser (GLOBAL_READONLY_SUPER_USERS) with the scopes super:user, org:admin, "
    "repo:admin and user:admin reads every log, and lets short windows be completed namespace by namespace"
)


@dataclass
class Found:
    """The scopes that a token may read; `cannot` says what it may not, in sentences."""

    scopes: list[Scope] = field(default_factory=list)
    cannot: list[str] = field(default_factory=list)


def find_scopes(client: QuayClient, day: date) -> Found:
    """The best that the token may read: `all`; else every namespace it administers; else the repositories it does.

    Raises Refused when the token is not accepted at all.
    """
    found = Found()
    if is_readable(client, stream_of(ALL), day):
        found.scopes.append(ALL)
        return found
    found.cannot.append("all: needs super:user and a superuser, read-only or not")
    try:
        identity = read_identity(client)
    except Refused:
        # For want of user:read Quay answers as to an unknown token; what it says to the own log tells them apart.
        is_readable(client, Stream(Scope(ScopeKind.USER), OWN_LOG), day)
        found.cannot.append(
            "namespaces of the token's user: the token lacks user:read, so name scopes with --scope"
        )
        return found
    for scope in [user(identity.username), *map(org, identity.organizations)]:
        _find_below(client, scope, identity, day, found)
    return found


def resolve(client: QuayClient, scope: Scope, day: date) -> Stream:
    """Where a scope is read. A user's own log has a second address, for tokens that carry user:admin alone."""
    stream = stream_of(scope)
    if scope.kind is ScopeKind.USER and not is_readable(client, stream, day):
        own = Stream(scope, OWN_LOG)
        with suppress(Refused):
            if read_identity(client).username == scope.namespace and is_readable(client, own, day):
                return own
    return stream


def is_readable(client: QuayClient, stream: Stream, day: date) -> bool:
    """Whether the token may read a log, found out by the cheapest request. Raises Refused for a bad token."""
    try:
        read_counts(client, stream, day, day)
    except (FeatureOff, SearchUnavailable):
        return _pages_are_readable(client, stream, day)
    except (Missing, ServerFailure, Refused) as error:
        if is_fatal(error):
            raise
        return False
    return True


def is_fatal(error: ServerError) -> bool:
    """Whether asking for anything else would be useless, or worse: each refused token writes a row into Quay's log."""
    return isinstance(error, Unreachable | StoreFailure) or (
        isinstance(error, Refused) and error.status == 401
    )


def _pages_are_readable(client: QuayClient, stream: Stream, day: date) -> bool:
    try:
        next(read_pages(client, stream, day), None)
    except SearchUnavailable:
        return True
    except ServerError as error:
        if is_fatal(error):
            raise
        return False
    return True


def _find_below(client: QuayClient, scope: Scope, identity: Identity, day: date, found: Found) -> None:
    if scope.namespace == identity.username:
        stream = resolve(client, scope, day)
        readable = stream.endpoints is OWN_LOG or is_readable(client, stream, day)
    else:
        readable = is_readable(client, stream_of(scope), day)
    if readable:
        found.scopes.append(scope)
        return
    repositories = _readable_repositories(client, scope.namespace, day)
    found.scopes += repositories
    found.cannot.append(
        f"{scope}: needs org:admin and an administrator of the namespace"
        + (f"; {len(repositories)} of its repositories can be read one by one" if repositories else "")
    )


def _readable_repositories(client: QuayClient, namespace: str, day: date) -> list[Scope]:
    names: Iterable[str]
    try:
        names = read_repositories(client, namespace)
    except (Refused, Missing, ServerFailure):
        return []
    scopes = [repo(namespace, name) for name in names]
    return [scope for scope in scopes if is_readable(client, stream_of(scope), day)]
