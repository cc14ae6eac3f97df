"""One night at a time: a lock on the lake that ends with its process, however that ends.

A lake in an object store is locked for all machines: by a claim that the night keeps up, and that ends by itself some
time after whoever made it is dead.
"""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from pipeline.errors import ServerError, StoreFailure, UsageError
from pipeline.lake import storage
from pipeline.lake.files import disk_troubles_told
from pipeline.lake.layout import Layout

if TYPE_CHECKING:
    from pipeline.lake.claims import Claim

LOCK: Final = "lock"
_PATIENCE_SECONDS: Final = 5.0  # for the one of two that began at once, which the other gives way to
_KEEP_EVERY_SECONDS: Final = 60.0


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
def held(
    layout: Layout, holder: Holder, *, keep_every_seconds: float = _KEEP_EVERY_SECONDS
) -> Iterator[None]:
    """Hold the lake's lock while the block runs, for this machine and, in an object store, for all.

    Raises: UsageError, which says who holds it and since when: no night is waited for.
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
        with ExitStack() as stack:
            if claim := _claim(stack, path, holder):
                stack.enter_context(_kept(claim, keep_every_seconds))
            yield


def _claim(stack: ExitStack, path: Path, holder: Holder) -> "Claim | None":
    claimed = storage.claimed(path, holder.words, patience_seconds=_PATIENCE_SECONDS)
    try:
        return stack.enter_context(claimed)
    except StoreFailure:
        raise
    except ServerError as error:
        what = "another nightly run of this lake is under way on another machine"
        raise UsageError(what, where=error.where, hint=error.hint) from error


@contextmanager
def _kept(claim: "Claim", every_seconds: float) -> Iterator[None]:
    """Keep a claim up while the block runs."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(every_seconds):
            try:
                claim.keep()
            except StoreFailure:
                continue  # what the night itself asks of the store tells of that
            except ServerError:
                return  # this machine slept so long that another night began; what either writes is whole

    keeper = threading.Thread(target=keep, name="lock", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


_decode_holder = msgspec.json.Decoder(Holder).decode


def _taken(path: Path) -> UsageError:
    try:
        words = _decode_holder(path.read_bytes()).words
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # It was taken a moment ago, and nothing is written there yet.
        words = "another process has it"
    hint = f"{words}; wait for it, or end it: what it has finished is kept"
    return UsageError("another nightly run is under way here", where=str(path), hint=hint)
