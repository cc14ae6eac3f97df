"""The events of built days, each day in the order of time, a few thousand in memory at once."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from pipeline.errors import DataError, UsageError
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from pipeline.lake.writer import sha256_of
from pipeline.warehouse import raw
from pipeline.warehouse.query import opened
from pipeline.warehouse.workbench import connected, first_line

ROWS_A_BATCH = 5_000

_BUILT = (
    "select day, events_sha256, event_count from build_state where day between $since and $until order by day"
)
_WINDOWS = "select day, scope, state, rows_sha256 from windows where day between $since and $until"
_ORDER = "order by occurred_at, scope, position"
_REST = ", ".join(name for name in raw.EVENT_COLUMNS if name not in ("day", "occurred_at"))


class Event(NamedTuple):
    """One event as the lake holds it; `time_ms` and `occurred_at` (ISO 8601) are the same moment, UTC."""

    day: str
    time_ms: int
    occurred_at: str
    scope: str
    position: int
    kind: str
    kind_family: str
    namespace_name: str | None
    namespace_kind: str | None
    repository_name: str | None
    performer_name: str | None
    performer_is_robot: bool | None
    performer_kind: str
    credential_kind: str
    credential_id: str | None
    credential_name: str | None
    ip: str | None
    network: str | None
    country_code: str | None
    user_agent: str | None
    user_agent_family: str | None
    tag: str | None
    manifest_digest: str | None
    target_name: str | None
    metadata: str

    @property
    def key(self) -> str:
        """Its place in the lake: what signals and cases name as evidence."""
        return f"{self.day} {self.scope} #{self.position:08d}"


class BuiltDay(NamedTuple):
    """One day whose events are built. `sha256` is that of its file, and changes when any of its events does."""

    day: date
    file: Path
    sha256: str
    event_count: int


class BuiltDays(NamedTuple):
    """What there is of a period. `unbuilt` have windows that the warehouse was not built from, or not to the end.

    `open_days` have a window that was read before the day was over, `short_days` one that lacks entries.
    """

    days: list[BuiltDay]
    unbuilt: list[date]
    open_days: list[date]
    short_days: list[date]


def built_days(layout: Layout, warehouse: Path, since: date | None, until: date | None) -> BuiltDays:
    """The days of a period, both ends included, whose events can be read.

    Raises: UsageError where there is no warehouse yet or it is in use, DataError where a window's state is damaged.
    """
    first, last = since or date.min, until or date.max
    with opened(warehouse) as connection:
        values = {"since": first, "until": last}
        built = connection.execute(_BUILT, values).fetchall()
        known = set(connection.execute(_WINDOWS, values).fetchall())
    days = [BuiltDay(day, layout.events_file(day), sha256, count) for day, sha256, count in built]
    windows = {
        (window.day, window.scope, window.state.value, window.rows_sha256)
        for window in Ledger(layout).windows()
        if first <= window.day <= last
    }
    changed = {day for day, *_ in windows ^ known}
    finished = {each.day for each in days}
    open_days, short_days = (
        sorted({day for day, _, held, _ in windows if held == state.value})
        for state in (State.OPEN, State.SHORT)
    )
    unbuilt = sorted(changed | {day for day, *_ in windows} - finished)
    return BuiltDays(days, unbuilt, open_days, short_days)


class EventStream:
    """Reads one day after the other. Made by `event_stream`."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def events(self, day: BuiltDay) -> Iterator[list[Event]]:
        """The day's events in the order of time, in batches of at most ROWS_A_BATCH.

        Raises: DataError where the file is not the one that the warehouse was built from.
        """
        query = (
            "select cast(day as varchar), epoch_ms(occurred_at), strftime(occurred_at, '%Y-%m-%dT%H:%M:%SZ'), "  # noqa: S608
            f"{_REST} from ({_source(day)}) as events {_ORDER}"
        )
        with _memory_told(day):
            result = self._connection.execute(query)
            make = Event._make
            while rows := result.fetchmany(ROWS_A_BATCH):
                yield [make(row) for row in rows]

    def batches(self, day: BuiltDay) -> Any:
        """The day's events, their columns as they are in the lake, as Arrow record batches in the order of time.

        Raises: DataError where the file is not the one that the warehouse was built from.
        """
        columns = ", ".join(raw.EVENT_COLUMNS)
        with _memory_told(day):
            query = f"select {columns} from ({_source(day)}) as events {_ORDER}"  # noqa: S608 (our own names)
            return self._connection.sql(query).to_arrow_reader(ROWS_A_BATCH)


@contextmanager
def event_stream(*, memory_limit: str = "200MB") -> Iterator[EventStream]:
    """A stream for the length of the block: what a day needs beyond `memory_limit` goes to a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="quay-audit-") as spill:
        # One thread: each further one holds rows of its own, and the sort is the lesser part of the work.
        settings = {"memory_limit": memory_limit, "threads": "1", "temp_directory": spill}
        with connected(":memory:", {**settings, "preserve_insertion_order": "false"}) as connection:
            yield EventStream(connection)


def _source(day: BuiltDay) -> str:
    try:
        is_whole = sha256_of(day.file) == day.sha256
    except FileNotFoundError:
        is_whole = False
    if not is_whole:
        raise DataError(
            "this file is not the one that the warehouse was built from",
            where=str(day.file),
            hint="run build to make it again, then run the same command",
        )
    return raw.select_from_files("raw_events", [day.file])


@contextmanager
def _memory_told(day: BuiltDay) -> Iterator[None]:
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise UsageError(
            f"the events of {day.day} do not fit into memory and the temporary folder",
            hint="make room where TMPDIR points to, or point it elsewhere",
        ) from error
    except duckdb.Error as error:
        raise DataError(
            f"the events cannot be read: {first_line(error)}",
            where=str(day.file),
            hint="run build to make them again",
        ) from error
