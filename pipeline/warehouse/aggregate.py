"""What Quay's aggregatelogs would answer, from the warehouse: any range, any scope, any performer."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple, TypedDict

import duckdb

from pipeline.errors import UsageError
from pipeline.quay.scopes import ALL, Scope, ScopeKind
from pipeline.warehouse.query import opened

MISSING = "missing"
"""The state of a day that no window covers."""

_WINDOWS = """
select day, scope, state
from windows
where day between $since and $until and scope in ($scope, $fallback)
"""
_COUNTS = """
select day, kind, event_count
from mart_kind_daily
where scope = $source and day between $since and $until
"""
_COUNTS_IN_NAMESPACE = """
select day, kind, sum(event_count)::bigint
from mart_performer_kind_daily
where
    scope = $source
    and day between $since and $until
    and ($namespace is null or namespace_name = $namespace)
    and ($performer is null or performer_name = $performer)
group by day, kind
"""


class Count(TypedDict):
    """One element of Quay's `aggregated`; `datetime` is the day's midnight as RFC 2822."""

    kind: str
    count: int
    datetime: str


class Gap(NamedTuple):
    """A day whose counts are not proven: `state` is that of the window they come from, or `missing`."""

    day: date
    scope: str
    state: str


class Aggregate(NamedTuple):
    """The counts, by day and kind, without zeros; and what they may lack."""

    counts: list[Count]
    gaps: list[Gap]


def aggregate(
    warehouse: Path, scope: Scope, since: date, until: date, performer: str | None = None
) -> Aggregate:
    """The events of each kind and day, `since` and `until` included, in the form of Quay's aggregatelogs.

    A day is counted from the scope's own window, or from the window of `all` where that is the only one or
    the only verified one. A performer that nobody is gives no counts; Quay would give everybody's
    (quay/quay data/logs_model/table_logs_model.py:64-66, ffba0c70).
    Raises: UsageError where there is no warehouse yet, or `until` lies before `since`.
    """
    if until < since:
        raise UsageError(f"the range ends ({until}) before it begins ({since})")
    with opened(warehouse) as connection:
        sources = _sources(connection, scope, since, until)
        counts = dict(_counts(connection, scope, sources, since, until, performer or None))
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    states = {day: sources.get(day, (str(scope), MISSING)) for day in days}
    gaps = [Gap(day, source, state) for day, (source, state) in states.items() if state != "verified"]
    return Aggregate([_count(day, kind, counts[day, kind]) for day, kind in sorted(counts)], gaps)


def _sources(
    connection: duckdb.DuckDBPyConnection, scope: Scope, since: date, until: date
) -> dict[date, tuple[str, str]]:
    """The window that each day is counted from, and its state: verified ones first, then the scope's own."""
    fallback = ALL if scope.kind in (ScopeKind.ORG, ScopeKind.USER) else scope
    values = {"scope": str(scope), "fallback": str(fallback), "since": since, "until": until}
    best: dict[date, tuple[str, str]] = {}
    rows = connection.execute(_WINDOWS, values).fetchall()
    for day, source, state in sorted(rows, key=lambda row: (row[2] != "verified", row[1] != str(scope))):
        best.setdefault(day, (source, state))
    return best


def _counts(
    connection: duckdb.DuckDBPyConnection,
    scope: Scope,
    sources: dict[date, tuple[str, str]],
    since: date,
    until: date,
    performer: str | None,
) -> Iterator[tuple[tuple[date, str], int]]:
    for source in sorted({source for source, _ in sources.values()}):
        values: dict[str, Any] = {"source": source, "since": since, "until": until}
        namespace = None if source == str(scope) else scope.namespace
        query = _COUNTS
        if namespace or performer:
            query = _COUNTS_IN_NAMESPACE
            values |= {"namespace": namespace, "performer": performer}
        for day, kind, count in connection.execute(query, values).fetchall():
            if sources[day][0] == source:
                yield (day, kind), count


def _count(day: date, kind: str, count: int) -> Count:
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 (-0000, as Quay writes it, is a time without zone)
    return {"kind": kind, "count": count, "datetime": format_datetime(midnight)}
