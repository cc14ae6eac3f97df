"""cases suppress, lift, suppressions: what nobody wants to be told of, until when and why."""

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.connection import now
from pipeline.cli.decisions import by_option, decider, said
from pipeline.cli.options import Day, command
from pipeline.cli.output import print_json, print_table, print_text
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.detect.suppressions import Coverage, Suppression


@command(
    name="suppress",
    settings=("lake",),
    examples=[
        "quay-audit cases suppress --detection QD-12 --subject robot:acme+scanner --until 2026-12-31 --why 'new scanner'"
    ],
)
@click.option(
    "--detection", "detection_id", required=True, metavar="ID", help="The detection, or * for every one."
)
@click.option(
    "--subject", required=True, metavar="TEXT", help="Whom it is about, such as robot:acme+ci; * and ? match."
)
@click.option(
    "--until", required=True, type=Day(), help="The last judged day it covers, a year ahead at most."
)
@click.option("--why", required=True, metavar="TEXT", help="The reason; it stands in every report.")
@click.option("--since", type=Day(), help="The first judged day it covers. [default: today]")
@click.option("--network", metavar="TEXT", help="Only from this network, such as 203.0.113.0/24.")
@click.option("--namespace", "namespace_name", metavar="TEXT", help="Only about this namespace.")
@click.option("--repository", metavar="TEXT", help="Only about this repository, such as acme/web.")
@by_option
def suppress(
    settings: Settings, as_json: bool, why: str, by: str | None, since: date | None, **parts: Any
) -> None:
    """Have signals not count until a day. They are kept, marked, and listed; nothing is thrown away.

    Days that were judged before are judged anew by the next detect where it covers them.
    """
    from pipeline.detect.decisions import Suppressed
    from pipeline.detect.suppressions import Coverage, check_coverage
    from pipeline.detect.triage import suppression_id_of
    from pipeline.lake.journal import Journal
    from pipeline.lake.layout import Layout

    at = now()
    coverage = Coverage(since=since or at.date(), **parts)
    _check_detection(coverage.detection_id)
    check_coverage(coverage, at.date())
    record = Suppressed(by=decider(by), at=at, coverage=coverage, why=said(why, "--why"))
    name = suppression_id_of(Journal(Layout(settings.lake).triage).append(record))
    if as_json:
        print_json({"suppression_id": name})
    else:
        print_text(f"{name}: from {coverage.since} to {coverage.until}; `quay-audit detect` applies it")


@command(
    name="lift",
    settings=("lake",),
    examples=["quay-audit cases lift S12 --why 'the scanner is gone'"],
)
@click.argument("suppression_id", metavar="ID")
@click.option("--why", required=True, metavar="TEXT", help="The reason.")
@click.option(
    "--from", "lifted_from", type=Day(), help="The first judged day it no longer covers. [default: today]"
)
@by_option
def lift(
    settings: Settings, as_json: bool, suppression_id: str, why: str, lifted_from: date | None, by: str | None
) -> None:
    """End a suppression before its time."""
    from pipeline.detect.decisions import Lifted
    from pipeline.detect.suppressions import Validity
    from pipeline.detect.triage import read_triage
    from pipeline.lake.journal import Journal
    from pipeline.lake.layout import Layout

    layout, at = Layout(settings.lake), now()
    day = lifted_from or at.date()
    known = {each.suppression_id: each for each in read_triage(layout).suppressions}
    if suppression_id not in known:
        hint = f"there are {', '.join(known)}" if known else "there is none"
        raise UsageError(f"there is no suppression {suppression_id}", hint=hint)
    validity = known[suppression_id].validity(day)
    if validity in (Validity.EXPIRED, Validity.LIFTED):
        raise UsageError(
            f"it is {validity.value} on {day}", where=suppression_id, hint="name an earlier day with --from"
        )
    record = Lifted(
        by=decider(by), at=at, suppression_id=suppression_id, lifted_from=day, why=said(why, "--why")
    )
    Journal(layout.triage).append(record)
    if as_json:
        print_json({"suppression_id": suppression_id, "lifted_from": day})
    else:
        print_text(f"{suppression_id}: lifted from {day} on; `quay-audit detect` applies it")


@command(name="suppressions", settings=("lake",), examples=["quay-audit cases suppressions"])
def suppressions(settings: Settings, as_json: bool) -> None:
    """List every suppression, also those that are over."""
    import msgspec

    from pipeline.detect.triage import read_triage
    from pipeline.lake.layout import Layout

    today = now().date()
    held = read_triage(Layout(settings.lake)).suppressions
    if as_json:
        print_json([{**msgspec.to_builtins(each), "validity": each.validity(today).value} for each in held])
        return
    rows = [_row(each, today) for each in held]
    print_table(["id", "today", "detection", "covers", "since", "until", "by", "why"], rows)


def _row(suppression: "Suppression", today: date) -> list[Any]:
    coverage = suppression.coverage
    until = suppression.lifted_from or coverage.until
    return [
        suppression.suppression_id,
        suppression.validity(today).value,
        coverage.detection_id,
        _words_from_coverage(coverage),
        coverage.since,
        until,
        suppression.by,
        suppression.why,
    ]


def _words_from_coverage(coverage: "Coverage") -> str:
    limits = {
        "from": coverage.network,
        "in": coverage.namespace_name,
        "about": coverage.repository,
    }
    return " ".join([coverage.subject, *(f"{word} {value}" for word, value in limits.items() if value)])


def _check_detection(detection_id: str) -> None:
    from pipeline.bundle import bundled
    from pipeline.detect.rules import SIGMA_ID, read_detections
    from pipeline.detect.suppressions import ANY_DETECTION

    # A Sigma rule is known only while its file is given.
    if detection_id != ANY_DETECTION and not SIGMA_ID.fullmatch(detection_id):
        read_detections(bundled("sql"), [detection_id])
