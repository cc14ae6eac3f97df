"""The steps that ask the server: extract, verify, inventory."""

from collections import Counter
from datetime import datetime
from typing import Any

import pipeline
from pipeline.errors import DataError, Incomplete, QuayAuditError, Refused
from pipeline.extract.collector import Taken
from pipeline.extract.pool import Pool
from pipeline.extract.recount import Recount, recount
from pipeline.extract.run import extract as run_extract
from pipeline.extract.snapshot import take_snapshot
from pipeline.extract.sources import BEST_ACCOUNT, find_scopes
from pipeline.extract.summary import ExtractSummary
from pipeline.lake.inspection import Inspection, inspect
from pipeline.lake.ledger import State, WindowState
from pipeline.lake.snapshot_writer import save_snapshot
from pipeline.nightly.coverage import first_due_day
from pipeline.nightly.deadline import stopping
from pipeline.nightly.outcomes import Outcome, Told
from pipeline.nightly.plan import Log, Progress
from pipeline.nightly.tonight import Tonight
from pipeline.quay.client import QuayClient
from pipeline.quay.registry.rows import Outcome as ListOutcome
from pipeline.quay.registry.tables import TABLES
from pipeline.quay.scopes import Scope

_AFTER_READING = ("verify", "inventory", "build", "detect", "report", "notify")


def extract(night: Tonight) -> Told:
    """Read every closed day that is not verified, as far back as the server keeps them."""
    plan = night.plan
    ends_at = night.deadline.reading_ends_at(_AFTER_READING) if night.deadline else None
    with (
        stopping(ends_at, plan.now(), plan.after) as stop,
        plan.server.receive() as receiver,
        plan.server.connect(stop) as client,
        plan.watch("extract", "rows") as progress,
    ):
        scopes, cannot = _scopes(night, client)
        night.scopes = [str(scope) for scope in scopes]
        night.since = first_due_day(night.windows(), night.scopes, night.first_kept, night.last_day)
        night.clock_skew_seconds = client.clock_skew_seconds
        if night.since is None:
            return Told(words=f"every day to {night.last_day} is verified already")
        listener = _Listener(progress, plan.log)
        try:
            summary = run_extract(
                client,
                plan.layout,
                scopes,
                night.since,
                night.last_day,
                options=plan.server.options,
                now=plan.now,
                watcher=listener,
                stop=stop,
                receiver=receiver,
                cannot=cannot,
            )
        finally:
            night.rows_read = listener.rows
    return _told_extract(summary)


class _Listener:
    """Hears how an extract goes on."""

    def __init__(self, progress: Progress, log: Log) -> None:
        self.rows = 0
        self._expected = 0
        self._progress = progress
        self._log = log

    def planned(self, rows: int, pages: int) -> None:
        self._expected += rows
        self._progress.expect(self._expected)

    def page(self, rows: int) -> None:
        self.rows += rows
        self._progress.advance(rows, pages=1)

    def exported(self, rows: int) -> None:
        self.rows += rows
        self._progress.advance(rows)

    def window(self, state: WindowState) -> None:
        if state.state is State.SHORT:
            facts: dict[str, Any] = {"scope": state.scope, "day": str(state.day), "missing": state.missing}
            words = f"{state.scope} {state.day} is short of {state.missing:,} entries"
            self._progress.say(words)
            self._log("warning", "window_short", words, step="extract", **facts)

    def note(self, text: str) -> None:
        self._progress.say(text)
        self._log("warning", "note", text, step="extract")


def _scopes(night: Tonight, client: QuayClient) -> tuple[list[Scope], list[str]]:
    if night.plan.server.scopes:
        return list(night.plan.server.scopes), []
    found = find_scopes(client, night.last_day)
    if not found.scopes:
        where = "; ".join(found.cannot)
        raise Refused("this token may read no log", status=403, where=where, hint=BEST_ACCOUNT)
    return found.scopes, found.cannot


def _told_extract(summary: ExtractSummary) -> Told:
    counts = ", ".join(f"{count:,} {state}" for state, count in summary.windows.items() if count)
    return Told(
        words=f"{summary.since} to {summary.until}: {counts}; {summary.rows_read:,} rows read, "
        f"{summary.requests:,} requests",
        figures={
            "rows_read": summary.rows_read,
            "requests": summary.requests,
            "windows_short": len(summary.short),
            "windows_left": len(summary.left),
        },
        error=None if summary.is_complete else _unfinished(summary),
    )


def _unfinished(summary: ExtractSummary) -> Incomplete:
    missing = sum(summary.missing_by_kind.values())
    parts = [f"{len(summary.short):,} windows are short of {missing:,} entries"] if summary.short else []
    parts += [f"{len(summary.left):,} windows could not be read"] if summary.left else []
    places = [f"{window.scope} {window.day}" for window in summary.short]
    places += [f"{window.scope} {window.day}" for window in summary.left]
    more = f" and {len(places) - 3:,} more" if len(places) > 3 else ""
    return Incomplete(
        " and ".join(parts),
        where=", ".join(places[:3]) + more,
        hint=f"what is left is read again by the next night; short ones by: "
        f"quay-audit extract --since {summary.since} --until {summary.until} --retry",
    )


