"""What FakeQuay stores: the accounts and repositories of a registry, and its log tables."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pipeline.demo.accounts import Accounts
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
    demo_secret,
)
from pipeline.demo.repositories import Repositories, repository_told


class Store:
    """A registry's rows. Log rows point at accounts by id, so names shown are the names of today.

    With `whole_seconds` times lose their fraction when stored, as in MySQL and MariaDB (quay/quay migration
    6ec8726c0ace declares a plain DATETIME, ffba0c70); otherwise microseconds are kept, as in PostgreSQL.
    Names that are not there raise UsageError, as do names that are taken.
    """

    def __init__(self, whole_seconds: bool = False) -> None:
        self.whole_seconds = whole_seconds
        self.grants = Grants()
        self.tables: dict[int, LogTable] = {number: LogTable() for number in TABLES}
        self._accounts = Accounts()
        self._repositories = Repositories()

    @property
    def accounts(self) -> Mapping[int, Account]:
        """Every account by its id."""
        return self._accounts.by_id

    @property
    def repositories(self) -> Mapping[int, Repository]:
        """Every repository by its id."""
        return self._repositories.by_id

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
        account = self._accounts.add_user(name, email, created_at)
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
        account = self._accounts.add_robot(namespace, short_name, created_at)
        account.description = description
        return account

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
        for repository in self._repositories.of(account.id):
            self.delete_repository(account.name, repository.name)
        self._accounts.mark_deleted(account)
        self.grants.forget_account(account.id)

    def _remove(self, account: Account) -> None:
        self._accounts.remove(account)
        self.grants.forget_account(account.id)

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
        return self._repositories.add(self.account(namespace).id, name, is_public, state, description)

    def find_repository(
        self, namespace_id: int, name: str, *, ignore_case: bool = False
    ) -> Repository | None:
        """The repository of that name, or None. Case is ignored on request, as MariaDB does."""
        return self._repositories.find(namespace_id, name, ignore_case=ignore_case)

    def repositories_of(self, namespace_id: int) -> list[Repository]:
        """The repositories of a namespace, in the order in which they were made."""
        return self._repositories.of(namespace_id)

    def delete_repository(self, namespace: str, name: str) -> None:
        """Remove a repository; its rows stay in the log of the namespace."""
        id = self._repositories.id_of(self.account(namespace).id, name)
        self._repositories.remove(self.repositories[id])
        self.grants.forget_repository(id)

    def add_permission(
        self, namespace: str, repository: str, grantee_name: str, role: str, *, team: bool = False
    ) -> None:
        """A role (read, write or admin) on a repository for a user, a robot or, with `team`, a team."""
        id = self._repositories.id_of(self.account(namespace).id, repository)
        account_id = None if team else self.account(grantee_name).id
        team_name = grantee_name if team else None
        self.grants.permissions.append(Permission(id, role, account_id, team_name))

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
        organization_id = self.account(organization).id
        secret = demo_secret(client_id, 40)
        application = Application(
            organization_id, name, client_id, secret, redirect_uri, application_uri, description
        )
        self.grants.applications.append(application)
        return application

    def add_app_token(
        self, user: str, *, uuid: str, title: str, created_at: datetime, expires_at: datetime | None = None
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
        id = 1 + max((each.id for each in self.grants.tokens.values()), default=0)
        user_id = self.account(user).id
        self.grants.tokens[secret] = OAuthToken(id, user_id, frozenset(scopes), expires_at, application)

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
        id_of = self._accounts.id_of
        account_id = self._accounts.smallest_user_id() if namespace is None else id_of(namespace)
        moment = moment_from_datetime(at)
        if self.whole_seconds:
            moment -= moment % SECOND
        self.tables[table].add(
            moment,
            kind,
            account_id,
            None if performer is None else id_of(performer),
            None if repository is None else self._repositories.id_of(account_id, repository),
            ip,
            json_from_metadata(metadata),
        )

    def log_entry(self, entry: Mapping[str, Any], namespace: str, *, at: datetime | None = None) -> None:
        """Store one entry as an export file shows it; unknown performers are added.

        The repository is that of `metadata.repo`, when the namespace has one of that name and Quay attaches
        such rows to it.
        """
        performer = entry.get("performer")
        if performer is not None:
            self._accounts.ensure_performer(performer["name"], is_robot=performer["is_robot"])
        told = repository_told(entry["kind"], entry["metadata"])
        is_there = (self._accounts.id_of(namespace), told) in self._repositories.names
        self.log(
            entry["kind"],
            at or parsedate_to_datetime(entry["datetime"]).replace(tzinfo=UTC),
            namespace,
            performer=performer and performer["name"],
            repository=told if is_there else None,
            ip=entry["ip"],
            metadata=entry["metadata"],
        )

    def remove_rows_before(self, at: datetime) -> int:
        """Rotate the log: drop every older row of every table; the count of dropped rows."""
        moment = moment_from_datetime(at)
        return sum(table.remove_before(moment) for table in self.tables.values())
