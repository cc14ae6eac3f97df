"""Which nights there were: a journal that only grows, for the next night and for whoever has to show that each was run.

A night that was killed has begun and has steps, and never ended.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime

import msgspec

from pipeline.lake.journal import Journal, record_from_entry
from pipeline.lake.layout import Layout
from pipeline.nightly.outcomes import Ending, Figure, Outcome, Trouble


class _Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", omit_defaults=True):
    at: datetime


class Begun(_Record, frozen=True, kw_only=True, tag="begun"):
    """A night began. Its number is that of this entry; `today` is its UTC day."""

    today: date
    by: str
    host: str
    process: int
    tool_version: str


class _OfANight(_Record, frozen=True, kw_only=True):
    night: int


class StepEnded(_OfANight, frozen=True, kw_only=True, tag="step"):
    """A step of it ended, `seconds` after it began."""

    step: str
    outcome: Outcome
    ending: Ending
    seconds: float
    words: str
    figures: Mapping[str, Figure] = {}
    trouble: Trouble | None = None


class Alarmed(_OfANight, frozen=True, kw_only=True, tag="alarmed"):
    """A target, named by a digest, was told that the server will soon forget a day that is not complete."""

    target: str
    service: str
    day: date


class Ended(_OfANight, frozen=True, kw_only=True, tag="ended"):
    """It ended by itself. `since` is None where there was nothing to read."""

    ending: Ending
    exit_status: int
    scopes: list[str]
    since: date | None
    until: date
    windows: dict[str, int]
    incomplete_days: int
    missing_entries: int
    clock_skew_seconds: float | None = None


Record = Begun | StepEnded | Alarmed | Ended


class Night(msgspec.Struct, kw_only=True):
    """One night, as far as it came."""

    number: int
    begun: Begun
    steps: list[StepEnded] = []
    alarms: list[Alarmed] = []
    ended: Ended | None = None

    @property
    def is_success(self) -> bool:
        """Whether everything was done and is complete; cases that it found are no failure of it."""
        return self.ended is not None and self.ended.ending in (Ending.DONE, Ending.FINDINGS)

    def step(self, name: str) -> StepEnded | None:
        """How a step ended; None where the night did not come so far."""
        return next((step for step in self.steps if step.step == name), None)


def journal_of(layout: Layout) -> Journal:
    """The journal of the nights of one lake."""
    return Journal(layout.nightly_journal)


def read_nights(layout: Layout) -> list[Night]:
    """Every night that began here, oldest first.

    Raises: DataError naming the file of an entry that is damaged, missing or out of place.
    """
    journal = journal_of(layout)
    nights: dict[int, Night] = {}
    for entry in journal.entries():
        match record_from_entry(entry, journal, _decode_record, "tells of no night"):
            case Begun() as begun:
                nights[entry.sequence] = Night(number=entry.sequence, begun=begun)
            case StepEnded() as step:
                nights[step.night].steps.append(step)
            case Alarmed() as alarmed:
                nights[alarmed.night].alarms.append(alarmed)
            case Ended() as ended:
                nights[ended.night].ended = ended
    return list(nights.values())


# Made here and not when it is needed: two threads that look at a type for the first time at once end the process.
_decode_record: Callable[[bytes], Record] = msgspec.json.Decoder(Record).decode
