"""plan, extract: from Quay into the lake."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import (
    choose,
    extract_again,
    range_of,
    scope_option,
    shard_option,
    since_option,
    until_option,
    words_from_counts,
)
from pipeline.cli.connection import connect, now, receive
from pipeline.cli.options import CALLBACKS, SERVER, command
from pipeline.cli.output import Progress, print_json, print_table, print_text, tell
from pipeline.config import Settings
from pipeline.errors import Incomplete

if TYPE_CHECKING:
    from pipeline.extract.options import Options
    from pipeline.extract.planning import ScopePlan
    from pipeline.extract.summary import ExtractSummary
    from pipeline.lake.ledger import WindowState
    from pipeline.quay.client import QuayClient


def how(function: Callable[..., None]) -> Callable[..., None]:
    """The options that say how windows are read; the function is given them by name."""
    for option in reversed(_HOW):
        function = option(function)
    return function


_retry = click.option(
    "--retry", is_flag=True, help="Read short windows again, though nothing has changed on the server."
)
_HOW = (
    _retry,
    shard_option,
    click.option(
        "--route",
        type=click.Choice(["auto", "pages", "export"]),
        default="auto",
        show_default=True,
        help="How to read: by pages of 20, by exports (complete on every database, and fifty times cheaper for the "
        "server; they need --callback-listen), or auto: by what costs the server less.",
    ),
    click.option(
        "--export-rows",
        type=click.IntRange(1, 85_000),
        default=40_000,
        show_default=True,
        help="The most rows to ask for in one export; Quay gives up after 30 s, at about 85,000.",
    ),
    click.option(
        "--export-wait",
        type=click.FloatRange(1),
        default=900.0,
        show_default=True,
        metavar="SECONDS",
        help="How long Quay's export worker may say nothing before pages are read instead; it looks for work once a minute.",
    ),
    click.option(
        "--repair-requests-per-row",
        type=click.FloatRange(0),
        default=10.0,
        show_default=True,
        help="What completing a short window may cost, for each missing row (beyond 200 requests a split).",
    ),
    click.option(
        "--deep",
        is_flag=True,
        help="Complete short windows by page tokens of sparser logs too, where neither export nor split is allowed.",
    ),
)


@command(
    settings=("lake", *SERVER, *CALLBACKS, "close_after_minutes"),
    examples=["quay-audit plan --since 2026-11-01 --until 2026-11-30"],
)
@scope_option
@since_option
@until_option
@_retry
@shard_option
def plan(
    settings: Settings,
    as_json: bool,
    scopes: tuple[str, ...],
    since: date | None,
    until: date | None,
    retry: bool,
    shard: str | None,
) -> None:
    """Say what an extract would read, and what it would cost the server; write nothing."""
    from pipeline.extract.planning import plan as plan_extract
    from pipeline.lake.layout import Layout

    first, last = range_of(since, until)
    options = _options(settings, retry=retry, shard=shard)
    with connect(settings) as client:
        chosen, cannot = choose(client, scopes, last)
        plans = plan_extract(
            client, Layout(settings.lake), chosen, first, last, options=options, now=now, note=tell
        )
        rows = [_plan_row(client, each, settings) for each in plans]
    for sentence in cannot:
        tell(f"not readable: {sentence}")
    if as_json:
        print_json({"since": first, "until": last, "scopes": rows, "cannot": cannot})
        return
    print_table(list(rows[0]) if rows else ["scope"], [list(row.values()) for row in rows])


@command(
    settings=("lake", *SERVER, *CALLBACKS, "close_after_minutes"),
    examples=[
        "quay-audit extract --since 2026-11-01 --until 2026-11-30",
        "quay-audit extract --scope org/acme --scope user/bob --since 2026-11-20",
        "quay-audit extract --shard 1/4",
        "quay-audit extract --callback-listen 0.0.0.0:9100 --callback-url http://audit.example.com:9100",
    ],
)
@scope_option
@since_option
@until_option
@how
def extract(
    settings: Settings,
    as_json: bool,
    scopes: tuple[str, ...],
    since: date | None,
    until: date | None,
    **asked: Any,
) -> None:
    """Read every log entry into the lake, and prove each window against Quay's own counts.

    A closed verified window is never read again; an open day is. Run the same command to go on after a kill.
    """
    from pipeline.extract.run import extract as run_extract
    from pipeline.lake.layout import Layout

    first, last = range_of(since, until)
    options = _options(settings, **asked)
    stop = threading.Event()
    with (
        receive(settings) as receiver,
        connect(settings, stop) as client,
        Progress("extract") as progress,
    ):
        chosen, cannot = choose(client, scopes, last)
        for sentence in cannot:
            progress.say(f"not readable: {sentence}")
        summary = run_extract(
            client,
            Layout(settings.lake),
            chosen,
            first,
            last,
            options=options,
            now=now,
            watcher=Watcher(progress),
            stop=stop,
            receiver=receiver,
            cannot=cannot,
        )
    _report(summary, as_json)


class Watcher:
    """Turns what an extract tells into a progress display."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._expected = 0

    def planned(self, rows: int, pages: int) -> None:
        self._expected += rows
        self._progress.expect(self._expected)

    def page(self, rows: int) -> None:
        self._progress.advance(rows, pages=1)

    def exported(self, rows: int) -> None:
        self._progress.advance(rows)

    def window(self, state: "WindowState") -> None:
        if state.missing_by_kind and state.state == "short":
            self._progress.say(
                f"{state.scope} {state.day} is short: {words_from_counts(state.missing_by_kind)} missing"
            )

    def note(self, text: str) -> None:
        self._progress.say(text)


