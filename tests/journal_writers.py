"""Writers of one journal, as processes of their own.

`python -m tests.journal_writers FOLDER N` writes N entries. `... FOLDER kill` forks a writer for each system call that
touches a file, and has it shot dead just before that call; it prints, by folder, what each writer said was written.
"""

import os
import signal
import sys
from itertools import count
from pathlib import Path

import msgspec

from pipeline.lake.journal import Journal

_MOMENTS = ("open", "os.link", "os.remove", "fcntl.flock")
_ENTRIES = 2


class Word(msgspec.Struct):
    """A record of a journal."""

    word: str


def die_at(nth: int) -> None:
    """End this process for good before the nth thing that it does to a file."""
    left = nth

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        if event in _MOMENTS:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)


def write_until_killed(folder: Path, nth: int) -> tuple[bool, list[str]]:
    """Whether a writer lived through it all, and what it said was written."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        die_at(nth)
        for n in range(_ENTRIES):
            Journal(folder).append(Word(f"word {n}"))
            os.write(writer, f"word {n}\n".encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        lines = said.read().splitlines()
    return os.waitpid(child, 0)[1] == 0, lines


def main(folder: Path, what: str) -> None:
    """Write, or be killed again and again."""
    if what != "kill":
        for n in range(int(what)):
            Journal(folder).append(Word(f"{os.getpid()} {n}"))
        return
    said = {}
    for nth in count(1):
        lived, said[str(nth)] = write_until_killed(folder / str(nth), nth)
        if lived:
            break
    print(msgspec.json.encode(said).decode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
