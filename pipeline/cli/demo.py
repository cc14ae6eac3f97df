"""demo, serve-demo: the whole flow on an embedded Quay, and that Quay alone."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.connection import now
from pipeline.cli.demo_summary import Run, print_summary, tell_what_happened
from pipeline.cli.options import command
from pipeline.cli.output import Progress, print_json, print_text, tell
from pipeline.errors import DataError

if TYPE_CHECKING:
    from datetime import date

    from pipeline.demo.registry import Registry
    from pipeline.extract.routes import Route
    from pipeline.lake.layout import Layout
    from pipeline.quay.scopes import Scope


@command(examples=["quay-audit demo", "quay-audit demo --dir registry-demo"], builds=True)
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("quay-audit-demo"),
    show_default=True,
    help="Where the lake and the warehouse go.",
)
def demo(as_json: bool, folder: Path) -> None:
    """Run the whole flow on an embedded Quay: extract, verify, inventory, build, detect, report, and say what happened.

    Serves forty days of seeded history on 127.0.0.1 with all of Quay's habits, and reads it as it would a real server.
    Run again, it reads only what is new.
    """
    from pipeline.demo.registry import make_registry
    from pipeline.demo.server import serve
    from pipeline.detect.run import detect
    from pipeline.extract.routes import Route
    from pipeline.lake.inspection import inspect
    from pipeline.lake.layout import Layout
    from pipeline.quay.scopes import ALL, org
    from pipeline.warehouse.build import build

    layout = Layout(folder / "lake")
    registry = make_registry(now().date() - timedelta(days=1), now)
    history = registry.history
    days = f"{history.first_day} to {history.last_day}"
    tell(f"an embedded Quay with {history.row_count:,} log entries, {days}")
    with serve(registry.quay, worker=registry.worker) as url:
        runs = [
            _extract(url, registry, layout, ALL, Route.PAGES),
            _extract(url, registry, layout, org(registry.largest_organization), Route.EXPORT),
        ]
        _take_inventory(url, registry, layout)
    for finding in inspect(layout).findings:
        hint = f"remove {layout.root} and run the demo again"
        raise DataError(finding.what, where=finding.where, hint=hint)
    with Progress("build", unit="days") as progress:
        build(layout, layout.warehouse, progress=lambda done, total, day: progress.advance(1))
    with Progress("detect", unit="days") as progress:
        detect(layout, layout.warehouse, progress=lambda done, total, day: progress.advance(1))
    report = _write_report(layout, history.first_day, history.last_day)
    if as_json:
        print_summary(runs, layout, history, report)
    else:
        tell_what_happened(runs, layout, history, report)


@command(name="serve-demo", examples=["quay-audit serve-demo --port 8080"])
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where to listen; 0: any."
)
@click.option(
    "--whole-seconds", is_flag=True, help="Store times as MySQL does: a plain reader then loses most rows."
)
def serve_demo(as_json: bool, port: int, whole_seconds: bool) -> None:
    """Serve the embedded Quay alone on 127.0.0.1, to point anything at. Ends with Ctrl-C."""
    from pipeline.demo.registry import make_registry
    from pipeline.demo.server import serve_forever

    registry = make_registry(now().date() - timedelta(days=1), now, whole_seconds=whole_seconds)
    history = registry.history
    tokens = {name: token.secret for name, token in history.tokens.items()}

    def on_ready(url: str) -> None:
        if as_json:
            print_json({"url": url, "tokens": tokens, "entries": history.row_count})
            return
        print_text(f"an embedded Quay with {history.row_count:,} log entries at {url}")
        for name, secret in tokens.items():
            print_text(f"  token of its {name}: {secret}")
        print_text("read it from another shell:")
        print_text(f"  export QUAY_AUDIT_URL={url} QUAY_AUDIT_TOKEN={tokens['auditor']}")
        print_text("  quay-audit extract                                      # by pages")
        print_text(
            "  quay-audit extract --callback-listen 127.0.0.1:0        # by exports, where they are cheaper"
        )

    serve_forever(registry.quay, "127.0.0.1", port, on_ready, worker=registry.worker)


def _extract(url: str, registry: "Registry", layout: "Layout", scope: "Scope", route: "Route") -> Run:
    """The extract command's own way, with the demo's token."""
    from pipeline.cli.connection import client_to
    from pipeline.cli.extract import Watcher
    from pipeline.config import Secret
    from pipeline.extract.options import Options
    from pipeline.extract.receiver import Receiver
    from pipeline.extract.run import extract

    stop = threading.Event()
    token = Secret(registry.history.tokens["auditor"].secret)
    before = registry.quay.server_seconds
    with (
        Receiver(("127.0.0.1", 0)) as receiver,
        client_to(url, token, stop=stop) as client,
        Progress(f"extract {scope} by {route}") as progress,
    ):
        summary = extract(
            client,
            layout,
            [scope],
            registry.history.first_day,
            registry.history.last_day,
            options=Options(grace=timedelta(0), route=route),
            now=now,
            watcher=Watcher(progress),
            stop=stop,
            receiver=receiver,
        )
    return Run(summary, registry.quay.server_seconds - before)


def _write_report(layout: "Layout", since: "date", until: "date") -> Path:
    """The report command's own way, for every framework in every format; gives its folder."""
    from pipeline.reports.evidence import evidence_of
    from pipeline.reports.folder import written
    from pipeline.reports.frameworks import FRAMEWORKS
    from pipeline.reports.places import folder_name_of

    with Progress("report", unit="files") as progress:
        report = evidence_of(layout, layout.warehouse, frameworks=tuple(FRAMEWORKS), since=since, until=until)
        folder = layout.reports / folder_name_of(report)
        progress.advance(len(written(report, folder)))
    return folder


def _take_inventory(url: str, registry: "Registry", layout: "Layout") -> None:
    """The inventory command's own way. Its snapshot is of today: the history ended last night."""
    import pipeline
    from pipeline.cli.connection import client_to
    from pipeline.config import Secret
    from pipeline.extract.pool import Pool
    from pipeline.extract.snapshot import take_snapshot
    from pipeline.lake.ledger import Ledger
    from pipeline.lake.snapshot_writer import save_snapshot
    from pipeline.quay.registry.tables import TABLES

    stop, at = threading.Event(), now()
    token = Secret(registry.history.tokens["auditor"].secret)
    with client_to(url, token, stop=stop) as client, Progress("inventory", unit="lists") as progress:
        names = [table.name for table in TABLES]
        taken = take_snapshot(client, names, pool=Pool(4, stop), watch=progress)
    version = pipeline.__version__
    save_snapshot(layout, at.date(), taken.rows, taken_at=at, server_url=url, tool_version=version)
    Ledger(layout).seal(at, version)


COMMANDS = (demo, serve_demo)
