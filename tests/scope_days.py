"""A day that many organizations share: more small windows than a pack needs, and what is packed of them."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pipeline.lake.layout import Layout
from pipeline.lake.packs import LEAST_WINDOWS
from pipeline.quay.lines import Row
from tests.lakes import DAY, row, save_window

ENTRIES = "select * from log_entries order by all"
_NAMES = ("a", "Z", "é", "b c", "a/b", "日本", "%2F", "'; --")


def scopes(count: int = LEAST_WINDOWS) -> list[str]:
    """So many scopes, some of them with names that sort and quote badly."""
    strange = [f"org/{name}" if "/" not in name else f"repo/{name}" for name in _NAMES]
    return [*strange, *(f"org/o{number}" for number in range(count - len(strange)))]


def shared_day(
    layout: Layout, count: int = LEAST_WINDOWS, day: date = DAY, *, backwards: bool = False
) -> None:
    """Save a window of a few entries for each of so many scopes."""
    for number, scope in sorted(enumerate(scopes(count)), reverse=backwards):
        save_window(layout, scope, rows_of(number, day), day=day)


def rows_of(number: int, day: date = DAY) -> list[Row]:
    """The entries of one scope: two, of which one is there twice."""
    once = row(day=day, at=f"10:00:{number % 60:02d}", performer=f"user{number}", metadata={"repo": "web"})
    return [once, row("push_repo", day=day, ip=None, performer=None, metadata={"tag": f"v{number}"}), once]


def packs_of(layout: Layout) -> list[Path]:
    """Every pack that the lake has, whole or not."""
    return sorted(layout.packed.rglob("*.parquet"))


def entry_files(layout: Layout) -> Iterator[Path]:
    """The file of every window."""
    return layout.log_entries.rglob("*.parquet")
