"""States of the lake as rows of the raw tables: windows, their kinds, snapshots of the inventory."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import Any

from pipeline.lake.ledger import WindowState
from pipeline.lake.snapshots import SnapshotState


def window_row(window: WindowState) -> tuple[Any, ...]:
    """A window as raw_windows holds it."""
    expected = window.expected_by_kind
    return (
        window.scope,
        window.day,
        window.state.value,
        "+".join(window.routes),
        window.rows,
        None if expected is None else sum(expected.values()),
        window.missing,
        sum(window.excess_by_kind.values()),
        window.requests,
        window.file_sha256,
        window.rows_sha256,
        window.fetched_at.astimezone(UTC).replace(tzinfo=None),
        window.server_url,
        window.tool_version,
        "\n".join(window.notes),
    )


def window_kind_rows(
    windows: Iterable[WindowState],
) -> Iterator[tuple[str, date, str, int, int | None, int, int]]:
    """A row of raw_window_kinds for each kind that a window holds or should hold."""
    for window in windows:
        expected = window.expected_by_kind
        for kind in sorted(window.rows_by_kind.keys() | (expected or {}).keys()):
            yield (
                window.scope,
                window.day,
                kind,
                window.rows_by_kind.get(kind, 0),
                None if expected is None else expected.get(kind, 0),
                window.missing_by_kind.get(kind, 0),
                window.excess_by_kind.get(kind, 0),
            )


def snapshot_rows(snapshots: Iterable[SnapshotState]) -> Iterator[tuple[Any, ...]]:
    """A row of raw_inventory_snapshots for each table of a snapshot."""
    for snapshot in snapshots:
        for name, table in snapshot.tables.items():
            yield (
                snapshot.day,
                name,
                table.rows,
                table.file_sha256,
                table.taken_at.astimezone(UTC).replace(tzinfo=None),
                table.server_url,
                table.tool_version,
            )
