"""The events of one day in the order in which they are stored: sorted in memory where they fit, by the engine elsewhere."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import duckdb

from pipeline.warehouse import raw
from pipeline.warehouse.side_by_side import SideBySide

EVENT_ORDER: Final = "namespace_name nulls first, performer_name nulls first, occurred_at, scope, position"
"""Within a day: namespace, performer, time; scope and position make it total, so that equal rows give equal files."""

if TYPE_CHECKING:
    from pipeline.lake.day_table import DayTable

COLUMNS: Final = [column for column in raw.EVENT_COLUMNS if column != "day"]
_AS_IN_ENTRIES: Final = ("occurred_at", "kind", "ip", "performer_name", "performer_is_robot", "metadata")
_LEARNED: Final = ("kind_family", "namespace_kind", "namespace_name", "network")
"""What follows from the kind of an entry, from whose log it is in or from its address, whatever its details say."""
_FACTS: Final = ("scope", "position", "kind_family", "namespace_kind", "account_name", "is_account_gone")
_NAMES: Final = ("scope", "position", "namespace_name")
_MADE: Final = [column for column in COLUMNS if column not in (*_AS_IN_ENTRIES, *_LEARNED)]
_NAME: Final = "entries_in_memory"
LEAST_IN_MEMORY: Final = 50_000
"""Fewer entries are sorted by the engine sooner than they are read apart."""
_LEAST_PART: Final = 25_000
"""Fewer are worked out sooner than the engine has thought of how."""
_MOST_OF_MEMORY: Final = 6
"""Entries, the same in order, and what is made of them stay below half of what the engine may take."""
_UNITS: Final = {"bytes": 1, "KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30, "TiB": 1 << 40}


class ShownDay(NamedTuple):
    """The one day that is mounted: the files and packs that hold its entries, and how many windows it has."""

    day: date
    files: Sequence[Path]
    packs: Sequence[Path]
    windows: int


def sorted_by_engine(connection: duckdb.DuckDBPyConnection, rows_a_batch: int) -> Any:
    """The events of the mounted day as Arrow record batches: any number of them, since the engine spills."""
    query = f"select {', '.join(COLUMNS)} from int_events order by {EVENT_ORDER}"  # noqa: S608 (names of our own)
    return connection.sql(query).to_arrow_reader(rows_a_batch)


def sorted_in_memory(
    connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide, shown: ShownDay
) -> Any | None:
    """The same of a day that is mounted alone; None where its entries are too many.

    The view raw_log_entries stands over the sorted entries afterwards.
    """
    if not _fits(connection, [*shown.files, *shown.packs]):
        return None
    return in_memory(connection, side_by_side, shown)


def in_memory(connection: duckdb.DuckDBPyConnection, side_by_side: SideBySide, shown: ShownDay) -> Any | None:
    """As `sorted_in_memory`, however many they are; None where an entry is not at its place in its window."""
    from pipeline.lake.day_table import DayTable  # here: only a build needs pyarrow

    entries = DayTable(shown.files, shown.packs)
    if not entries.is_in_order:
        return None
    try:
        networks = connection.sql("select ip, network from int_networks").to_arrow_table()
        entries.learn(_asked(connection, shown.day, entries.samples, "int_entries", _FACTS), networks)
        orphans = entries.orphans
        if len(orphans):
            entries.learn_names(_asked(connection, shown.day, orphans, "int_entries", _NAMES))
        entries.sort()
        if shown.windows == 1:
            _show(connection, shown.day, entries.table)
            made = _of_lone_window(side_by_side, entries)
        else:
            made = [_asked(connection, shown.day, entries.table, "int_events", _MADE)]
    finally:
        connection.unregister(_NAME)
    return entries.events(made, COLUMNS)


def _asked(
    connection: duckdb.DuckDBPyConnection, day: date, entries: Any, model: str, columns: Sequence[str]
) -> Any:
    """What a model says of entries in memory."""
    _show(connection, day, entries)
    return connection.sql(f"select {', '.join(columns)} from {model}").to_arrow_table()  # noqa: S608 (our names)


def _of_lone_window(side_by_side: SideBySide, entries: "DayTable") -> list[Any]:
    """What the details of sorted entries say, where no other window can show the same: each is an event by itself.

    So each thread is asked of as many of them.
    """
    columns = [name for name in _MADE if name != "scope"]
    share = max(_LEAST_PART, -(-len(entries.table) // side_by_side.threads))

    def said(cursor: duckdb.DuckDBPyConnection, start: int) -> Any:
        # Only this cursor sees it, under the name that the view raw_log_entries stands over.
        cursor.register(_NAME, entries.table.slice(start, share))
        return cursor.sql(f"select {', '.join(columns)} from int_entries").to_arrow_table()  # noqa: S608 (our names)

    return side_by_side.ask(said, range(0, len(entries.table), share))


def _show(connection: duckdb.DuckDBPyConnection, day: date, table: Any) -> None:
    """Have raw_log_entries stand over entries in memory."""
    connection.register(_NAME, table)
    columns = ", ".join(
        f"date '{day}' as day" if column == "day" else column for column in raw.LOG_ENTRY_COLUMNS
    )
    connection.execute(f"create or replace view raw_log_entries as select {columns} from {_NAME}")  # noqa: S608


def _fits(connection: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> bool:
    from pipeline.lake.day_table import width_of

    width = width_of(files)
    ((limit,),) = connection.execute("select current_setting('memory_limit')").fetchall()
    number, unit = limit.split()
    return width * _MOST_OF_MEMORY <= float(number) * _UNITS[unit]
