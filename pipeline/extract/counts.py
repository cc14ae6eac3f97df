"""Quay's counts, asked for by the month and at most once each."""

import threading
from datetime import date

from pipeline.extract.windows import months_between
from pipeline.quay.client import QuayClient
from pipeline.quay.logs import Counts, Stream, read_counts


class CountsCache:
    """Counts of any stream on any day of one range. One request covers the stream's whole month."""

    def __init__(self, client: QuayClient, since: date, until: date) -> None:
        self._client = client
        self._spans = list(months_between(since, until))
        self._known: dict[tuple[Stream, date], Counts] = {}
        self._locks: dict[tuple[Stream, date], threading.Lock] = {}
        self._lock = threading.Lock()

    def of_day(self, stream: Stream, day: date) -> dict[str, int]:
        """Rows by kind that a stream has on a day of the range."""
        span = next(span for span in self._spans if span[0] <= day <= span[1])
        key = (stream, span[0])
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._known:
                self._known[key] = read_counts(self._client, stream, *span)
            return self._known[key].get(day, {})
