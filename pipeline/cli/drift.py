"""What verify --sample tells: closed days that were read again, and what became of their rows."""

from collections.abc import Iterator
from random import SystemRandom
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import words_from_counts
from pipeline.cli.connection import connect, now
from pipeline.cli.output import tell
from pipeline.config import Settings
from pipeline.errors import DataError, Incomplete, QuayAuditError

if TYPE_CHECKING:
    from pipeline.extract.drift import Drift
    from pipeline.extract.drift_names import Change
    from pipeline.extract.drift_window import WindowDrift
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import WindowState
    from pipeline.quay.lines import Row

_ROWS_SHOWN = 100

sample_option = click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="Read N closed days again, those whose counts differ first: tells renames, deletions, rotation and loss apart.",
)


def look_for_drift(
    settings: Settings, layout: "Layout", windows: "list[WindowState]", sample: int
) -> "Drift":
    """Read so many of these windows again. Which ones nobody can foresee, who might want to remove rows."""
    from pipeline.extract.drift import find_drift

    with connect(settings) as client:
        return find_drift(
            client,
            layout,
            windows,
            sample,
            today=now().date(),
            random=SystemRandom(),
            on_window=lambda window: tell(f"reading {window} again"),
        )


def still_there(windows: "list[WindowState]", drift: "Drift") -> "list[WindowState]":
    """The windows whose logs have counts under the name that they were read by."""
    moved = {str(scope) for scope in (*drift.absent, *drift.renamed_logs)}
    return [window for window in windows if window.scope not in moved]


def document_from_drift(drift: "Drift") -> dict[str, Any]:
    """All of it, for programs."""
    return {
        "windows": [
            {
                "scope": str(each.window.scope),
                "day": each.window.day,
                "rows": each.rows,
                "rotated": each.rotated,
                "removed": each.removed_count,
                "unread_by_kind": each.unread_by_kind,
                "new_by_kind": dict(sorted(each.new_by_kind.items())),
                "removed_rows": [_document_from_row(row) for row in each.removed],
            }
            for each in drift.windows
        ],
        "changes": [
            {
                "field": change.field.value,
                "old": change.old,
                "new": change.new,
                "what": _what(change),
                "is_explained": drift.told.explains(change),
                "rows": rows,
            }
            for change, rows in drift.changes.items()
        ],
        "rotated": drift.rotated,
        "removed": drift.removed,
        "unread": drift.unread,
        "rotated_days": {str(window): rows for window, rows in drift.rotated_days.items()},
        "absent": {
            str(scope): {"is_deleted": absent.is_deleted, "reason": absent.reason, "rows": rows}
            for scope, (absent, rows) in drift.absent.items()
        },
        "renamed_logs": {str(old): str(new) for old, new in drift.renamed_logs.items()},
        "failed": {str(window): reason for window, reason in drift.failed.items()},
    }


def words_from_drift(drift: "Drift") -> Iterator[str]:
    """The same for people, a line each."""
    for old, new in drift.renamed_logs.items():
        yield f"{old}: read as {new}, as it is called now"
    for scope, (absent, rows) in drift.absent.items():
        what = "deleted" if absent.is_deleted else "cannot be read"
        yield f"{scope}: {what}: {absent.reason}; the lake keeps its {rows:,} rows"
    for change, rows in drift.changes.items():
        told = "" if drift.told.explains(change) else ", and no entry in the lake tells of it"
        yield f"{change.field} {change.old} {_words_from_change(change)}: {rows:,} rows{told}"
    if drift.rotated:
        yield f"rotated away: {drift.rotated:,} rows older than anything their logs show; the lake keeps them"
    for window in drift.windows:
        yield from _words_from_window(window)
    for place, reason in drift.failed.items():
        yield f"{place}: could not be read again: {reason}"
    rows = sum(window.rows for window in drift.windows)
    yield f"{len(drift.windows):,} closed windows of {rows:,} rows read again: {drift.removed:,} rows removed"


def error_from_drift(drift: "Drift") -> QuayAuditError | None:
    """Rows that are gone are no fault of the lake, yet somebody has to look; what was not read is no success either."""
    if drift.removed:
        days = sorted({str(each.window) for each in drift.windows if each.removed_count})
        return DataError(
            f"{drift.removed:,} rows that Quay showed are gone from its log, and rotation did not take them",
            where=", ".join(days[:3]) + (f" and {len(days) - 3:,} more" if len(days) > 3 else ""),
            hint="the lake keeps them, and --json names each: ask who may write to Quay's database, and when it was restored",
        )
    if drift.unread or drift.failed:
        return Incomplete(
            f"{drift.unread:,} rows and {len(drift.failed):,} windows could not be read again",
            hint="nothing can be said of those; run verify --sample again when the server is less busy",
        )
    return None


def _words_from_window(window: "WindowDrift") -> Iterator[str]:
    place = str(window.window)
    for row in window.removed[:_ROWS_SHOWN]:
        who = row.performer_name or "nobody"
        yield f"{place}: gone: {row.occurred_at} {row.kind} by {who} from {row.ip or 'nowhere'} {row.metadata}"
    if window.removed_count > _ROWS_SHOWN:
        yield f"{place}: gone: {window.removed_count - _ROWS_SHOWN:,} more rows"
    if window.unread_by_kind:
        yield f"{place}: not given again, though counted: {words_from_counts(window.unread_by_kind)}"
    if window.new_by_kind:
        yield f"{place}: not in the lake: {words_from_counts(dict(window.new_by_kind))}"


def _what(change: "Change") -> str:
    return "deleted" if change.is_deletion else "renamed" if change.is_rename else "named"


def _words_from_change(change: "Change") -> str:
    if change.is_deletion:
        return "was deleted" if change.new is None else f"was deleted, and is shown as {change.new}"
    return f"is {change.new} now"


def _document_from_row(row: "Row") -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}
