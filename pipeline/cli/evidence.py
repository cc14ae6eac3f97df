"""doctor, plan, extract, verify: from Quay into the lake, and proof that it is all there."""

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.connection import connect, now
from pipeline.cli.options import SERVER, Day, command
from pipeline.cli.output import Progress, print_json, print_table, print_text, tell
from pipeline.cli.status import Status
from pipeline.config import Settings
from pipeline.errors import Incomplete, Refused, UsageError

if TYPE_CHECKING:
    from pipeline.extract.fetch import Options
    from pipeline.extract.run import ScopePlan
    from pipeline.extract.summary import ExtractSummary
    from pipeline.lake.ledger import WindowState
    from pipeline.quay.client import QuayClient
    from pipeline.quay.scopes import Scope

_DEFAULT_DAYS = 30
_SERVER_SECONDS_A_REQUEST = 0.3

_scope = click.option(
    "--scope",
    "scopes",
    multiple=True,
    metavar="SCOPE",
    help="Whose log: all, org/NAME, user/NAME, repo/NAMESPACE/NAME; may be given again. [default: the best the token may read]",
)
_since = click.option(
    "--since", type=Day(), help=f"The first UTC day. [default: {_DEFAULT_DAYS} days with today]"
)
_until = click.option("--until", type=Day(), help="The last UTC day, included. [default: today]")
_retry = click.option(
    "--retry", is_flag=True, help="Read short windows again, though nothing has changed on the server."
)


@command(
    settings=SERVER,
    examples=["quay-audit doctor --url https://quay.example.com --token-file ~/.quay-token"],
)
def doctor(settings: Settings, as_json: bool) -> Status:
    """Say what this token may read and what the server allows.

    Looks at the token, the scopes it may read, the counts, one page, the dates and the clock.
    """
    from pipeline.extract.doctor import examine

    checks = []
    with connect(settings) as client:
        for check in examine(client, now=now):
            checks.append(check)
            if not as_json:
                print_text(f"{check.result:<5} {check.name}: {check.detail}")
                if check.advice:
                    print_text(f"      {check.advice}")
    if as_json:
        print_json({"checks": [check._asdict() for check in checks]})
    return Status.SERVER if any(check.result == "fail" for check in checks) else Status.DONE


@command(
    settings=("lake", *SERVER, "close_after_minutes"),
    examples=["quay-audit plan --since 2026-11-01 --until 2026-11-30"],
)
@_scope
@_since
@_until
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
    from pipeline.extract.run import plan as plan_extract
    from pipeline.lake.layout import Layout

    first, last = _range(since, until)
    with connect(settings) as client:
        chosen, cannot = _choose(client, scopes, last)
        options = _options(settings, retry=retry)
        plans = plan_extract(
            client, Layout(settings.lake), chosen, first, last, options=options, now=now, note=tell
        )
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
@_scope
@_since
@_until
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

    first, last = _range(since, until)
    stop = threading.Event()
    with connect(settings, stop) as client, Progress("extract") as progress:
        chosen, cannot = _choose(client, scopes, last)
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
    _report(summary, as_json)


@command(
    settings=("lake", *SERVER),
    examples=["quay-audit verify", "quay-audit verify --offline"],
)
@_scope
@click.option("--offline", is_flag=True, help="Check hashes and the chain alone, without a server.")
def verify(settings: Settings, as_json: bool, scopes: tuple[str, ...], offline: bool) -> Status:
    """Check the lake's files against their hashes and the chain, and its windows against today's counts."""
    from pipeline.lake.inspection import inspect
    from pipeline.lake.layout import Layout
    from pipeline.lake.ledger import Ledger

    layout = Layout(settings.lake)
    inspection = inspect(layout)
    document: dict[str, Any] = {
        "manifests": inspection.manifests,
        "windows": inspection.windows,
        "unsealed": inspection.unsealed,
        "findings": [finding._asdict() for finding in inspection.findings],
    }
    status = Status.DATA if inspection.findings else Status.DONE
    words = [f"{finding.where}: {finding.what}" for finding in inspection.findings]
    words.append(
        f"{inspection.windows:,} windows and {inspection.manifests:,} manifests looked at, "
        f"{len(inspection.findings):,} not as they were written"
    )
    if not offline and not inspection.findings:
        wanted = [w for w in Ledger(layout).windows() if not scopes or w.scope in scopes]
        status = _recount(settings, wanted, document, words)
    if as_json:
        print_json(document)
    else:
        for line in words:
            print_text(line)
    return status


