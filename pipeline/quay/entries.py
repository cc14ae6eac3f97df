"""From the bytes of one page to canonical lines: pure, and the only place that knows how Quay writes an entry."""

import json
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from pipeline.errors import DamagedReply, SearchUnavailable, UnexpectedShape
from pipeline.quay.lines import Row, line_from_row
from pipeline.quay.times import iso_from_rfc2822


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
_encode_sorted = msgspec.json.Encoder(order="sorted").encode


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
            line_from_row(
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
    surprises = Counter(f"page.{_text(key)}" for key in decoded.keys() - set(_Body.__struct_fields__))
    try:
        rows = [_row_from_unusual_entry(entry, stamp, surprises) for entry in _list(decoded["logs"])]
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
    surprises.update(f"entry.{_text(key)}" for key in extra)
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
    account = entry.get(key)
    if account is None:
        return {}
    if not isinstance(account, dict):
        raise TypeError(f"{account!r} where an account was due")
    unknown = {name: value for name, value in account.items() if name not in _Account.__struct_fields__}
    if unknown:
        extra[key] = unknown
    return account


def _canonical_json(value: Any) -> str:
    """Compact JSON with sorted keys; a lone surrogate stays an escape, NaN and infinities become strings."""
    plain = _without_bare_words(value)
    try:
        return _encode_sorted(plain).decode()
    except (UnicodeEncodeError, OverflowError, ValueError):
        return json.dumps(plain, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _without_bare_words(value: Any) -> Any:
    """A copy, made without recursion: whoever nests deeply must not make a day unreadable."""
    held: list[Any] = [value]
    waiting: list[Any] = [held]
    while waiting:
        container = waiting.pop()
        for place, item in list(container.items() if isinstance(container, dict) else enumerate(container)):
            if isinstance(item, dict | list):
                container[place] = item.copy()
                waiting.append(container[place])
            elif isinstance(item, float) and not math.isfinite(item):
                container[place] = {math.inf: "Infinity", -math.inf: "-Infinity"}.get(item, "NaN")
    return held[0]


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} where a list was due")
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
