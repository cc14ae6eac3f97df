"""The night that is under way: what it found out so far, for the steps to come."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, timedelta

from pipeline.errors import DataError, QuayAuditError, ServerError
from pipeline.extract.sources import is_fatal
from pipeline.lake.ledger import WINDOW_FILE, Ledger, WindowState
from pipeline.nightly.coverage import Coverage, coverage_of, first_kept_day, last_closed_day
from pipeline.nightly.deadline import Deadline
from pipeline.nightly.nights import Night, StepEnded
from pipeline.nightly.outcomes import Outcome
from pipeline.nightly.plan import Plan
from pipeline.quay.scopes import ALL

_RECENT = 7
"""Days, and nights, that lie so little back that they still count."""


class Tonight:
    """One night under way. `earlier` are the nights before it, oldest first."""

    def __init__(self, plan: Plan, number: int, earlier: Sequence[Night]) -> None:
        self.plan = plan
        self.number = number
        self.earlier = earlier
        self.begun_at = plan.now()
        self.today = self.begun_at.date()
        self.last_day = last_closed_day(self.begun_at, plan.server.options.grace)
        self.ledger = Ledger(plan.layout)
        self.deadline = self._deadline()
        self.scopes: list[str] = self._known_scopes()
        self.since: date | None = None
        self.rows_read = 0
        self.clock_skew_seconds: float | None = None
        self.server_trouble: ServerError | None = None

    def give_up_server(self, error: QuayAuditError) -> None:
        """Ask the server nothing more tonight, where that would be useless or worse."""
        if isinstance(error, ServerError) and is_fatal(error):
            self.server_trouble = error

    @property
    def first_kept(self) -> date:
        """The oldest day of which the server still has everything."""
        return first_kept_day(self.today, self.plan.server.keep_days)

    @property
    def told_since(self) -> date:
        """The first day whose cases may still be news: a week back from the last night that told of cases.

        As long as none has, that is the first night there was: nights that were cut short told nobody.
        """
        told = [each for each in self.earlier if (step := each.step("notify")) and _has_told(step)]
        last = told[-1] if told else next(iter(self.earlier), None)
        day = min(self.today, last.begun.today) if last else self.today
        return day - timedelta(days=_RECENT - 1)

    def windows(self) -> list[WindowState]:
        """What the lake holds now, without those whose state cannot be read: verify names them."""
        return list(self._readable_windows())

    def coverage(self) -> Coverage:
        """How much of what it should hold that is."""
        begin = self.earlier[0].begun.today - timedelta(days=1) if self.earlier else self.last_day
        windows = self.windows()
        return coverage_of(
            windows,
            self.scopes or [str(ALL)],  # not known yet: some log there is, and its days pass
            begin=min(begin, self.last_day),
            until=self.last_day,
            today=self.today,
            keep_days=self.plan.server.keep_days,
        )

    def _readable_windows(self) -> Iterator[WindowState]:
        layout = self.plan.layout
        for file in sorted(layout.log_entries.glob(f"scope=*/day=*/{WINDOW_FILE}")):
            with suppress(DataError):
                if window := self.ledger.window(*layout.window_of(file.parent)):
                    yield window

    def _known_scopes(self) -> list[str]:
        """Those that are named, else those of the last night that knew them, else those of the lake."""
        if self.plan.server.scopes:
            return [str(scope) for scope in self.plan.server.scopes]
        for night in reversed(self.earlier):
            if night.ended and night.ended.scopes:
                return list(night.ended.scopes)
        return sorted({window.scope for window in self.windows()})

    def _deadline(self) -> Deadline | None:
        if self.plan.deadline is None:
            return None
        seconds: dict[str, float] = {}
        for step in (step for night in self.earlier[-_RECENT:] for step in night.steps):
            seconds[step.step] = max(step.seconds, seconds.get(step.step, 0.0))
        return Deadline(self.begun_at, self.plan.deadline, seconds)


def _has_told(step: StepEnded) -> bool:
    return step.outcome is Outcome.DONE and step.trouble is None
