"""nginx's rate limit: a leaky bucket by the clock of the caller."""

from datetime import datetime

from pipeline.demo.fakequay.habits import RateLimit


class Limiter:
    """Counts requests against a rate. What exceeds the burst is refused and does not count.

    Source: nginx's ngx_http_limit_req_module with `nodelay`.
    """

    def __init__(self, limit: RateLimit) -> None:
        self._limit = limit
        self._excess = 0.0
        self._last: datetime | None = None
        self.retry_after_seconds = limit.retry_after_seconds

    def admits(self, now: datetime) -> bool:
        """Whether a request at `now` passes."""
        excess = 0.0
        if self._last is not None:
            drained = (now - self._last).total_seconds() * self._limit.per_second
            excess = max(0.0, self._excess - drained + 1)
        if excess > self._limit.burst:
            return False
        self._excess, self._last = excess, now
        return True
