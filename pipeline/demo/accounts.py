"""The accounts of a registry, by id and by today's name."""

import random
from datetime import datetime
from uuid import UUID

from pipeline.demo.records import FIRST_DAY, Account, AccountKind, demo_secret
from pipeline.errors import UsageError


class Accounts:
    """Users, organizations and robots. Ids are never given twice; names can change, and be given again."""

    def __init__(self) -> None:
        self.by_id: dict[int, Account] = {}
        self._ids: dict[str, int] = {}
        self._last_id = 0
        self._uuids = random.Random(0)

    def add(self, name: str, kind: AccountKind, email: str, created_at: datetime | None) -> Account:
        """A new account; raises UsageError when the name is taken."""
        self._reserve(name)
        self._last_id += 1
        account = Account(self._last_id, name, kind, email, created_at or FIRST_DAY)
        self.by_id[account.id] = account
        self._ids[name] = account.id
        return account

    def add_user(self, name: str, email: str | None = None, created_at: datetime | None = None) -> Account:
        """A new user, with an e-mail address even if none is given."""
        return self.add(name, AccountKind.USER, email or f"{name}@example.com", created_at)

    def add_robot(self, namespace: str, short_name: str, created_at: datetime | None = None) -> Account:
        """A new robot of a user or organization."""
        owner = self.get(namespace)
        name = f"{namespace}+{short_name}"
        account = self.add(name, AccountKind.ROBOT, name, created_at)
        account.owner_id = owner.id
        account.secret = demo_secret(name, 64)
        return account

    def ensure_performer(self, name: str, *, is_robot: bool) -> None:
        """Make the account of a row's performer where there is none yet, and its robot's owner."""
        if name in self._ids:
            return
        namespace, _, short_name = name.partition("+")
        if namespace not in self._ids:
            self.add_user(namespace)
        if is_robot:
            self.add_robot(namespace, short_name)

    def find(self, name: str, *, ignore_case: bool = False) -> Account | None:
        """The account of that name, or None. Case and trailing spaces are ignored on request, as MariaDB does."""
        id = self._ids.get(name)
        if id is not None:
            return self.by_id[id]
        if ignore_case:
            return next((each for each in self.by_id.values() if is_same_name(each.name, name)), None)
        return None

    def get(self, name: str) -> Account:
        """The account of that name; raises UsageError when there is none."""
        account = self.find(name)
        if account is None:
            raise UsageError(f"the store holds no account {name!r}", hint="add it first")
        return account

    def id_of(self, name: str) -> int:
        """The id of the account of that name; raises UsageError when there is none."""
        id = self._ids.get(name)
        return self.get(name).id if id is None else id

    def rename(self, account: Account, new: str) -> None:
        """Give an account and its robots another name."""
        self._reserve(new)
        for robot in self.robots_of(account.id):
            self.rename(robot, new + robot.name.removeprefix(account.name))
        self._ids[new] = self._ids.pop(account.name)
        account.name = new

    def mark_deleted(self, account: Account) -> None:
        """Give an account random names and lock it, as Quay does until garbage is collected."""
        self.rename(account, self._random_uuid())
        account.email = self._random_uuid()
        account.is_enabled = False
        account.is_marked_deleted = True

    def remove(self, account: Account) -> None:
        """Take an account away: rows that point at it join no name."""
        del self.by_id[account.id], self._ids[account.name]

    def robots_of(self, owner_id: int) -> list[Account]:
        """The robots of a user or organization, in the order in which they were made."""
        return [account for account in self.by_id.values() if account.owner_id == owner_id]

    def smallest_user_id(self) -> int:
        """The user with the smallest id; raises UsageError when there is no user."""
        users = (each.id for each in self.by_id.values() if each.kind is AccountKind.USER)
        smallest = min(users, default=None)
        if smallest is None:
            raise UsageError("the store holds no user to book rows on", hint="add a user first")
        return smallest

    def _random_uuid(self) -> str:
        return str(UUID(int=self._uuids.getrandbits(128), version=4))

    def _reserve(self, name: str) -> None:
        if name in self._ids:
            raise UsageError(f"the store already holds an account {name!r}")


def is_same_name(stored: str, asked: str) -> bool:
    """Whether MariaDB's default collation takes two names for one."""
    return stored.casefold().rstrip(" ") == asked.casefold().rstrip(" ")
