"""Subjects: what a case or the screen of an entity is about, written as in `robot:acme+ci` or `network:192.0.2.0/24`."""

from typing import NamedTuple

# Credentials of these sorts may be without a name: Quay does not always tell which one it was.
_NAMELESS = ("anonymous", "worker", "app_specific_token", "oauth_token", "user")
SORTS = {
    "app_specific_token": "app-specific token",
    "oauth_token": "OAuth token",
    "access_token": "access token of a repository",
    "robot": "robot",
    "user": "user",
    "anonymous": "whoever acted without a credential",
    "worker": "workers of Quay",
    "service_key": "service key",
    "network": "network",
    "repository": "repository",
    "namespace": "namespace",
}
_PLACES = ("network", "repository", "namespace")


class Subject(NamedTuple):
    """One subject; `name` is None where nothing tells which one."""

    sort: str
    name: str | None

    @property
    def text(self) -> str:
        """As it is written in an address, and in cases."""
        return self.sort if self.name is None else f"{self.sort}:{self.name}"

    @property
    def words(self) -> str:
        """What it is, for people."""
        is_told = self.name or self.sort in ("anonymous", "worker")
        return SORTS[self.sort] if is_told else f"{SORTS[self.sort]}, which one is not known"

    @property
    def acts(self) -> bool:
        """Whether it is a credential or a performer, and no place."""
        return self.sort not in _PLACES

    @property
    def bound(self) -> dict[str, object]:
        """What the questions about entities bind to find it."""
        owner, _, repository = (self.name or "").partition("/") if self.sort == "repository" else ("", "", "")
        return {
            "credential": self.text if self.acts else None,
            "credential_kind": _credential_kind(self.sort) if self.acts else None,
            "credential_id": self.name if self.acts else None,
            "performer": self.name if self.sort == "user" else None,
            "network": self.name if self.sort == "network" else None,
            "owner": self.name if self.sort == "namespace" else owner or None,
            "repository_name": repository or None,
        }


def subject_from_text(text: str) -> Subject | None:
    """The subject that a text names; None for what is no name of one."""
    sort, _, name = text.strip().partition(":")
    if sort not in SORTS or (not name and sort not in _NAMELESS):
        return None
    if sort == "repository" and not all(name.partition("/")[::2]):
        return None
    return Subject(sort, name or None)


def _credential_kind(sort: str) -> str:
    return "password_or_session" if sort == "user" else sort
