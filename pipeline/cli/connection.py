"""From settings to a client: the one place where a command gets hold of a Quay."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.config import Settings

if TYPE_CHECKING:
    from pipeline.quay.client import QuayClient


def now() -> datetime:
    """The time, in UTC: the clock of every command."""
    return datetime.now(UTC)


@contextmanager
def connect(settings: Settings, stop: threading.Event | None = None) -> Iterator["QuayClient"]:
    """A client for the server that the settings name; `stop` ends its pauses."""
    from pipeline.quay.client import QuayClient, transport_to
    from pipeline.quay.throttle import Throttle

    url, token = settings.require_url(), settings.require_token()
    sleep = (stop or threading.Event()).wait
    client = QuayClient(
        url,
        token,
        transport=transport_to(
            url, ca_file=settings.ca_file, proxy=settings.proxy, connections=settings.concurrency
        ),
        throttle=Throttle(ceiling=settings.concurrency, rate=settings.rate, sleep=sleep),
        timeout_seconds=settings.timeout_seconds,
        tries=settings.tries,
        sleep=sleep,
        now=now,
    )
    try:
        yield client
    finally:
        client.close()
