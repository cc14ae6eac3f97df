"""Lines in canonical order, however many there are: in memory while few, in sorted files on disk beyond."""

import heapq
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO

from pipeline.lake.files import disk_troubles_told

MEMORY_LIMIT_BYTES = 32 << 20
_OBJECT_BYTES = 64  # what Python keeps beside the bytes of one line


class Spool:
    """Takes lines in any order and gives them back sorted, with their multiplicity, as often as asked.

    Units: holds at most `limit_bytes` in memory, whatever it is given; the rest is on disk below `folder`.
    """

    def __init__(self, folder: Path, limit_bytes: int = MEMORY_LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._lines: list[bytes] = []
        self._bytes = 0
        self._runs: list[IO[bytes]] = []
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
        for line in lines:
            self._lines.append(line)
            self._bytes += len(line) + _OBJECT_BYTES
            self._count += 1
            if self._bytes >= self._limit_bytes:
                self._spill()

    def __iter__(self) -> Iterator[bytes]:
        self._lines.sort()
        if not self._runs:
            return iter(self._lines)
        return heapq.merge(self._lines, *(_lines_of(run) for run in self._runs))

    def close(self) -> None:
        """Let go of memory and disk."""
        for run in self._runs:
            run.close()
        self._runs.clear()
        self._lines.clear()

    def _spill(self) -> None:
        self._lines.sort()
        with disk_troubles_told(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            # An unnamed file: the system takes it back even if this process is killed.
            run = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 (closed by close)
            self._runs.append(run)
            run.writelines(line + b"\n" for line in self._lines)
            run.flush()
        self._lines = []
        self._bytes = 0


def _lines_of(run: IO[bytes]) -> Iterator[bytes]:
    run.seek(0)
    for line in run:
        yield line[:-1]
