"""Quay's rotated logs into the same windows as what was read from the API.

Archives hold ids where the API shows names, are cut by number of rows and not by day, and cover the whole registry.
So all that are given are read before anything is written, names are learned where rows tell them, and a window is made
of what the lake holds and what the archives add: no row of either is lost, and none is counted twice.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from pipeline.errors import UsageError
from pipeline.extract.archive_files import Archive, chunks_of_archive, distinct
from pipeline.extract.archive_learning import Held, Votes
from pipeline.extract.archive_windows import Windows
from pipeline.extract.record import Recorder
from pipeline.extract.windows import ARCHIVE_ROUTE, Window
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, WindowState
from pipeline.lake.reader import lines_of_file
from pipeline.lake.spool import Spool
from pipeline.quay.archive import ArchiveReader, raw_line
from pipeline.quay.archive_names import Names
from pipeline.quay.lines import DAY_OF_LINE
from pipeline.quay.scopes import ALL, Scope, ScopeKind, scope_from_text


class Ingested(NamedTuple):
    """What became of archives. `lacking` counts, by window, rows that a verified window does not hold and did not get;
    `unresolved` counts rows, by the key of the id that has no name yet, over the windows of these archives."""

    archives: list[Archive]
    rows: int
    written: list[WindowState]
    kept: int
    lacking: dict[Window, int]
    unresolved: dict[str, int]


def ingest_archives(
    archives: Iterable[Archive],
    layout: Layout,
    recorder: Recorder,
    *,
    scope: Scope = ALL,
    given: Names,
    kind_of: Callable[[str], str | None] = lambda name: None,
) -> Ingested:
    """Bring archives into the windows of `scope`: of the whole registry, or of one namespace in it.

    The same archives twice change nothing. `given` are names that somebody brought; `kind_of` tells whether a
    namespace is an org or a user. Units: memory does not grow with the archives; they are unpacked to disk once.
    Raises: DataError, with nothing stored, where any of them is damaged; UsageError for a namespace without an id.
    """
    apart = distinct(archives)
    votes = Votes()
    with Spool(layout.staging) as raw:
        for number, archive in enumerate(apart):
            raw.extend(_raw_lines(archive, number, votes))
        _learn(raw, layout, votes)
        names = votes.names(given, kind_of)
        account_id = _account_id(scope, names)
        windows = Windows(layout, recorder, scope, account_id, apart, names)
        for day, lines in groupby(raw, key=_day_of):
            windows.bring(date.fromisoformat(day.decode()), lines)
        return Ingested(
            apart, len(raw), windows.written, windows.kept, windows.lacking, dict(windows.unresolved)
        )


def _raw_lines(archive: Archive, number: int, votes: Votes) -> Iterator[bytes]:
    where = str(archive.path)
    with archive.path.open("rb") as file:
        for record in ArchiveReader(chunks_of_archive(file, where), where).records():
            votes.hear_record(record)
            yield raw_line(record, number)


def _learn(raw: Spool, layout: Layout, votes: Votes) -> None:
    """Compare the archives' rows with those of the same days that were read from the API, whatever the scope."""
    ledger = Ledger(layout)
    by_day: dict[bytes, list[WindowState]] = {}
    for window in ledger.windows():
        if window.rows and window.routes != [ARCHIVE_ROUTE]:
            by_day.setdefault(window.day.isoformat().encode(), []).append(window)
    for day, lines in groupby(raw, key=_day_of):
        held = [
            Held(scope, lines_of_file(ledger.entries_file(scope, window.day)))
            for window in by_day.get(day, [])
            for scope in [scope_from_text(window.scope)]
        ]
        if held:
            votes.hear_day(lines, held)


def _account_id(scope: Scope, names: Names) -> int | None:
    """The id of the account whose rows are wanted; None for those of all."""
    if scope == ALL:
        return None
    if scope.kind is ScopeKind.REPO:
        raise UsageError(
            f"an archive cannot be ingested as {scope}",
            hint="a repository is known by its number alone there: give --scope of its namespace, or none",
        )
    ids = [id for id, account in names.accounts.items() if account.name == scope.namespace]
    if len(ids) != 1:
        raise UsageError(
            f"nothing says which rows are those of {scope}",
            where="--scope",
            hint="give Quay's table of accounts with --accounts, or leave --scope out to ingest the rows of all",
        )
    return ids[0]


def _day_of(line: bytes) -> bytes:
    return line[DAY_OF_LINE]
