"""From settings to a client: the one place where a command gets hold of a Quay."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import Secret, Settings

if TYPE_CHECKING:
    from pipeline.extract.receiver import Receiver
    from pipeline.quay.client import QuayClient


def now() -> datetime:
    """The time, in UTC: the clock of every command."""
    return datetime.now(UTC)


@contextmanager
def connect(settings: Settings, stop: threading.Event | None = None) -> "Iterator[QuayClient]":
    """A client for the server that the settings name; `stop` ends its pauses."""
    with client_to(
        settings.require_url(),
        settings.require_token(),
        stop=stop or threading.Event(),
        ca_file=settings.ca_file,
        proxy=settings.proxy,
        concurrency=settings.concurrency,
        rate=settings.rate,
        timeout_seconds=settings.timeout_seconds,
        tries=settings.tries,
    ) as client:
        yield client


@contextmanager
def receive(settings: Settings) -> "Iterator[Receiver | None]":
    """A receiver for callbacks where the settings name a place for one; it is closed at the end of the block."""
    from pipeline.extract.receiver import Receiver

    if settings.callback_listen is None:
        yield None
        return
    with Receiver(
        settings.callback_listen,
        public_url=settings.callback_url,
        certificate=settings.callback_certificate,
    ) as receiver:
        yield receiver


@contextmanager
def client_to(
    url: str,
    token: Secret,
    *,
    stop: threading.Event,
    ca_file: Path | None = None,
    proxy: Secret | None = None,
    concurrency: int = 4,
    rate: float | None = None,
    timeout_seconds: float = 60.0,
    tries: int = 6,
) -> "Iterator[QuayClient]":
    """A client that closes its connections at the end of the block."""
    from pipeline.quay.client import QuayClient
    from pipeline.quay.throttle import Throttle
    from pipeline.quay.transport import transport_to

    def pause(seconds: float) -> None:
        # Without this, a server that hangs would be tried again and again after an interrupt.
        if stop.wait(seconds):
            raise KeyboardInterrupt

    client = QuayClient(
        url,
        token,
        transport=transport_to(url, ca_file=ca_file, proxy=proxy, connections=concurrency),
        downloads=transport_to(
            url, ca_file=ca_file, proxy=proxy, connections=concurrency, only_ca_file=False
        ),
        throttle=Throttle(ceiling=concurrency, rate=rate, sleep=pause),
        timeout_seconds=timeout_seconds,
        tries=tries,
        sleep=pause,
        now=now,
    )
    try:
        yield client
    finally:
        client.close()
