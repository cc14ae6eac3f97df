"""What an extract will do, scope by scope: counted, not guessed, and nothing written."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import NamedTuple

from pipeline.errors import FeatureOff, SearchUnavailable, ServerError
from pipeline.extract.options import Options
from pipeline.extract.routes import Choice, choose
from pipeline.extract.sources import is_fatal, resolve
from pipeline.extract.windows import Need, PlannedWindow, Window, days_between, months_between, plan_scope
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.client import QuayClient
from pipeline.quay.inventory import read_namespaces
from pipeline.quay.logs import Counts, Stream, read_counts
from pipeline.quay.scopes import Scope, ScopeKind


class ScopePlan(NamedTuple):
    """One scope, where it is read, and what each of its days needs."""

    stream: Stream
    windows: list[PlannedWindow]


def plan(
    client: QuayClient,
    layout: Layout,
    scopes: Iterable[Scope],
    since: date,
    until: date,
    *,
    options: Options,
    now: Callable[[], datetime],
    note: Callable[[str], None] = lambda text: None,
) -> list[ScopePlan]:
    """One count request a month and scope. Raises a ServerError when a scope cannot be read at all."""
    ledger = Ledger(layout)

    def plan_one(scope: Scope) -> ScopePlan:
        stream = resolve(client, scope, until)
        counts = _counts_of(client, stream, since, until, note)
        days = [day for day in days_between(since, until) if _is_ours(options, Window(scope, day))]
        held = {day: state for day in days if (state := ledger.window(scope, day)) is not None}
        windows = plan_scope(scope, days, counts, held, now=now(), grace=options.grace, retry=options.retry)
        return ScopePlan(stream, windows)

    with ThreadPoolExecutor(options.concurrency, thread_name_prefix="plan") as pool:
        return list(pool.map(plan_one, scopes))


def route_of(client: QuayClient, scope_plan: ScopePlan, options: Options, *, obstacle: str) -> Choice:
    """How the windows of a plan would be read. `obstacle` says why nothing can be exported, if so."""
    stream, windows = scope_plan
    namespaces = 1
    if stream.scope.kind is ScopeKind.ALL and not obstacle and any(w.need is Need.FETCH for w in windows):
        try:
            namespaces = len(read_namespaces(client))
        except ServerError as error:
            if is_fatal(error):
                raise
            obstacle = f"the namespaces cannot be listed ({error.what})"
    return choose(
        stream,
        windows,
        options.route,
        obstacle=obstacle,
        rows_at_most=options.exports.rows_at_most,
        namespaces=namespaces,
    )


def _is_ours(options: Options, window: Window) -> bool:
    return options.shard is None or options.shard.holds(window)


def _counts_of(
    client: QuayClient, stream: Stream, since: date, until: date, note: Callable[[str], None]
) -> Counts | None:
    try:
        counts: Counts = {}
        for first, last in months_between(since, until):
            counts |= read_counts(client, stream, first, last)
        return counts
    except (FeatureOff, SearchUnavailable) as error:
        note(f"{error}: the windows of {stream} cannot be verified; {error.hint}")
        return None
