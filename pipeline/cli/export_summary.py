"""What `export` says when it is done."""

from typing import TYPE_CHECKING

from pipeline.cli.export_places import Place
from pipeline.cli.output import print_json, tell

if TYPE_CHECKING:
    from pipeline.exports.run import ExportSummary
    from pipeline.exports.sinks import Receipt


def note_receipt(receipt: "Receipt", summary: "ExportSummary") -> None:
    """Keep what a server said."""
    summary.created, summary.already_there = receipt.created, receipt.already_there


def tell_summary(summary: "ExportSummary", place: Place, *, as_json: bool, unit: str = "events") -> None:
    """A line for people, and the whole as JSON where it was asked for."""
    import msgspec

    if as_json:
        print_json(msgspec.to_builtins(summary))
    if summary.unknown_kinds:
        kinds = ", ".join(f"{kind} ({count:,})" for kind, count in sorted(summary.unknown_kinds.items()))
        tell(f"kinds that this version does not know: {kinds}")
    words = f"{summary.events:,} {unit} of {len(summary.days):,} {'day' if len(summary.days) == 1 else 'days'} to {place.words}"
    if summary.unchanged_days:
        words += f", {summary.unchanged_days:,} days unchanged"
    if summary.created is not None:
        words += f"; {summary.created:,} new there, {summary.already_there or 0:,} there already"
    tell(words)
