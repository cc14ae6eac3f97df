"""Suppressions: what somebody decided not to be told of, about whom, until when, and why. Data, with an end."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

import msgspec

from pipeline.detect.signals import Signal
from pipeline.errors import UsageError

ANY_DETECTION: Final = "*"
LONGEST: Final = timedelta(days=366)


class Coverage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Which signals a suppression covers: those to which every part that is given applies.

    `subject`, `network`, `namespace_name` and `repository` are the value itself or a pattern with `*` and `?`. `since` and
    `until` are judged days, both covered.
    """

    detection_id: str
    subject: str
    since: date
    until: date
    network: str | None = None
    namespace_name: str | None = None
    repository: str | None = None

    def covers(self, day: date, signal: Signal) -> bool:
        """Whether a signal of that day is covered."""
        wanted = (
            (self.subject, signal.subject),
            (self.network, signal.network),
            (self.namespace_name, signal.namespace_name),
            (self.repository, signal.repository),
        )
        return (
            self.since <= day <= self.until
            and self.detection_id in (ANY_DETECTION, signal.detection_id)
            and all(_fits(pattern, value) for pattern, value in wanted)
        )


class Validity(StrEnum):
    """What has become of a suppression by some day."""

    FUTURE = "future"
    ACTIVE = "active"
    EXPIRED = "expired"
    LIFTED = "lifted"


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """A coverage that somebody entered, and what became of it.

    A lifted one covers no day from `lifted_from` on; the days before it stay as they were judged.
    """

    suppression_id: str
    coverage: Coverage
    why: str
    by: str
    at: datetime
    lifted_from: date | None = None
    lifted_by: str | None = None
    lifted_why: str | None = None

    def covers_day(self, day: date) -> bool:
        """Whether it has anything to say on signals of that day."""
        is_lifted = self.lifted_from is not None and day >= self.lifted_from
        return self.coverage.since <= day <= self.coverage.until and not is_lifted

    def covers(self, signal: Signal) -> bool:
        """Whether it takes that signal out."""
        return self.covers_day(signal.day) and self.coverage.covers(signal.day, signal)

    def validity(self, day: date) -> Validity:
        """What has become of it by `day`."""
        if self.lifted_from is not None and day >= self.lifted_from:
            return Validity.LIFTED
        if day > self.coverage.until:
            return Validity.EXPIRED
        return Validity.ACTIVE if day >= self.coverage.since else Validity.FUTURE


def suppression_of(signal: Signal, suppressions: Iterable[Suppression]) -> Suppression | None:
    """The first one that covers the signal; None where it counts."""
    return next((each for each in suppressions if each.covers(signal)), None)


def check_coverage(coverage: Coverage, entered_on: date) -> None:
    """Refuses what would never end, never begin, or cover everything; raises UsageError."""
    if coverage.until < coverage.since:
        raise UsageError(
            f"it would end on {coverage.until}, before it begins on {coverage.since}",
            where="--until",
            hint="name a later day; it is the last one covered",
        )
    if coverage.until - entered_on > LONGEST:
        raise UsageError(
            f"it would last until {coverage.until}",
            where="--until",
            hint=f"name a day within {LONGEST.days} days: enter it again when it is still wanted then",
        )
    given = (coverage.subject, coverage.network, coverage.namespace_name, coverage.repository)
    if coverage.detection_id == ANY_DETECTION and all(each in (None, "*") for each in given):
        raise UsageError(
            "it would cover everything", where="--subject", hint="name a detection, or whom it is about"
        )


def _fits(pattern: str | None, value: str | None) -> bool:
    """Without a pattern all fits; an absent value fits no pattern."""
    if pattern is None:
        return True
    return value is not None and (value == pattern or fnmatchcase(value, pattern))
