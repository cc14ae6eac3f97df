"""demo, serve-demo: the whole flow on an embedded Quay, and that Quay alone."""

import shlex
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline.cli.connection import now
from pipeline.cli.options import command
from pipeline.cli.output import Progress, print_json, print_table, print_text, tell
from pipeline.errors import DataError

if TYPE_CHECKING:
    from pipeline.demo.fakequay import FakeQuay
    from pipeline.demo.history import History
    from pipeline.extract.summary import ExtractSummary
    from pipeline.lake.layout import Layout

_DAYS = 30
_SEED = 2026
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
    from pipeline.demo.server import serve
    from pipeline.lake.inspection import inspect
    from pipeline.lake.layout import Layout
    from pipeline.warehouse.build import build

    layout = Layout(folder / "lake")
    quay, history = _embedded_quay(now().date() - timedelta(days=1))
    days = f"{history.first_day} to {history.last_day}"
    tell(f"an embedded Quay with {history.row_count:,} log entries, {days}")
    with serve(quay) as url:
        summary = _extract(url, history, layout.root)
    inspection = inspect(layout)
    for finding in inspection.findings:
        hint = f"remove {layout.root} and run the demo again"
        raise DataError(finding.what, where=finding.where, hint=hint)
    with Progress("build", unit="days") as progress:
        build(layout, layout.warehouse, progress=lambda done, total, day: progress.advance(1))
    if as_json:
        _print_summary(summary, layout)
    else:
        _tell_what_happened(summary, layout)


@command(name="serve-demo", examples=["quay-audit serve-demo --port 8080"])
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where to listen; 0: any."
)
@click.option(
    "--whole-seconds", is_flag=True, help="Store times as MySQL does: a plain reader then loses most rows."
)
def serve_demo(as_json: bool, port: int, whole_seconds: bool) -> None:
    """Serve the embedded Quay alone on 127.0.0.1, to point anything at. Ends with Ctrl-C."""
    from pipeline.demo.server import serve_forever

    quay, history = _embedded_quay(now().date() - timedelta(days=1), whole_seconds=whole_seconds)
    tokens = {name: token.secret for name, token in history.tokens.items()}

    def on_ready(url: str) -> None:
        if as_json:
            print_json({"url": url, "tokens": tokens, "entries": history.row_count})
            return
        print_text(f"an embedded Quay with {history.row_count:,} log entries at {url}")
        for name, secret in tokens.items():
            print_text(f"  token of its {name}: {secret}")
        print_text("read it from another shell:")
        print_text(f"  QUAY_AUDIT_URL={url} QUAY_AUDIT_TOKEN={tokens['auditor']} quay-audit extract")

    serve_forever(quay, "127.0.0.1", port, on_ready)


def _embedded_quay(until: date, *, whole_seconds: bool = False) -> "tuple[FakeQuay, History]":
    from pipeline.demo.fakequay import FakeQuay
    from pipeline.demo.history import build_history
    from pipeline.demo.store import Store

    store = Store(whole_seconds=whole_seconds)
    history = build_history(store, days=_DAYS, until=until, seed=_SEED)
    return FakeQuay(store, clock=now), history


def _extract(url: str, history: "History", lake: Path) -> "ExtractSummary":
    """The extract command's own way, with the demo's token."""
    import threading

    from pipeline.cli.connection import client_to
    from pipeline.cli.extract import Watcher
    from pipeline.config import Secret
    from pipeline.extract.options import Options
    from pipeline.extract.run import extract
    from pipeline.lake.layout import Layout
    from pipeline.quay.scopes import ALL

    stop = threading.Event()
    with (
        client_to(url, Secret(history.tokens["auditor"].secret), stop=stop) as client,
        Progress("extract") as progress,
    ):
        return extract(
            client,
            Layout(lake),
            [ALL],
            history.first_day,
            history.last_day,
            options=Options(grace=timedelta(0)),
            now=now,
            watcher=Watcher(progress),
            stop=stop,
        )


def _print_summary(summary: "ExtractSummary", layout: "Layout") -> None:
    document = {"entries": summary.rows, "windows": summary.windows, "requests": summary.requests}
    print_json(document | {"lake": layout.root, "warehouse": layout.warehouse})


def _tell_what_happened(summary: "ExtractSummary", layout: "Layout") -> None:
    windows = sum(summary.windows.values())
    print_text("")
    print_text(
        f"{summary.rows:,} entries in {windows:,} windows, {summary.windows['verified']:,} of them verified against "
        f"Quay's own counts; {summary.requests:,} requests. Every file equals what the chain of manifests names."
    )
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
    print_text("")
    print_text(f"lake:       {lake}")
    print_text(f"warehouse:  {lake / 'warehouse.duckdb'}")
    print_text("")
    print_text("Ask it yourself:")
    print_text(f'  quay-audit query --lake {where} "{_A_QUESTION}"')
    print_text("Your own server:")
    print_text(
        "  QUAY_AUDIT_URL=https://quay.example.com QUAY_AUDIT_TOKEN_FILE=~/.quay-audit-token quay-audit extract"
    )


COMMANDS = (demo, serve_demo)
