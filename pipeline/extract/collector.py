"""What a snapshot has gathered so far: rows by table, and what came of each list that was asked for."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from pipeline.errors import FeatureOff, Missing, Refused, ServerError
from pipeline.extract.sources import is_fatal
from pipeline.quay.registry.rows import ListRead, Outcome
from pipeline.quay.registry.tables import LISTS, TABLE_BY_NAME, Table, place_of

T = TypeVar("T")

_BY_RANK = list(Outcome)
_TIMES_OFF = 3
_NO_SUCH_LIST = "this server has no such list"
_FOR_WANT_OF_RIGHTS = frozenset({Outcome.PARTIAL, Outcome.REFUSED})


class Watch(Protocol):
    """Hears how far a snapshot is. Called from any thread. Units: lists."""

    def expect(self, total: int) -> None: ...

    def advance(self, count: int) -> None: ...


class Taken(NamedTuple):
    """A whole snapshot: rows by table, sorted and each once, and among them `lists`."""

    rows: dict[str, list[msgspec.Struct]]
    lists: list[ListRead]


class _Note(NamedTuple):
    outcome: Outcome
    reason: str | None
    needs: str | None


class Collector:
    """Asks for lists, keeps the rows that are wanted, and notes what came of each. Safe from any thread."""

    def __init__(self, tables: Collection[str], watch: Watch) -> None:
        self._wanted = frozenset(tables)
        self._watch = watch
        self._lock = threading.Lock()
        self._rows: defaultdict[str, list[msgspec.Struct]] = defaultdict(list)
        self._notes: dict[tuple[str, str], _Note] = {}
        self._off: defaultdict[str, list[FeatureOff]] = defaultdict(list)
        self._there: set[str] = set()
        self._asked = 0

    def wants(self, *tables: str) -> bool:
        """Whether any of these tables is to be taken."""
        return not self._wanted.isdisjoint(tables)

    def expect(self, more: int) -> None:
        """So many lists are still to be asked for, as far as is known."""
        self._watch.expect(self._asked + more)

    def attempt(self, read: Callable[[], T]) -> T | ServerError:
        """What `read` gives, or why it cannot be had.

        Raises the error where asking for anything else would be useless.
        """
        try:
            return read()
        except ServerError as error:
            if is_fatal(error):
                raise
            return error
        finally:
            with self._lock:
                self._asked += 1
            self._watch.advance(1)

    def ask(
        self,
        rows_of: Mapping[str, Callable[[T], Iterable[msgspec.Struct]]],
        place: str,
        read: Callable[[], list[T]],
        *,
        limit: str | None = None,
    ) -> list[T]:
        """The documents of a list that any table of `rows_of` needs, or none; each table is given its rows.

        What came of the list is noted for every table; `limit` says why it may not be the whole list. The
        first table names it: lists that the server does not have are not asked for again and again.
        """
        if not self.wants(*rows_of):
            return []
        name = next(iter(rows_of))
        found = self._ask_while_there(name, lambda: _converted(read(), rows_of))
        if isinstance(found, ServerError):
            for table in rows_of:
                self.note_error(table, place, found)
            return []
        documents, rows = found
        for table in rows_of:
            self.note(table, place, Outcome.PARTIAL if limit else Outcome.READ, limit)
            self.keep(table, rows[table])
        return documents

    def _ask_while_there(self, name: str, read: Callable[[], T]) -> T | ServerError:
        """One strange answer is no proof that the server has no such lists: somebody may have chosen a name for it."""
        off = self._off[name]
        if len(off) >= _TIMES_OFF and name not in self._there:
            return off[0]
        found = self.attempt(read)
        if isinstance(found, FeatureOff):
            off.append(found)
        elif not isinstance(found, ServerError):
            self._there.add(name)
        return found

    def keep(self, table: str, rows: Iterable[msgspec.Struct]) -> None:
        """Add rows of a table, if it is wanted."""
        if table in self._wanted:
            with self._lock:
                self._rows[table] += rows

    def note(
        self,
        table: str,
        place: str,
        outcome: Outcome,
        reason: str | None = None,
        *,
        needs: str | None = None,
    ) -> None:
        """Remember what came of a list; where a table is made of two, the worse counts.

        `needs` is what a token must have for more, where that is not what the table needs anyway.
        """
        if table not in self._wanted:
            return
        with self._lock:
            held = self._notes.get((table, place))
            if held is None or _BY_RANK.index(held.outcome) < _BY_RANK.index(outcome):
                wanting = needs or TABLE_BY_NAME[table].needs if outcome in _FOR_WANT_OF_RIGHTS else None
                self._notes[table, place] = _Note(outcome, reason, wanting)

    def note_error(self, table: str, place: str, error: ServerError) -> None:
        """The same for a list that could not be had."""
        outcome = _outcome_of(error)
        # What a server without such lists says names the one that was asked for first, which chance decides.
        self.note(table, place, outcome, _NO_SUCH_LIST if outcome is Outcome.OFF else error.what)

    def finish(self) -> Taken:
        """Everything that was gathered. A row that a list gave twice, as it moved between two pages, is one."""
        rows = {name: _in_order(TABLE_BY_NAME[name], self._rows[name]) for name in self._wanted}
        counts = Counter(
            (name, _place_of_row(TABLE_BY_NAME[name], row)) for name in rows for row in rows[name]
        )
        reads = [
            ListRead(table, place, *note, counts[table, place])
            for (table, place), note in sorted(self._notes.items())
        ]
        return Taken({**rows, LISTS.name: list(reads)}, reads)


def below(document: object) -> tuple[()]:
    """The rows of a table whose lists are still to be asked for, one for each of these documents."""
    return ()


def _converted(
    documents: list[T], rows_of: Mapping[str, Callable[[T], Iterable[msgspec.Struct]]]
) -> tuple[list[T], dict[str, list[msgspec.Struct]]]:
    return documents, {
        table: [row for each in documents for row in convert(each)] for table, convert in rows_of.items()
    }


def _outcome_of(error: ServerError) -> Outcome:
    match error:
        case Missing():  # a mirror that was never set up, a namespace that has just gone: nothing is there
            return Outcome.READ
        case FeatureOff():
            return Outcome.OFF
        case Refused():
            return Outcome.REFUSED
    return Outcome.FAILED


def _in_order(table: Table, rows: Iterable[msgspec.Struct]) -> list[msgspec.Struct]:
    by_key = {_key_of(table, row): row for row in rows}
    return [by_key[key] for key in sorted(by_key)]


def _key_of(table: Table, row: msgspec.Struct) -> tuple[str, ...]:
    return tuple(getattr(row, column) for column in table.key)


def _place_of_row(table: Table, row: msgspec.Struct) -> str:
    return place_of(*(getattr(row, column) for column in table.place))
