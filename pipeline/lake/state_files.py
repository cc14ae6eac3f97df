"""The state of every window, read at the cost of the system calls: a year of a thousand scopes has 365,000 of them."""

import os
from collections.abc import Iterator
from pathlib import Path

_BYTES_AT_ONCE = 1 << 16


def state_files(log_entries: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """The path and content of the file `name` of each window below `log_entries`, in the order of scope and day.

    A window without it is left out: it is being written, and whoever does that names it afterwards.
    """
    root = str(log_entries)
    for scope in _folders(root, "scope="):
        for day in _folders(f"{root}/{scope}", "day="):
            file = f"{root}/{scope}/{day}/{name}"
            try:
                content = _content_of(file)
            except (FileNotFoundError, NotADirectoryError):
                continue
            yield file, content


def _folders(folder: str, prefix: str) -> list[str]:
    try:
        with os.scandir(folder) as found:
            return sorted(each.name for each in found if each.name.startswith(prefix))
    except (FileNotFoundError, NotADirectoryError):
        return []


def _content_of(file: str) -> bytes:
    """A small file's bytes: Python's own file objects cost more to make than these cost to read."""
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        pieces = [os.read(descriptor, _BYTES_AT_ONCE)]
        while len(pieces[-1]) == _BYTES_AT_ONCE:
            pieces.append(os.read(descriptor, _BYTES_AT_ONCE))
        return b"".join(pieces)
    finally:
        os.close(descriptor)
