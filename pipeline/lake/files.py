"""Files that are whole or not there: written aside, flushed to disk, then renamed."""

import glob
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_ASIDE = ".aside"


@contextmanager
def written_aside(path: Path) -> Iterator[Path]:
    """A path to write to; `path` appears, whole and on disk, only when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _remove_leftovers(path)
    aside = path.with_name(f"{path.name}.{threading.get_ident()}.{os.getpid()}{_ASIDE}")
    try:
        yield aside
        _flush(aside)
        aside.replace(path)
        _flush(path.parent)
    finally:
        aside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Put `content` at `path`: whole, or not at all."""
    with written_aside(path) as aside:
        aside.write_bytes(content)


def remove(path: Path) -> None:
    """Take `path` away, and know that it stays away after a power cut."""
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _flush(path.parent)


def _remove_leftovers(path: Path) -> None:
    """Delete what a process that was killed left beside `path`."""
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.*{_ASIDE}"):
        process = leftover.name.removesuffix(_ASIDE).rpartition(".")[2]
        if not (process.isdigit() and _is_alive(int(process))):
            leftover.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
