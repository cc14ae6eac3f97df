"""Who is at work on what, among machines that share a bucket: each says so, looks around, and begins only when it is alone.

A claim is an object. Its name says until when it holds and whose it is, so that one listing tells of all of them. Of two
machines at least one sees the other, because each looks only after it has said so. A claim of somebody who is dead ends
by itself; the folder that made it takes its own back at once.
"""

import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.errors import ServerError, StoreFailure
from pipeline.lake.bucket import Bucket, Stamp
from pipeline.lake.files import disk_troubles_told

HOLDS: Final = timedelta(minutes=30)
"""How long a claim holds. Clocks may differ by half of it: a store refuses whoever is further off than that."""
KEPT_AFTER: Final = timedelta(minutes=10)
PATIENCE_SECONDS: Final = 120.0
_FOLDER: Final = ".claims/"
_WORDS_AT_MOST: Final = 200
_TIME: Final = "%Y%m%dT%H%M%SZ"
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.1, 5.0


class _Mark(NamedTuple):
    """What the name of a claim says."""

    until: datetime
    owner: str
    key: str


class Claims:
    """Makes and reads the claims of one bucket for one owner: a folder of one machine, whose processes keep apart by themselves."""

    def __init__(
        self,
        bucket: Bucket,
        owner: str,
        folder: Path,
        *,
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._bucket = bucket
        self._owner = owner
        self._folder = folder
        self._now = now
        self._sleep = sleep
        self._chance = chance

    @contextmanager
    def held(
        self, below: str, words: str, *, patience_seconds: float = PATIENCE_SECONDS
    ) -> Iterator[tuple["Claim", Mapping[str, Stamp]]]:
        """Be alone with what lies below `below`, which is listed then; `words` tell others who that is.

        Raises: ServerError where somebody else is there, and still is when patience ends.
        """
        claim = Claim(self, below, words)
        try:
            yield claim, self._alone(claim, below, patience_seconds)
        finally:
            # A store that fails now was told of by whatever it made fail, or will be: the claim ends by itself.
            with suppress(StoreFailure):
                claim.withdraw()

    def sweep(self, there: Mapping[str, Stamp]) -> None:
        """Take away claims that have ended, of all that is listed; whoever may only read leaves them."""
        with suppress(StoreFailure):
            for mark in _marks_among(there):
                if not self._is_alive(mark):
                    self.drop(mark)

    def put(self, below: str, words: str) -> _Mark:
        """A new claim, from now on."""
        until = (self._now() + HOLDS).replace(microsecond=0)
        key = f"{below}{_FOLDER}{until:{_TIME}}.{self._owner}"
        with self._small_file() as file:
            file.write_text(words, "utf-8")
            self._bucket.put(key, file)
        return _Mark(until, self._owner, key)

    def drop(self, mark: _Mark) -> None:
        """Take a claim away."""
        self._bucket.delete(mark.key)

    def is_due(self, mark: _Mark) -> bool:
        """Whether it is time to say again that a claim holds."""
        return self._now() >= mark.until - HOLDS + KEPT_AFTER

    def is_left_alone(self, mark: _Mark, below: str) -> bool:
        """Whether a claim is still there, and no other beside it."""
        marks = _marks_among(self._bucket.stamps(below))
        return mark in marks and not self._others(marks)

    def taken(self, below: str, others: Sequence[_Mark]) -> ServerError:
        """The error that says who is there."""
        until = max(mark.until for mark in others)
        hint = (
            f"{self._words_of(others[0])} has it; wait for it: were it dead, its claim would end by itself at "
            f"{until:%Y-%m-%d %H:%M:%S} UTC"
        )
        return ServerError("another machine is at work on this", where=below, hint=hint)

    def _alone(self, claim: "Claim", below: str, patience_seconds: float) -> Mapping[str, Stamp]:
        pause, waited = _FIRST_PAUSE_SECONDS, 0.0
        others: list[_Mark] = []
        while True:
            mark = claim.mark if others else claim.announce()
            there = self._bucket.stamps(below)
            marks = _marks_among(there)
            others = self._others(marks)
            if not others and mark:
                for dead in (each for each in marks if each != mark):
                    self.drop(dead)
                return there
            if not others:
                continue
            if waited >= patience_seconds:
                raise self.taken(below, others)
            if mark and mark > min(others):
                claim.withdraw()  # the first of all stays: for the others it is to give way, and to wait until nobody is there
            waited += (length := pause * (0.5 + self._chance() / 2))
            self._sleep(length)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _others(self, marks: Sequence[_Mark]) -> list[_Mark]:
        return [mark for mark in marks if mark.owner != self._owner and self._is_alive(mark)]

    def _is_alive(self, mark: _Mark) -> bool:
        # One that ends far too late is of no machine with a clock, and would keep everybody out for ever.
        return timedelta() <= mark.until - self._now() <= 2 * HOLDS

    def _words_of(self, mark: _Mark) -> str:
        with self._small_file() as file:
            self._bucket.fetch(mark.key, file)
            return file.read_text("utf-8", "replace")[:_WORDS_AT_MOST] or mark.owner

    @contextmanager
    def _small_file(self) -> Iterator[Path]:
        with (
            disk_troubles_told(self._folder),
            tempfile.NamedTemporaryFile(dir=self._folder, prefix=".mirror.") as file,
        ):
            yield Path(file.name)


class Claim:
    """One claim, as whoever holds it has it."""

    def __init__(self, claims: Claims, below: str, words: str) -> None:
        self._claims = claims
        self._below = below
        self._words = words
        self.mark: _Mark | None = None

    def announce(self) -> _Mark:
        """Say that this is ours, where that is not said already."""
        self.mark = self.mark or self._claims.put(self._below, self._words)
        return self.mark

    def withdraw(self) -> None:
        """Say that it is no more."""
        if self.mark:
            self._claims.drop(self.mark)
            self.mark = None

    def keep(self) -> None:
        """See to it that it goes on to hold; asks the store once in a while only.

        Raises: ServerError where it ended, and somebody else came.
        """
        held = self.mark
        if held is None or not self._claims.is_due(held):
            return
        if not self._claims.is_left_alone(held, self._below):
            what = "another machine took this over while this one slept"
            raise ServerError(what, where=self._below, hint="run the same command again")
        self.mark = self._claims.put(self._below, self._words)
        self._claims.drop(held)


def _marks_among(there: Mapping[str, Stamp]) -> list[_Mark]:
    return sorted(mark for key in there if (mark := _mark_from_key(key)))


def _mark_from_key(key: str) -> _Mark | None:
    """The claim that a key names; None for any other, and for one that somebody else put there."""
    until, dot, owner = key.rpartition(_FOLDER)[2].partition(".")
    if _FOLDER not in key or not dot:
        return None
    with suppress(ValueError):
        return _Mark(datetime.strptime(until, _TIME).replace(tzinfo=UTC), owner, key)
    return None
