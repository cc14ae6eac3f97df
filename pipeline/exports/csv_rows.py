"""Events as rows of CSV (RFC 4180), safe to open in a spreadsheet."""

import csv
import io
from collections import Counter
from typing import Final

from pipeline.exports.lines import COLUMNS, Document
from pipeline.warehouse.event_stream import Event
from pipeline.warehouse.results import harmless


class CsvWriter:
    """Writes events as lines with quotes where needed and nothing for null.

    Text that a spreadsheet would take for a formula gets a leading `'`; nothing else is changed.
    """

    header: Final = f"{','.join(COLUMNS)}\r\n".encode()
    line_end: Final = b"\r\n"

    def __init__(self) -> None:
        self.unknown_kinds: Counter[str] = Counter()
        self._line = io.StringIO()
        self._writer = csv.writer(self._line, lineterminator="")

    def document(self, event: Event, event_id: str) -> Document:
        """The event as one line, without its end."""
        day, _, occurred_at, *rest = event
        self._line.seek(0)
        self._line.truncate()
        self._writer.writerow([_cell(value) for value in (event_id, event.key, day, occurred_at, *rest)])
        return Document(event_id, event.time_ms, self._line.getvalue().encode())


def _cell(value: object) -> object:
    if isinstance(value, str):
        return harmless(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
