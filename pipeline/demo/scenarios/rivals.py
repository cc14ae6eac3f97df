"""Three common ways to look for misuse, on the same events: what a detector has to beat.

Each looks at one credential on one day, learns from the 28 days before, and gives a score; none knows what Quay's
kinds mean. Source: the first thing that a team builds from an exported log.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import log1p, sqrt
from pathlib import Path
from typing import Any, Final

import numpy as np
from sklearn.ensemble import IsolationForest  # type: ignore[import-untyped]

from pipeline.demo.scenarios.protocol import Finding
from pipeline.lake.layout import Layout
from pipeline.warehouse.query import asked

HISTORY_DAYS: Final = 28
MIN_ACTIVE_DAYS: Final = 7
Z_LIMIT: Final = 3.0
_FOREST_DAYS: Final = 7  # a forest serves this many days before the next one is grown
_TREES: Final = 100

_ACTIVITY = """
select
    day,
    credential_kind || ':' || coalesce(credential_id, '') as credential,
    case performer_kind when 'robot' then 'robot:' else 'user:' end || performer_name as performer,
    count(*) as events,
    count(*) filter (where kind = 'pull_repo') as pulls,
    count(*) filter (where kind = 'push_repo') as pushes,
    count(*) filter (where kind like '%fail%') as failures,
    count(*) filter (where kind_family not in ('pull', 'push', 'login')) as changes,
    count(distinct namespace_name || '/' || repository_name) as repositories,
    count(distinct network) as networks,
    count(distinct user_agent_family) as clients,
    count(distinct hour(occurred_at)) as hours,
    list_sort(list(distinct network) filter (where network is not null)) as network_names
from stg_events
where performer_kind is distinct from 'worker'
group by day, credential_kind, credential_id, performer_kind, performer_name
order by all
"""
_FEATURES: Final = (
    "events", "pulls", "pushes", "failures", "changes", "repositories", "networks", "clients", "hours",
)  # fmt: skip


@dataclass(slots=True)
class _History:
    """What one credential did, by day."""

    subjects: frozenset[str]
    counts: dict[date, tuple[int, ...]] = field(default_factory=dict)
    networks: dict[date, tuple[str, ...]] = field(default_factory=dict)

    def before(self, day: date) -> list[date]:
        """The active days among the 28 before."""
        return [each for each in self.counts if day - timedelta(days=HISTORY_DAYS) <= each < day]


class Activity:
    """Every credential's days, read once for all rivals."""

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        self._histories: dict[tuple[str, str | None], _History] = {}
        for day, credential, performer, *counts, networks in rows:
            key = (credential, performer)
            history = self._histories.setdefault(key, _History(_subjects(credential, performer)))
            history.counts[day] = tuple(counts)
            history.networks[day] = tuple(networks or ())

    def of_day(self, day: date) -> Iterator[tuple[str, _History]]:
        """Who did something on that day, with a name that sorts."""
        for (credential, performer), history in sorted(
            self._histories.items(), key=lambda item: (item[0][0], item[0][1] or "")
        ):
            if day in history.counts:
                yield f"{credential} {performer or ''}", history

    def between(self, first: date, until: date) -> list[tuple[int, ...]]:
        """The counts of every credential-day from `first` to the day before `until`."""
        return [
            counts
            for history in self._histories.values()
            for day, counts in history.counts.items()
            if first <= day < until
        ]


def activity_of(layout: Layout, warehouse: Path) -> Activity:
    """The daily counts of every credential, from the events of the lake."""
    with asked(layout, warehouse, _ACTIVITY) as answer:
        return Activity(answer.rows())


def z_scores(activity: Activity, days: Sequence[date]) -> list[Finding]:
    """More events than usual: the z-score of the daily count over 28 days, silent days counted as 0."""
    return [
        Finding(day, z, name, history.subjects)
        for day in days
        for name, history in activity.of_day(day)
        if (z := _z_score(history, day)) is not None and z > 0
    ]


def z_scores_or_new_networks(activity: Activity, days: Sequence[date]) -> list[Finding]:
    """z > 3, or a network that the credential has not used in the 28 days before."""
    findings = []
    for day in days:
        for name, history in activity.of_day(day):
            z = _z_score(history, day)
            if z is None:
                continue
            known = {network for each in history.before(day) for network in history.networks[each]}
            new = len(set(history.networks[day]) - known)
            if z > Z_LIMIT or new:
                findings.append(Finding(day, max(z, 0.0) + Z_LIMIT * new, name, history.subjects))
    return findings


def isolation_forests(activity: Activity, days: Sequence[date], seed: int) -> list[Finding]:
    """How easily a credential's day is told apart from all credential-days of the 28 days before."""
    findings: list[Finding] = []
    for first in range(0, len(days), _FOREST_DAYS):
        week = days[first : first + _FOREST_DAYS]
        start = week[0] - timedelta(days=HISTORY_DAYS)
        forest = IsolationForest(n_estimators=_TREES, random_state=seed, n_jobs=1)
        forest.fit(_matrix(activity.between(start, week[0])))
        for day in week:
            findings += _isolated(forest, day, list(activity.of_day(day)))
    return findings


def _isolated(forest: Any, day: date, active: list[tuple[str, _History]]) -> list[Finding]:
    if not active:
        return []
    scores = -forest.score_samples(_matrix([history.counts[day] for _, history in active]))
    return [
        Finding(day, float(score), name, history.subjects)
        for score, (name, history) in zip(scores.tolist(), active, strict=True)
    ]


def flagged(findings: Mapping[str, list[Finding]]) -> dict[str, list[Finding]]:
    """Of each rival's ranking, what it would raise by itself: its usual limit, for the count of cases a day."""
    limits = {Z_SCORE: Z_LIMIT, FOREST: FOREST_LIMIT, Z_OR_NETWORK: 0.0}
    return {name: [each for each in ranked if each.score > limits[name]] for name, ranked in findings.items()}


Z_SCORE: Final = "daily z-score"
FOREST: Final = "isolation forest"
Z_OR_NETWORK: Final = "z > 3 or a new network"
FOREST_LIMIT: Final = 0.6  # scikit-learn's own limit, 0.5, would flag one credential in ten


def rivals(activity: Activity, days: Sequence[date], seed: int) -> dict[str, list[Finding]]:
    """What each rival ranks on those days."""
    return {
        Z_SCORE: z_scores(activity, days),
        FOREST: isolation_forests(activity, days, seed),
        Z_OR_NETWORK: z_scores_or_new_networks(activity, days),
    }


def _z_score(history: _History, day: date) -> float | None:
    """None while there is too little history to tell."""
    earlier = history.before(day)
    if len(earlier) < MIN_ACTIVE_DAYS:
        return None
    counts = [history.counts[each][0] for each in earlier]
    mean = sum(counts) / HISTORY_DAYS
    variance = sum(count**2 for count in counts) / HISTORY_DAYS - mean**2
    return (history.counts[day][0] - mean) / max(1.0, sqrt(max(0.0, variance)))


def _matrix(counts: Sequence[tuple[int, ...]]) -> Any:
    rows = [[log1p(count) for count in each] for each in counts] or [[0.0] * len(_FEATURES)]
    return np.array(rows, dtype=np.float64)


def _subjects(credential: str, performer: str | None) -> frozenset[str]:
    kind, _, name = credential.partition(":")
    subject = {"password_or_session": f"user:{name}"}.get(kind, credential if name else kind)
    return frozenset({subject, performer} - {None})  # type: ignore[arg-type]
