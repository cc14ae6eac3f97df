"""A lake of two days, what a build makes of it, and whether two builds made the same."""

import shutil
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from pipeline.lake.layout import Layout
from pipeline.quay.lines import Row
from tests.lakes import DAY, Built, Rows, bring_up_to_date, row, save_window

DAYS = [DAY, DAY + timedelta(days=1)]
TABLES = (
    "build_state",
    "mart_coverage_daily",
    "mart_credential_daily",
    "mart_kind_daily",
    "mart_network_daily",
    "mart_performer_kind_daily",
    "mart_repository_daily",
    "mart_tag_push_daily",
    "window_kinds",
    "windows",
)


def pulls(day: date, count: int) -> list[Row]:
    """As many pulls of one repository."""
    details = {"namespace": "acme", "repo": "web", "username": "bob"}
    return [row(day=day, at=f"10:00:{n % 60:02d}", namespace="acme", metadata=details) for n in range(count)]


def two_days(folder: Path) -> Layout:
    """A lake with one entry on the first day and two on the second, not built."""
    layout = Layout(folder)
    for n, day in enumerate(DAYS):
        save_window(layout, "all", pulls(day, n + 1), day=day)
    return layout


def built_days(layout: Layout, **options: Any) -> list[date]:
    """Build; the days that it took up."""
    return bring_up_to_date(layout, **options).built_days


def content(layout: Layout) -> dict[str, Rows]:
    """Everything that the warehouse stores."""
    return Built(layout).tables(*TABLES)


def written(file: Path) -> tuple[int, int]:
    """Changes when a file is written again, with whatever content."""
    return (file.stat().st_ino, file.stat().st_mtime_ns)


def event_files(layout: Layout) -> dict[str, str]:
    """The hash of every file among the events."""
    files = sorted(layout.events.rglob("*"))
    return {str(f.relative_to(layout.root)): sha256(f.read_bytes()).hexdigest() for f in files if f.is_file()}


def assert_equal_to_a_fresh_build(layout: Layout, folder: Path) -> None:
    """That the same evidence, built from nothing, gives this very content."""
    fresh = Layout(folder)
    shutil.copytree(layout.log_entries, fresh.log_entries)
    bring_up_to_date(fresh)
    assert_equal_to(layout, fresh)


def assert_equal_to(layout: Layout, original: Layout) -> None:
    """That both lakes were built into the same content, the events byte for byte."""
    assert content(layout) == content(original)
    assert event_files(layout) == event_files(original)
