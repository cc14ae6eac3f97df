"""Files that are whole or not there: written aside, flushed to disk, then renamed."""

import errno
import fcntl
import glob
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.lake import storage

_ASIDE = ".aside"
_OF_THE_DISK = frozenset(
    {
        errno.EACCES,
        errno.EDQUOT,
        errno.EEXIST,
        errno.EFBIG,
        errno.EISDIR,
        errno.ENAMETOOLONG,
        errno.ENOSPC,
        errno.ENOTDIR,
        errno.EPERM,
        errno.EROFS,
    }
)


@contextmanager
def written_aside(path: Path, *, voids: Path | None = None, is_new: bool = False) -> Iterator[Path]:
    """A path to write to; `path` appears, whole and on disk, only when the block ends without an error.

    `voids` is a file that describes what `path` held until now: it goes the moment before, and not earlier.
    Raises: UsageError where the disk is full or closed to this account; FileExistsError where `is_new` is said and another
    machine put something there.
    """
    with disk_troubles_told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path)
        aside = path.with_name(f"{path.name}.{threading.get_ident()}.{os.getpid()}{_ASIDE}")
        with _claimed(aside):
            try:
                yield aside
                _flush(aside)
                if voids is not None:
                    remove(voids)
                with storage.put(aside, path, voids=voids, is_new=is_new):
                    aside.replace(path)
                    _flush(path.parent)
            finally:
                aside.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes, *, is_new: bool = False) -> None:
    """Put `content` at `path`: whole, or not at all. `is_new` is as for `written_aside`."""
    with written_aside(path, is_new=is_new) as aside:
        aside.write_bytes(content)


def put_in_place(file: Path, path: Path) -> None:
    """Let a finished file take the place of `path`, and know that it is there after a power cut."""
    with disk_troubles_told(path):
        _flush(file)
        with storage.put(file, path):
            file.replace(path)
            _flush(path.parent)


def remove(path: Path) -> None:
    """Take `path` away, and know that it stays away after a power cut."""
    storage.remove(path)
    path.unlink(missing_ok=True)
    if path.parent.exists():
        _flush(path.parent)


def remove_leftovers(path: Path) -> None:
    """Delete what a process that was killed left beside `path`.

    Only the lock tells: in a container the next process has the number of the one that was killed.
    """
    for leftover in path.parent.glob(f"{glob.escape(path.name)}.*{_ASIDE}"):
        with suppress(FileNotFoundError), leftover.open("rb") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            leftover.unlink(missing_ok=True)


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Be the only one, of this machine and of all, that writes into `folder`, and see before what was written there."""
    with disk_troubles_told(folder):
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with storage.alone(folder):
            yield
    finally:
        os.close(descriptor)


@contextmanager
def disk_troubles_told(path: Path) -> Iterator[None]:
    """A full disk, or one that is closed to this account, becomes a UsageError that names `path`."""
    try:
        yield
    except OSError as error:
        if error.errno not in _OF_THE_DISK:
            raise
        hint = (
            "make room there, or see to it that this account may write there; then run the same command again"
        )
        raise UsageError(
            f"cannot be written: {os.strerror(error.errno)}", where=str(path), hint=hint
        ) from error


@contextmanager
def _claimed(aside: Path) -> Iterator[None]:
    """Hold a lock on `aside` that ends with this process, however it ends."""
    descriptor = _locked(aside)
    while not _is_at(descriptor, aside):  # somebody took it for a leftover before it was locked
        os.close(descriptor)
        descriptor = _locked(aside)
    try:
        yield
    finally:
        os.close(descriptor)


def _locked(aside: Path) -> int:
    descriptor = os.open(aside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


def _is_at(descriptor: int, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