def _recount(
    settings: Settings, windows: "list[WindowState]", document: dict[str, Any], words: list[str]
) -> Status:
    from pipeline.extract.recount import recount

    with connect(settings) as client:
        result = recount(client, windows)
    document["recount"] = {
        "windows": result.windows,
        "rows": result.rows,
        "differences": [difference._asdict() for difference in result.differences],
        "uncounted": result.uncounted,
    }
    for difference in result.differences:
        parts = []
        if difference.missing_by_kind:
            parts.append(f"lacks {_by_kind(difference.missing_by_kind)}")
        if difference.gone_by_kind:
            parts.append(f"holds {_by_kind(difference.gone_by_kind)} that the server no longer counts")
        words.append(f"{difference.scope} {difference.day} ({difference.state}): {', '.join(parts)}")
    words += [f"not counted: {sentence}" for sentence in result.uncounted]
    words.append(
        f"{result.windows:,} closed windows recounted, {len(result.differences):,} differ from the server"
    )
    lacking = any(difference.missing_by_kind for difference in result.differences)
    return Status.INCOMPLETE if lacking or result.uncounted else Status.DONE


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

    def window(self, state: "WindowState") -> None:
        if state.missing_by_kind and state.state == "short":
            self._progress.say(
                f"{state.scope} {state.day} is short: {_by_kind(state.missing_by_kind)} missing"
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
                print_text(f"{what} that this version does not know (kept): {_by_kind(counts)}")
    if not summary.is_complete:
        raise _incomplete(summary)


def _incomplete(summary: "ExtractSummary") -> Incomplete:
    for left in summary.left:
        tell(f"left: {left.scope} {left.day}: {left.what}")
    for window in summary.short:
        reasons = "".join(f"; {note}" for note in window.notes)
        tell(f"short: {window.scope} {window.day}: {_by_kind(window.missing_by_kind)} missing{reasons}")
    scopes = " ".join(f"--scope {scope}" for scope in summary.scopes)
    again = f"quay-audit extract {scopes} --since {summary.since} --until {summary.until} --retry"
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
    from pipeline.extract.fetch import Options

    return Options(
        concurrency=settings.concurrency,
        grace=timedelta(minutes=settings.close_after_minutes),
        retry=retry,
        requests_per_row=requests_per_row,
    )


def _choose(client: "QuayClient", texts: tuple[str, ...], day: date) -> "tuple[list[Scope], list[str]]":
    """The scopes that were named, or the best the token may read, with what it may not."""
    from pipeline.extract.sources import BEST_ACCOUNT, find_scopes
    from pipeline.quay.scopes import scope_from_text

    if texts and texts != ("auto",):
        return [scope_from_text(text) for text in dict.fromkeys(texts)], []
    found = find_scopes(client, day)
    if not found.scopes:
        raise Refused(
            "this token may read no log", status=403, where="; ".join(found.cannot), hint=BEST_ACCOUNT
        )
    return found.scopes, found.cannot


def _range(since: date | None, until: date | None) -> tuple[date, date]:
    last = until or now().date()
    first = since or last - timedelta(days=_DEFAULT_DAYS - 1)
    if first > last:
        raise UsageError(
            f"{first} is after {last}", where="--since", hint="give --since a day not after --until"
        )
    return first, last


def _by_kind(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in sorted(counts.items()))


COMMANDS = (doctor, plan, extract, verify)
