"""Canonical lines: one entry as bytes, the currency between an answer of Quay and a Parquet file.

A line is JSON: the fields of `Row` in their order, `metadata` as JSON text with sorted keys. Equal entries give equal bytes
by whatever route they came, and lines sort by time first. A line is what is counted, sorted, hashed and, at the end,
turned into Parquet columns.
"""

import json
from collections import Counter
from collections.abc import Iterable

import msgspec


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


_decode_any = msgspec.json.Decoder().decode
_decode_row = msgspec.json.Decoder(Row).decode
_encode = msgspec.json.Encoder().encode

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
    # json reads what msgspec does not: half a surrogate pair, as an escape. It is shown as one.
    return Counter(
        f"entry.{key.encode('utf-8', 'backslashreplace').decode()}"
        for line in unusual
        for key in json.loads(row_from_line(line).extra or "{}")
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
