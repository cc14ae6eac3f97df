"""One night at a time: a lock on the lake that ends with its process, however that ends."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from pipeline.errors import UsageError
from pipeline.lake.files import disk_troubles_told
from pipeline.lake.layout import Layout

LOCK: Final = "lock"


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """Who has the lake: which account, on which machine, in which process, since when (UTC)."""

    by: str
    host: str
    process: int
    since: datetime

    @property
    def words(self) -> str:
        """The same for people."""
        return f"process {self.process} of {self.by} on {self.host} has it since {self.since:%Y-%m-%d %H:%M:%S} UTC"


@contextmanager
def held(layout: Layout, holder: Holder) -> Iterator[None]:
    """Hold the lake's lock while the block runs.

    Raises: UsageError, which says who holds it and since when, at once: nobody is waited for.
    """
    path = layout.nightly / LOCK
    with disk_troubles_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _taken(path) from None
        with disk_troubles_told(path):
            file.truncate(0)
            file.write(msgspec.json.encode(holder) + b"\n")
            file.flush()
        yield


_decode_holder = msgspec.json.Decoder(Holder).decode


def _taken(path: Path) -> UsageError:
    try:
        words = _decode_holder(path.read_bytes()).words
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # It was taken a moment ago, and nothing is written there yet.
        words = "another process has it"
    hint = f"{words}; wait for it, or end it: what it has finished is kept"
    return UsageError("another nightly run is under way here", where=str(path), hint=hint)
