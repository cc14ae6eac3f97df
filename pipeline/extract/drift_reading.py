"""A second reading of closed days: what the server counts of a log today, and a day of it whole, as far as it can be had.

Quay's pages lose rows, so what a reading lacks is not gone: only where rows equal counts is anything said of them.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import FeatureOff, SearchUnavailable, ServerError, UnexpectedShape
from pipeline.extract.absence import GONE, Absent, absence_of
from pipeline.extract.counts import CountsCache
from pipeline.extract.drift_names import Told
from pipeline.extract.options import Options
from pipeline.extract.reading import read_stream
from pipeline.extract.repair import Ladder
from pipeline.extract.sources import is_fatal, resolve
from pipeline.extract.windows import months_between
from pipeline.lake.spool import Spool
from pipeline.quay.client import QuayClient
from pipeline.quay.inventory import Directory
from pipeline.quay.logs import Counts, Stream, read_counts
from pipeline.quay.scopes import Scope


class Log(NamedTuple):
    """One log as it is now: where it is read, under which name, and what the server counts of each day."""

    stream: Stream
    counts: Counts

    @property
    def first_day(self) -> date | None:
        """The oldest day of which the server has a row."""
        return min((day for day, kinds in self.counts.items() if any(kinds.values())), default=None)


class Rereader:
    """Reads logs again; asks for the registry's names at most once."""

    def __init__(self, client: QuayClient, told: Told, staging: Path, since: date, today: date) -> None:
        self._client = client
        self._told = told
        self._staging = staging
        self._since = since
        self._today = today
        self._directory = Directory(client)
        self._counts = CountsCache(client, since, today)

    def log_of(self, scope: Scope) -> Log | Absent:
        """The log that a scope names, also where its namespace has another name now."""
        trouble: ServerError | None = None
        for each in [scope, *self._later(scope)]:
            try:
                stream = resolve(self._client, each, self._today)
                return Log(stream, self._count(stream))
            except (FeatureOff, SearchUnavailable) as error:
                return Absent(False, f"nothing can be compared without counts: {error.what}")
            except GONE as error:
                if is_fatal(error):
                    raise
                trouble = trouble or error
        assert trouble is not None
        return absence_of(scope, trouble, self._directory)

    def _later(self, scope: Scope) -> Iterable[Scope]:
        names = reversed(self._told.names_after(scope.namespace)) if scope.namespace else ()
        return [Scope(scope.kind, name, scope.repository) for name in names]

    def _count(self, stream: Stream) -> Counts:
        counts: Counts = {}
        for first, last in months_between(self._since, self._today):
            counts |= read_counts(self._client, stream, first, last)
        return counts

    @contextmanager
    def reading(self, log: Log, day: date) -> "Iterator[Reread]":
        """A day of a log, repaired where pages lost rows; its lines live as long as the block."""
        expected = log.counts.get(day, {})
        with Spool(self._staging) as spool:
            reading = read_stream(self._client, log.stream, day, spool)
            if reading.rows_by_kind == expected and reading.is_certain_at(sum(expected.values())):
                yield Reread(spool, dict(reading.rows_by_kind), expected)
                return
            climb = self._ladder().climb(log.stream, day, reading, expected)
            with climb.lines:
                yield Reread(climb.lines, climb.rows_by_kind, expected)

    def _ladder(self) -> Ladder:
        return Ladder(
            self._client,
            self._directory,
            self._counts,
            self._staging,
            requests_per_row=Options().requests_per_row,
            on_page=lambda page: None,
        )


class Reread(NamedTuple):
    """The lines of a day, sorted, and whether they are all that the server counts."""

    lines: Spool
    rows_by_kind: dict[str, int]
    expected: dict[str, int]

    @property
    def unread_by_kind(self) -> dict[str, int]:
        """Rows that the server counts and did not give."""
        lacking = {kind: rows - self.rows_by_kind.get(kind, 0) for kind, rows in self.expected.items()}
        return {kind: rows for kind, rows in sorted(lacking.items()) if rows > 0}


UNREADABLE = (*GONE, UnexpectedShape)
"""What a day may fail with while the others go on."""
