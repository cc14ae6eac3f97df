"""From the bytes of an exportlogs file to canonical lines: streaming, and only a file that ends as it should counts.

A file is one JSON object, `{"export_id", "details", "logs": [row, ..., {"terminator": true}]}`, written row after row. Its
last element proves that it is whole. Source: quay/quay workers/exportactionlogsworker.py (ffba0c70), as observed.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from pipeline.errors import DataError
from pipeline.quay.entries import Namespace, lines_from_body_rows, lines_from_entries

_HEAD = re.compile(rb'\s*\{.*?"logs"\s*:\s*\[', re.DOTALL)
_BETWEEN_ROWS = re.compile(
    rb'\}\s*,\s*(?=\{\s*"(?:kind|metadata|ip|datetime|performer|namespace|terminator)"\s*:)'
)
_END = re.compile(rb'\s*\{\s*"terminator"\s*:\s*true\s*\}\s*\]\s*\}\s*')
_HEAD_LIMIT_BYTES = 64 << 10
_ROW_LIMIT_BYTES = 64 << 20
_CANDIDATES_AT_MOST = 64

_LOCAL_STORAGE_HINT = (
    "Quay writes export files wrongly on local storage (each part over the start of the file): give Quay an object store "
    "(S3, Rados, Azure, Google, Swift), or read by pages"
)


class Export(NamedTuple):
    """What a file says about itself. `namespace` is a name; times are RFC 2822 and reach one day further than asked."""

    export_id: str
    namespace: str
    repository: str | None
    start_time: str
    end_time: str


class _Details(msgspec.Struct):
    start_time: str
    end_time: str
    namespace: str
    repository: str | None = None


class _Head(msgspec.Struct):
    export_id: str
    details: _Details


_decode_head = msgspec.json.Decoder(_Head).decode


class ExportReader:
    """Reads one file from chunks of any size: first what it is, then its rows. Memory does not grow with the file.

    Raises: DataError, naming `where`, for a file that is corrupt, cut short or not an export. Lines given before that
    error are worth nothing: store them only when `batches` has come to its end.
    """

    def __init__(self, chunks: Iterable[bytes], where: str) -> None:
        self._chunks = iter(chunks)
        self._where = where
        self._rest = bytearray()
        self.export = self._read_head()

    def batches(self, stamp: Namespace | None = None) -> Iterator[list[bytes]]:
        """Every row as a canonical line, in the order of the file."""
        tried_bytes = 0
        for chunk in self._chunks:
            self._rest += chunk
            # One long row in many small chunks is looked through each time it has doubled, not each time it has grown.
            if len(self._rest) >= 2 * tried_bytes:
                yield from self._whole_rows(stamp)
                tried_bytes = len(self._rest)
        yield from self._whole_rows(stamp)
        if not _END.fullmatch(self._rest):
            raise self._error("it is cut short: the mark at its end is not there")

    def _read_head(self) -> Export:
        for chunk in self._chunks:
            self._rest += chunk
            if _HEAD.match(self._rest) or len(self._rest) > _HEAD_LIMIT_BYTES:
                break
        match = _HEAD.match(self._rest)
        try:
            head = _decode_head(match[0] + b"]}" if match else self._rest)
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise self._error("it does not begin as an export does") from error
        del self._rest[: match.end() if match else len(self._rest)]
        details = head.details
        return Export(
            head.export_id, details.namespace, details.repository, details.start_time, details.end_time
        )

    def _whole_rows(self, stamp: Namespace | None) -> Iterator[list[bytes]]:
        """The rows up to the last border that is one: a list inside a row may look like a border too."""
        borders = list(_BETWEEN_ROWS.finditer(self._rest))
        for border in borders[: -_CANDIDATES_AT_MOST - 1 : -1]:
            rows = b"".join((b"[", self._rest[: border.start() + 1], b"]"))
            lines: list[bytes] | None
            try:
                lines = lines_from_body_rows(rows, stamp)
            except msgspec.DecodeError:
                lines = self._lines_of_unusual_rows(rows, stamp)
            if lines is not None:
                del self._rest[: border.end()]
                yield lines
                return
        if len(self._rest) > _ROW_LIMIT_BYTES:
            raise self._error(f"a row of more than {_ROW_LIMIT_BYTES >> 20} MiB, or no rows at all")

    def _lines_of_unusual_rows(self, rows: bytes, stamp: Namespace | None) -> list[bytes] | None:
        """Lines that the strict reader refused; None where the text is no JSON, because the border was none."""
        try:
            entries = json.loads(rows)
        except (ValueError, RecursionError):
            return None
        try:
            return lines_from_entries(entries, stamp)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._error(f"a row is no log entry ({type(error).__name__}: {error})") from error

    def _error(self, what: str) -> DataError:
        return DataError(
            f"this export file cannot be used: {what}", where=self._where, hint=_LOCAL_STORAGE_HINT
        )
