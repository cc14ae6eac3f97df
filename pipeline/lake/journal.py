"""An append-only journal: one numbered file an entry, each of which names the hash of the one before it.

An entry is written aside, flushed to disk, and then linked to its number, which fails where somebody else was
faster: then it takes the next number. So two writers at once both land, and a kill leaves whole entries alone.
"""

import fcntl
import hashlib
import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from pipeline.errors import DataError
from pipeline.lake import storage
from pipeline.lake.files import disk_troubles_told

_Record = TypeVar("_Record")

_ASIDE: Final = ".aside"
_DIGITS: Final = 8
_HINT: Final = "restore the folder from a backup: what people decided cannot be made again"


class Entry(msgspec.Struct, frozen=True):
    """One thing that was written down. `record` is a JSON object of whoever keeps the journal."""

    sequence: int
    previous_sha256: str | None
    record: msgspec.Raw


class Journal:
    """Reads and writes the journal in one folder. Its entries never change, and none is ever taken away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def append(self, record: msgspec.Struct) -> int:
        """Write `record` down, and know that it is on disk; gives its number.

        Raises: DataError where the journal is damaged, UsageError where the disk is full or closed to this account.
        """
        content = msgspec.json.encode(record, order="sorted")
        with disk_troubles_told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            self._remove_leftovers()
            return self._land(content)

    def entries(self) -> list[Entry]:
        """Everything that was written down, oldest first.

        Raises: DataError naming the file that is no entry, is missing, or stands where another was.
        """
        storage.follow(self._folder)
        return list(self._read())

    def file_of(self, sequence: int) -> Path:
        """The file of an entry."""
        return self._folder / f"{sequence:0{_DIGITS}d}.json"

    def count(self) -> int:
        """How many entries there are: another number whenever something was decided, soon after on other machines."""
        storage.follow(self._folder)
        return len(self._files())

    def _land(self, record: bytes) -> int:
        while True:
            files = self._files()
            sequence = len(files) + 1
            previous = hashlib.sha256(files[-1].read_bytes()).hexdigest() if files else None
            self._check_number(sequence - 1, files)
            content = _content(Entry(sequence, previous, msgspec.Raw(record)))
            with self._aside(content) as aside:
                try:
                    with storage.put(aside, self.file_of(sequence), is_new=True):
                        os.link(aside, self.file_of(sequence))
                        _flush(self._folder)
                except (FileExistsError, FileNotFoundError):
                    # Somebody else was faster, or took our file for a leftover before it was locked.
                    storage.refresh(self._folder)
                    continue
                return sequence

    def _check_number(self, last: int, files: list[Path]) -> None:
        if files and files[-1] != self.file_of(last):
            raise DataError("an entry of the journal is missing", where=str(self._folder), hint=_HINT)

    def _read(self) -> Iterator[Entry]:
        previous: str | None = None
        for number, file in enumerate(self._files(), 1):
            if file != self.file_of(number):
                raise DataError("this entry is missing", where=str(self.file_of(number)), hint=_HINT)
            content = file.read_bytes()
            entry = _entry_from_bytes(content, file)
            if (entry.sequence, entry.previous_sha256) != (number, previous):
                what = "this entry was not written after the one before it, or that one has changed"
                raise DataError(what, where=str(file), hint=_HINT)
            previous = hashlib.sha256(content).hexdigest()
            yield entry

    def _files(self) -> list[Path]:
        return sorted(self._folder.glob(f"{'[0-9]' * _DIGITS}.json"))

    @contextmanager
    def _aside(self, content: bytes) -> Iterator[Path]:
        """A file of this process alone that holds `content`, on disk; it is locked as long as the block lasts."""
        path, descriptor = self._new_file()
        try:
            with os.fdopen(descriptor, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
                yield path
        finally:
            path.unlink(missing_ok=True)

    def _new_file(self) -> tuple[Path, int]:
        # The numbers of process and thread are not enough: in another container they may be the same.
        for number in itertools.count():
            path = self._folder / f".{os.getpid()}.{threading.get_ident()}.{number}{_ASIDE}"
            with suppress(FileExistsError):
                return path, os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        raise AssertionError("count ended")

    def _remove_leftovers(self) -> None:
        """Delete what a process that was killed left; whoever lives holds a lock on theirs."""
        for leftover in self._folder.glob(f".*{_ASIDE}"):
            with suppress(FileNotFoundError), leftover.open("rb") as file, suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                leftover.unlink(missing_ok=True)


def record_from_entry(
    entry: Entry, journal: Journal, decode: Callable[[bytes], _Record], lacks: str
) -> _Record:
    """What an entry says; raises DataError naming its file, with `lacks` saying what it does not hold."""
    try:
        return decode(entry.record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(
            f"this entry {lacks} ({error})",
            where=str(journal.file_of(entry.sequence)),
            hint="restore it from a backup; or look for an update, a later version may have written it",
        ) from error


def _content(entry: Entry) -> bytes:
    return msgspec.json.format(msgspec.json.encode(entry), indent=1) + b"\n"


_decode_entry = msgspec.json.Decoder(Entry).decode


def _entry_from_bytes(content: bytes, file: Path) -> Entry:
    try:
        return _decode_entry(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DataError(f"this is no entry of a journal ({error})", where=str(file), hint=_HINT) from error


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
