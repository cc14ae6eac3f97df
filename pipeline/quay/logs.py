"""Reading one log: its page chain to the true end, and its counts. Every answer is checked before it is believed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from pipeline.errors import DamagedReply, SearchUnavailable, UnexpectedShape
from pipeline.quay.client import QuayClient
from pipeline.quay.endpoints import LogEndpoints, log_endpoints
from pipeline.quay.entries import Namespace, Page, page_from_body
from pipeline.quay.lines import second_of
from pipeline.quay.scopes import Scope
from pipeline.quay.times import iso_from_rfc2822

PAGE_ROWS = 20
_EMPTY_PAGES_AT_MOST = 10
_SAME_SECOND_REPEATS_AT_MOST = 500

Counts = dict[date, dict[str, int]]
"""Rows by day and kind; a day without rows is not in it."""


@dataclass(frozen=True)
class Stream:
    """One log as one can ask for it: a scope, seen whole or through a performer, at its endpoints.

    `stamp` is the namespace to write on rows, where they are to be compared with those of `all`.
    """

    scope: Scope
    endpoints: LogEndpoints
    performer: str | None = None
    stamp: Namespace | None = None

    def __str__(self) -> str:
        return f"{self.scope} by {self.performer}" if self.performer else str(self.scope)

    def by(self, performer: str) -> "Stream":
        """The same log, only what `performer` did."""
        return replace(self, performer=performer)


def stream_of(scope: Scope, stamp: Namespace | None = None) -> Stream:
    """The whole log of a scope."""
    return Stream(scope, log_endpoints(scope), stamp=stamp)


class LoopingChain(UnexpectedShape):
    """Quay gave a page that it had given before: the chain never ends, and what lies behind it is out of reach."""


def read_pages(client: QuayClient, stream: Stream, day: date, *, token: str | None = None) -> Iterator[Page]:
    """Every page of one day, newest first, to the page without `next_page`: the only end that counts.

    `token` is where to begin, if not at the newest row.

    Raises: LoopingChain after the pages that are new (legacy log tables of more than 20 rows, quay/quay
    data/logs_model/table_logs_model.py:94-117 at ffba0c70, or a page token that Quay could not read), UnexpectedShape
    for an answer about other days than asked, SearchUnavailable, or any error of the client.
    """
    with client.turn():
        yield from _read_chain(client, stream, day, token)


def _read_chain(client: QuayClient, stream: Stream, day: date, token: str | None) -> Iterator[Page]:
    place, bounds = f"{stream}, day {day}", (f"{day}T00:00:00", f"{day + timedelta(days=1)}T00:00:00")
    asked = _query(stream, day, day)
    query = {**asked, "next_page": token} if token else asked
    seen: set[int] = set()
    previous: list[bytes] | None = None
    repeats = empties = number = 0
    while True:
        number += 1
        where = f"{place}, page {number}"
        page = client.get(
            stream.endpoints.logs, query, lambda body: page_from_body(body, stream.stamp), where=where
        )
        _check_bounds(page, bounds, where)
        repeats = repeats + 1 if page.lines and page.lines == previous else 0
        if _is_old(page.lines, seen) or repeats > _SAME_SECOND_REPEATS_AT_MOST:
            raise _looping(where)
        empties = 0 if page.lines else empties + 1
        if empties > _EMPTY_PAGES_AT_MOST:
            raise UnexpectedShape(f"{empties} empty pages in a row, and still no end", where=where)
        yield page
        if not page.next_page:
            return
        previous = page.lines or previous
        # The dates go with every token: with the token alone, Quay answers for its default window.
        query = {**asked, "next_page": page.next_page}


def read_counts(client: QuayClient, stream: Stream, since: date, until: date) -> Counts:
    """What aggregatelogs says about `since` to `until`, both included, by day and kind.

    Both days must lie in one month: across a month's end Quay books days on the wrong month (quay/quay
    data/logs_model/table_logs_model.py:184-202 at ffba0c70). Raises FeatureOff where the server has it switched off.
    """
    if (since.year, since.month) != (until.year, until.month):
        raise ValueError(f"{since} and {until} lie in different months")
    where = f"{stream}, counts of {since} to {until}"

    def read(body: bytes) -> Counts:
        return _counts_from_body(body, since, until)

    return client.get(stream.endpoints.aggregate, _query(stream, since, until), read, where=where)


def quay_date(day: date) -> str:
    """The only form of a date that Quay reads; any other is ignored without a word."""
    return day.strftime("%m/%d/%Y")


def _query(stream: Stream, since: date, until: date) -> dict[str, str]:
    query = {"starttime": quay_date(since), "endtime": quay_date(until)}
    if stream.performer is not None:
        query["performer"] = stream.performer
    return query


def _check_bounds(page: Page, bounds: tuple[str, str], where: str) -> None:
    """Quay answers for other days than asked without a word; its echo and the rows tell."""
    start, end = bounds
    try:
        echoed = iso_from_rfc2822(page.start_time), iso_from_rfc2822(page.end_time)
    except ValueError:
        echoed = page.start_time, page.end_time
    if echoed != bounds:
        raise UnexpectedShape(
            f"asked for {start} to {end}, answered for {echoed[0]} to {echoed[1]}",
            where=where,
            hint="the server did not read the dates: is this a Quay, and which version?",
        )
    if page.lines:
        first, last = second_of(min(page.lines)), second_of(max(page.lines))
        if first < start.encode() or last >= end.encode():
            raise UnexpectedShape(f"rows from {first.decode()} to {last.decode()}", where=where)


def _is_old(lines: list[bytes], seen: set[int]) -> bool:
    """Whether a page came before. Pages within one second may be equal by right: equal entries are legitimate."""
    if not lines or second_of(lines[0]) == second_of(lines[-1]):
        return False
    # Time only falls along a chain, so two pages that begin and end alike, at different seconds, are one.
    fingerprint = hash((lines[0], lines[-1]))
    if fingerprint in seen:
        return True
    seen.add(fingerprint)
    return False


def _looping(where: str) -> LoopingChain:
    return LoopingChain(
        "this page came before: Quay goes round in a circle",
        where=where,
        hint="rows in Quay's legacy log tables (logentry, logentry2) cause it; the export route reads them",
    )


def _counts_from_body(body: bytes, since: date, until: date) -> Counts:
    try:
        document = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise DamagedReply("the counts are not JSON") from error
    if isinstance(document, Mapping) and document.get("search_unavailable"):
        raise SearchUnavailable(
            "Quay cannot search its log store, so it has no counts", hint="configure log search on the server"
        )
    counts: Counts = {}
    try:
        for item in _items(document["aggregated"]):
            day = datetime.fromisoformat(iso_from_rfc2822(item["datetime"])).date()
            if not since <= day <= until:
                raise UnexpectedShape(f"counts for {day} among those of {since} to {until}")
            # A server with two log stores may list a kind twice: the rows are in both.
            kinds = counts.setdefault(day, {})
            kind = _kind(item["kind"])
            kinds[kind] = kinds.get(kind, 0) + _count(item["count"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnexpectedShape(f"no counts as Quay gives them ({type(error).__name__}: {error})") from error
    return counts


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError(f"{value!r} where a count was due")
    return value


def _kind(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} where a kind was due")
    return value


def _items(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{type(value).__name__} where a list was due")
    return value
