"""Windows made of what the lake holds and what archives add: no row of either is lost, and none is counted twice."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from enum import Enum, auto
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from pipeline.extract.archive_files import Archive, archive_named
from pipeline.extract.drift_rows import beyond
from pipeline.extract.record import Draft, Recorder
from pipeline.extract.windows import ARCHIVE_ROUTE, Window
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.reader import lines_of_file
from pipeline.lake.spool import Spool
from pipeline.quay.archive import ACCOUNT_ID
from pipeline.quay.archive_names import Names, archive_of, extra_of, resolve
from pipeline.quay.lines import (
    Row,
    count_by_kind,
    line_from_row,
    raw_kind_of,
    row_from_line,
    second_of,
    unknown_keys_of,
)
from pipeline.quay.scopes import ALL, Scope

_NOTE = re.compile(r"rows of archive (?P<name>.+) \(sha256 (?P<sha256>[0-9a-f]{64})\)", re.DOTALL)
_LATE_NOTE = "an archive added rows that rotation had taken away before the window was read"


class Windows:
    """The windows of one ingest, a day after another."""

    def __init__(
        self,
        layout: Layout,
        recorder: Recorder,
        scope: Scope,
        account_id: int | None,
        archives: Sequence[Archive],
        names: Names,
    ) -> None:
        self.written: list[WindowState] = []
        self.kept = 0
        self.lacking: dict[Window, int] = {}
        self.unresolved: Counter[str] = Counter()
        self._staging = layout.staging
        self._ledger = Ledger(layout)
        self._recorder = recorder
        self._scope = scope
        self._account_id = account_id
        self._archives = archives
        self._names = names

    def bring(self, day: date, raw: Iterable[bytes]) -> None:
        """Make the window of a day of what the lake holds of it and these raw lines, if they add anything."""
        ours = self._ours(raw)
        first = next(ours, None)
        if first is None and self._ledger.window(self._scope, day) is None:
            return  # before the window's lock, which makes its folder
        added = ours if first is None else chain((first,), ours)
        # What is held must not change until it is replaced: another ingest adds other rows to the same day.
        with self._ledger.writing(self._scope, day), ExitStack() as spools:
            held = self._ledger.window(self._scope, day)
            merge = _Merge(*(spools.enter_context(Spool(self._staging)) for _ in range(3)))
            self._hold(merge, held)
            self._sort_out(merge, added, held)
            for line in beyond(merge.doubtful, merge.rows) if len(merge.doubtful) else ():
                merge.more.extend((line,))
            merge.rows.extend(merge.more)
            self._settle(Window(self._scope, day), held, merge)

    def _ours(self, raw: Iterable[bytes]) -> Iterator["_Added"]:
        """The rows of archives that belong to the scope."""
        for line in raw:
            row = row_from_line(line)
            extra = extra_of(row)
            number = archive_of(extra)
            if self._account_id in (None, extra.get(ACCOUNT_ID)):
                yield _Added(row, number)

    def _hold(self, merge: "_Merge", held: WindowState | None) -> None:
        """Take what the lake holds, with the names that are known by now."""
        if held is None:
            return
        for line in lines_of_file(self._ledger.entries_file(self._scope, held.day)):
            named = self._named(line) if ARCHIVE_ROUTE in held.routes else line
            merge.renamed += named != line
            merge.first_held = merge.first_held or second_of(line)
            merge.rows.extend((named,))

    def _sort_out(self, merge: "_Merge", added: Iterable["_Added"], held: WindowState | None) -> None:
        """Take the rows of archives, each to where it belongs; those that the window was made of are in it already."""
        known = _archives_named(held.notes) if held is not None else []
        kinships = [_kinship_of(archive, held, known) for archive in self._archives]
        for row, number in added:
            merge.archives.add(self._archives[number])
            if kinships[number] is not _Kinship.SAME:
                named = line_from_row(resolve(row, self._names, with_namespace=self._scope == ALL))
                (merge.more if kinships[number] is _Kinship.NONE else merge.doubtful).extend((named,))

    def _named(self, line: bytes) -> bytes:
        return line_from_row(resolve(row_from_line(line), self._names, with_namespace=self._scope == ALL))

    def _settle(self, window: Window, held: WindowState | None, merge: "_Merge") -> None:
        for line in merge.rows:
            self.unresolved.update(extra_of(row_from_line(line)).keys())
        if held is not None and not len(merge.more) and not merge.renamed:
            self.kept += 1
        elif held is not None and held.state is State.VERIFIED and merge.is_not_older_than_held():
            self.kept += 1
            self.lacking[window] = len(merge.more)
        else:
            self.written.append(self._write(window, held, merge))

    def _write(self, window: Window, held: WindowState | None, merge: "_Merge") -> WindowState:
        kinds: Counter[bytes] = Counter(raw_kind_of(line) for line in merge.rows)
        draft = Draft(window, None, [ARCHIVE_ROUTE])
        if held is not None:
            draft = Draft(window, held.expected_by_kind, list(held.routes), list(held.notes))
            draft.requests = held.requests
            draft.routes += [ARCHIVE_ROUTE] if ARCHIVE_ROUTE not in held.routes else []
            draft.notes += [_LATE_NOTE] if held.state is State.VERIFIED and len(merge.more) else []
        notes = [_note(archive) for archive in sorted(merge.archives)]
        draft.notes = list(dict.fromkeys([*draft.notes, *notes]))
        draft.unknown_keys = unknown_keys_of(merge.rows)
        return self._recorder.write_alone(draft, merge.rows, count_by_kind(kinds))


class _Added(NamedTuple):
    """A row of an archive, and which of those that were given it is from."""

    row: Row
    archive: int


class _Merge:
    """One window in the making: its rows, those that an archive adds, and those that have to be compared first."""

    def __init__(self, rows: Spool, more: Spool, doubtful: Spool) -> None:
        self.rows = rows
        self.more = more
        self.doubtful = doubtful
        self.archives: set[Archive] = set()
        self.renamed = 0
        self.first_held = b""

    def is_not_older_than_held(self) -> bool:
        """Whether anything that is added happened after the first row that was held: rotation takes the oldest alone."""
        return bool(self.first_held and len(self.more)) and max(map(second_of, self.more)) >= self.first_held


class _Kinship(Enum):
    """How the rows of an archive stand to those of a window that is held."""

    NONE = auto()
    """None of them is in it."""
    SAME = auto()
    """All of them are."""
    UNKNOWN = auto()
    """Only comparing tells."""


def _kinship_of(archive: Archive, held: WindowState | None, known: Sequence[Archive]) -> _Kinship:
    if held is None or not held.rows:
        return _Kinship.NONE
    if held.routes != [ARCHIVE_ROUTE]:
        return _Kinship.UNKNOWN
    if any(archive.is_copy_of(each) for each in known):
        return _Kinship.SAME
    # Without the name that Quay gave it, nobody can say that it shares no row.
    shares = any(archive.table is None or each.table is None or archive.overlaps(each) for each in known)
    return _Kinship.UNKNOWN if shares else _Kinship.NONE


def _note(archive: Archive) -> str:
    return f"rows of archive {archive.name} (sha256 {archive.sha256})"


def _archives_named(notes: Iterable[str]) -> list[Archive]:
    """The archives whose rows a window holds, by its notes."""
    found = [match for note in notes if (match := _NOTE.fullmatch(note))]
    return [archive_named(Path(match["name"]), match["sha256"]) for match in found]
