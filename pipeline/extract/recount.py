"""The lake's windows against what Quay counts today."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from typing import NamedTuple

from pipeline.errors import FeatureOff, SearchUnavailable
from pipeline.extract.absence import GONE, absence_of
from pipeline.extract.reconcile import reconcile
from pipeline.extract.sources import resolve
from pipeline.extract.windows import months_between
from pipeline.lake.ledger import State, WindowState
from pipeline.quay.client import QuayClient
from pipeline.quay.inventory import Directory
from pipeline.quay.logs import read_counts
from pipeline.quay.scopes import scope_from_text


class Difference(NamedTuple):
    """A window that is not equal to today's counts: rows that it lacks, and rows that the server no longer counts."""

    scope: str
    day: date
    state: State
    missing_by_kind: dict[str, int]
    gone_by_kind: dict[str, int]


class AbsentLog(NamedTuple):
    """A log that the server does not show now, why, and what the lake keeps of it."""

    scope: str
    is_deleted: bool
    reason: str
    windows: int
    rows: int


class Recount(NamedTuple):
    """How many windows were compared, which differ, the scopes that have no counts, and the logs that are not there."""

    windows: int
    rows: int
    differences: list[Difference]
    uncounted: list[str]
    absent: list[AbsentLog]


def recount(client: QuayClient, windows: Iterable[WindowState]) -> Recount:
    """Compare closed windows with aggregatelogs: one request a scope and month.

    A log that was deleted, or that this token may not read, is named, and the others are compared all the same.
    """
    compared = rows = 0
    directory = Directory(client)
    absent: list[AbsentLog] = []
    differences: list[Difference] = []
    uncounted: list[str] = []
    for scope, group in groupby(sorted(windows, key=lambda w: (w.scope, w.day)), key=lambda w: w.scope):
        held = {window.day: window for window in group if window.state is not State.OPEN}
        if not held:
            continue
        try:
            found = list(_differences(client, scope, held))
        except (FeatureOff, SearchUnavailable) as error:
            uncounted.append(f"{scope}: {error.what}")
            continue
        except GONE as error:
            absence = absence_of(scope_from_text(scope), error, directory)
            kept = sum(window.rows for window in held.values())
            absent.append(AbsentLog(scope, *absence, windows=len(held), rows=kept))
            continue
        compared += len(held)
        rows += sum(window.rows for window in held.values())
        differences += found
    return Recount(compared, rows, differences, uncounted, absent)


def _differences(client: QuayClient, scope: str, held: dict[date, WindowState]) -> Iterator[Difference]:
    stream = resolve(client, scope_from_text(scope), max(held))
    for first, last in months_between(min(held), max(held)):
        counts = read_counts(client, stream, first, last)
        for day, window in held.items():
            if first <= day <= last:
                verdict = reconcile(window.rows_by_kind, counts.get(day, {}))
                if verdict.state is not State.VERIFIED:
                    yield Difference(scope, day, window.state, verdict.missing, verdict.excess)
