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
_CAREFUL = 4  # times slower growth, once it was too much
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
        self._has_fallen = False
        self._floor = 0.0
        self._busy = 0
        self._keeps_place: dict[int, bool] = {}
        self._next_start = 0.0
        self._free = threading.Condition()

    @property
    def limit(self) -> int:
        """How many requests may be under way now."""
        return int(self._limit)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Keep the place of one request for the next one that this thread makes within the block.

        Where answers come fast, waking another thread for each of them would cost as much as reading it. A place goes
        to others when the limit falls, and while its holder rests.
        """
        thread = threading.get_ident()
        if thread in self._keeps_place:
            yield
            return
        self._keeps_place[thread] = False
        try:
            yield
        finally:
            if self._keeps_place.pop(thread):
                self._give_place()

    def rest(self) -> None:
        """Give up the place that this thread keeps until its next request."""
        thread = threading.get_ident()
        if self._keeps_place.get(thread):
            self._keeps_place[thread] = False
            self._give_place()

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a place; hold it for the length of the block."""
        thread = threading.get_ident()
        if self._busy > self.limit:
            self.rest()
        if not self._keeps_place.get(thread):
            self._take_place()
        try:
            self._wait_for_the_rate()
            yield
        finally:
            if thread in self._keeps_place:
                self._keeps_place[thread] = True
            else:
                self._give_place()

    def _take_place(self) -> None:
        with self._free:
            self._free.wait_for(lambda: self._busy < self.limit)
            self._busy += 1

    def _give_place(self) -> None:
        with self._free:
            self._busy -= 1
            self._free.notify()

    def _wait_for_the_rate(self) -> None:
        if not self._interval:
            return
        with self._free:
            now = self._clock()
            start = max(now, self._next_start)
            self._next_start = start + self._interval
        if start > now:
            self._sleep(start - now)

    def learn(self, latency_seconds: float, *, overloaded: bool = False) -> None:
        """Take account of one answer."""
        with self._free:
            self._floor = min(latency_seconds, self._floor * _FLOOR_DRIFT or latency_seconds)
            if overloaded:
                self._fall_to(self._limit / 2)
            elif latency_seconds > self._floor * _SHRINK_ABOVE:
                self._fall_to(self._limit - 1 / self._limit)
            elif latency_seconds < self._floor * _GROW_BELOW:
                self._rise_to(self._limit + 1 / self._limit / (_CAREFUL if self._has_fallen else 1))

    def _rise_to(self, limit: float) -> None:
        before = self.limit
        self._limit = min(float(self._ceiling), limit)
        if self.limit > before:
            self._free.notify()

    def _fall_to(self, limit: float) -> None:
        self._limit = max(1.0, limit)
        self._has_fallen = True
