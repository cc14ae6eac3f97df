"""nightly: every step of a night in one process, with one lock, one summary and one exit status."""

import os
import platform
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import scope_option
from pipeline.cli.connection import connect, now, receive
from pipeline.cli.decisions import decider
from pipeline.cli.detect import detections_from_sigma
from pipeline.cli.options import CALLBACKS, SERVER, STORE, command
from pipeline.cli.output import (
    Progress,
    is_quiet,
    print_chunks,
    print_json,
    print_table,
    print_text,
    tell,
)
from pipeline.cli.status import Status, status_from_error
from pipeline.config import Settings
from pipeline.errors import QuayAuditError, UsageError
from pipeline.nightly.examples import example as text_of_example
from pipeline.nightly.examples import example_names

if TYPE_CHECKING:
    from pipeline.nightly.outcomes import Ending
    from pipeline.nightly.plan import Judging, Log, Plan, Server, Telling
    from pipeline.nightly.summary import NightSummary

_SEVERITIES = ["informational", "low", "medium", "high", "critical"]
_STEPS = ["extract", "verify", "inventory", "build", "detect", "report", "notify"]
_SAID_BY_PROGRESS = ("note", "window_short")

_OPTIONS = (
    scope_option,
    click.option(
        "--route",
        type=click.Choice(["auto", "pages", "export"]),
        default="auto",
        show_default=True,
        help="How to read, as for extract.",
    ),
    click.option(
        "--keep-days",
        type=click.IntRange(2, 3_650),
        default=30,
        show_default=True,
        help="After how many days the server forgets an entry, and so how far back missed days are read.",
    ),
    click.option(
        "--alarm-days",
        type=click.IntRange(0, 3_650),
        default=7,
        show_default=True,
        help="How many days before that somebody has to know of a day that is not complete.",
    ),
    click.option(
        "--deadline",
        metavar="HH:MM|MINUTES",
        help="Be over by this time (UTC), or after so many minutes: what would end later is not begun. [default: none]",
    ),
    click.option(
        "--skip", multiple=True, type=click.Choice(_STEPS), help="A step to leave out; may be given again."
    ),
    click.option(
        "--min-severity",
        type=click.Choice(_SEVERITIES),
        default="high",
        show_default=True,
        help="The least severity of cases that are sent to where QUAY_AUDIT_NOTIFY says.",
    ),
    click.option(
        "--fail-on",
        type=click.Choice(_SEVERITIES),
        help="End with status 1 when a case of the last week is unsettled and of this severity or above.",
    ),
    click.option(
        "--report-format",
        "formats",
        metavar="FORMATS",
        help="The files of the reports, such as pdf,xlsx. [default: all]",
    ),
    click.option(
        "--metrics",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Write metrics for Prometheus' textfile collector there, such as quay_audit.prom.",
    ),
    click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="How stderr tells what happens: for people, or a JSON object a line.",
    ),
    click.option(
        "--memory-limit",
        default="2GB",
        show_default=True,
        help="What DuckDB may use before it spills to disk.",
    ),
    click.option(
        "--example",
        type=click.Choice(example_names()),
        help="Print a ready file that runs this every night, and do nothing else.",
    ),
)


def _options(function: Callable[..., Status]) -> Callable[..., Status]:
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@command(
    settings=(*STORE, *SERVER, *CALLBACKS, "close_after_minutes"),
    examples=[
        "quay-audit nightly",
        "quay-audit nightly --deadline 05:30 --metrics /var/lib/node_exporter/quay_audit.prom",
        "quay-audit nightly --example systemd",
    ],
    builds=True,
)
@_options
def nightly(
    settings: Settings,
    as_json: bool,
    example: str | None,
    metrics: Path | None,
    log_format: str,
    **asked: Any,
) -> Status:
    """Extract, verify, inventory, build, detect, report and notify, as far as each can be done.

    Reads every closed day that is not verified yet, missed ones too, as far back as the server keeps its log. A step that
    fails hides no other: with the server down, what the lake has is still judged and reported. One run at a time; run
    it again after a kill. The summary is kept in <lake>/nightly, with a journal of all nights.
    """
    from pipeline.nightly.metrics import write_metrics
    from pipeline.nightly.run import run_night

    if example:
        print_chunks([text_of_example(example)])
        return Status.DONE
    is_json = log_format == "json"
    log = _log(is_json=is_json)
    try:
        summary = run_night(_plan(settings, log, is_json=is_json, **asked))
        if metrics:
            write_metrics(metrics, summary)
    except QuayAuditError as error:
        if not is_json:
            raise
        log("error", "failed", error.what, where=error.where, hint=error.hint)
        return status_from_error(error)
    _give(summary, as_json)
    return _status_of(summary.ending)