def _report(summary: "ExtractSummary", as_json: bool) -> None:
    """Tell what was done, and raise Incomplete where something is left to do."""
    import msgspec

    if as_json:
        document = msgspec.to_builtins(summary)
        print_json({**document, "complete": summary.is_complete, "missing_by_kind": summary.missing_by_kind})
    else:
        windows = ", ".join(f"{count:,} {state}" for state, count in summary.windows.items() if count)
        print_text(
            f"{', '.join(summary.scopes)}, {summary.since} to {summary.until}: {summary.rows:,} entries"
        )
        print_text(f"windows: {windows or 'none'}; requests: {summary.requests:,}")
        for what, counts in (("kinds", summary.unknown_kinds), ("keys", summary.unknown_keys)):
            if counts:
                print_text(f"{what} that this version does not know (kept): {words_from_counts(counts)}")
    if not summary.is_complete:
        raise _incomplete(summary)


def _incomplete(summary: "ExtractSummary") -> Incomplete:
    for left in summary.left:
        tell(f"left: {left.scope} {left.day}: {left.what}")
    for hint in dict.fromkeys(left.hint for left in summary.left if left.hint):
        tell(f"      {hint}")
    for window in summary.short:
        reasons = "".join(f"; {note}" for note in window.notes)
        tell(
            f"short: {window.scope} {window.day}: {words_from_counts(window.missing_by_kind)} missing{reasons}"
        )
    again = extract_again(summary.scopes, summary.since, summary.until)
    if shard := click.get_current_context().params.get("shard"):
        again += f" --shard {shard}"
    missing = summary.missing_by_kind
    what = (
        [f"{len(summary.short)} windows are short by {sum(missing.values()):,} rows"] if summary.short else []
    )
    what += [f"{len(summary.left)} windows are left"] if summary.left else []
    return Incomplete(" and ".join(what), hint=f"to go on: {again}")


def _plan_row(client: "QuayClient", scope_plan: "ScopePlan", settings: Settings) -> dict[str, Any]:
    from pipeline.extract.planning import route_of
    from pipeline.extract.routes import Route
    from pipeline.extract.run import NO_RECEIVER
    from pipeline.extract.windows import Need

    windows = scope_plan.windows
    fetched = [window for window in windows if window.need is Need.FETCH]
    choice = route_of(client, scope_plan, _options(settings), obstacle="")
    can_export = settings.callback_listen is not None
    return {
        "scope": str(scope_plan.stream.scope),
        "windows": len(windows),
        "done": sum(window.need in (Need.NOTHING, Need.LEFT) for window in windows),
        "empty": sum(window.need is Need.EMPTY for window in windows),
        "to_read": len(fetched),
        "uncounted": sum(window.expected is None for window in windows),
        "rows": sum(window.rows for window in fetched),
        "pages": sum(window.pages for window in fetched),
        "page_seconds": round(choice.page_seconds, 1),
        "export_seconds": round(choice.export_seconds, 1),
        "route": Route.EXPORT.value if choice.slices and can_export else Route.PAGES.value,
        "reason": NO_RECEIVER if choice.slices and not can_export else choice.reason,
    }


def _options(
    settings: Settings,
    *,
    retry: bool = False,
    route: str = "auto",
    export_rows: int = 40_000,
    export_wait: float = 900.0,
    repair_requests_per_row: float = 10.0,
    deep: bool = False,
    shard: str | None = None,
) -> "Options":
    from pipeline.extract.bulk import ExportOptions
    from pipeline.extract.options import Options
    from pipeline.extract.routes import Route
    from pipeline.extract.shards import shard_from_text

    return Options(
        concurrency=settings.concurrency,
        grace=timedelta(minutes=settings.close_after_minutes),
        retry=retry,
        requests_per_row=repair_requests_per_row,
        deep=deep,
        route=Route(route),
        shard=shard_from_text(shard) if shard else None,
        exports=ExportOptions(export_rows, export_wait),
    )


COMMANDS = (plan, extract)
