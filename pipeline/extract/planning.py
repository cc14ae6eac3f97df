"""What an extract will do, scope by scope: counted, not guessed, and nothing written."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import NamedTuple

from pipeline.errors import FeatureOff, SearchUnavailable
from pipeline.extract.options import Options
from pipeline.extract.sources import resolve
from pipeline.extract.windows import PlannedWindow, days_between, months_between, plan_scope
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.client import QuayClient
from pipeline.quay.logs import Counts, Stream, read_counts
from pipeline.quay.scopes import Scope


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
        days = list(days_between(since, until))
        held = {day: state for day in days if (state := ledger.window(scope, day)) is not None}
        windows = plan_scope(scope, days, counts, held, now=now(), grace=options.grace, retry=options.retry)
        return ScopePlan(stream, windows)

    with ThreadPoolExecutor(options.concurrency, thread_name_prefix="plan") as pool:
        return list(pool.map(plan_one, scopes))


def _counts_of(
    client: QuayClient, stream: Stream, since: date, until: date, note: Callable[[str], None]
) -> Counts | None:
    try:
        counts: Counts = {}
        for first, last in months_between(since, until):
            counts |= read_counts(client, stream, first, last)
        return counts
    except (FeatureOff, SearchUnavailable) as error:
        note(f"{error}: the windows of {stream} cannot be verified")
        return None
