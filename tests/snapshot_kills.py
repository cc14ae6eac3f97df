"""Saves a snapshot over another one and dies at each of its renames and removals, a child for each.

`python -m tests.snapshot_kills FOLDER` makes FOLDER/N for the Nth moment, until one lives through it all, and
prints how many died.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.lake.layout import Layout
from pipeline.quay.registry.rows import Organization, User
from tests.holdings import DAY, save

BEFORE: dict[str, list[Any]] = {"users": [User("alice", False, False, True, None, None)], "organizations": []}
AFTER: dict[str, list[Any]] = {
    "users": [User("alice", True, False, True, None, None), User("bob", False, False, True, None, None)],
    "organizations": [Organization("acme", None)],
}
_MOMENTS = ("os.rename", "os.remove")


def die_at(nth: int) -> None:
    """End this process for good before the nth file appears or goes."""
    left = nth

    def look(event: str, args: tuple[object, ...]) -> None:
        nonlocal left
        if event in _MOMENTS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def main(folder: Path) -> int:
    """How many moments there were to die at."""
    for nth in count(1):
        layout = Layout(folder / str(nth))
        save(layout, DAY, BEFORE)
        child = os.fork()
        if child == 0:
            die_at(nth)
            save(layout, DAY, AFTER)
            os._exit(0)
        if os.waitpid(child, 0)[1] == 0:
            return nth - 1
    raise AssertionError("count ended")


if __name__ == "__main__":
    print(main(Path(sys.argv[1])))
