"""The ways to split a log into parts that share no row: by namespace, by repository, by performer."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import msgspec

from pipeline.quay.entries import Namespace
from pipeline.quay.inventory import Directory
from pipeline.quay.lines import Row
from pipeline.quay.logs import Stream, stream_of
from pipeline.quay.scopes import ScopeKind, org, repo, user


class Split(NamedTuple):
    """One way to split a log: which part a row is in, as far as it tells; what parts there are; how to ask for one."""

    name: str
    part_of: Callable[[Row], str | None]
    names: Callable[[Directory, Stream, Iterable[str]], list[str]]
    stream: Callable[[Directory, Stream, str], Stream]


def splits_of(stream: Stream) -> tuple[Split, ...]:
    """The splits that a log offers, in the order to try them. A performer's or a repository's part has none."""
    return () if stream.performer is not None else _SPLITS[stream.scope.kind]


class _Named(msgspec.Struct):
    repo: str | None = None


_decode_named = msgspec.json.Decoder(_Named).decode


def _repository_of(row: Row) -> str | None:
    try:
        return _decode_named(row.metadata).repo
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _repositories(directory: Directory, stream: Stream, seen: Iterable[str]) -> list[str]:
    """The listed names; a name in a row may be an old one, of a repository that is listed too."""
    return _distinct(directory.repositories(stream.scope.namespace) or seen)


def _performers(directory: Directory, stream: Stream, seen: Iterable[str]) -> list[str]:
    return _distinct([*seen, *directory.performers(stream.scope.namespace)])


def _namespaces(directory: Directory, stream: Stream, seen: Iterable[str]) -> list[str]:
    return _distinct(directory.namespaces())


def _namespace_stream(directory: Directory, stream: Stream, name: str) -> Stream:
    namespace: Namespace = directory.namespaces()[name]
    return stream_of(org(name) if namespace.kind == "org" else user(name), stamp=namespace)


def _distinct(names: Iterable[str]) -> list[str]:
    """Names that stay apart on every database: MySQL and MariaDB compare without case or trailing spaces."""
    first: dict[str, str] = {}
    for name in names:
        first.setdefault(name.casefold().rstrip(), name)
    return list(first.values())


_BY_REPOSITORY = Split(
    "repositories",
    _repository_of,
    _repositories,
    lambda directory, stream, name: stream_of(repo(stream.scope.namespace, name), stamp=stream.stamp),
)
_BY_PERFORMER = Split(
    "performers",
    lambda row: row.performer_name,
    _performers,
    lambda directory, stream, name: stream.by(name),
)
_BY_NAMESPACE = Split("namespaces", lambda row: row.namespace_name, _namespaces, _namespace_stream)

_SPLITS: dict[ScopeKind, tuple[Split, ...]] = {
    ScopeKind.ALL: (_BY_NAMESPACE,),
    ScopeKind.ORG: (_BY_REPOSITORY, _BY_PERFORMER),
    ScopeKind.USER: (_BY_REPOSITORY, _BY_PERFORMER),
    ScopeKind.REPO: (),
}
