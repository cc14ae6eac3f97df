"""The exports that Quay accepted, and the queue that hands them to its worker."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

TRIES = 3
RESERVATION = timedelta(seconds=300)

_PICKED_FROM = 50


@dataclass(frozen=True, slots=True)
class ExportJob:
    """An export that Quay accepted. `end` is the asked end plus a day, as Quay stores it; both are midnights or now.

    Names are those of the day of the asking. `server` is the address under which the client reached Quay.
    """

    export_id: str
    server: str
    namespace_id: int
    namespace: str
    repository_id: int | None
    repository: str | None
    start: datetime
    end: datetime
    callback_url: str | None
    callback_email: str | None


class ExportStatus(StrEnum):
    """What a callback and a mail say of a try."""

    SUCCESS = "success"
    FAILED = "failed"
    TIMED_OUT = "timedout"
    INVALID_REQUEST = "invalidrequest"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail about an export, with the link to its file, None where there is none."""

    to: str
    export_id: str
    status: ExportStatus
    url: str | None


@dataclass(slots=True)
class _Item:
    job: ExportJob
    tries_left: int = TRIES
    free_at: datetime | None = None


class ExportQueue:
    """Hands out jobs as Quay's queue does: any that is free, at most three times, each for five minutes.

    A job is gone once it is completed. One that is not, because its try failed or because the worker died, is free
    again when its five minutes are over.
    Source: quay/quay data/queue.py and workers/queueworker.py: a try that raises leaves its item reserved (ffba0c70).
    """

    def __init__(self, seed: int) -> None:
        self.accepted: list[ExportJob] = []
        self._items: dict[str, _Item] = {}
        self._chance = random.Random(seed)

    def put(self, job: ExportJob) -> None:
        """Accept a job."""
        self.accepted.append(job)
        self._items[job.export_id] = _Item(job)

    def claim(self, now: datetime) -> ExportJob | None:
        """Reserve a job that is free: which one of the first fifty is chance, as in Quay."""
        free = [
            item
            for item in self._items.values()
            if item.tries_left > 0 and (item.free_at is None or item.free_at <= now)
        ]
        if not free:
            return None
        item = self._chance.choice(free[:_PICKED_FROM])
        item.tries_left -= 1
        item.free_at = now + RESERVATION
        return item.job

    def complete(self, job: ExportJob) -> None:
        """Take a job from the queue for good."""
        del self._items[job.export_id]
