"""What a query for entries reads: the packs of the windows that the warehouse was built from, other windows' own files."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.packs import LEAST_WINDOWS, MOST_ROWS, Packs
from pipeline.lake.storage import here
from pipeline.quay.scopes import scope_from_text
from pipeline.warehouse import raw

# What `packs.key_of` makes of the same windows.
_KEYS = """
select
    day,
    sha256(string_agg(sha256(scope) || file_sha256, '' order by scope))
from windows
where row_count between 1 and $most_rows
group by day
having count(*) >= $least_windows
order by day
"""
_APART = """
select
    scope,
    day
from windows
where row_count > $most_rows or (row_count > 0 and not list_contains($packed_days, day))
order by day, scope
"""


def select_packed(connection: duckdb.DuckDBPyConnection, layout: Layout, *, is_read: bool) -> str | None:
    """The SELECT that raw_log_entries stands for where some of it is packed; None where nothing is.

    It gives the rows of the windows that the warehouse names, packed or not. Packs are looked into where it `is_read`.
    """
    packs = Packs(layout)
    find = packs.found if is_read else packs.listed
    limits = {"most_rows": MOST_ROWS, "least_windows": LEAST_WINDOWS}
    keys = connection.execute(_KEYS, limits).fetchall()
    found = {day: file for day, key in keys if (file := find(day, key))}
    if not found:
        return None
    values = {"most_rows": MOST_ROWS, "packed_days": list(found)}
    apart = connection.execute(_APART, values).fetchall()
    return raw.select_entries(list(_files_of(layout, apart)), list(found.values()))


def _files_of(layout: Layout, windows: list[tuple[str, date]]) -> Iterator[Path]:
    """Their files, without those of windows that went since the warehouse was built."""
    ledger = Ledger(layout)
    for scope, day in windows:
        if here(file := ledger.entries_file(scope_from_text(scope), day)).exists():
            yield file
