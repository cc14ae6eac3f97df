"""The alarm: a day is not complete, and the server will soon begin to forget it."""

from collections.abc import Sequence
from datetime import date

import msgspec

from pipeline.detect.notices import Notice
from pipeline.detect.notify import Send, Target
from pipeline.detect.signals import Severity
from pipeline.nightly.coverage import Coverage
from pipeline.nightly.nights import Alarmed, journal_of
from pipeline.nightly.tonight import Tonight


class Alarm(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest day that is not complete, how many there are, and in how many days the server begins to forget it."""

    day: date
    incomplete_days: int
    days_left: int

    @property
    def words(self) -> str:
        """One sentence for people."""
        others = self.incomplete_days - 1
        more = f" ({others:,} more days are incomplete too)" if others else ""
        return f"the entries of {self.day} are not all here, and Quay begins to delete them in {self.days_left} days{more}"


ADVICE = (
    "run quay-audit extract --retry for that day while Quay still has it, or let Quay keep its log longer; "
    "where Quay deletes nothing, give --keep-days as far back as there is to read"
)


def alarm_from(coverage: Coverage, alarm_days: int) -> Alarm | None:
    """The alarm that is due, while there is still time; None where there is none."""
    if coverage.oldest_incomplete is None or coverage.days_left > alarm_days:
        return None
    kept = coverage.incomplete_days - coverage.lost_days
    return Alarm(day=coverage.oldest_incomplete, incomplete_days=kept, days_left=coverage.days_left)


def send_alarm(night: Tonight, alarm: Alarm, targets: Sequence[Target], send: Send) -> list[Target]:
    """Tell each target once a day; gives those that did not take it."""
    told = {
        alarmed.target
        for earlier in night.earlier
        if earlier.begun.today == night.today
        for alarmed in earlier.alarms
    }
    failed = []
    notice = Notice(
        f"Quay audit: {alarm.days_left} days left", f"{alarm.words}.\n{ADVICE}.", Severity.HIGH, ()
    )
    for target in targets:
        if target.digest in told:
            continue
        if not send(target, notice):
            failed.append(target)
            continue
        record = Alarmed(
            at=night.plan.now(),
            night=night.number,
            target=target.digest,
            service=target.service,
            day=alarm.day,
        )
        journal_of(night.plan.layout).append(record)
    return failed
