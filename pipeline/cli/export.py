"""export: events and findings for other systems, to stdout, files or a server."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import check_order
from pipeline.cli.export_findings import export_findings
from pipeline.cli.export_places import Place, place_from_options, sink_for
from pipeline.cli.export_summary import note_receipt, tell_summary
from pipeline.cli.options import STORE, Day, command
from pipeline.cli.output import Progress, print_chunks, tell
from pipeline.cli.status import Status
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.exports.checkpoint import Checkpoint
    from pipeline.exports.run import Export, ExportSummary
    from pipeline.warehouse.event_stream import BuiltDays

_FORMATS = ("ocsf", "ecs", "csv", "ndjson", "parquet", "sarif")
_VERSIONS = ("1.8.0", "1.5.0", "1.3.0", "1.1.0")
_DAYS_NAMED = 5


@command(
    settings=(*STORE, "ca_file", "proxy", "allow_plain_http", "timeout_seconds", "tries"),
    examples=[
        "quay-audit export --format ndjson --since 2026-11-01 --until 2026-11-30 > november.ndjson",
        "quay-audit export --format csv --out events.csv",
        "quay-audit export --format parquet --out events/ --checkpoint events.checkpoint",
        "quay-audit export --security-lake lake/ --region eu-west-1 --account 123456789012",
        "quay-audit export --to hec --url https://splunk.example.com:8088 --token-file hec.token --checkpoint hec.json",
        "quay-audit export --format ecs --to elasticsearch --url https://es.example.com:9200 --token-file es.token",
        "quay-audit export --findings --format sarif --out cases.sarif",
    ],
)
@click.option("--format", "format_name", type=click.Choice(_FORMATS), default="ocsf", show_default=True)
@click.option(
    "--findings", is_flag=True, help="The cases that detect found, instead of events: ocsf or sarif."
)
@click.option(
    "--ocsf-version", type=click.Choice(_VERSIONS), default=_VERSIONS[0], show_default=True, help="Of OCSF."
)
@click.option("--since", type=Day(), help="The first UTC day. [default: the first one built]")
@click.option("--until", type=Day(), help="The last UTC day, included. [default: the last one that is over]")
@click.option(
    "--checkpoint",
    "checkpoint_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that remembers what was exported: only days that are new or changed are exported.",
)
@click.option(
    "--out",
    type=click.Path(),
    help="The file to write; or a folder, which is there or is written with a / at its end, for one file a day.",
)
@click.option(
    "--security-lake",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder to write as custom sources of an Amazon Security Lake, to be copied to its bucket as it is.",
)
@click.option("--region", help="The AWS region in the paths of --security-lake.")
@click.option("--account", help="The AWS account in the paths of --security-lake.")
@click.option("--to", type=click.Choice(["hec", "elasticsearch"]), help="The sort of server to send to.")
@click.option("--url", metavar="URL", help="That server's address.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file that holds its token alone: of the collector, or an API key.",
)
@click.option(
    "--index", default="quay-audit", show_default=True, help="The index to write to in Elasticsearch."
)
def export(
    settings: Settings,
    as_json: bool,
    format_name: str,
    findings: bool,
    ocsf_version: str,
    since: date | None,
    until: date | None,
    checkpoint_file: Path | None,
    **options: Any,
) -> Status:
    """Export events, or findings, for other systems: OCSF, ECS, CSV, JSON lines, Parquet, SARIF.

    Without --out, --security-lake or --to they go to stdout, in the order of time. Events have ids that stay the same, so
    that a system can tell a second copy: Elasticsearch keeps one of each; Splunk is told each id in the field `event_id`.

    Ends with status 4 when a day of the range is not built, or lacks entries; what there is was exported all the same.
    """
    check_order(since, until)
    place = place_from_options(format_name, findings=findings, as_json=as_json, **options)
    checkpoint = _checkpoint(checkpoint_file, place, ocsf_version, findings=findings)
    if findings:
        return export_findings(settings, place, ocsf_version, (since, until), checkpoint, as_json=as_json)
    return _export_events(settings, place, ocsf_version, (since, until), checkpoint, as_json=as_json)


def _checkpoint(file: Path | None, place: Place, ocsf_version: str, *, findings: bool) -> "Checkpoint | None":
    from pipeline.exports.checkpoint import Checkpoint

    if file is None:
        return None
    what = "findings" if findings else "events"
    version = f" {ocsf_version}" if place.format_name == "ocsf" else ""
    return Checkpoint(file, f"{what} as {place.format_name}{version} to {place.words}")


def _export_events(
    settings: Settings,
    place: Place,
    ocsf_version: str,
    period: tuple[date | None, date | None],
    checkpoint: "Checkpoint | None",
    *,
    as_json: bool,
) -> Status:
    from pipeline.exports.run import Export, ExportSummary
    from pipeline.lake.layout import Layout
    from pipeline.warehouse.event_stream import built_days, event_stream

    built = built_days(Layout(settings.lake), settings.warehouse, *period)
    days = [each for each in built.days if period[1] is not None or each.day not in built.open_days]
    if not days:
        raise UsageError(
            "there are no events of these days", where=str(settings.lake), hint="extract and build them first"
        )
    with event_stream() as stream:
        export = Export(stream, days, checkpoint=checkpoint)
        summary = ExportSummary(
            format=place.format_name,
            days=[each.day for each in export.days],
            unchanged_days=export.unchanged_days,
            events=sum(each.event_count for each in export.days),
        )
        _take(export, place, ocsf_version, settings, summary)
    tell_summary(summary, place, as_json=as_json)
    return _status(built, period[1])


def _take(
    export: "Export", place: Place, ocsf_version: str, settings: Settings, summary: "ExportSummary"
) -> None:
    """Take the events to their place, if there are any to take."""
    if not export.days:
        return
    if place.is_stdout:
        from pipeline.exports.formats import LINE_FORMATS

        writer = LINE_FORMATS[place.format_name](ocsf_version)
        print_chunks(chunk.decode() for chunk in export.chunks(writer))
        export.finish(export.days)
        summary.unknown_kinds = dict(writer.unknown_kinds)
        return
    with Progress("export", unit="events") as progress:
        progress.expect(summary.events)
        export.progress = progress.advance
        _write(export, place, ocsf_version, settings, summary)


def _write(
    export: "Export", place: Place, ocsf_version: str, settings: Settings, summary: "ExportSummary"
) -> None:
    from pipeline.exports.formats import LINE_FORMATS

    files: list[Path] = []
    if place.security_lake:
        from pipeline.exports.parquet.security_lake import SecurityLake

        lake = SecurityLake(
            place.security_lake, region=place.region, account=place.account, version=ocsf_version
        )
        files = lake.write(export)
        unknown: Mapping[str, int] = lake.writer.unknown_kinds
    elif place.format_name == "parquet":
        from pipeline.exports.parquet import events

        files = (
            events.to_folder(export, place.path) if place.is_folder else events.to_file(export, place.path)
        )
        unknown = {}
    else:
        writer = LINE_FORMATS[place.format_name](ocsf_version)
        if place.to:
            note_receipt(export.to_sink(sink_for(place, settings), writer), summary)
        elif place.is_folder:
            files = export.to_folder(place.path, place.format_name, writer)
        else:
            files = export.to_file(place.path, writer)
        unknown = writer.unknown_kinds
    summary.files = [str(file) for file in files]
    summary.unknown_kinds = dict(unknown)


def _status(built: "BuiltDays", until: date | None) -> Status:
    """Whether the range is complete. A day that is not over is incomplete only where it was asked for."""
    open_days = built.open_days if until is not None else []
    for words, days in (
        ("not built as they are now", built.unbuilt),
        ("not over when it was read", open_days),
        ("short of entries", built.short_days),
    ):
        if days:
            more = f" and {len(days) - _DAYS_NAMED:,} more" if len(days) > _DAYS_NAMED else ""
            tell(f"{words}: {', '.join(map(str, days[:_DAYS_NAMED]))}{more}")
    is_incomplete = built.unbuilt or open_days or built.short_days
    return Status.INCOMPLETE if is_incomplete else Status.DONE


COMMANDS = (export,)
