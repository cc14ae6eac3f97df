"""From the bytes of one page to canonical lines: pure, and the only place that knows how Quay writes an entry.

A *line* is one entry as canonical JSON: the fields of `Row` in their order, `metadata` as JSON text with sorted keys.
Equal entries give equal bytes by whatever route they came, and lines sort by time first. A line is what is counted,
sorted, hashed and, at the end, turned into Parquet columns.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from pipeline.errors import DamagedReply, SearchUnavailable, UnexpectedShape


class Row(msgspec.Struct, gc=False):
    """One entry as it is stored. Times are UTC, whole seconds, ISO 8601 without a zone.

    `extra` is JSON text of what this version does not know, null when there is nothing. The avatar is left out: its
    hash is an unsalted hash of the e-mail address (quay/quay avatars/avatars.py:97-119, ffba0c70).
    """

    occurred_at: str
    kind: str
    ip: str | None
    performer_name: str | None
    performer_is_robot: bool | None
    namespace_name: str | None
    namespace_kind: str | None
    metadata: str
    extra: str | None


class Namespace(NamedTuple):
    """Whose log a row is in, where the answer itself does not say."""

    name: str
    kind: str


class Page(msgspec.Struct):
    """One page as Quay gave it, newest first. `surprises` counts keys that no version of Quay known here sends."""

    start_time: str
    end_time: str
    lines: list[bytes]
    rows_by_kind: Counter[str]
    next_page: str | None
    surprises: Counter[str]


class _Account(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    name: str
    kind: str | None = None
    is_robot: bool | None = None
    avatar: msgspec.Raw = msgspec.Raw()


class _Entry(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    kind: str
    datetime: str
    metadata: Any
    ip: str | None = None
    performer: _Account | None = None
    namespace: _Account | None = None


class _Body(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    start_time: str
    end_time: str
    logs: list[_Entry]
    next_page: str | None = None


_decode_entries = msgspec.json.Decoder(list[_Entry]).decode
_decode_body = msgspec.json.Decoder(_Body).decode
_decode_any = msgspec.json.Decoder().decode
_decode_row = msgspec.json.Decoder(Row).decode
_encode = msgspec.json.Encoder().encode
_encode_sorted = msgspec.json.Encoder(order="sorted").encode

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE_BYTES = len("Fri, 20 Nov 2026 ")
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d -0000")
_DATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) ")
_SECOND = slice(len('{"occurred_at":"'), len('{"occurred_at":"2026-11-20T10:25:25'))
DAY_OF_LINE = slice(_SECOND.start, _SECOND.start + len("2026-11-20"))
"""Where in a line its day is."""
_KIND_START = _SECOND.stop + len('","kind":"')
_NO_EXTRA = b',"extra":null}'


def second_of(line: bytes) -> bytes:
    """The whole second a line happened in, as ISO 8601 bytes."""
    return line[_SECOND]


def raw_kind_of(line: bytes) -> bytes:
    """The kind of a line as JSON writes it, without reading the rest: for counting many lines."""
    # A quote inside the kind is escaped, so this mark cannot occur in it.
    return line[_KIND_START : line.index(b'","ip":', _KIND_START)]


def unknown_keys_of(lines: Iterable[bytes]) -> Counter[str]:
    """The keys that no known version of Quay sends, as a page's `surprises` counts them."""
    unusual = (line for line in lines if not line.endswith(_NO_EXTRA))
    return Counter(
        f"entry.{key}" for line in unusual for key in _decode_any(row_from_line(line).extra or "{}")
    )


def count_by_kind(raw_kinds: Counter[bytes]) -> dict[str, int]:
    """Counts of `raw_kind_of` by kind, in the order of kinds."""
    return dict(sorted((str(_decode_any(b'"%b"' % kind)), count) for kind, count in raw_kinds.items()))


def row_from_line(line: bytes) -> Row:
    """The fields of a line."""
    return _decode_row(line)


def line_from_row(row: Row) -> bytes:
    """The canonical line of a row."""
    return _encode(row)


