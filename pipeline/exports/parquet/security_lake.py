"""OCSF as custom sources of an Amazon Security Lake: one class a source, one partition a day, ordered by time.

Source: docs.aws.amazon.com/security-lake/latest/userguide/custom-sources.html: pages of at most 1 MB uncompressed, row groups
of at most 256 MB compressed, zstandard, `<source>/region=/accountId=/eventDay=yyyyMMdd/`, at most 50 sources an account.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import IO, Final

import pyarrow.parquet as pq

from pipeline.exports.kinds import EventClass
from pipeline.exports.lines import Numbering
from pipeline.exports.ocsf import OcsfWriter
from pipeline.exports.parquet.ocsf_columns import SCHEMAS, pairs_of, table_from_documents
from pipeline.exports.run import Export
from pipeline.lake.files import remove, written_aside
from pipeline.warehouse.event_stream import BuiltDay

MOST_OBJECT_BYTES: Final = 200 << 20
_GROUP_BYTES: Final = 8 << 20  # of JSON, which is several times what becomes of it
_PAGE_BYTES: Final = 256 << 10
# How full a page is, is looked at after every row: so only a value that is itself too long makes a page too long.
_ROWS_A_LOOK: Final = 1


class _Part:
    """One object that is being written: rows wait until there is enough of them for a row group."""

    def __init__(self, file: IO[bytes], event_class: EventClass) -> None:
        self._file = file
        self._class = event_class
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._writer = pq.ParquetWriter(
            file,
            SCHEMAS[event_class],
            compression="zstd",
            compression_level=3,
            store_schema=False,
            data_page_size=_PAGE_BYTES,
            dictionary_pagesize_limit=_PAGE_BYTES,
            write_batch_size=_ROWS_A_LOOK,
        )

    def add(self, body: bytes, group_bytes: int) -> int:
        """One more row; gives the bytes that are in the file."""
        self._waiting.append(body)
        self._waiting_bytes += len(body)
        if self._waiting_bytes >= group_bytes:
            self._write()
        return self._file.tell()

    def close(self) -> None:
        """The rest of the rows, and the file's end."""
        if self._waiting:
            self._write()
        self._writer.close()

    def _write(self) -> None:
        table = table_from_documents(self._class, self._waiting)
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._waiting, self._waiting_bytes = [], 0


class SecurityLake:
    """A folder to be copied to the bucket of a Security Lake as it is. Units: bytes, for tests to make them small."""

    def __init__(
        self,
        root: Path,
        *,
        region: str,
        account: str,
        version: str,
        object_bytes: int = MOST_OBJECT_BYTES,
        group_bytes: int = _GROUP_BYTES,
    ) -> None:
        self.writer = OcsfWriter(version, unmapped=pairs_of)
        self._root = root
        self._region = region
        self._account = account
        self._object_bytes = object_bytes
        self._group_bytes = group_bytes

    def write(self, export: Export) -> list[Path]:
        """All days; the objects of a day appear together, and take the place of all that it had."""
        files = []
        for day in export.days:
            with self._opened_day(day.day) as opened:
                self._write_day(day, export, opened)
            files += opened.paths
            for stale in self._objects(day.day) - set(opened.paths):
                remove(stale)
            export.finish([day])
        return files

    def partition(self, event_class: EventClass, day: date) -> Path:
        """The folder of one class and day."""
        source = self._root / "ext" / f"quay-{event_class.value}"
        return source / f"region={self._region}" / f"accountId={self._account}" / f"eventDay={day:%Y%m%d}"

    def _write_day(self, day: BuiltDay, export: Export, opened: "_OpenedDay") -> None:
        number = Numbering()
        for events in export.stream.events(day):
            for event in events:
                event_class, document = self.writer.classified(event, number.id_of(event))
                opened.add(event_class, document.body)
            export.progress(len(events))

    @contextmanager
    def _opened_day(self, day: date) -> "Iterator[_OpenedDay]":
        with ExitStack() as stack:
            opened = _OpenedDay(self, day, stack, self._object_bytes, self._group_bytes)
            yield opened
            opened.close()

    def _objects(self, day: date) -> set[Path]:
        return {file for each in EventClass for file in self.partition(each, day).glob("*.parquet")}


class _OpenedDay:
    """The objects of one day, a part of each class open at a time."""

    def __init__(
        self, lake: SecurityLake, day: date, stack: ExitStack, object_bytes: int, group_bytes: int
    ) -> None:
        self.paths: list[Path] = []
        self._lake = lake
        self._day = day
        self._stack = stack
        self._object_bytes = object_bytes
        self._group_bytes = group_bytes
        self._parts: dict[EventClass, _Part] = {}
        self._count: dict[EventClass, int] = {}

    def add(self, event_class: EventClass, body: bytes) -> None:
        """One more row of a class; rows come in the order of time."""
        part = self._parts.get(event_class) or self._begin(event_class)
        if part.add(body, self._group_bytes) >= self._object_bytes:
            self._parts.pop(event_class).close()

    def close(self) -> None:
        """Finish what is open."""
        for part in self._parts.values():
            part.close()
        self._parts.clear()

    def _begin(self, event_class: EventClass) -> _Part:
        number = self._count.get(event_class, 0)
        self._count[event_class] = number + 1
        name = f"quay-{event_class.value}-{self._day:%Y%m%d}-{number:04d}.parquet"
        path = self._lake.partition(event_class, self._day) / name
        self.paths.append(path)
        aside = self._stack.enter_context(written_aside(path))
        file = self._stack.enter_context(aside.open("wb"))
        part = self._parts[event_class] = _Part(file, event_class)
        return part
