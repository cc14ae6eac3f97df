"""plan, extract: from Quay into the lake."""

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import (
    choose,
    extract_again,
    range_of,
    scope_option,
    since_option,
    until_option,
    words_from_counts,
)
from pipeline.cli.connection import connect, now
from pipeline.cli.options import SERVER, command
from pipeline.cli.output import Progress, print_json, print_table, print_text, tell
from pipeline.config import Settings
from pipeline.errors import Incomplete

if TYPE_CHECKING:
    from pipeline.extract.options import Options
    from pipeline.extract.planning import ScopePlan
    from pipeline.extract.summary import ExtractSummary
    from pipeline.lake.ledger import WindowState

_SERVER_SECONDS_A_REQUEST = 0.3

_retry = click.option(
    "--retry", is_flag=True, help="Read short windows again, though nothing has changed on the server."
)


@command(
    settings=("lake", *SERVER, "close_after_minutes"),
    examples=["quay-audit plan --since 2026-11-01 --until 2026-11-30"],
)
@scope_option
@since_option
@until_option
@_retry
def plan(
    settings: Settings,
    as_json: bool,
    scopes: tuple[str, ...],
    since: date | None,
    until: date | None,
    retry: bool,
) -> None:
    """Say what an extract would read, and what it would cost the server; write nothing."""
    from pipeline.extract.planning import plan as plan_extract
    from pipeline.lake.layout import Layout

    first, last = range_of(since, until)
    with connect(settings) as client:
        chosen, cannot = choose(client, scopes, last)
        options = _options(settings, retry=retry)
        plans = plan_extract(
            client, Layout(settings.lake), chosen, first, last, options=options, now=now, note=tell
        )
    for sentence in cannot:
        tell(f"not readable: {sentence}")
    rows = [_plan_row(each) for each in plans]
    if as_json:
        print_json({"since": first, "until": last, "scopes": rows, "cannot": cannot})
        return
    print_table(list(rows[0]) if rows else ["scope"], [list(row.values()) for row in rows])


@command(
    settings=("lake", *SERVER, "close_after_minutes"),
    examples=[
        "quay-audit extract --since 2026-11-01 --until 2026-11-30",
        "quay-audit extract --scope org/acme --scope user/bob --since 2026-11-20",
    ],
)
@scope_option
@since_option
@until_option
@_retry
@click.option(
    "--route",
    type=click.Choice(["auto", "pages"]),
    default="auto",
    show_default=True,
    help="How to read: by pages of 20; auto picks the cheapest route that this server allows.",
)
@click.option(
    "--repair-requests-per-row",
    type=click.FloatRange(0),
    default=10.0,
    show_default=True,
    help="What completing a short window may cost, for each missing row (beyond 200 requests a split).",
)
def extract(
    settings: Settings,
    as_json: bool,
    scopes: tuple[str, ...],
    since: date | None,
    until: date | None,
    retry: bool,
    route: str,
    repair_requests_per_row: float,
) -> None:
    """Read every log entry into the lake, and prove each window against Quay's own counts.

    A closed verified window is never read again; an open day is. Run the same command to go on after a kill.
    """
    from pipeline.extract.run import extract as run_extract
    from pipeline.lake.layout import Layout

    first, last = range_of(since, until)
    stop = threading.Event()
    with connect(settings, stop) as client, Progress("extract") as progress:
        chosen, cannot = choose(client, scopes, last)
        for sentence in cannot:
            progress.say(f"not readable: {sentence}")
        summary = run_extract(
            client,
            Layout(settings.lake),
            chosen,
            first,
            last,
            options=_options(settings, retry=retry, requests_per_row=repair_requests_per_row),
            now=now,
            watcher=Watcher(progress),
            stop=stop,
            cannot=cannot,
        )
    _report(summary, settings, as_json)


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


def _report(summary: "ExtractSummary", settings: Settings, as_json: bool) -> None:
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
        raise _incomplete(summary, settings)


def _incomplete(summary: "ExtractSummary", settings: Settings) -> Incomplete:
    for left in summary.left:
        tell(f"left: {left.scope} {left.day}: {left.what}")
    for hint in dict.fromkeys(left.hint for left in summary.left if left.hint):
        tell(f"      {hint}")
    for window in summary.short:
        reasons = "".join(f"; {note}" for note in window.notes)
        tell(
            f"short: {window.scope} {window.day}: {words_from_counts(window.missing_by_kind)} missing{reasons}"
        )
    again = extract_again(settings, summary.scopes, summary.since, summary.until)
    missing = summary.missing_by_kind
    what = (
        [f"{len(summary.short)} windows are short by {sum(missing.values()):,} rows"] if summary.short else []
    )
    what += [f"{len(summary.left)} windows are left"] if summary.left else []
    return Incomplete(" and ".join(what), hint=f"to go on: {again}")


def _plan_row(scope_plan: "ScopePlan") -> dict[str, Any]:
    from pipeline.extract.windows import Need

    windows = scope_plan.windows
    fetched = [window for window in windows if window.need is Need.FETCH]
    pages = sum(window.pages for window in fetched)
    return {
        "scope": str(scope_plan.stream.scope),
        "windows": len(windows),
        "done": sum(window.need in (Need.NOTHING, Need.LEFT) for window in windows),
        "empty": sum(window.need is Need.EMPTY for window in windows),
        "to_read": len(fetched),
        "uncounted": sum(window.expected is None for window in windows),
        "rows": sum(window.rows for window in fetched),
        "requests": pages,
        "server_seconds": round(pages * _SERVER_SECONDS_A_REQUEST, 1),
    }


def _options(settings: Settings, *, retry: bool, requests_per_row: float = 10.0) -> "Options":
    from pipeline.extract.options import Options

    return Options(
        concurrency=settings.concurrency,
        grace=timedelta(minutes=settings.close_after_minutes),
        retry=retry,
        requests_per_row=requests_per_row,
    )


COMMANDS = (plan, extract)
