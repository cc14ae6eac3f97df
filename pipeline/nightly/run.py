"""The loop of a night: lock, begin, each step with its journal, span and log, then what came of it all."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

import pipeline
from pipeline.detect.casebook import read_casebook
from pipeline.errors import QuayAuditError, UsageError
from pipeline.nightly.alarm import Alarm, alarm_from
from pipeline.nightly.deadline import cut_short
from pipeline.nightly.judging import build, detect, unsettled_by_severity
from pipeline.nightly.lock import Holder, held
from pipeline.nightly.nights import Begun, Ended, Night, StepEnded, journal_of, read_nights
from pipeline.nightly.outcomes import (
    Ending,
    Outcome,
    StepResult,
    Told,
    Trouble,
    ending_from_error,
    trouble_from_error,
    worst,
)
from pipeline.nightly.plan import Plan
from pipeline.nightly.reading import extract, inventory, verify
from pipeline.nightly.summary import NightSummary, save_summary
from pipeline.nightly.telling import notify, report
from pipeline.nightly.tonight import Tonight


class Step(NamedTuple):
    """One step, and what it cannot do without. One that `stops_in_time` keeps what it has done when it is stopped."""

    name: str
    work: Callable[[Tonight], Told]
    needs_server: bool = False
    needs_warehouse: bool = False
    stops_in_time: bool = False


STEPS = (
    Step("extract", extract, needs_server=True, stops_in_time=True),
    Step("verify", verify),
    Step("inventory", inventory, needs_server=True),
    Step("build", build),
    Step("detect", detect, needs_warehouse=True),
    Step("report", report, needs_warehouse=True),
    Step("notify", notify, needs_warehouse=True),
)


def run_night(plan: Plan) -> NightSummary:
    """Do every step that can be done, and say what came of it; a kill at any moment leaves what the next night goes on from.

    Raises: UsageError while another night has the lake; DataError where the journal of nights is damaged.
    """
    holder = Holder(by=plan.by, host=plan.host, process=plan.process, since=plan.now())
    with held(plan.layout, holder), plan.spans("nightly") as span:
        night = _begin(plan)
        results = [_carry_out(step, night) for step in STEPS]
        summary = _summed_up(night, results)
        _end(night, summary)
        span.tell(
            {"exit_status": summary.exit_status, "rows_read": summary.rows_read},
            None if summary.ending in (Ending.DONE, Ending.FINDINGS) else summary.ending.value,
        )
        return summary


def _begin(plan: Plan) -> Tonight:
    earlier = read_nights(plan.layout)
    at = plan.now()
    begun = Begun(
        at=at,
        today=at.date(),
        by=plan.by,
        host=plan.host,
        process=plan.process,
        tool_version=pipeline.__version__,
    )
    number = journal_of(plan.layout).append(begun)
    plan.log("info", "night_begun", f"nightly of {at:%Y-%m-%d}", night=number, today=str(at.date()))
    return Tonight(plan, number, earlier)


def _carry_out(step: Step, night: Tonight) -> StepResult:
    """One step, whatever comes of it, written down and told."""
    plan, begun_at = night.plan, night.plan.now()
    with plan.spans(step.name) as span:
        result = _skipped(step, night, begun_at) or _done(step, night, begun_at)
        span.tell(result.figures, result.trouble.what if result.trouble else None)
    journal_of(plan.layout).append(_record(result, night))
    level = "error" if result.outcome is Outcome.FAILED else "warning" if result.trouble else "info"
    words = f"{step.name}: {result.words}"
    trouble = {"what": result.trouble.what, "where": result.trouble.where} if result.trouble else {}
    plan.log(
        level,
        "step_ended",
        words,
        step=step.name,
        outcome=result.outcome.value,
        ending=result.ending.value,
        seconds=result.seconds,
        **result.figures,
        **trouble,
    )
    return result


def _skipped(step: Step, night: Tonight, at: datetime) -> StepResult | None:
    """Why a step is not even begun; None where it is."""
    ending, trouble = Ending.DONE, None
    if step.name in night.plan.skipped:
        words = "not asked for"
    elif step.needs_server and night.server_trouble:
        words = "the server is given up for tonight"
    elif step.needs_warehouse and not night.plan.warehouse.exists():
        words = "there is no warehouse yet"
    elif night.deadline and not night.deadline.has_room("" if step.stops_in_time else step.name, at):
        words, ending = "no time is left before the deadline", Ending.INCOMPLETE
        trouble = trouble_from_error(cut_short(night.deadline.at))
    else:
        return None
    return StepResult(
        step=step.name,
        outcome=Outcome.SKIPPED,
        ending=ending,
        begun_at=at,
        seconds=0.0,
        words=words,
        trouble=trouble,
    )


def _done(step: Step, night: Tonight, begun_at: datetime) -> StepResult:
    try:
        told = step.work(night)
    except QuayAuditError as error:
        night.give_up_server(error)
        told, outcome = Told(words=error.what, error=error), Outcome.FAILED
    else:
        outcome = Outcome.DONE
    ending = Ending.FINDINGS if told.is_found else Ending.DONE
    trouble: Trouble | None = None
    if told.error is not None:
        ending, trouble = ending_from_error(told.error), trouble_from_error(told.error)
    return StepResult(
        step=step.name,
        outcome=outcome,
        ending=ending,
        begun_at=begun_at,
        seconds=(night.plan.now() - begun_at).total_seconds(),
        words=told.words,
        figures=told.figures,
        trouble=trouble,
    )


def _record(result: StepResult, night: Tonight) -> StepEnded:
    return StepEnded(
        at=night.plan.now(),
        night=night.number,
        step=result.step,
        outcome=result.outcome,
        ending=result.ending,
        seconds=result.seconds,
        words=result.words,
        figures=result.figures,
        trouble=result.trouble,
    )


def _summed_up(night: Tonight, results: Sequence[StepResult]) -> NightSummary:
    plan = night.plan
    coverage = night.coverage()
    alarm = alarm_from(coverage, plan.server.alarm_days)
    ending = worst([*(result.ending for result in results), *([Ending.INCOMPLETE] if alarm else [])])
    ended_at = plan.now()
    successes = [each.ended.at for each in night.earlier if each.is_success and each.ended]
    if ending in (Ending.DONE, Ending.FINDINGS):
        successes.append(ended_at)
    return NightSummary(
        night=night.number,
        today=night.today,
        begun_at=night.begun_at,
        ended_at=ended_at,
        ending=ending,
        exit_status=plan.status_of(ending),
        scopes=night.scopes,
        since=night.since,
        until=night.last_day,
        rows_read=night.rows_read,
        coverage=coverage,
        alarm=alarm,
        steps=list(results),
        unsettled_cases=_unsettled_cases(night),
        last_success_at=successes[-1] if successes else None,
        cut_short=list(_cut_short(night.earlier)),
        tool_version=pipeline.__version__,
    )


def _unsettled_cases(night: Tonight) -> dict[str, int] | None:
    try:
        return unsettled_by_severity(read_casebook(night.plan.layout, night.plan.warehouse))
    except UsageError:
        return None  # nothing was ever built, which its own step says


def _cut_short(earlier: Sequence[Night]) -> Iterator[datetime]:
    for night in reversed(earlier):
        if night.ended:
            return
        yield night.begun.at


def _end(night: Tonight, summary: NightSummary) -> None:
    """The journal last: a night that has ended there is whole."""
    plan = night.plan
    save_summary(plan.layout, summary)
    _tell_end(plan, summary, summary.alarm)
    ended = Ended(
        at=summary.ended_at,
        night=night.number,
        ending=summary.ending,
        exit_status=summary.exit_status,
        scopes=summary.scopes,
        since=summary.since,
        until=summary.until,
        windows=summary.coverage.windows,
        incomplete_days=summary.coverage.incomplete_days,
        missing_entries=summary.coverage.missing_entries,
        clock_skew_seconds=night.clock_skew_seconds,
    )
    journal_of(plan.layout).append(ended)


def _tell_end(plan: Plan, summary: NightSummary, alarm: Alarm | None) -> None:
    if alarm:
        plan.log("error", "alarm", f"ALARM: {alarm.words}", day=str(alarm.day), days_left=alarm.days_left)
    words = f"nightly: {summary.ending.value}"
    facts = {"ending": summary.ending.value, "exit_status": summary.exit_status, "seconds": summary.seconds}
    plan.log("info", "night_ended", words, night=summary.night, **facts)
