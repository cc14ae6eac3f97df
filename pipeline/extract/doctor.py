"""What this token and this server allow, found out by a handful of harmless requests."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import (
    DataError,
    FeatureOff,
    Refused,
    SearchUnavailable,
    ServerError,
    StoreFailure,
    Unreachable,
)
from pipeline.extract.bulk import Exporter
from pipeline.extract.orders import NoExport, SliceTooLong
from pipeline.extract.routes import obstacle_of
from pipeline.extract.sources import BEST_ACCOUNT, find_scopes, is_fatal, resolve
from pipeline.lake.storage import takes_numbers_once
from pipeline.quay.client import QuayClient
from pipeline.quay.inventory import read_identity, read_namespaces
from pipeline.quay.logs import Stream, read_counts, read_pages, stream_of
from pipeline.quay.scopes import ALL, org, user

_SKEW_WORTH_TELLING_SECONDS = 60.0
_ONE_MACHINE = (
    "let one machine alone write to this lake: of two that seal their windows or decide about cases at once, one would "
    "overwrite the other's manifest or decision, and verify would find the chain broken"
)


class Check(NamedTuple):
    """One thing looked at: `result` is ok, warn or fail; `advice` says what to do about the latter two."""

    name: str
    result: str
    detail: str
    advice: str = ""


def examine(
    client: QuayClient, *, now: Callable[[], datetime], exporter: Exporter | None = None
) -> Iterator[Check]:
    """Every check in turn, about yesterday. Raises a ServerError when there is nothing to examine: no Quay, no token."""
    day = now().date() - timedelta(days=1)
    found = find_scopes(client, day)
    yield _identity(client)
    names = ", ".join(map(str, found.scopes))
    yield Check(
        "scopes",
        "ok" if names else "fail",
        names or "this token may read no log",
        "" if names else BEST_ACCOUNT,
    )
    for sentence in found.cannot:
        yield Check("not readable", "warn", sentence, BEST_ACCOUNT)
    if found.scopes:
        stream = resolve(client, found.scopes[0], day)
        yield _counts(client, stream, day)
        yield _pages(client, stream, day)
        yield _export(client, stream, day, exporter)
    if found.scopes == [ALL]:
        yield _repair(client, day)
    yield _clock(client.clock_skew_seconds)


def examine_store(lake: Path) -> Iterator[Check]:
    """Whether the object store of a lake keeps what many machines rely on; nothing for a lake in a folder."""
    try:
        is_safe = takes_numbers_once(lake)
    except StoreFailure as error:
        yield Check("store", "fail", str(error), error.hint)
        return
    if is_safe:
        yield Check(
            "store", "ok", "it may be written, and takes a name once: many machines may share this lake"
        )
    elif is_safe is False:
        yield Check("store", "warn", "it has no conditional puts (If-None-Match)", _ONE_MACHINE)


def _identity(client: QuayClient) -> Check:
    try:
        identity = read_identity(client)
    except Refused:
        # `find_scopes` ends with an unknown token, and this is the other reason for the same answer.
        return Check(
            "token", "warn", "accepted, without user:read", "add user:read, or name scopes with --scope"
        )
    return Check("token", "ok", f"accepted, acts as {identity.username}")


def _counts(client: QuayClient, stream: Stream, day: date) -> Check:
    try:
        counts = read_counts(client, stream, day, day)
    except (FeatureOff, SearchUnavailable) as error:
        return Check("counts", "fail", str(error), f"without counts no window can be verified. {error.hint}")
    rows = sum(sum(kinds.values()) for kinds in counts.values())
    return Check("counts", "ok", f"aggregatelogs answers: {rows:,} entries of {stream} on {day}")


def _pages(client: QuayClient, stream: Stream, day: date) -> Check:
    """Reading a page proves more than it shows: the dates are echoed as asked, the entries are of the shape we know."""
    try:
        page = next(read_pages(client, stream, day))
    except ServerError as error:
        if is_fatal(error):
            raise
        return Check("pages", "fail", str(error), error.hint)
    unknown = ", ".join(sorted(page.surprises))
    if unknown:
        return Check(
            "pages",
            "warn",
            f"keys that this version does not know: {unknown}",
            "they are kept; look for an update",
        )
    return Check(
        "pages", "ok", f"the dates come back as asked, {len(page.lines)} entries are of the known shape"
    )


def _export(client: QuayClient, stream: Stream, day: date, exporter: Exporter | None) -> Check:
    """An export of one day goes the whole way: order, callback, file."""
    if exporter is None:
        return Check(
            "export",
            "warn",
            "not tried: --callback-listen is not given",
            "exports are complete on every database and cost the server a fiftieth of paging: give --callback-listen "
            "HOST:PORT (and --callback-url, where Quay sees that place under another address)",
        )
    try:
        if stream.scope == ALL:
            stream = _first_namespace(client)
        if obstacle := obstacle_of(stream):
            return Check("export", "warn", f"{stream}: {obstacle}", "pages remain")
        with exporter.rows_by_day(exporter.order(stream, day, day)) as days:
            return Check(
                "export",
                "ok",
                f"the callback and the file came: {len(days[day]):,} entries of {stream} on {day}",
            )
    except SliceTooLong:
        return Check(
            "export",
            "ok",
            f"the callback came, and says that {day} is too long for one export of {stream}",
        )
    except (ServerError, DataError) as error:
        if isinstance(error, ServerError) and is_fatal(error) and not isinstance(error, Unreachable):
            raise
        return Check("export", "warn", str(error), error.hint)


def _first_namespace(client: QuayClient) -> Stream:
    for namespace in read_namespaces(client):
        return stream_of(org(namespace.name) if namespace.kind == "org" else user(namespace.name))
    raise NoExport("there is no namespace yet")


def _repair(client: QuayClient, day: date) -> Check:
    """Completing a short window of `all` needs the namespaces' own logs, which an ordinary superuser may not read."""
    try:
        for namespace in read_namespaces(client):
            scope = org(namespace.name) if namespace.kind == "org" else user(namespace.name)
            read_counts(client, stream_of(scope), day, day)
            return Check("repair", "ok", "short windows can be completed namespace by namespace")
    except ServerError as error:
        if is_fatal(error):
            raise
        return Check(
            "repair", "warn", f"short windows cannot be completed by namespace ({error.what})", BEST_ACCOUNT
        )
    return Check("repair", "ok", "there is no namespace yet")


def _clock(skew_seconds: float | None) -> Check:
    if skew_seconds is None:
        return Check(
            "clock", "warn", "the server sends no Date header", "check that both clocks are synchronised"
        )
    words = (
        f"the server is {abs(skew_seconds):.0f} s {'ahead of' if skew_seconds > 0 else 'behind'} this machine"
    )
    if abs(skew_seconds) > _SKEW_WORTH_TELLING_SECONDS:
        return Check("clock", "warn", words, "synchronise the clocks; days are closed by the server's clock")
    return Check("clock", "ok", words)
