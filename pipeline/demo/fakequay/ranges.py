"""The dates of a log request: MM/DD/YYYY, and everything else silently replaced by the default range."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from typing import NamedTuple


class TimeRange(NamedTuple):
    """From `start`, inclusive, to `end`, exclusive."""

    start: datetime
    end: datetime

    @property
    def is_backwards(self) -> bool:
        """Whether the range ends before it starts: 400 where Quay looks."""
        return self.end < self.start


def range_from_query(start: str | None, end: str | None, now: datetime) -> TimeRange:
    """The range that Quay reads: the end day wholly included, defaults from a day ago to a day ahead.

    Raises OverflowError for the last day of the calendar, where Quay fails too.
    Source: quay/quay endpoints/api/logs.py:56-70, ffba0c70.
    """
    first = day_from_text(start) or now - timedelta(days=1)
    last = day_from_text(end) or now
    return TimeRange(first, last + timedelta(days=1))


def rfc_2822(at: datetime) -> str:
    """Quay's way to write a time: UTC, whole seconds, `-0000`."""
    return format_datetime(at.astimezone(UTC).replace(tzinfo=None))


@lru_cache(maxsize=4096)
def day_from_text(text: str | None) -> datetime | None:
    """The midnight of MM/DD/YYYY, None for everything else: a year has four digits."""
    if not text:
        return None
    try:
        return datetime.strptime(text + " UTC", "%m/%d/%Y %Z").replace(tzinfo=UTC)
    except ValueError:
        return None
