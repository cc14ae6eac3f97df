"""How far a long piece of work is, how fast it goes now, and how long the rest takes: numbers and words, no printing."""

from collections import deque
from collections.abc import Callable

_WINDOW_SECONDS = 30.0
_SAMPLE_SECONDS = 0.5


class Pace:
    """Counts of units and pages over time. Speeds are those of the last half minute; the clock comes in.

    Units: `clock` in seconds; speeds in units and pages a second. Not locked: whoever shares it does that.
    """

    def __init__(self, unit: str, clock: Callable[[], float]) -> None:
        self.unit = unit
        self.count = 0
        self.pages = 0
        self.total: int | None = None
        self._clock = clock
        self._start = clock()
        self._samples = deque([(self._start, 0, 0)])

    def advance(self, count: int, pages: int = 0) -> None:
        """So many units, and pages, more."""
        self.count += count
        self.pages += pages
        now = self._clock()
        if now - self._samples[-1][0] >= _SAMPLE_SECONDS:
            self._samples.append((now, self.count, self.pages))
            while len(self._samples) > 1 and self._samples[1][0] <= now - _WINDOW_SECONDS:
                self._samples.popleft()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._clock() - self._start

    @property
    def speed(self) -> tuple[float, float]:
        """Units and pages a second, now: standing still brings both down to nothing."""
        now = self._clock()
        recent = [sample for sample in self._samples if sample[0] >= now - _WINDOW_SECONDS]
        then, count, pages = recent[0] if recent else (now - _WINDOW_SECONDS, self.count, self.pages)
        passed = now - then
        return ((self.count - count) / passed, (self.pages - pages) / passed) if passed > 0 else (0.0, 0.0)

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None while nobody knows how much there is."""
        return min(1.0, self.count / self.total) if self.total else None

    @property
    def seconds_left(self) -> float | None:
        """At the present speed; None while nobody can know."""
        speed = self.speed[0]
        return (self.total - self.count) / speed if self._has_total and self.total and speed > 0 else None

    @property
    def _has_total(self) -> bool:
        """Whether there is a total to speak of: repairs read rows again, and servers without counts promise none."""
        return self.total is not None and self.count <= self.total

    def words(self) -> str:
        """All of it in one line."""
        units_a_second, pages_a_second = self.speed
        parts = [self._counts(), f"{units_a_second:,.0f} {self.unit}/s"]
        if self.pages:
            parts.append(f"{pages_a_second:,.1f} pages/s")
        if self.seconds_left is not None:
            parts.append(f"{words_from_seconds(self.seconds_left)} left")
        return ", ".join(parts)

    def summary(self) -> str:
        """What was done, once it is over."""
        return f"{self._counts()} in {words_from_seconds(self.seconds)}"

    def _counts(self) -> str:
        of_total = f" of {self.total:,}" if self._has_total else ""
        pages = f", {self.pages:,} pages" if self.pages else ""
        return f"{self.count:,}{of_total} {self.unit}{pages}"


def words_from_seconds(seconds: float) -> str:
    """A span of time as a person would say it: `45 s`, `25 min`, `3 h 10 min`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