def verify(night: Tonight) -> Told:
    """Files against their hashes and the chain; what the server still keeps against today's counts."""
    inspection = inspect(night.plan.layout)
    if inspection.findings:
        raise _not_as_written(inspection, night)
    words = f"{inspection.windows:,} windows and {inspection.manifests:,} manifests as they were written"
    figures = {"windows": inspection.windows, "manifests": inspection.manifests}
    if night.server_trouble:
        return Told(words=f"{words}; not recounted, the server is out of reach", figures=figures)
    kept = [w for w in night.windows() if w.day >= night.first_kept and w.scope in night.scopes]
    at = night.deadline.at if night.deadline else None
    with stopping(at, night.plan.now(), night.plan.after) as stop, night.plan.server.connect(stop) as client:
        found = recount(client, kept)
    gone = "".join(f"; {log.scope} is not there now: {log.reason}" for log in found.absent)
    return Told(
        words=f"{words}; {found.windows:,} recounted, {len(found.differences):,} differ{gone}",
        figures={**figures, "recounted": found.windows, "differences": len(found.differences)},
        error=_error_from_recount(found),
    )


def _not_as_written(inspection: Inspection, night: Tonight) -> DataError:
    first = inspection.findings[0]
    return DataError(
        f"{len(inspection.findings):,} things in the lake are not as they were written; {first.where}: {first.what}",
        where=str(night.plan.layout.root),
        hint="quay-audit verify --offline names all of them; restore them from a backup, or remove a window's folder: "
        "the next night reads it again",
    )


def _error_from_recount(found: Recount) -> Incomplete | None:
    lacking = [each for each in found.differences if each.missing_by_kind]
    if lacking:
        return Incomplete(
            f"{len(lacking):,} windows lack entries that Quay counts today",
            where=f"{lacking[0].scope} {lacking[0].day}",
            hint="quay-audit verify names all of them; remove a verified one's folder: the next night reads it again",
        )
    if found.uncounted:
        hint = "without aggregatelogs nothing can be compared: switch it on in Quay's configuration"
        return Incomplete(f"{len(found.uncounted):,} scopes could not be counted", hint=hint)
    closed = [log.scope for log in found.absent if not log.is_deleted]
    if closed:
        hint = "use a token of an account that may read them; only a superuser's tells a deleted log from a closed one"
        return Incomplete(
            f"{len(closed):,} logs could not be read to be recounted", where=closed[0], hint=hint
        )
    return None


def inventory(night: Tonight) -> Told:
    """Today's snapshot of who and what there is, once a day: a list a request is dear to the server."""
    if _is_taken(night):
        return Told(words=f"the snapshot of {night.today} was taken by an earlier run of today")
    plan, at = night.plan, night.plan.now()
    ends_at = night.deadline.at if night.deadline else None
    with (
        stopping(ends_at, at, plan.after) as stop,
        plan.server.connect(stop) as client,
        plan.watch("inventory", "lists") as progress,
    ):
        names = [table.name for table in TABLES]
        pool = Pool(plan.server.options.concurrency, stop)
        taken = take_snapshot(client, names, pool=pool, watch=progress)
        url, requests = client.url, client.requests
    _save(night, taken, at, url)
    return _told_inventory(taken, requests)


def _is_taken(night: Tonight) -> bool:
    runs = [each for each in night.earlier if each.begun.today == night.today]
    steps = [step for each in runs if (step := each.step("inventory"))]
    return any(step.outcome is Outcome.DONE and not step.trouble for step in steps)


def _save(night: Tonight, taken: Taken, at: datetime, url: str) -> None:
    if not any(each.outcome is ListOutcome.READ for each in taken.lists):
        reasons = ", ".join(dict.fromkeys(each.reason for each in taken.lists if each.reason))
        raise Refused("this token may read no list", status=403, where=reasons, hint=BEST_ACCOUNT)
    version = pipeline.__version__
    save_snapshot(night.plan.layout, at.date(), taken.rows, taken_at=at, server_url=url, tool_version=version)
    night.ledger.seal(night.plan.now(), version)


def _told_inventory(taken: Taken, requests: int) -> Told:
    rows = sum(len(each) for name, each in taken.rows.items() if name != "lists")
    outcomes = Counter(each.outcome for each in taken.lists)
    failed = outcomes[ListOutcome.FAILED]
    error: QuayAuditError | None = None
    if failed:
        hint = "the next night takes a new one; or run quay-audit inventory today"
        error = Incomplete(f"{failed:,} lists should have been answered and were not", hint=hint)
    words = ", ".join(f"{count:,} {outcome.value}" for outcome, count in outcomes.items())
    return Told(
        words=f"{rows:,} rows; lists: {words}",
        figures={"rows": rows, "requests": requests, "lists": len(taken.lists), "lists_failed": failed},
        error=error,
    )
