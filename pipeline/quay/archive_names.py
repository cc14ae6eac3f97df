"""Names for the ids of archives: what Quay's own tables say, and a line with the names that are known. Pure.

There is no table of kinds here on purpose: Quay numbers them in the order in which a server's migrations added them,
and the list in initdb.py, which differs, fills test databases alone. A guess would put false words on evidence.
"""

import csv
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from pipeline.errors import UsageError
from pipeline.quay.archive import ACCOUNT_ID, ARCHIVE, KIND_ID, PERFORMER_ID, REPOSITORY_ID
from pipeline.quay.lines import Row

_KINDS_HINT = "make it with: select id, name from logentrykind (as CSV with a header)"
_ACCOUNTS_HINT = 'make it with: select id, username, organization, robot from "user" (as CSV with a header)'
_TRUE = frozenset({"t", "true", "1"})

T = TypeVar("T")


class Account(NamedTuple):
    """A name, and whether it is of a user, an org or a robot; None where nobody said."""

    name: str
    kind: str | None


@dataclass
class Names:
    """What the ids of one Quay stand for, as far as it is known."""

    kinds: dict[int, str] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)


def kinds_from_lines(lines: Iterable[str], where: str) -> dict[int, str]:
    """Quay's table `logentrykind` as CSV: the columns id and name."""
    return dict(_pairs(lines, where, _KINDS_HINT, lambda row: _name(row["name"])))


def accounts_from_lines(lines: Iterable[str], where: str) -> dict[int, Account]:
    """Quay's table `user` as CSV: the columns id, username, organization and robot."""

    def account(row: dict[str, str]) -> Account:
        robot, organization = row["robot"].lower() in _TRUE, row["organization"].lower() in _TRUE
        return Account(_name(row["username"]), "robot" if robot else "org" if organization else "user")

    return dict(_pairs(lines, where, _ACCOUNTS_HINT, account))


def archive_of(extra: dict[str, Any]) -> int:
    """Which archive a raw line came from."""
    number: int = extra[ARCHIVE]
    return number


def extra_of(row: Row) -> dict[str, Any]:
    """What a row holds beyond its columns: of a row of an archive, the ids without names."""
    extra: dict[str, Any] = json.loads(row.extra) if row.extra else {}
    return extra


def resolve(row: Row, names: Names, *, with_namespace: bool) -> Row:
    """The row with every name that is known; ids stay in `extra` where none is.

    `with_namespace` writes whose log it is in, as only the log of all does. The id of a repository goes where the
    details name one: Quay's API shows no other. A row without ids stays as it is.
    """
    if row.extra is None:
        return row
    extra = extra_of(row)
    extra.pop(ARCHIVE, None)
    kind = names.kinds.get(extra.get(KIND_ID, -1))
    performer = names.accounts.get(extra.get(PERFORMER_ID, -1))
    account = names.accounts.get(extra.get(ACCOUNT_ID, -1)) if with_namespace else None
    known = {
        KIND_ID: kind is not None,
        PERFORMER_ID: performer is not None,
        # Without its kind it is not the row that the API gives: the id stays until that is known too.
        ACCOUNT_ID: not with_namespace or (account is not None and account.kind is not None),
        REPOSITORY_ID: _names_a_repository(row),
    }
    rest = {key: value for key, value in extra.items() if not known.get(key)}
    return Row(
        row.occurred_at,
        kind or row.kind,
        row.ip,
        performer.name if performer else row.performer_name,
        is_robot(performer.name) if performer else row.performer_is_robot,
        account.name if account else row.namespace_name,
        account.kind if account else row.namespace_kind,
        row.metadata,
        json.dumps(rest, sort_keys=True, separators=(",", ":")) if rest else None,
    )


def is_robot(name: str) -> bool:
    """Whether it is a robot's name: no other may have a plus sign in it."""
    return "+" in name


def _name(cell: str | None) -> str:
    if not cell:
        raise ValueError("a name is missing")
    return cell


def _names_a_repository(row: Row) -> bool:
    try:
        details = json.loads(row.metadata)
    except (ValueError, RecursionError):
        return False
    return isinstance(details, dict) and isinstance(details.get("repo"), str)


def _pairs(
    lines: Iterable[str], where: str, hint: str, convert: Callable[[dict[str, str]], T]
) -> Iterator[tuple[int, T]]:
    reader = csv.DictReader(lines, strict=True)
    try:
        for row in reader:
            yield int(row["id"]), convert(row)
    except (KeyError, TypeError, ValueError, AttributeError, csv.Error) as error:
        what = f"this is no such table ({type(error).__name__}: {error})"
        raise UsageError(what, where=f"{where}, line {reader.line_num}", hint=hint) from error
