"""The steps that speak to people: report, notify."""

from datetime import date, timedelta
from pathlib import Path

from pipeline.detect.casebook import read_casebook
from pipeline.detect.notify import deliver, new_pages
from pipeline.errors import ServerError
from pipeline.lake.journal import Journal
from pipeline.nightly.alarm import alarm_from, send_alarm
from pipeline.nightly.outcomes import Told
from pipeline.nightly.tonight import Tonight
from pipeline.reports.evidence import evidence_of
from pipeline.reports.folder import written
from pipeline.reports.frameworks import FRAMEWORKS

_DAY = timedelta(days=1)


def report(night: Tonight) -> Told:
    """The reports of the last full month and of the one that is under way; a file that says the same is left alone.

    People ask for the month that is over, which still changes while its cases are decided, and want to see the present
    one grow.
    """
    first_day = min((window.day for window in night.windows()), default=None)
    if first_day is None:
        return Told(words="there is nothing to report yet")
    folder = night.plan.layout.reports
    before = _times(folder)
    names = []
    for since, until in months_to_report(night.last_day, first_day):
        found = evidence_of(
            night.plan.layout,
            night.plan.warehouse,
            frameworks=list(FRAMEWORKS),
            since=since,
            until=until,
            sql=night.plan.judging.sql,
        )
        name = f"nightly-{since:%Y-%m}"
        written(found, folder / name, night.plan.telling.formats)
        names.append(name)
    fresh = sum(before.get(file) != at for file, at in _times(folder).items())
    return Told(
        words=f"{', '.join(names)}: {fresh:,} files are new", figures={"reports": len(names), "files": fresh}
    )


def months_to_report(last_day: date, first_day: date) -> list[tuple[date, date]]:
    """The whole month before that of `last_day`, and the days of that one; none that ends before `first_day`."""
    month = last_day.replace(day=1)
    before = month - _DAY
    months = [(before.replace(day=1), before), (month, last_day)]
    return [(since, until) for since, until in months if until >= first_day]


def _times(folder: Path) -> dict[Path, int]:
    return {file: file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def notify(night: Tonight) -> Told:
    """New cases, and the alarm if there is one, leave for where people are."""
    plan, telling = night.plan, night.plan.telling
    targets = telling.targets()
    if not targets:
        return Told(words="nobody is to be told: QUAY_AUDIT_NOTIFY names no address")
    send = telling.sender(targets)
    alarm = alarm_from(night.coverage(), plan.server.alarm_days)
    deaf = send_alarm(night, alarm, targets, send) if alarm else []
    book = read_casebook(plan.layout, plan.warehouse)
    recent = [page for page in book.pages if page.note.day >= night.told_since]
    fresh = [(target, new_pages(recent, target, book.triage, telling.least)) for target in targets]
    count = deliver(
        fresh,
        send=send,
        journal=Journal(plan.layout.triage),
        by=plan.by,
        now=plan.now,
        sleep=plan.sleep,
        tries=telling.tries,
    )
    cases = sum(len(pages) for _, pages in fresh)
    return Told(
        words=f"{count:,} messages about {cases:,} new cases",
        figures={"messages": count, "new_cases": cases, "targets": len(targets)},
        error=_unheard(len(deaf)) if deaf else None,
    )


def _unheard(count: int) -> ServerError:
    return ServerError(
        f"the alarm was not taken by {count:,} addresses",
        hint="see whether the service can be reached from here and the address still holds",
    )
