"""cases list, cases show: what detect found, and where each case stands."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress as suppressing
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.decisions import acknowledge, close, reopen
from pipeline.cli.options import STORE, Day, command
from pipeline.cli.output import print_json, print_table, print_text, tell
from pipeline.cli.suppressions import lift, suppress, suppressions
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.detect.casebook import Page
    from pipeline.detect.decisions import Decision
    from pipeline.detect.signals import Signal

SEVERITIES = ("informational", "low", "medium", "high", "critical")
_STATES = ("unsettled", "open", "acknowledged", "closed", "withdrawn", "all")
_MOST_NAMED = 5


@click.group(
    "cases",
    epilog="\b\nExamples:\n  quay-audit cases list --min-severity high\n  quay-audit cases show 20261101-0123abcd",
)
def cases() -> None:
    """List the cases that detect found, and keep what people decide about them.

    Every command takes --json. Decisions go into a journal in the lake, which only ever grows.
    """


@command(
    name="list",
    settings=STORE,
    examples=["quay-audit cases list", "quay-audit cases list --state closed --since 2026-11-01"],
)
@click.option(
    "--state",
    type=click.Choice(_STATES),
    default="unsettled",
    show_default=True,
    help="Which ones; unsettled are open, acknowledged, and closed ones in which something new was found.",
)
@click.option("--since", type=Day(), help="The first UTC day. [default: the first one judged]")
@click.option("--until", type=Day(), help="The last UTC day, included. [default: the last one judged]")
@click.option(
    "--min-severity",
    type=click.Choice(SEVERITIES),
    default="informational",
    show_default=True,
    help="The least severity.",
)
def list_cases(
    settings: Settings,
    as_json: bool,
    state: str,
    since: date | None,
    until: date | None,
    min_severity: str,
) -> None:
    """List cases by day, the weightiest of each day first."""
    from pipeline.detect.casebook import read_casebook
    from pipeline.detect.signals import Severity
    from pipeline.lake.layout import Layout

    book = read_casebook(Layout(settings.lake), settings.warehouse)
    pages = [
        page
        for page in book.pages
        if (since or date.min) <= page.note.day <= (until or date.max)
        and page.note.severity.rank >= Severity(min_severity).rank
        and _is_in_state(page, state)
    ]
    if as_json:
        print_json([_document(page) for page in pages])
        return
    if not book.judged_days:
        tell("no day is judged yet: run detect")
    print_table(["day", "case", "severity", "score", "state", "subject", "title"], map(_row, pages))
    active = [each for each in book.triage.suppressions if any(map(each.covers_day, book.judged_days))]
    if active:
        names = ", ".join(each.suppression_id for each in active[:_MOST_NAMED])
        more = ", ..." if len(active) > _MOST_NAMED else ""
        tell(f"suppressions in force on some of these days: {names}{more}; `cases suppressions` lists them")


@command(name="show", settings=STORE, examples=["quay-audit cases show 20261101-0123abcd"])
@click.argument("case_id", metavar="ID")
def show_case(settings: Settings, as_json: bool, case_id: str) -> None:
    """Show one case: why it is one, its signals and evidence, what to do next, and what was decided."""
    from pipeline.detect.casebook import page_of, read_casebook
    from pipeline.lake.layout import Layout

    page = page_of(case_id, read_casebook(Layout(settings.lake), settings.warehouse).pages)
    suppressed = _suppressed(page, settings)
    steps = _next_steps(page)
    if as_json:
        print_json(_whole_document(page, suppressed, steps))
        return
    _print_page(page)
    _print_signals(page, suppressed)
    _print_list("next steps", [f"{number}. {step}" for number, step in enumerate(steps, 1)])
    _print_list("decisions", [_words_from_decision(each) for each in page.standing.decisions])


def _row(page: "Page") -> list[Any]:
    note = page.note
    return [note.day, note.case_id, note.severity.value, note.score, page.words, note.subject, note.title]


def _is_in_state(page: "Page", state: str) -> bool:
    from pipeline.detect.casebook import Arising

    match state:
        case "all":
            return True
        case "unsettled":
            return page.needs_a_look
        case "withdrawn":
            return page.arising is not Arising.CURRENT
        case _:
            return page.standing.state.value == state


def _document(page: "Page") -> dict[str, Any]:
    import msgspec

    document: dict[str, Any] = msgspec.to_builtins(page.note)
    standing = page.standing
    return document | {
        "sentence": page.case.sentence if page.case else None,
        "performer_name": page.case.performer_name if page.case else None,
        "state": standing.state.value,
        "disposition": standing.disposition.value if standing.disposition else None,
        "changed_since_closed": standing.changed_since_closed,
        "arising": page.arising.value,
        "related": list(page.related),
    }


def _whole_document(
    page: "Page", suppressed: "Iterable[tuple[Signal, str]]", steps: Sequence[str]
) -> dict[str, Any]:
    import msgspec

    case: Mapping[str, Any] = msgspec.to_builtins(page.case) if page.case else {}
    hidden = [{**msgspec.to_builtins(signal), "suppression_id": name} for signal, name in suppressed]
    decisions = [msgspec.to_builtins(each) for each in page.standing.decisions]
    parts = {"suppressed_signals": hidden, "next_steps": list(steps), "decisions": decisions}
    return {**case, **_document(page), "signals": case.get("signals", []), **parts}


def _suppressed(page: "Page", settings: Settings) -> "list[tuple[Signal, str]]":
    """The signals about the same subjects that a suppression takes out."""
    from pipeline.detect.stored import read_signals

    subjects = set(page.case.subjects) if page.case else {page.note.subject}
    signals = read_signals(settings.warehouse, page.note.day, page.note.day)
    return [(signal, name) for signal, name in signals if name is not None and signal.subject in subjects]


def _next_steps(page: "Page") -> list[str]:
    from pipeline.bundle import bundled
    from pipeline.detect.cases import merged_next_steps
    from pipeline.detect.rules import read_detections

    if page.case is None or page.case.is_collective:
        return []
    steps = {}
    for detection_id in page.case.detection_ids:
        # A case is shown even where this version has its detection no more.
        with suppressing(UsageError):
            (detection,) = read_detections(bundled("sql"), [detection_id])
            steps[detection_id] = detection.next_steps
    return merged_next_steps(page.case.detection_ids, steps)


def _print_page(page: "Page") -> None:
    note, case = page.note, page.case
    print_text(f"{note.case_id}  {note.severity.value}, {note.score:.0f} points, {page.words}")
    print_text(f"{note.subject}: {note.title}")
    if case is None:
        return
    print_text(case.sentence)
    print_text(f"{case.first_at:%Y-%m-%d %H:%M:%S} to {case.last_at:%Y-%m-%d %H:%M:%S} UTC")
    _print_list("linked", [subject for subject in case.subjects if subject != note.subject])
    _print_list("goes on from", page.related)
    _print_list("evidence", case.evidence)


def _print_signals(page: "Page", suppressed: "Iterable[tuple[Signal, str]]") -> None:
    parts = page.case.signals if page.case else ()
    counted = [(part.signal, part.points, part.signal.severity.value) for part in parts]
    hidden = [(signal, 0.0, f"suppressed by {name}") for signal, name in suppressed]
    rows = [
        [signal.detection_id, points, words, signal.subject, signal.reason]
        for signal, points, words in [*counted, *hidden]
    ]
    if rows:
        print_text("")
        print_table(["signal", "points", "severity", "subject", "reason"], rows)


def _print_list(heading: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    print_text("")
    print_text(f"{heading}:")
    for line in lines:
        print_text(f"  {line}")


def _words_from_decision(decision: "Decision") -> str:
    import msgspec

    document = msgspec.to_builtins(decision)
    what = " ".join(filter(None, [document["action"], document.get("disposition")]))
    note = f": {decision.note}" if decision.note else ""
    return f"{decision.at:%Y-%m-%d %H:%M} UTC  {what} by {decision.by}{note}"


for each in (list_cases, show_case, acknowledge, close, reopen, suppress, lift, suppressions):
    cases.add_command(each)

COMMANDS = (cases,)
