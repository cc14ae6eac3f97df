"""Lines in canonical order, however many there are: in memory while few, in sorted runs on disk beyond."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import IO, NamedTuple

from pipeline.lake.files import disk_troubles_told
from pipeline.quay.lines import second_of

MEMORY_LIMIT_BYTES = 16 << 20
_OBJECT_BYTES = 64  # what Python keeps beside the bytes of one line
_BATCH_LINES = 32
_WRITTEN_LINES = 1_000
_BLOCK_BYTES = 1 << 16


class _Run(NamedTuple):
    """Sorted lines on disk: the first and the last one, and where in the file they all are."""

    first: bytes
    last: bytes
    start: int
    end: int


class _Reading(NamedTuple):
    """Sorted lines that are being read."""

    first: bytes
    last: bytes
    lines: Iterator[bytes]


class Spool:
    """Takes lines in any order and gives them back sorted, with their multiplicity, as often as asked.

    Units: holds at most `limit_bytes` in memory, whatever it is given; the rest is on disk below `folder`.
    """

    def __init__(self, folder: Path, limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lines: list[bytes] = []
        self._bytes = 0
        self._file: IO[bytes] | None = None
        self._runs: list[_Run] = []
        self._count = 0

    def __enter__(self) -> "Spool":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return self._count

    def extend(self, lines: Iterable[bytes]) -> None:
        """Add lines."""
        rest = iter(lines)
        while batch := list(islice(rest, _BATCH_LINES)):
            self._lines += batch
            self._bytes += sum(map(len, batch)) + _OBJECT_BYTES * len(batch)
            self._count += len(batch)
            if self._bytes >= self._limit_bytes:
                self._spill()

    def __iter__(self) -> Iterator[bytes]:
        self._lines.sort()
        if self._file is None:
            return iter(self._lines)
        readings = [_Reading(run.first, run.last, _lines_of(self._file, run)) for run in self._runs]
        if self._lines:
            readings.append(_Reading(self._lines[0], self._lines[-1], iter(self._lines)))
        return _merged(readings)

    def close(self) -> None:
        """Let go of memory and disk."""
        if self._file is not None:
            self._file.close()
        self._runs.clear()
        self._lines.clear()

    def _spill(self) -> None:
        self._lines.sort()
        start = self._start_of_what_is_over()
        lines, self._lines = self._lines[start:], self._lines[:start]
        with disk_troubles_told(self._folder):
            if self._file is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                # An unnamed file: the system takes it back even if this process is killed.
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (closed by close)
            self._runs.append(_written(self._file, lines))
        self._bytes = sum(map(len, self._lines)) + _OBJECT_BYTES * len(self._lines)

    def _start_of_what_is_over(self) -> int:
        """Where the oldest second ends: it may go on in the next page, and runs that do not overlap need no merging."""
        oldest = second_of(self._lines[0])
        half = islice(self._lines, len(self._lines) // 2)
        return next((number for number, line in enumerate(half) if second_of(line) != oldest), 0)


def _written(file: IO[bytes], lines: list[bytes]) -> _Run:
    start = file.tell()
    for at in range(0, len(lines), _WRITTEN_LINES):
        file.write(b"\n".join([*lines[at : at + _WRITTEN_LINES], b""]))
    file.flush()
    return _Run(lines[0], lines[-1], start, file.tell())


def _lines_of(file: IO[bytes], run: _Run) -> Iterator[bytes]:
    at, rest = run.start, b""
    while at < run.end:
        # Not through the file's own position: several runs are read at once.
        block = os.pread(file.fileno(), min(_BLOCK_BYTES, run.end - at), at)
        at += len(block)
        *lines, rest = (rest + block).split(b"\n")
        yield from lines


def _merged(readings: list[_Reading]) -> Iterator[bytes]:
    """All lines in order. Pages come by time, so runs hardly overlap: only those that do are merged line by line."""
    for cluster in _clusters(readings):
        yield from merge(*cluster) if len(cluster) > 1 else cluster[0]


def _clusters(readings: list[_Reading]) -> Iterator[list[Iterator[bytes]]]:
    cluster: list[Iterator[bytes]] = []
    last = b""
    for reading in sorted(readings, key=attrgetter("first")):
        if cluster and reading.first > last:
            yield cluster
            cluster = []
        cluster.append(reading.lines)
        last = max(last, reading.last)
    yield cluster
