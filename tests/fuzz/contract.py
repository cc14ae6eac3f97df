"""What every reader of bytes from elsewhere promises: rows or an error of the one tree, and nothing lost without a word.

Each function here reads `data` with one reader of the product. It returns whether the reader took it, and raises `Broken`
where the reader broke its promise; any other exception that comes out is a broken promise too.
"""

import gzip
import io
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import httpx2
import msgspec

from pipeline.errors import QuayAuditError
from pipeline.extract.archive_files import chunks_of_archive
from pipeline.extract.ingest import chunks_of
from pipeline.quay.archive import ArchiveReader, raw_line
from pipeline.quay.entries import lines_from_entries, page_from_body
from pipeline.quay.export_file import ExportReader
from pipeline.quay.lines import count_by_kind, raw_kind_of, row_from_line, second_of, unknown_keys_of
from pipeline.quay.logs import read_counts, read_pages, stream_of
from pipeline.quay.scopes import ALL
from tests.extracts import client_of

Reader = Callable[[bytes], bool]

DAY = date(2026, 11, 20)
_HEAD = (
    b'{"start_time":"Fri, 20 Nov 2026 00:00:00 -0000","end_time":"Sat, 21 Nov 2026 00:00:00 -0000","logs":'
)
_END = _HEAD + b"[]}"
_MOST_UNPACKED = 101 << 20


class Broken(AssertionError):
    """A reader did not keep its promise."""


def must(promise: str, kept: bool) -> None:
    """Raise Broken, with the promise, where it is not kept."""
    if not kept:
        raise Broken(promise)


def entries(data: bytes) -> bool:
    """A list of entries, within a page."""
    return pages(_HEAD + data + b"}")


def pages(data: bytes) -> bool:
    """A page, alone and as the first of a chain."""
    try:
        page = page_from_body(data)
    except QuayAuditError:
        return False
    _check_lines(page.lines, _json_of(data)["logs"])
    must("kinds are counted", sum(page.rows_by_kind.values()) == len(page.lines))
    msgspec.json.encode(dict(page.surprises))
    _read_chain(data)
    return True


def counts(data: bytes) -> bool:
    """An answer of aggregatelogs."""
    try:
        read = read_counts(client_of(_answering(data), tries=1), stream_of(ALL), DAY, DAY)
    except QuayAuditError:
        return False
    given = _json_of(data)["aggregated"]
    must("every count is added up", sum(read.get(DAY, {}).values()) == sum(each["count"] for each in given))
    return True


def exports(data: bytes) -> bool:
    """An export file, in chunks whose size its own bytes decide."""
    try:
        lines = _lines_of_export(data, 1 + sum(data[:64]) % 4096)
    except QuayAuditError:
        _must_be_told_whole(data)
        return False
    _check_lines(lines, _json_of(data)["logs"][:-1])
    return True


def archives(data: bytes) -> bool:
    """The text of an archive, in chunks whose size its own bytes decide."""
    try:
        lines = _lines_of_archive(data, 1 + sum(data[:64]) % 4096)
    except QuayAuditError:
        return False
    must("chunks of any size give the same rows", lines == _lines_of_archive(data, len(data) or 1))
    try:
        rows = json.loads(data)
    except ValueError:
        rows = None  # arrays one after another, or an object a line
    must("every row is there", not isinstance(rows, list) or len(lines) == len(rows))
    return True


def packed(data: bytes) -> bool:
    """A packed file: one that is packed further than anything honest is told, not unpacked."""
    try:
        size = sum(len(chunk) for chunk in chunks_of_archive(io.BytesIO(data), "archive"))
        same = sum(len(chunk) for chunk in chunks_of(io.BytesIO(data)))
    except QuayAuditError:
        return False
    must("what it unpacks to is bounded", size <= _MOST_UNPACKED)
    try:
        whole = gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data
    except (OSError, EOFError, zlib.error):
        raise Broken("what gzip refuses was taken") from None
    must("nothing of it is left out", size == same == len(whole))
    return True


def pieces(data: bytes, size: int) -> Iterator[bytes]:
    """The bytes in chunks of a size."""
    return (data[at : at + size] for at in range(0, len(data), size))


def _json_of(data: bytes) -> Any:
    """What the standard library makes of it. In avatars, which are passed over, no reader looks at single bytes."""
    try:
        text = data.decode("utf-8", "surrogatepass")  # half a character as bytes: kept, as an escape
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    return json.loads(text, strict=False)


def _lines_of_export(data: bytes, size: int) -> list[bytes]:
    reader = ExportReader(pieces(data, size), "export.json")
    return [line for batch in reader.batches() for line in batch]


def _must_be_told_whole(data: bytes) -> None:
    """Whether a file is taken does not depend on how it was cut into chunks."""
    try:
        _lines_of_export(data, len(data) or 1)
    except QuayAuditError:
        return
    raise Broken("chunks of one size are taken, and of another refused")


def _lines_of_archive(data: bytes, size: int) -> list[bytes]:
    records = ArchiveReader(pieces(data, size), "archive.txt").records()
    return [raw_line(record, 1) for record in records]


def _check_lines(lines: list[bytes], given: list[Any]) -> None:
    must("every row is there", len(lines) == len(given))
    must("the quick way and the patient way agree", sorted(lines) == sorted(lines_from_entries(given)))
    unknown_keys_of(lines)
    for line in lines:
        datetime.fromisoformat(second_of(line).decode("ascii"))
        row = row_from_line(line)
        must("a line tells its kind", count_by_kind_of(line) == {row.kind: 1})
        json.loads(row.metadata)
        msgspec.json.encode(row)


def count_by_kind_of(line: bytes) -> dict[str, int]:
    """The kind of a line, as windows count it."""
    return count_by_kind(Counter([raw_kind_of(line)]))


def _read_chain(data: bytes) -> None:
    answers = iter([data])
    client = client_of(lambda request: _reply(next(answers, _END)), tries=1)
    try:
        list(read_pages(client, stream_of(ALL), DAY))
    except QuayAuditError:
        return


def _answering(data: bytes) -> Callable[[httpx2.Request], httpx2.Response]:
    return lambda request: _reply(data)


def _reply(data: bytes) -> httpx2.Response:
    return httpx2.Response(200, content=data, headers={"content-type": "application/json"})
