"""Whose log: the four kinds of scope, and the words `all`, `org/acme`, `user/bob`, `repo/acme/web` for them."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

from pipeline.errors import UsageError


class ScopeKind(StrEnum):
    """What a scope covers."""

    ALL = "all"
    ORG = "org"
    USER = "user"
    REPO = "repo"


@dataclass(frozen=True, order=True, slots=True)
class Scope:
    """One log that Quay can show. `namespace` is empty for `all`; `repository` is set for `repo` alone."""

    kind: ScopeKind
    namespace: str = ""
    repository: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.kind.value, self.namespace, self.repository) if part)

    @property
    def folder(self) -> str:
        """The scope as one path segment: percent-encoded, so that no name can leave its folder."""
        return quote(str(self), safe="").replace(".", "%2E")


ALL = Scope(ScopeKind.ALL)


def org(name: str) -> Scope:
    """The log of an organization."""
    return Scope(ScopeKind.ORG, name)


def user(name: str) -> Scope:
    """The log of a user's own namespace (not: what the user did elsewhere)."""
    return Scope(ScopeKind.USER, name)


def repo(namespace: str, name: str) -> Scope:
    """The log of one repository; `name` may hold slashes."""
    return Scope(ScopeKind.REPO, namespace, name)


def scope_from_text(text: str) -> Scope:
    """The scope that `text` names; raises UsageError with the accepted forms."""
    kind, _, rest = text.partition("/")
    if text == "all":
        return ALL
    if kind in ("org", "user") and rest and "/" not in rest:
        return Scope(ScopeKind(kind), rest)
    namespace, _, repository = rest.partition("/")
    if kind == "repo" and namespace and repository and not repository.endswith("/"):
        return repo(namespace, repository)
    raise UsageError(
        f"{text!r} is not a scope",
        hint="use all, org/NAME, user/NAME or repo/NAMESPACE/NAME (for example: org/acme)",
    )


def scope_from_folder(folder: str) -> Scope:
    """The inverse of `Scope.folder`."""
    return scope_from_text(unquote(folder))
