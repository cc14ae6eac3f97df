"""Files that Quay exported for somebody, into the same windows as if they had been extracted here."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pipeline.errors import DataError, UsageError
from pipeline.extract.archive_files import unpacked
from pipeline.extract.reconcile import reconcile
from pipeline.extract.record import Draft, Recorder
from pipeline.extract.windows import INGEST_ROUTE, Window, days_between
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.spool import Spool
from pipeline.quay.export_file import Export, ExportReader
from pipeline.quay.lines import count_by_kind, raw_kind_of, second_of
from pipeline.quay.logs import Counts
from pipeline.quay.scopes import Scope, repo
from pipeline.quay.times import iso_from_rfc2822

_CHUNK_BYTES = 1 << 20
_GZIP_MAGIC = b"\x1f\x8b"
_SUFFIXES = (".json", ".json.gz")


class Ingested(NamedTuple):
    """What became of one file: windows written, and windows that the lake holds at least as well already."""

    where: str
    scope: Scope
    rows: int
    written: list[WindowState]
    kept: int


ScopeOf = Callable[[Export], Scope]
CountsOf = Callable[[Scope, date, date], Counts | None]


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that are named, and every export (`*.json`, `*.json.gz`) below the folders that are."""
    for path in paths:
        if path.is_dir():
            yield from sorted(
                file for file in path.rglob("*") if file.is_file() and file.name.endswith(_SUFFIXES)
            )
        elif path.is_file():
            yield path
        else:
            raise UsageError(
                "there is no such file", where=str(path), hint="name export files or a folder of them"
            )


def chunks_of(file: BinaryIO) -> Iterator[bytes]:
    """The content of a file, unpacked if it is gzip. Raises DataError as `archive_files.unpacked` does."""
    first = file.read(_CHUNK_BYTES)
    if not first.startswith(_GZIP_MAGIC):
        while first:
            yield first
            first = file.read(_CHUNK_BYTES)
        return
    yield from unpacked(first, file, "", "")


def ingest(
    chunks: Iterable[bytes],
    where: str,
    layout: Layout,
    recorder: Recorder,
    *,
    scope_of: ScopeOf,
    counts_of: CountsOf,
) -> Ingested:
    """Bring the days of one export file into the lake, each reconciled with counts where there are some.

    `counts_of` gives Quay's counts for a range, or None. A window that is verified, or holds as much, stays as it is: the
    same file twice changes nothing. Raises DataError, and stores nothing, for a file that is corrupt or cut short.
    """
    with Spool(layout.staging) as spool:
        reader, by_kind = _read(chunks, where, spool)
        scope = scope_of(reader.export)
        first, last = _range_of(reader.export, where)
        counts = counts_of(scope, first, last)
        rows = iter(groupby(spool, key=_day_of))
        written, kept = [], 0
        ledger = Ledger(layout)
        groups = _by_day(rows)
        for day in days_between(first, last):
            lines = groups(day)
            draft = Draft(Window(scope, day), None if counts is None else counts.get(day, {}), [INGEST_ROUTE])
            kinds = count_by_kind(by_kind.get(day, Counter()))
            if _is_better(draft, kinds, ledger.window(scope, day), recorder, is_last=day == last):
                written.append(recorder.write(draft, lines, kinds))
            else:
                kept += 1
        return Ingested(where, scope, len(spool), written, kept)


def _read(
    chunks: Iterable[bytes], where: str, spool: Spool
) -> tuple[ExportReader, dict[date, Counter[bytes]]]:
    """Everything into the spool, to the mark at the end; and the counts of each day."""
    try:
        reader = ExportReader(chunks, where)
        by_kind: dict[bytes, Counter[bytes]] = {}
        for lines in reader.batches():
            spool.extend(lines)
            for line in lines:
                by_kind.setdefault(second_of(line)[:10], Counter())[raw_kind_of(line)] += 1
    except DataError as error:
        raise DataError(error.what, where=where, hint=error.hint or "have Quay export it again") from error
    return reader, {date.fromisoformat(day.decode()): kinds for day, kinds in by_kind.items()}


def _by_day(rows: Iterator[tuple[str, Iterator[bytes]]]) -> Callable[[date], Iterator[bytes]]:
    """The lines of one day after another; days must be asked for in order, and those between are passed over."""
    waiting: list[tuple[str, Iterator[bytes]]] = []

    def lines_of(day: date) -> Iterator[bytes]:
        text = day.isoformat()
        while True:
            if not waiting:
                following = next(rows, None)
                if following is None:
                    return iter(())
                waiting.append(following)
            if waiting[0][0] == text:
                return waiting.pop()[1]
            if waiting[0][0] > text:
                return iter(())
            waiting.pop()

    return lines_of


def _day_of(line: bytes) -> str:
    return second_of(line)[:10].decode()


def _range_of(export: Export, where: str) -> tuple[date, date]:
    """The days that a file covers."""
    try:
        first, last = (
            datetime.fromisoformat(iso_from_rfc2822(t)) for t in (export.start_time, export.end_time)
        )
    except (ValueError, TypeError) as error:
        raise DataError("the file does not say which days it covers", where=where) from error
    # A range that ends at a midnight does not cover the day that begins there.
    return first.date(), (last - timedelta(seconds=1)).date()


def _is_better(
    draft: Draft, kinds: dict[str, int], held: WindowState | None, recorder: Recorder, *, is_last: bool
) -> bool:
    """Whether a file's day is worth more than what the lake holds."""
    verdict = reconcile(kinds, draft.expected)
    if held is None:
        # The file's last day was often not over when the file was made.
        return not (is_last and verdict.missing)
    if held.state is State.VERIFIED or sum(kinds.values()) < held.rows:
        return False
    state = verdict.state if recorder.is_closed(draft.window) else State.OPEN
    return held.rows_by_kind != kinds or (held.state is not state and draft.expected is not None)


def scope_of_export(export: Export, kind_of: Callable[[str], Scope | None], where: str) -> Scope:
    """The scope of a file: it names repository and namespace, but not whether that is an organization or a user."""
    if export.repository:
        return repo(export.namespace, export.repository)
    scope = kind_of(export.namespace)
    if scope is None:
        raise UsageError(
            f"the file is of {export.namespace}, and does not say whether that is an organization or a user",
            where=where,
            hint=f"give --scope org/{export.namespace} or --scope user/{export.namespace}",
        )
    return scope
