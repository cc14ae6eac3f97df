"""Until when a night may work, and what it therefore does not begin."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from pipeline.errors import Incomplete, UsageError

After = Callable[[float, Callable[[], None]], AbstractContextManager[None]]
"""Calls something after so many seconds, unless the block has ended before."""

_TIME = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_MOST_MINUTES = 7 * 24 * 60
_HALF = 0.5


class Deadline(NamedTuple):
    """When a night is to be over. `seconds` is the most that each step took of late."""

    begun_at: datetime
    at: datetime
    seconds: Mapping[str, float]

    def has_room(self, step: str, now: datetime) -> bool:
        """Whether a step that begins now is likely to end in time.

        While half of the time is left it is begun anyhow: else one that once took long would never be begun again.
        """
        return now + min(timedelta(seconds=self.seconds.get(step, 0.0)), self._half) < self.at

    def reading_ends_at(self, later_steps: Sequence[str]) -> datetime:
        """When reading has to stop for the later steps to end in time.

        At least half of the time is for reading: a report can be made tomorrow, an entry that the server has forgotten
        is gone.
        """
        reserve = timedelta(seconds=sum(self.seconds.get(step, 0.0) for step in later_steps))
        return max(self.begun_at + self._half, self.at - reserve)

    @property
    def _half(self) -> timedelta:
        return (self.at - self.begun_at) * _HALF


def time_from_text(text: str, now: datetime) -> datetime:
    """`04:30` is the next time that it is 04:30 UTC, `90` is in ninety minutes; raises UsageError for anything else."""
    if clock := _TIME.fullmatch(text):
        at = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        return at if at > now else at + timedelta(days=1)
    if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _MOST_MINUTES:
        return now + timedelta(minutes=int(text))
    raise UsageError(
        f"{text!r} is no deadline", where="--deadline", hint="write 04:30 (UTC), or 90 for so many minutes"
    )


@contextmanager
def after_seconds(seconds: float, call: Callable[[], None]) -> Iterator[None]:
    """By the real time, from a thread of its own."""
    timer = threading.Timer(max(0.0, seconds), call)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def stopping(at: datetime | None, now: datetime, after: After) -> Iterator[threading.Event]:
    """An event that is set when it is `at`; with None, never.

    Raises: Incomplete where the work in the block ended with a KeyboardInterrupt for that reason.
    """
    stop = threading.Event()
    if at is None:
        yield stop
        return
    is_struck = threading.Event()

    def strike() -> None:
        is_struck.set()
        stop.set()

    try:
        with after((at - now).total_seconds(), strike):
            yield stop
    except KeyboardInterrupt:
        if not is_struck.is_set():
            raise
        raise cut_short(at) from None


def cut_short(at: datetime) -> Incomplete:
    """What is said of work that the deadline ended, or did not let begin."""
    return Incomplete(
        f"stopped at {at:%H:%M:%S} UTC for the deadline",
        hint="the next night goes on from here; give it more time, or begin earlier",
    )
