"""The formats that are written line by line, by name."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from pipeline.exports.csv_rows import CsvWriter
from pipeline.exports.ecs import EcsWriter
from pipeline.exports.kinds import read_kinds
from pipeline.exports.lines import Document, line_from_event
from pipeline.exports.ocsf import OcsfWriter
from pipeline.warehouse.event_stream import Event


class Writer(Protocol):
    """Writes events one by one, and counts the kinds that its format has no place for."""

    unknown_kinds: Counter[str]

    def document(self, event: Event, event_id: str) -> Document:
        """The event as one document, which has no line break in it unless it is quoted."""


class NdjsonWriter:
    """Writes events as they are in the lake, nothing added but their ids."""

    def __init__(self) -> None:
        self.unknown_kinds: Counter[str] = Counter()
        self._known = read_kinds()

    def document(self, event: Event, event_id: str) -> Document:
        """The event as one JSON document."""
        if event.kind not in self._known:
            self.unknown_kinds[event.kind] += 1
        return Document(event_id, event.time_ms, line_from_event(event, event_id))


LINE_FORMATS: Final[Mapping[str, Callable[[str], Writer]]] = {
    "ocsf": OcsfWriter,
    "ecs": lambda ocsf_version: EcsWriter(),
    "ndjson": lambda ocsf_version: NdjsonWriter(),
    "csv": lambda ocsf_version: CsvWriter(),
}
"""Makes a writer, given a version of OCSF."""

SUFFIXES: Final = {"ocsf": "ndjson", "ecs": "ndjson", "ndjson": "ndjson", "csv": "csv", "parquet": "parquet"}


def header_of(writer: Writer) -> bytes:
    """What stands above the lines."""
    return writer.header if isinstance(writer, CsvWriter) else b""


def line_end_of(writer: Writer) -> bytes:
    """What ends each line."""
    return writer.line_end if isinstance(writer, CsvWriter) else b"\n"
