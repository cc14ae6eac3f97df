"""demo, serve-demo: the whole flow on an embedded Quay, and that Quay alone."""

import shlex
import shutil
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from pipeline.cli.connection import now
from pipeline.cli.options import command
from pipeline.cli.output import Progress, print_json, print_table, print_text, tell
from pipeline.errors import DataError

if TYPE_CHECKING:
    from pipeline.demo.registry import Registry
    from pipeline.extract.routes import Route
    from pipeline.extract.summary import ExtractSummary
    from pipeline.lake.layout import Layout
    from pipeline.quay.scopes import Scope

_BY_KIND = """
select kind, sum(event_count) as events, count(distinct day) as days
from mart_kind_daily
where scope = 'all'
group by kind
order by events desc, kind
limit 8
"""
_BY_PERFORMER = """
select coalesce(performer_name, performer_kind) as performer, sum(event_count) as events, count(distinct kind) as kinds
from mart_performer_kind_daily
where scope = 'all'
group by performer_name, performer_kind
order by events desc, performer
limit 8
"""
_A_QUESTION = (
    "select day, kind, performer_name, ip from events where kind_family = 'token' order by occurred_at"
)


@command(examples=["quay-audit demo", "quay-audit demo --dir registry-demo"])
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("quay-audit-demo"),
    show_default=True,
    help="Where the lake and the warehouse go.",
)
def demo(as_json: bool, folder: Path) -> None:
    """Run the whole flow on an embedded Quay: extract, verify, build, and say what happened.

    Serves a month of seeded history on 127.0.0.1 with all of Quay's habits, and reads it as it would a real server.
    Run again, it reads only what is new.
    """
    from pipeline.demo.registry import make_registry
    from pipeline.demo.server import serve
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
    for finding in inspect(layout).findings:
        hint = f"remove {layout.root} and run the demo again"
        raise DataError(finding.what, where=finding.where, hint=hint)
    with Progress("build", unit="days") as progress:
        build(layout, layout.warehouse, progress=lambda done, total, day: progress.advance(1))
    if as_json:
        _print_summary(runs, layout)
    else:
        _tell_what_happened(runs, layout)


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


class _Run(NamedTuple):
    """One extract of the demo, and what it cost the server. Units: seconds of CPU."""

    summary: "ExtractSummary"
    server_seconds: float


def _extract(url: str, registry: "Registry", layout: "Layout", scope: "Scope", route: "Route") -> _Run:
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
    return _Run(summary, registry.quay.server_seconds - before)


def _print_summary(runs: list[_Run], layout: "Layout") -> None:
    extracts = [
        {
            "scopes": run.summary.scopes,
            "entries": run.summary.rows,
            "windows": run.summary.windows,
            "requests": run.summary.requests,
            "server_seconds": round(run.server_seconds, 1),
        }
        for run in runs
    ]
    print_json({"extracts": extracts, "lake": layout.root, "warehouse": layout.warehouse})


def _tell_what_happened(runs: list[_Run], layout: "Layout") -> None:
    print_text("")
    for (summary, server_seconds), route in zip(runs, ("pages", "exports"), strict=True):
        windows = sum(summary.windows.values())
        print_text(
            f"{summary.scopes[0]} by {route}: {summary.rows:,} entries, {summary.windows['verified']:,} of {windows:,} "
            f"days verified against Quay's own counts; {summary.requests:,} requests, {server_seconds:,.0f} s of server CPU"
        )
    print_text("Every file equals what the chain of manifests names.")
    for query in (_BY_KIND, _BY_PERFORMER):
        print_text("")
        _print_answer(layout.root, query)
    _print_next_steps(layout.root)


def _print_answer(lake: Path, sql: str) -> None:
    from pipeline.lake.layout import Layout
    from pipeline.warehouse.query import asked

    layout = Layout(lake)
    with asked(layout, layout.warehouse, sql) as answer:
        print_table([column.name for column in answer.columns], list(answer.rows()))


def _print_next_steps(lake: Path) -> None:
    where = shlex.quote(str(lake))
    program = _program()
    print_text("")
    print_text(f"lake:       {lake}")
    print_text(f"warehouse:  {lake / 'warehouse.duckdb'}")
    print_text("")
    print_text("Ask it yourself:")
    print_text(f'  {program} query --lake {where} "{_A_QUESTION}"')
    print_text("Your own server:")
    print_text(
        f"  QUAY_AUDIT_URL=https://quay.example.com QUAY_AUDIT_TOKEN_FILE=~/.quay-audit-token {program} extract"
    )


def _program() -> str:
    """How this very command can be called again from here: it need not be on the PATH."""
    called = Path(sys.argv[0])
    found = shutil.which("quay-audit")
    if found and called.exists() and Path(found).samefile(called):
        return "quay-audit"
    if called.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m pipeline"
    return shlex.quote(str(called))


COMMANDS = (demo, serve_demo)
