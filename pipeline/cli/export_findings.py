"""export --findings: the cases that detect found, for other systems."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from pipeline.cli.export_places import Place, sink_for
from pipeline.cli.export_summary import note_receipt, tell_summary
from pipeline.cli.output import print_chunks
from pipeline.cli.status import Status
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.detect.casebook import Page
    from pipeline.exports.checkpoint import Checkpoint
    from pipeline.exports.finding_run import Findings


def export_findings(
    settings: Settings,
    place: Place,
    ocsf_version: str,
    period: tuple[date | None, date | None],
    checkpoint: "Checkpoint | None",
    *,
    as_json: bool,
) -> Status:
    """Take the cases of a period to their place."""
    from pipeline.bundle import bundled
    from pipeline.detect.rules import read_detections
    from pipeline.exports.finding_run import Findings
    from pipeline.exports.run import ExportSummary

    detections = {each.id: each for each in read_detections(bundled("sql"))}
    findings = Findings(_pages(settings, *period), detections, ocsf_version)
    days = findings.days(settings.warehouse)
    left = checkpoint.days_left(days) if checkpoint else days
    summary = ExportSummary(
        format=place.format_name,
        days=[each.day for each in left],
        unchanged_days=len(days) - len(left),
        events=sum(each.event_count for each in left),
    )
    if place.to:
        note_receipt(findings.send(left, sink_for(place, settings), checkpoint), summary)
    elif left or checkpoint is None:
        _put(findings, [each.day for each in left], place)
        summary.files = [] if place.is_stdout else [str(place.path)]
        if checkpoint:
            checkpoint.finish(left)
    tell_summary(summary, place, as_json=as_json, unit="findings")
    return Status.DONE


def _put(findings: "Findings", days: Sequence[date], place: Place) -> None:
    from pipeline.lake.files import write_bytes

    body = findings.sarif(days) if place.format_name == "sarif" else findings.lines(days)
    if place.is_stdout:
        print_chunks([body.decode()])
    else:
        write_bytes(place.path, body)


def _pages(settings: Settings, since: date | None, until: date | None) -> "list[Page]":
    from pipeline.detect.casebook import read_casebook
    from pipeline.lake.layout import Layout

    book = read_casebook(Layout(settings.lake), settings.warehouse)
    if not book.judged_days:
        raise UsageError("no day is judged yet", where=str(settings.warehouse), hint="run detect first")
    return [page for page in book.pages if (since or date.min) <= page.note.day <= (until or date.max)]
