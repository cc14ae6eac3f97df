"""What the ids of archives stand for, learned from rows that say it themselves and from rows that the lake holds too.

The API shows names alone and archives ids alone: the same row in both tells what each id means. Beyond that, a row of
a pull or push names its account and repository in its details as they were then.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby, islice
from typing import Any, NamedTuple

from pipeline.extract.drift_rows import Seconds, lasting
from pipeline.quay.archive import ACCOUNT_ID, KIND_ID, PERFORMER_ID, Record
from pipeline.quay.archive_names import Account, Names, extra_of, is_robot
from pipeline.quay.lines import Row, row_from_line, second_of
from pipeline.quay.scopes import Scope, ScopeKind

_ROWS_OF_A_SECOND = 5_000  # beyond that a second tells little, and costs much
_NOTHING = "{}"


class Held(NamedTuple):
    """The lines of a window that was read from the API, sorted, and whose log they are."""

    scope: Scope
    lines: Iterable[bytes]


class _Ids(NamedTuple):
    kind: int
    account: int | None
    performer: int | None


class _Words(NamedTuple):
    kind: str
    account: str | None
    account_kind: str | None
    performer: str | None


class Votes:
    """What rows say of ids. Many rows speak: one that was paired wrongly is outvoted."""

    def __init__(self) -> None:
        self._kinds: Counter[tuple[int, str]] = Counter()
        self._shown: Counter[tuple[int, str]] = Counter()
        self._told: Counter[tuple[int, str]] = Counter()
        self._kind_of: dict[str, str] = {}

    def hear_record(self, record: Record) -> None:
        """Learn from the details of a pull or push, which name who did it and where, as they were called then.

        No other rows: with some kinds, anybody may write such keys (create_application keeps a whole request's body);
        but those are never attached to a repository.
        """
        details = record.metadata
        if record.repository_id is None or not isinstance(details, dict) or "user-agent" not in details:
            return
        performer, account = details.get("username"), details.get("namespace")
        if record.performer_id is not None and isinstance(performer, str):
            self._told[record.performer_id, performer] += 1
        if record.account_id is not None and isinstance(account, str):
            self._told[record.account_id, account] += 1

    def hear_day(self, raw: Iterable[bytes], windows: Iterable[Held]) -> None:
        """Learn from rows that are in archives and in windows, where time, address and details leave one choice."""
        held = [(window.scope, Seconds(window.lines)) for window in windows]
        for second, group in groupby(raw, key=second_of):
            rows = list(islice(group, _ROWS_OF_A_SECOND + 1))
            if len(rows) > _ROWS_OF_A_SECOND:
                continue
            ids = _only_choices(map(row_from_line, rows), _ids_of)
            for scope, seconds in held:
                shown = map(row_from_line, islice(seconds.at(second), _ROWS_OF_A_SECOND))
                # What came from an archive itself has something in `extra`, and teaches nothing.
                words = _only_choices((row for row in shown if row.extra is None), _words_in(scope))
                for key in ids.keys() & words.keys():
                    self._pair(ids[key], words[key])

    def _pair(self, ids: _Ids, words: _Words) -> None:
        self._kinds[ids.kind, words.kind] += 1
        for id, name in ((ids.account, words.account), (ids.performer, words.performer)):
            if id is not None and name is not None:
                self._shown[id, name] += 1
        if words.account is not None and words.account_kind is not None:
            self._kind_of[words.account] = words.account_kind

    def names(self, given: Names, kind_of: Callable[[str], str | None]) -> Names:
        """All that is known: what was given counts first, then what the API showed, then what rows say of themselves.

        `kind_of` tells whether a namespace is an org or a user, where no row does.
        """
        accounts = {**_elected(self._told), **_elected(self._shown)}
        named = {id: Account(name, self._kind(name, kind_of)) for id, name in accounts.items()}
        return Names({**_one_id_each(self._kinds), **given.kinds}, {**named, **given.accounts})

    def _kind(self, name: str, kind_of: Callable[[str], str | None]) -> str | None:
        return "robot" if is_robot(name) else self._kind_of.get(name) or kind_of(name)


def _only_choices(rows: Iterator[Row], told_by: Callable[[Row], Any]) -> dict[bytes, Any]:
    """What rows tell, by what is the same in archive and window; nothing where two such rows tell different things."""
    found: defaultdict[bytes, set[Any]] = defaultdict(set)
    for row in rows:
        if row.metadata != _NOTHING:
            found[lasting(row)].add(told_by(row))
    return {key: next(iter(choices)) for key, choices in found.items() if len(choices) == 1}


def _ids_of(row: Row) -> _Ids:
    extra = extra_of(row)
    return _Ids(extra[KIND_ID], extra.get(ACCOUNT_ID), extra.get(PERFORMER_ID))


def _words_in(scope: Scope) -> Callable[[Row], _Words]:
    kind = scope.kind.value if scope.kind in (ScopeKind.ORG, ScopeKind.USER) else None

    def words_of(row: Row) -> _Words:
        account, account_kind = row.namespace_name, row.namespace_kind
        if scope.namespace:
            account, account_kind = scope.namespace, kind
        return _Words(row.kind, account, account_kind, row.performer_name)

    return words_of


def _elected(votes: Counter[tuple[int, str]]) -> dict[int, str]:
    """The name with most votes for each id; of equal ones the last by the alphabet."""
    return {id: name for (id, name), _ in sorted(votes.items(), key=lambda each: (each[1], each[0]))}


def _one_id_each(votes: Counter[tuple[int, str]]) -> dict[int, str]:
    """The same for kinds, of which each has one id: where two ids claim a kind, none of both is believed."""
    elected = _elected(votes)
    claims = Counter(elected.values())
    return {id: name for id, name in elected.items() if claims[name] == 1}