def _plan(
    settings: Settings,
    log: "Log",
    *,
    is_json: bool,
    deadline: str | None,
    skip: tuple[str, ...],
    **asked: Any,
) -> "Plan":
    from pipeline.lake.layout import Layout
    from pipeline.nightly.deadline import time_from_text
    from pipeline.nightly.plan import Plan, no_progress
    from pipeline.nightly.spans import installed_spans

    settings.require_url(), settings.require_token()
    return Plan(
        layout=Layout(settings.lake),
        warehouse=settings.warehouse,
        server=_server(settings, asked),
        judging=_judging(settings, asked),
        telling=_telling(settings, asked),
        by=decider(None),
        host=platform.node(),
        process=os.getpid(),
        now=now,
        sleep=threading.Event().wait,
        watch=no_progress if is_json else lambda step, unit: Progress(step, unit=unit),
        log=log,
        status_of=_status_of,
        deadline=time_from_text(deadline, now()) if deadline else None,
        skipped=frozenset(skip),
        spans=installed_spans(now),
    )


def _server(settings: Settings, asked: dict[str, Any]) -> "Server":
    from pipeline.extract.options import Options
    from pipeline.extract.routes import Route
    from pipeline.nightly.plan import Server
    from pipeline.quay.scopes import scope_from_text

    texts = [text for text in dict.fromkeys(asked["scopes"]) if text != "auto"]
    return Server(
        connect=partial(connect, settings),
        receive=partial(receive, settings),
        options=Options(
            concurrency=settings.concurrency,
            grace=timedelta(minutes=settings.close_after_minutes),
            route=Route(asked["route"]),
        ),
        scopes=[scope_from_text(text) for text in texts],
        keep_days=asked["keep_days"],
        alarm_days=asked["alarm_days"],
    )


def _judging(settings: Settings, asked: dict[str, Any]) -> "Judging":
    from pipeline.detect.signals import Severity
    from pipeline.nightly.plan import Judging

    return Judging(
        added=lambda: detections_from_sigma(settings, ()),
        overrides=settings.detections,
        fail_on=Severity(asked["fail_on"]) if asked["fail_on"] else None,
        memory_limit=asked["memory_limit"],
    )


def _telling(settings: Settings, asked: dict[str, Any]) -> "Telling":
    from pipeline.detect.notify import sender_through_apprise, targets_from_secret
    from pipeline.detect.signals import Severity
    from pipeline.nightly.plan import Telling

    addresses = settings.notify
    return Telling(
        targets=lambda: targets_from_secret(addresses) if addresses else [],
        sender=sender_through_apprise,
        least=Severity(asked["min_severity"]),
        tries=settings.tries,
        formats=_formats(asked["formats"]),
    )


def _formats(text: str | None) -> list[str]:
    from pipeline.reports.folder import FORMATS

    wanted = [each.strip() for each in text.split(",")] if text else []
    for each in wanted:
        if each not in FORMATS:
            hint = f"give some of {','.join(FORMATS)}"
            raise UsageError(f"there is no format {each!r}", where="--report-format", hint=hint)
    return wanted


def _status_of(ending: "Ending") -> Status:
    return Status[ending.name]


def _log(*, is_json: bool) -> "Log":
    from pipeline.nightly.logs import line_from_event

    is_told = not is_quiet()  # other threads have no context to ask

    def log(level: str, event: str, words: str, **facts: Any) -> None:
        if is_told and is_json:
            tell(line_from_event(now(), level, event, words, facts))
        elif is_told and event not in _SAID_BY_PROGRESS:
            tell(words)

    return log


def _give(summary: "NightSummary", as_json: bool) -> None:
    import msgspec

    from pipeline.nightly.summary import lines_from_summary, lines_from_troubles, rows_from_steps

    if as_json:
        print_json(msgspec.to_builtins(summary))
        return
    for line in lines_from_summary(summary):
        print_text(line)
    print_text("")
    print_table(["step", "ended", "seconds", "what"], rows_from_steps(summary.steps))
    for line in lines_from_troubles(summary.steps):
        print_text(line)


COMMANDS = (nightly,)
