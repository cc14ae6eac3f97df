"""The steps that work on the lake alone: build, detect."""

from collections import Counter
from datetime import date

from pipeline.detect.casebook import Casebook, read_casebook
from pipeline.detect.run import detect as run_detect
from pipeline.detect.signals import Severity
from pipeline.detect.triage import read_triage
from pipeline.nightly.outcomes import Told
from pipeline.nightly.plan import Progress
from pipeline.nightly.tonight import Tonight
from pipeline.warehouse.build import build as run_build


def build(night: Tonight) -> Told:
    """Events and marts of the days that changed."""
    judging = night.plan.judging
    with night.plan.watch("build", "days") as progress:
        summary = run_build(
            night.plan.layout,
            night.plan.warehouse,
            memory_limit=judging.memory_limit,
            threads=judging.threads,
            progress=_Days(progress).done,
            sql=judging.sql,
        )
    return Told(
        words=f"{len(summary.built_days):,} days built, {summary.unchanged_days:,} unchanged: "
        f"{summary.events:,} events",
        figures={"built_days": len(summary.built_days), "events": summary.events},
    )


def detect(night: Tonight) -> Told:
    """Signals and cases of the days that changed."""
    plan, judging = night.plan, night.plan.judging
    triage = read_triage(plan.layout)
    with plan.watch("detect", "days") as progress:
        summary = run_detect(
            plan.layout,
            plan.warehouse,
            added=judging.added(),
            overrides=judging.overrides,
            suppressions=triage.suppressions,
            memory_limit=judging.memory_limit,
            threads=judging.threads,
            progress=_Days(progress).done,
            sql=judging.sql,
        )
    book = read_casebook(plan.layout, plan.warehouse)
    return Told(
        words=f"{len(summary.judged_days):,} days judged, {summary.unchanged_days:,} unchanged: "
        f"{summary.signal_count:,} signals, {summary.case_count:,} cases",
        figures={
            "judged_days": len(summary.judged_days),
            "signals": summary.signal_count,
            "cases": summary.case_count,
        },
        is_found=_is_found(night, book),
    )


def unsettled_by_severity(book: Casebook) -> dict[str, int]:
    """How many cases somebody has still to look at, of each severity."""
    counts = Counter(page.note.severity for page in book.pages if page.needs_a_look)
    return {severity.value: counts[severity] for severity in Severity}


def _is_found(night: Tonight, book: Casebook) -> bool:
    least = night.plan.judging.fail_on
    return least is not None and any(
        page.needs_a_look and page.note.day >= night.told_since and page.note.severity.rank >= least.rank
        for page in book.pages
    )


class _Days:
    """Days that are done, for whoever watches."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def done(self, done: int, total: int, day: date) -> None:
        self._progress.expect(total)
        self._progress.advance(1)
