"""The log tables of Quay's database: rows in the order of their time, found by bisection, never by a scan."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import msgspec

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECOND = 1_000_000
DAY = 86_400 * SECOND
CURRENT_TABLE = 3
TABLES = (3, 2, 1)  # logentry3, logentry2, logentry, in the order in which Quay reads them

moment_of = attrgetter("moment")

_encode = msgspec.json.Encoder().encode


class LogRow(msgspec.Struct, frozen=True, gc=False):
    """One row of a log table. `moment` is in microseconds since 1970 UTC, `metadata` is ASCII JSON.

    Accounts and the repository are ids: their names are joined when the row is read, as Quay does.
    """

    moment: int
    id: int
    kind: str
    account_id: int
    performer_id: int | None
    repository_id: int | None
    ip: str | None
    metadata: bytes


def moment_from_datetime(at: datetime) -> int:
    """Microseconds since 1970 UTC; raises TypeError for a time without a zone."""
    since = at - EPOCH
    return (since.days * 86_400 + since.seconds) * SECOND + since.microseconds


def json_from_metadata(metadata: Mapping[str, Any]) -> bytes:
    """JSON as Quay sends it, spaced, all but printable ASCII escaped. The fast encoder will do where there is no such."""
    try:
        encoded = _encode(metadata)
    except UnicodeEncodeError:  # a lone surrogate, which JSON text can hold and UTF-8 cannot
        return json.dumps(metadata).encode()
    if not encoded.isascii() or b"\x7f" in encoded:
        return json.dumps(metadata).encode()
    return msgspec.json.format(encoded, indent=0)


def datetime_from_moment(moment: int) -> datetime:
    """The inverse of `moment_from_datetime`."""
    return EPOCH + timedelta(microseconds=moment)


class _Series:
    """Rows in ascending (moment, id) order; late rows are put in their place at the next read."""

    __slots__ = ("_is_sorted", "_rows")

    def __init__(self) -> None:
        self._rows: list[LogRow] = []
        self._is_sorted = True

    def append(self, row: LogRow) -> None:
        if self._rows and row.moment < self._rows[-1].moment:
            self._is_sorted = False
        self._rows.append(row)

    def rows(self) -> list[LogRow]:
        if not self._is_sorted:
            # Rows are appended in the order of their ids and the sort is stable, so the moment alone orders them.
            self._rows = sorted(self._rows, key=moment_of)
            self._is_sorted = True
        return self._rows

    def remove_before(self, moment: int) -> int:
        rows = self.rows()
        count = bisect_left(rows, moment, key=moment_of)
        self._rows = rows[count:]
        return count


class LogTable:
    """One log table with an index for every question that Quay's API can ask."""

    def __init__(self) -> None:
        self._last_id = 0
        self._all = _Series()
        self._by_account: defaultdict[int, _Series] = defaultdict(_Series)
        self._by_repository: defaultdict[int, _Series] = defaultdict(_Series)
        self._by_account_and_performer: defaultdict[tuple[int, int], _Series] = defaultdict(_Series)

    def add(
        self,
        moment: int,
        kind: str,
        account_id: int,
        performer_id: int | None,
        repository_id: int | None,
        ip: str | None,
        metadata: bytes,
    ) -> None:
        """Store one row under the next id."""
        self._last_id += 1
        row = LogRow(moment, self._last_id, kind, account_id, performer_id, repository_id, ip, metadata)
        self._all.append(row)
        self._by_account[account_id].append(row)
        if repository_id is not None:
            self._by_repository[repository_id].append(row)
        if performer_id is not None:
            self._by_account_and_performer[account_id, performer_id].append(row)

    def rows(
        self,
        *,
        account_id: int | None = None,
        repository_id: int | None = None,
        performer_id: int | None = None,
    ) -> list[LogRow]:
        """The rows of one question, ascending by (moment, id). The list is shared: read it, do not change it.

        A repository is asked for alone, a performer within an account, and with neither every row is given.
        """
        series: _Series | None = self._all
        if repository_id is not None:
            series = self._by_repository.get(repository_id)
        elif account_id is not None and performer_id is not None:
            series = self._by_account_and_performer.get((account_id, performer_id))
        elif account_id is not None:
            series = self._by_account.get(account_id)
        return series.rows() if series else []

    def remove_before(self, moment: int) -> int:
        """Drop every older row, as log rotation does; the count of dropped rows."""
        for index in (self._by_account, self._by_repository, self._by_account_and_performer):
            for series in index.values():
                series.remove_before(moment)
        return self._all.remove_before(moment)
