"""From the text of Quay's rotated logs to lines: pure, streaming, and nothing in a row is dropped.

An archive holds log rows as the database has them: ids where the API shows names, `str()` of the time and of the
address (so that no address is the word None), all in one JSON array without line feeds. Arrays one after another and
an object a line are read too. Source: quay/quay workers/logrotateworker.py, log_dict and _write_logs (0675dc73).
"""

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, NamedTuple

from pipeline.errors import DataError
from pipeline.quay.entries import lines_from_entries

ROW_LIMIT_CHARACTERS = 4 << 20
KIND_ID, ACCOUNT_ID, PERFORMER_ID, REPOSITORY_ID = "kind_id", "account_id", "performer_id", "repository_id"
"""The keys under which a line keeps, in `extra`, the ids that have no name yet."""
ARCHIVE = "archive"
"""The key under which a raw line keeps which archive it came from."""

_IDS = (ACCOUNT_ID, PERFORMER_ID, REPOSITORY_ID)
_KEYS = frozenset({KIND_ID, *_IDS, "datetime", "ip", "metadata_json"})
_START = re.compile(rb'\s*(?:\[\s*)?(?:\{\s*"(?:%b)"|\]|$)' % "|".join(sorted(_KEYS)).encode())
_BETWEEN = re.compile(r"[\s,]*")
_LONGEST_WORD = len("-Infinity")  # what may be cut in two at the end of what was read so far
_HINT = "take the archive from Quay's storage again (ACTION_LOG_ARCHIVE_LOCATION and _PATH name the place)"

_raw_decode = json.JSONDecoder().raw_decode


class Record(NamedTuple):
    """One row of an archive. `rest` is what no known version of Quay writes."""

    kind_id: int
    account_id: int | None
    performer_id: int | None
    repository_id: int | None
    occurred_at: datetime
    ip: str | None
    metadata: Any
    rest: dict[str, Any]


def is_archive(start: bytes) -> bool:
    """Whether a file that begins so is an archive of rotated logs, and no export."""
    return _START.match(start) is not None


def raw_line(record: Record, archive: int) -> bytes:
    """The canonical line of a row without any name: its ids, and the number of its archive, are in `extra`."""
    entry: dict[str, Any] = {
        "kind": kind_without_name(record.kind_id),
        "datetime": format_datetime(record.occurred_at),
        "ip": record.ip,
        "metadata": record.metadata,
        KIND_ID: record.kind_id,
        ARCHIVE: archive,
    }
    entry |= {key: getattr(record, key) for key in _IDS if getattr(record, key) is not None}
    if record.rest:
        entry["rest"] = record.rest
    try:
        return lines_from_entries([entry])[0]
    except ValueError as error:
        raise DataError(f"this archive cannot be used: an entry is {error}", hint=_HINT) from error


def kind_without_name(kind_id: int) -> str:
    """What stands for a kind until its name is known."""
    return f"kind_{kind_id}"


class ArchiveReader:
    """Reads one archive from chunks of any size. Memory does not grow with the file.

    Raises: DataError, naming file, line and entry, for anything that is no archive, or is cut short. Records given
    before that error are worth nothing: store them only when `records` has come to its end.
    """

    def __init__(self, chunks: Iterable[bytes], where: str) -> None:
        self._chunks = iter(chunks)
        self._where = where
        self._decode = codecs.getincrementaldecoder("utf-8")().decode
        self._text = ""
        self._at = 0
        self._line = self._entry = 1

    def records(self) -> Iterator[Record]:
        """Every row, in the order of the file."""
        is_in_list = False
        while mark := self._next_mark():
            if mark == "{":
                yield self._record(self._next_object())
                self._entry += 1
            elif mark == ("]" if is_in_list else "["):
                is_in_list = not is_in_list
                self._at += 1
            else:
                raise self._error("this is no JSON of an archive")
        if is_in_list:
            raise self._error("it is cut short: the list of entries does not end")

    def _next_mark(self) -> str:
        """The character that begins what comes next; nothing at the end of the file."""
        while True:
            between = _BETWEEN.match(self._text, self._at)
            self._pass_to(between.end() if between else self._at)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._fill():
                return ""

    def _next_object(self) -> dict[str, Any]:
        while True:
            try:
                value, end = _raw_decode(self._text, self._at)
            except RecursionError as error:
                raise self._error("an entry is nested too deeply") from error
            except json.JSONDecodeError as error:
                if not _may_go_on(error, self._text):
                    raise self._error(f"this is no JSON ({error.msg})") from error
                if not self._fill():
                    raise self._error(
                        "this is no JSON, or it is cut short in the middle of an entry"
                    ) from error
            except ValueError as error:
                raise self._error("a number has more digits than any database keeps") from error
            else:
                self._pass_to(end)
                assert isinstance(value, dict)
                return value

    def _fill(self) -> bool:
        """Read on; what is passed is let go."""
        if len(self._text) - self._at > ROW_LIMIT_CHARACTERS:
            raise self._error(f"an entry of more than {ROW_LIMIT_CHARACTERS >> 20} MiB")
        chunk = next(self._chunks, None)
        try:
            more = self._decode(chunk or b"", chunk is None)
        except UnicodeDecodeError as error:
            raise self._error("this is no UTF-8") from error
        self._text, self._at = self._text[self._at :] + more, 0
        return chunk is not None

    def _pass_to(self, at: int) -> None:
        self._line += self._text.count("\n", self._at, at)
        self._at = at

    def _record(self, row: dict[str, Any]) -> Record:
        try:
            moment = datetime.fromisoformat(_text(row["datetime"]))
            account_id, performer_id, repository_id = (_id_or_none(row.get(key)) for key in _IDS)
            return Record(
                _id(row[KIND_ID]),
                account_id,
                performer_id,
                repository_id,
                moment if moment.tzinfo is None else moment.astimezone(UTC).replace(tzinfo=None),
                _ip(row.get("ip")),
                row["metadata_json"],
                {key: value for key, value in row.items() if key not in _KEYS},
            )
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            raise self._error(
                f"this is no row of Quay's log ({type(error).__name__}: {str(error)[:200]})"
            ) from error

    def _error(self, what: str) -> DataError:
        place = f"{self._where}, line {self._line}, entry {self._entry}"
        return DataError(f"this archive cannot be used: {what}", where=place, hint=_HINT)


def _may_go_on(error: json.JSONDecodeError, text: str) -> bool:
    """Whether more text could make JSON of it: a string without an end is reported at its start."""
    return error.pos >= len(text) - _LONGEST_WORD or error.msg.startswith("Unterminated string")


def _id(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} where an id was due")
    if not 0 <= value < 1 << 63:
        raise ValueError(f"{value} is no id of a database")
    return value


def _id_or_none(value: Any) -> int | None:
    return None if value is None else _id(value)


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where text was due")
    return value


def _ip(value: Any) -> str | None:
    return None if value in (None, "None", "") else _text(value)
