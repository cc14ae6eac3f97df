"""What FakeQuay stores: the accounts and repositories of a registry, and its log tables."""

import hashlib
import random
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from uuid import UUID

from pipeline.demo.accounts import Accounts, is_same_name
from pipeline.demo.grants import Grants
from pipeline.demo.log_tables import (
    CURRENT_TABLE,
    SECOND,
    TABLES,
    LogTable,
    json_from_metadata,
    moment_from_datetime,
)
from pipeline.demo.records import (
    Account,
    AccountKind,
    Application,
    AppToken,
    OAuthToken,
    Permission,
    Repository,
    Team,
)
from pipeline.errors import UsageError

# Where `metadata.repo` is only told: a repository's own log does not show these rows.
_NEVER_IN_A_REPOSITORY = ("delete_repo", "export_logs_")
_NO_SUCH_REPOSITORY = "Repository does not exist"


class Store:
    """A registry's rows. Log rows point at accounts by id, so names shown are the names of today.

    With `whole_seconds` times lose their fraction when stored, as in MySQL and MariaDB (quay/quay migration
    6ec8726c0ace declares a plain DATETIME, ffba0c70); otherwise microseconds are kept, as in PostgreSQL.
    Names that are not there raise UsageError, as do names that are taken.
    """

    def __init__(self, whole_seconds: bool = False) -> None:
        self.whole_seconds = whole_seconds
        self.grants = Grants()
        self.repositories: dict[int, Repository] = {}
        self.tables: dict[int, LogTable] = {number: LogTable() for number in TABLES}
        self._accounts = Accounts()
        self._repository_ids: dict[tuple[int, str], int] = {}
        self._last_repository_id = 0
        self._uuids = random.Random(0)

    # Accounts

    def add_user(
        self,
        name: str,
        *,
        email: str | None = None,
        superuser: bool = False,
        global_readonly_superuser: bool = False,
        enabled: bool = True,
        created_at: datetime | None = None,
    ) -> Account:
        """A new user."""
        account = self._accounts.add(name, AccountKind.USER, email or f"{name}@example.com", created_at)
        account.is_superuser = superuser
        account.is_global_readonly_superuser = global_readonly_superuser
        account.is_enabled = enabled
        return account

    def add_organization(
        self,
        name: str,
        *,
        owners: Iterable[str] = (),
        email: str | None = None,
        created_at: datetime | None = None,
    ) -> Account:
        """A new organization with its team `owners`, whose members administer it."""
        email = email or f"{name}@example.com"
        account = self._accounts.add(name, AccountKind.ORGANIZATION, email, created_at)
        self.add_team(name, "owners", role="admin", members=owners)
        return account

    def add_team(
        self,
        organization: str,
        name: str,
        *,
        role: str = "member",
        members: Iterable[str] = (),
        description: str = "",
    ) -> None:
        """A new team; `role` is member, creator or admin."""
        organization_id = self.account(organization).id
        ids = {self.account(member).id for member in members}
        self.grants.teams[organization_id, name] = Team(organization_id, name, role, ids, description)

    def add_robot(
        self, namespace: str, short_name: str, *, description: str = "", created_at: datetime | None = None
    ) -> Account:
        """A new robot of a user or organization, called `namespace+short_name`."""
        owner = self.account(namespace)
        name = f"{namespace}+{short_name}"
        account = self._accounts.add(name, AccountKind.ROBOT, name, created_at)
        account.owner_id = owner.id
        account.description = description
        account.secret = _demo_secret(name, 64)
        return account

    @property
    def accounts(self) -> Mapping[int, Account]:
        """Every account by its id."""
        return self._accounts.by_id

    def account(self, name: str) -> Account:
        """The account of today's name."""
        return self._accounts.get(name)

    def find_account(self, name: str, *, ignore_case: bool = False) -> Account | None:
        """The account of today's name, or None. Case is ignored on request, as MariaDB does."""
        return self._accounts.find(name, ignore_case=ignore_case)

    def robots_of(self, owner_id: int) -> list[Account]:
        """The robots of a user or organization, in the order in which they were made."""
        return self._accounts.robots_of(owner_id)

    def rename_user(self, old: str, new: str) -> None:
        """Give a user another name; its robots follow, its log rows show the new name."""
        self._accounts.rename(self.account(old), new)

    def rename_organization(self, old: str, new: str) -> None:
        """Give an organization another name; its robots follow, its log rows show the new name."""
        self._accounts.rename(self.account(old), new)

    def disable_user(self, name: str) -> None:
        """Lock a user out; every token of that user stops working."""
        self.account(name).is_enabled = False

    def delete_user(self, name: str) -> None:
        """Mark a user as deleted: until garbage is collected its rows show a random UUID as the name."""
        self._mark_deleted(self.account(name))

    def delete_organization(self, name: str) -> None:
        """Mark an organization as deleted: until garbage is collected its rows show a random UUID."""
        self._mark_deleted(self.account(name))

    def delete_robot(self, name: str) -> None:
        """Remove a robot at once: its rows have no performer from now on."""
        self._remove(self.account(name))

    def collect_garbage(self) -> None:
        """Remove the accounts that are marked as deleted: rows that point at them join no name."""
        for account in list(self.accounts.values()):
            if account.is_marked_deleted:
                self._remove(account)

    def _mark_deleted(self, account: Account) -> None:
        for robot in self.robots_of(account.id):
            self._remove(robot)
        for repository in self.repositories_of(account.id):
            self.delete_repository(account.name, repository.name)
        self._accounts.rename(account, self._random_uuid())
        account.email = self._random_uuid()
        account.is_enabled = False
        account.is_marked_deleted = True
        self.grants.forget_account(account.id)

    def _remove(self, account: Account) -> None:
        self._accounts.remove(account)
        self.grants.forget_account(account.id)

    def _random_uuid(self) -> str:
        return str(UUID(int=self._uuids.getrandbits(128), version=4))

    # Repositories, permissions, applications, tokens

    def add_repository(
        self,
        namespace: str,
        name: str,
        *,
        is_public: bool = False,
        state: str = "NORMAL",
        description: str | None = None,
    ) -> Repository:
        """A new repository; one made again under the name of a deleted one does not inherit its log."""
        namespace_id = self.account(namespace).id
        if (namespace_id, name) in self._repository_ids:
            raise UsageError(f"the store already holds a repository {namespace}/{name}")
        self._last_repository_id += 1
        id = self._last_repository_id
        self.repositories[id] = Repository(id, namespace_id, name, is_public, state, description)
        self._repository_ids[namespace_id, name] = id
        return self.repositories[id]

    def find_repository(
        self, namespace_id: int, name: str, *, ignore_case: bool = False
    ) -> Repository | None:
        """The repository of that name, or None. Case is ignored on request, as MariaDB does."""
        id = self._repository_ids.get((namespace_id, name))
        if id is not None:
            return self.repositories[id]
        if ignore_case:
            same = (each for each in self.repositories_of(namespace_id) if is_same_name(each.name, name))
            return next(same, None)
        return None

    def repositories_of(self, namespace_id: int) -> list[Repository]:
        """The repositories of a namespace, in the order in which they were made."""
        return [each for each in self.repositories.values() if each.namespace_id == namespace_id]

    def delete_repository(self, namespace: str, name: str) -> None:
        """Remove a repository; its rows stay in the log of the namespace."""
        id = self._repository_id(self.account(namespace).id, name)
        del self._repository_ids[self.repositories[id].namespace_id, name], self.repositories[id]
        self.grants.forget_repository(id)

    def add_permission(
        self, namespace: str, repository: str, grantee_name: str, role: str, *, team: bool = False
    ) -> None:
        """A role (read, write or admin) on a repository for a user, a robot or, with `team`, a team."""
        id = self._repository_id(self.account(namespace).id, repository)
        if team:
            permission = Permission(id, role, team_name=grantee_name)
        else:
            permission = Permission(id, role, account_id=self.account(grantee_name).id)
        self.grants.permissions.append(permission)

    def add_application(
        self,
        organization: str,
        name: str,
        *,
        client_id: str,
        redirect_uri: str = "",
        application_uri: str = "",
        description: str = "",
    ) -> Application:
        """A new OAuth application of an organization."""
        application = Application(
            organization_id=self.account(organization).id,
            name=name,
            client_id=client_id,
            client_secret=_demo_secret(client_id, 40),
            redirect_uri=redirect_uri,
            application_uri=application_uri,
            description=description,
        )
        self.grants.applications.append(application)
        return application

    def add_app_token(
        self,
        user: str,
        *,
        uuid: str,
        title: str,
        created_at: datetime,
        expires_at: datetime | None = None,
    ) -> None:
        """A new app-specific token of a user."""
        self.grants.app_tokens.append(AppToken(self.account(user).id, uuid, title, created_at, expires_at))

    def add_token(
        self,
        secret: str,
        user: str,
        scopes: Iterable[str],
        *,
        expires_at: datetime | None = None,
        application: Application | None = None,
    ) -> None:
        """A bearer token that lets whoever holds `secret` act as `user` within `scopes`."""
        id = len(self.grants.tokens) + 1
        user_id = self.account(user).id
        self.grants.tokens[secret] = OAuthToken(id, user_id, frozenset(scopes), expires_at, application)

    def _repository_id(self, namespace_id: int, name: str) -> int:
        id = self._repository_ids.get((namespace_id, name))
        if id is None:
            raise UsageError(f"the store holds no repository {name!r} in that namespace", hint="add it first")
        return id

    # Log rows

    def log(
        self,
        kind: str,
        at: datetime,
        namespace: str | None,
        *,
        performer: str | None = None,
        repository: str | None = None,
        ip: str | None = None,
        metadata: Mapping[str, Any],
        table: int = CURRENT_TABLE,
    ) -> None:
        """Store one row. Without a namespace it is booked on the user with the smallest id, as Quay does.

        `table` 2 and 1 are the tables of older versions.
        Source: quay/quay data/model/log.py:246-252, ffba0c70.
        """
        account_id = self._accounts.smallest_user_id() if namespace is None else self._id_of(namespace)
        moment = moment_from_datetime(at)
        if self.whole_seconds:
            moment -= moment % SECOND
        self.tables[table].add(
            moment,
            kind,
            account_id,
            None if performer is None else self._id_of(performer),
            None if repository is None else self._repository_id(account_id, repository),
            ip,
            json_from_metadata(metadata),
        )

    def log_entry(self, entry: Mapping[str, Any], namespace: str, *, at: datetime | None = None) -> None:
        """Store one entry as an export file shows it; unknown performers are added.

        The repository is that of `metadata.repo`, when the namespace has one of that name and Quay attaches
        rows of that kind to it.
        """
        performer = entry.get("performer")
        if performer is not None:
            self._ensure_performer(performer["name"], is_robot=performer["is_robot"])
        repository = entry["metadata"].get("repo")
        if (
            not isinstance(repository, str)
            or entry["kind"].startswith(_NEVER_IN_A_REPOSITORY)
            or entry["metadata"].get("message") == _NO_SUCH_REPOSITORY
            or (self._id_of(namespace), repository) not in self._repository_ids
        ):
            repository = None
        self.log(
            entry["kind"],
            at or parsedate_to_datetime(entry["datetime"]).replace(tzinfo=UTC),
            namespace,
            performer=performer and performer["name"],
            repository=repository,
            ip=entry["ip"],
            metadata=entry["metadata"],
        )

    def remove_rows_before(self, at: datetime) -> int:
        """Rotate the log: drop every older row of every table; the count of dropped rows."""
        moment = moment_from_datetime(at)
        return sum(table.remove_before(moment) for table in self.tables.values())

    def _id_of(self, name: str) -> int:
        id = self._accounts.ids.get(name)
        return self.account(name).id if id is None else id

    def _ensure_performer(self, name: str, *, is_robot: bool) -> None:
        if self.find_account(name) is not None:
            return
        if not is_robot:
            self.add_user(name)
            return
        namespace, _, short_name = name.partition("+")
        if self.find_account(namespace) is None:
            self.add_user(namespace)
        self.add_robot(namespace, short_name)


def _demo_secret(name: str, length: int) -> str:
    """A secret of Quay's form that nobody can take for a real one, the same for the same name."""
    return f"DEMO{hashlib.sha256(name.encode()).hexdigest().upper()}"[:length]
