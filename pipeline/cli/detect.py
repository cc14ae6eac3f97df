"""detect: judge the days of the lake, and try the detections themselves."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline.cli.choices import check_order
from pipeline.cli.engines import engine_of, engine_option
from pipeline.cli.options import SPARK, STORE, Day, command
from pipeline.cli.output import Progress, print_json, print_table, print_text, tell
from pipeline.cli.status import Status
from pipeline.config import Settings
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.detect.cases import Case
    from pipeline.detect.readiness import Verdict
    from pipeline.detect.rules import Detection
    from pipeline.detect.run import DetectSummary
    from pipeline.detect.triage import Triage

_SEVERITIES = ["informational", "low", "medium", "high", "critical"]
_MOST_DAYS_NAMED = 7


@command(
    settings=(*STORE, *SPARK),
    examples=[
        "quay-audit detect",
        "quay-audit detect --since 2026-11-01 --until 2026-11-30 --fail-on high",
        "quay-audit detect --sigma rules/",
        "quay-audit detect --test QD-12",
    ],
)
@click.argument("ids", nargs=-1, metavar="[ID]...")
@click.option("--since", type=Day(), help="The first UTC day to judge. [default: the first there is]")
@click.option("--until", type=Day(), help="The last UTC day to judge, included. [default: the last there is]")
@click.option(
    "--fail-on",
    type=click.Choice(_SEVERITIES),
    help="End with status 1 when the range has an unsettled case of this severity or above.",
)
@click.option(
    "--sigma",
    "sigma_paths",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="A file or folder of Sigma rules to run too; may be given again. Those of QUAY_AUDIT_SIGMA always run.",
)
@click.option("--full", is_flag=True, help="Judge every day again, not only what changed.")
@engine_option
@click.option(
    "--test", "is_test", is_flag=True, help="Try the detections, or those named, on their own cases instead."
)
@click.option(
    "--memory-limit", default="2GB", show_default=True, help="What DuckDB may use before it spills to disk."
)
def detect(settings: Settings, as_json: bool, ids: tuple[str, ...], is_test: bool, **options: Any) -> Status:
    """Judge the days of the lake that changed, and print the cases of those days, the weightiest first.

    Run build before. A day is judged again when it, a day before it, a detection, its settings or a suppression has
    changed; open days too. What a detection could not see on a day is told on stderr.
    """
    if is_test:
        return _try(ids, as_json)
    if ids:
        raise UsageError(
            f"{ids[0]} is given without --test", hint="every detection is run; settings can leave one out"
        )
    return _judge(settings, as_json, **options)


def _judge(
    settings: Settings,
    as_json: bool,
    since: date | None,
    until: date | None,
    fail_on: str | None,
    **options: Any,
) -> Status:
    from pipeline.detect.signals import Severity
    from pipeline.detect.stored import read_cases
    from pipeline.detect.triage import read_triage
    from pipeline.lake.layout import Layout

    check_order(since, until)
    triage = read_triage(Layout(settings.lake))
    summary = _run(settings, triage, since=since, until=until, **options)
    cases = read_cases(settings.warehouse, since, until)
    _give(summary, [case for case in cases if case.day in set(summary.judged_days)], triage, as_json)
    unsettled = [case for case in cases if not triage.of(case).is_settled]
    is_found = fail_on is not None and any(case.severity.rank >= Severity(fail_on).rank for case in unsettled)
    return Status.FINDINGS if is_found else Status.DONE


def _run(
    settings: Settings, triage: "Triage", sigma_paths: Sequence[Path], engine: str, **options: Any
) -> "DetectSummary":
    from pipeline.detect.run import detect as run_detect
    from pipeline.lake.layout import Layout

    with Progress("detect", unit="days") as progress, engine_of(engine, settings) as elsewhere:

        def on_day(done: int, total: int, day: date) -> None:
            progress.expect(total)
            progress.advance(1)

        return run_detect(
            Layout(settings.lake),
            settings.warehouse,
            added=detections_from_sigma(settings, sigma_paths),
            overrides=settings.detections,
            suppressions=triage.suppressions,
            progress=on_day,
            engine=elsewhere,
            **options,
        )


def detections_from_sigma(settings: Settings, paths: Sequence[Path]) -> "list[Detection]":
    """The Sigma rules that the settings name and those of these files and folders, as detections."""
    given = [*([settings.sigma] if settings.sigma else []), *paths]
    if not given:
        return []
    from pipeline.detect.sigma import require_reader

    require_reader()
    from pipeline.detect.sigma.imported import read_sigma

    return read_sigma(given)


def _give(summary: "DetectSummary", cases: "Sequence[Case]", triage: "Triage", as_json: bool) -> None:
    import msgspec

    if as_json:
        rows = [msgspec.to_builtins(case) | {"state": triage.of(case).state.value} for case in cases]
        print_json(msgspec.to_builtins(summary) | {"cases": rows})
        return
    if cases:
        columns = ["day", "case", "severity", "score", "state", "subject", "why"]
        print_table(columns, [_cells(case, triage) for case in cases])
    print_text(
        f"{len(summary.judged_days):,} days judged, {summary.unchanged_days:,} unchanged: "
        f"{summary.signal_count:,} signals, {summary.case_count:,} cases"
    )
    for line in lines_from_verdicts(summary.degraded):
        tell(line)


def _cells(case: "Case", triage: "Triage") -> list[Any]:
    state = triage.of(case).state.value
    return [case.day, case.case_id, case.severity.value, case.score, state, case.subject, case.sentence]


def lines_from_verdicts(verdicts: "Sequence[Verdict]") -> list[str]:
    """A line for each way in which the days were not seen whole: how far, which detections, which days, and why."""
    days: dict[tuple[str, str], set[date]] = {}
    detections: dict[tuple[str, str], set[str]] = {}
    for verdict in verdicts:
        for reason in verdict.reasons:
            key = (verdict.readiness.value, reason)
            days.setdefault(key, set()).add(verdict.day)
            detections.setdefault(key, set()).add(verdict.detection_id)
    return [
        f"{readiness}: {_listed(sorted(detections[readiness, reason]))} on "
        f"{_between(days[readiness, reason])}: {reason}"
        for readiness, reason in days
    ]


def _between(days: set[date]) -> str:
    return f"{min(days)} to {max(days)} ({len(days):,} days)" if len(days) > 1 else f"{min(days)}"


def _listed(words: Sequence[str]) -> str:
    more = len(words) - _MOST_DAYS_NAMED
    shown = ", ".join(words[:_MOST_DAYS_NAMED])
    return f"{shown} and {more:,} more" if more > 0 else shown


def _try(ids: Sequence[str], as_json: bool) -> Status:
    """Every case of the detections: what differs from what it says, and how many went as they should."""
    import msgspec

    from pipeline.bundle import bundled
    from pipeline.detect.rules import read_detections
    from pipeline.detect.trial import try_detections

    sql: Path = bundled("sql")
    verdicts = []
    for verdict in try_detections(read_detections(sql, ids), sql):
        verdicts.append(verdict)
        if verdict.complaints and not as_json:
            print_text(f"{verdict.detection_id}: {verdict.case}")
            for complaint in verdict.complaints:
                print_text(f"  {complaint}")
    failed = [verdict for verdict in verdicts if verdict.complaints]
    if as_json:
        print_json([msgspec.to_builtins(verdict) for verdict in verdicts])
    else:
        print_text(f"{len(verdicts) - len(failed):,} of {len(verdicts):,} cases as they should be")
    return Status.DATA if failed else Status.DONE


COMMANDS = (detect,)
