"""Threads that end together: after the first error, or a stop, none begins anything new."""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Item = TypeVar("Item")


class Stopped(Exception):
    """The run was asked to end; what is in flight is given up."""


class Pool:
    """Works on items with `size` threads; setting `stop` ends the work, and so does an error."""

    def __init__(self, size: int, stop: threading.Event) -> None:
        self._size = size
        self._stop = stop

    def each(self, work: Callable[[Item], None], items: Iterable[Item]) -> None:
        """Work on every item, in their order. Raises the first error, or Stopped."""
        with ThreadPoolExecutor(self._size, thread_name_prefix="extract") as threads:
            futures = [threads.submit(self._unless_stopped, work, item) for item in items]
            try:
                for future in as_completed(futures):
                    future.result()
            except BaseException:
                self._stop.set()
                threads.shutdown(cancel_futures=True)
                raise

    def check(self) -> None:
        """Raises Stopped once the run is to end."""
        if self._stop.is_set():
            raise Stopped

    def _unless_stopped(self, work: Callable[[Item], None], item: Item) -> None:
        self.check()
        work(item)
