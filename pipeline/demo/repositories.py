"""The repositories of a registry, by id and by today's name."""

from collections.abc import Container, Mapping
from typing import Any

from pipeline.demo.accounts import is_same_name
from pipeline.demo.records import Repository
from pipeline.errors import UsageError

# Where `metadata.repo` is only told: a repository's own log does not show these rows.
_NEVER_IN_A_REPOSITORY = {"delete_repo", "export_logs_failure", "export_logs_success"}
_NO_SUCH_REPOSITORY = "Repository does not exist"


class Repositories:
    """Ids are never given twice, so a repository that is made again is another one to the log."""

    def __init__(self) -> None:
        self.by_id: dict[int, Repository] = {}
        self._ids: dict[tuple[int, str], int] = {}
        self._last_id = 0

    def add(
        self, namespace_id: int, name: str, is_public: bool, state: str, description: str | None
    ) -> Repository:
        """A new repository; raises UsageError when the namespace has one of that name."""
        if (namespace_id, name) in self._ids:
            raise UsageError(f"the store already holds a repository {name!r} in that namespace")
        self._last_id += 1
        repository = Repository(self._last_id, namespace_id, name, is_public, state, description)
        self.by_id[repository.id] = repository
        self._ids[namespace_id, name] = repository.id
        return repository

    @property
    def names(self) -> Container[tuple[int, str | None]]:
        """Every namespace id and name that there is."""
        return self._ids

    def id_of(self, namespace_id: int, name: str) -> int:
        """The id of the repository of that name; raises UsageError when there is none."""
        id = self._ids.get((namespace_id, name))
        if id is None:
            raise UsageError(f"the store holds no repository {name!r} in that namespace", hint="add it first")
        return id

    def find(self, namespace_id: int, name: str, *, ignore_case: bool = False) -> Repository | None:
        """The repository of that name, or None. Case is ignored on request, as MariaDB does."""
        id = self._ids.get((namespace_id, name))
        if id is not None:
            return self.by_id[id]
        if ignore_case:
            return next((each for each in self.of(namespace_id) if is_same_name(each.name, name)), None)
        return None

    def of(self, namespace_id: int) -> list[Repository]:
        """The repositories of a namespace, in the order in which they were made."""
        return [each for each in self.by_id.values() if each.namespace_id == namespace_id]

    def remove(self, repository: Repository) -> None:
        """Take a repository away; rows that point at it stay in the log of the namespace."""
        del self.by_id[repository.id], self._ids[repository.namespace_id, repository.name]


def repository_told(kind: str, metadata: Mapping[str, Any]) -> str | None:
    """The repository that a row tells of, where Quay would also attach the row to it."""
    told = metadata.get("repo")
    if kind in _NEVER_IN_A_REPOSITORY or metadata.get("message") == _NO_SUCH_REPOSITORY:
        return None
    return told if isinstance(told, str) else None
