"""Which of several runs reads a window: by its scope and day alone, so that nobody has to agree on anything."""

import hashlib
from dataclasses import dataclass

from pipeline.errors import UsageError
from pipeline.extract.windows import Window


@dataclass(frozen=True)
class Shard:
    """One of `count` runs, by its number from 1. Every window is held by exactly one of them."""

    number: int
    count: int

    def holds(self, window: Window) -> bool:
        """Whether this run is the one that reads `window`."""
        digest = hashlib.sha256(str(window).encode()).digest()
        return int.from_bytes(digest[:8]) % self.count == self.number - 1


def shard_from_text(text: str) -> Shard:
    """The shard that `2/4` names; raises UsageError for any other form."""
    number, slash, count = text.partition("/")
    if slash and number.isascii() and count.isascii() and number.isdecimal() and count.isdecimal():
        shard = Shard(int(number), int(count))
        if 1 <= shard.number <= shard.count:
            return shard
    raise UsageError(f"{text!r} is no shard", where="--shard", hint="write it like 2/4: the second of four")
