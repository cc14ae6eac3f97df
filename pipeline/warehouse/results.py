"""Answers as text: CSV, JSON and JSON lines; and as a Parquet file. Nothing here prints."""

import csv
import io
import json
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.lake.writer import write_batches
from pipeline.warehouse.query import Answer

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def csv_chunks(answer: Answer) -> Iterator[str]:
    """RFC 4180: a header, CRLF, quotes where needed, nothing for null.

    Text that a spreadsheet would take for a formula gets a leading `'`; numbers stay numbers.
    """
    yield _csv_line([harmless(column.name) for column in answer.columns])
    for row in answer.rows():
        yield _csv_line([_csv_cell(value) for value in row])


def json_chunks(answer: Answer) -> Iterator[str]:
    """One JSON array with an object a row, in ASCII."""
    separator = "["
    for line in _json_objects(answer):
        yield f"{separator}\n{line}"
        separator = ","
    yield "[]\n" if separator == "[" else "\n]\n"


def ndjson_chunks(answer: Answer) -> Iterator[str]:
    """One JSON object a line, in ASCII."""
    return (f"{line}\n" for line in _json_objects(answer))


def write_parquet(answer: Answer, path: Path) -> str:
    """Put the answer at `path`, whole or not at all; gives the file's SHA-256."""
    return write_batches(path, answer.batches())


def text_of(value: Any) -> str:
    """One value in one cell: nothing for null, ISO 8601 for times, hexadecimal for bytes, JSON for parts."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime() | date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case dict() | list() | tuple():
            return _json(value)
        case _:
            return str(value)


def _csv_line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _csv_cell(value: Any) -> str:
    text = text_of(value)
    return text if isinstance(value, bool | int | float | Decimal) else harmless(text)


def harmless(text: str) -> str:
    """The text, with a leading apostrophe where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _json_objects(answer: Answer) -> Iterator[str]:
    names = [column.name for column in answer.columns]
    return (_json(dict(zip(names, row, strict=True))) for row in answer.rows())


def _json(value: Any) -> str:
    return json.dumps(_plain(value), separators=(",", ":"), allow_nan=False)


def _plain(value: Any) -> Any:
    """The value in JSON's own types: exact numbers stay numbers, all else becomes text."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else text_of(value)
        case Decimal():
            return _number_or_text(value)
        case timedelta():
            return value.total_seconds()
        case dict():
            return {text_of(key): _plain(item) for key, item in value.items()}
        case list() | tuple():
            return [_plain(item) for item in value]
        case _:
            return text_of(value)


def _number_or_text(value: Decimal) -> int | float | str:
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else str(value)
