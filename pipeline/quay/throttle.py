"""How hard a server is pressed: a rate, a ceiling on requests at once, and fewer of them when answers slow down.

Every OAuth request costs Quay about 0.3 s of CPU (a bcrypt check), so more requests at once than the server has cores
only wait for each other. The limit follows latency: it grows by one while answers stay near the fastest seen, and falls
when they take twice as long or the server says that it is overloaded.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_GROW_BELOW = 1.5
_SHRINK_ABOVE = 2.0
_FLOOR_DRIFT = 1.005  # the fastest answer ever seen must not bind for ever


class Throttle:
    """Admits requests: never more than `ceiling` at once, never more than `rate` a second."""

    def __init__(
        self,
        *,
        ceiling: int,
        rate: float | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
    ) -> None:
        self._ceiling = ceiling
        self._interval = 1 / rate if rate else 0.0
        self._clock = clock
        self._sleep = sleep
        self._limit = float(min(2, ceiling))
        self._floor = 0.0
        self._busy = 0
        self._next_start = 0.0
        self._free = threading.Condition()

    @property
    def limit(self) -> int:
        """How many requests may be under way now."""
        return int(self._limit)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a place; hold it for the length of the block."""
        with self._free:
            self._free.wait_for(lambda: self._busy < self.limit)
            self._busy += 1
            now = self._clock()
            start = max(now, self._next_start)
            self._next_start = start + self._interval
        try:
            if start > now:
                self._sleep(start - now)
            yield
        finally:
            with self._free:
                self._busy -= 1
                self._free.notify()

    def learn(self, latency_seconds: float, *, overloaded: bool = False) -> None:
        """Take account of one answer."""
        with self._free:
            self._floor = min(latency_seconds, self._floor * _FLOOR_DRIFT or latency_seconds)
            if overloaded:
                self._limit = max(1.0, self._limit / 2)
            elif latency_seconds > self._floor * _SHRINK_ABOVE:
                self._limit = max(1.0, self._limit - 1 / self._limit)
            elif latency_seconds < self._floor * _GROW_BELOW:
                self._limit = min(float(self._ceiling), self._limit + 1 / self._limit)
                self._free.notify()