def iso_from_rfc2822(text: str) -> str:
    """`Fri, 20 Nov 2026 10:25:25 -0000` as `2026-11-20T10:25:25`; raises ValueError for anything that is no date."""
    start = _iso_start(text[:_DATE_BYTES])
    if start and _CLOCK.fullmatch(text, _DATE_BYTES):
        return start + text[_DATE_BYTES:-6]
    moment = parsedate_to_datetime(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(UTC)
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


@lru_cache(maxsize=64)
def _iso_start(text: str) -> str:
    """`Fri, 20 Nov 2026 ` as `2026-11-20T`, remembered: pages are read a day at a time; nothing for any other text."""
    match = _DATE.fullmatch(text)
    if not match:
        return ""
    day, month, year = match.groups()
    return f"{date(int(year), _MONTHS.index(month) + 1, int(day))}T"


def page_from_body(body: bytes, stamp: Namespace | None = None) -> Page:
    """One page of `/logs`, whatever it holds: nothing in an entry but its avatar is dropped.

    Shape: `lines` in the order Quay gave them. `stamp` is written as the namespace of rows that name none.
    Raises: SearchUnavailable where Quay's log store cannot be searched, UnexpectedShape for anything that is no page.
    """
    try:
        decoded = _decode_body(body)
        lines = _lines_from_entries(decoded.logs, stamp)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return _page_from_unusual_body(body, stamp)
    return Page(
        decoded.start_time,
        decoded.end_time,
        lines,
        Counter([entry.kind for entry in decoded.logs]),
        decoded.next_page,
        Counter(),
    )


def lines_from_body_rows(rows: bytes, stamp: Namespace | None = None) -> list[bytes]:
    """Canonical lines of a JSON array of entries: the quick way.

    Raises msgspec.DecodeError for anything unusual, be it legitimate or not: `lines_from_entries` tells.
    """
    try:
        return _lines_from_entries(_decode_entries(rows), stamp)
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError(str(error)) from error


def lines_from_entries(entries: Iterable[Any], stamp: Namespace | None = None) -> list[bytes]:
    """Canonical lines of decoded entries (dicts as `json.loads` gives them): the patient way, for any shape."""
    return [line_from_row(_row_from_unusual_entry(entry, stamp, Counter())) for entry in entries]


def _lines_from_entries(entries: list[_Entry], stamp: Namespace | None) -> list[bytes]:
    lines = []
    for entry in entries:
        performer, namespace = entry.performer, entry.namespace or stamp
        lines.append(
            _encode(
                Row(
                    iso_from_rfc2822(entry.datetime),
                    entry.kind,
                    entry.ip,
                    performer.name if performer else None,
                    performer.is_robot if performer else None,
                    namespace.name if namespace else None,
                    namespace.kind if namespace else None,
                    _encode_sorted(entry.metadata).decode(),
                    None,
                )
            )
        )
    return lines


def _page_from_unusual_body(body: bytes, stamp: Namespace | None) -> Page:
    """The page that the strict reader refused: unknown keys, lone surrogates, numbers that JSON has no word for."""
    try:
        decoded = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise DamagedReply(
            "the body is not JSON", hint="a proxy may have cut or replaced the answer"
        ) from error
    if not isinstance(decoded, dict):
        raise UnexpectedShape("the body is not a JSON object")
    if decoded.get("search_unavailable"):
        raise SearchUnavailable(
            "Quay cannot search its log store, so an empty answer says nothing",
            hint="configure log search on the server (LOGS_MODEL splunk needs a search_token), then run again",
        )
    surprises = Counter(f"page.{key}" for key in decoded.keys() - set(_Body.__struct_fields__))
    try:
        rows = [_row_from_unusual_entry(entry, stamp, surprises) for entry in decoded["logs"]]
        page = Page(
            _text(decoded["start_time"]),
            _text(decoded["end_time"]),
            [line_from_row(row) for row in rows],
            Counter(row.kind for row in rows),
            _text_or_none(decoded.get("next_page")),
            surprises,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnexpectedShape(f"the answer is no page of logs ({type(error).__name__}: {error})") from error
    return page


def _row_from_unusual_entry(entry: dict[str, Any], stamp: Namespace | None, surprises: Counter[str]) -> Row:
    extra: dict[str, Any] = {}
    performer = _account(entry, "performer", extra)
    namespace = _account(entry, "namespace", extra)
    extra |= {key: value for key, value in entry.items() if key not in _Entry.__struct_fields__}
    surprises.update(f"entry.{key}" for key in extra)
    return Row(
        iso_from_rfc2822(_text(entry["datetime"])),
        _text(entry["kind"]),
        _text_or_none(entry.get("ip")),
        _text_or_none(performer.get("name")),
        _bool_or_none(performer.get("is_robot")),
        _text_or_none(namespace.get("name")) if namespace else stamp and stamp.name,
        _text_or_none(namespace.get("kind")) if namespace else stamp and stamp.kind,
        _canonical_json(entry["metadata"]),
        _canonical_json(extra) if extra else None,
    )


def _account(entry: dict[str, Any], key: str, extra: dict[str, Any]) -> dict[str, Any]:
    account = entry.get(key) or {}
    unknown = {name: value for name, value in account.items() if name not in _Account.__struct_fields__}
    if unknown:
        extra[key] = unknown
    return account


def _canonical_json(value: Any) -> str:
    """Compact JSON with sorted keys; a lone surrogate stays an escape, NaN and infinities become strings."""
    try:
        return _encode_sorted(_without_bare_words(value)).decode()
    except (UnicodeEncodeError, OverflowError, ValueError):
        return json.dumps(_without_bare_words(value), sort_keys=True, separators=(",", ":"), allow_nan=False)


def _without_bare_words(value: Any) -> Any:
    match value:
        case float() if value != value or value in (float("inf"), float("-inf")):
            return {float("inf"): "Infinity", float("-inf"): "-Infinity"}.get(value, "NaN")
        case dict():
            return {key: _without_bare_words(item) for key, item in value.items()}
        case list():
            return [_without_bare_words(item) for item in value]
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where text was due")
    return value.encode("utf-8", "backslashreplace").decode()


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _bool_or_none(value: Any) -> bool | None:
    if value is not None and not isinstance(value, bool):
        raise TypeError(f"{value!r} where true or false was due")
    return value
