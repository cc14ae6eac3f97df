"""The loop by day: mount a day, run the detections over it, make cases of their signals, store what came of it."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

from pipeline.bundle import bundled
from pipeline.detect.cases import CASE_LOGIC, Case, cases_from_signals
from pipeline.detect.firing import signals_from_found
from pipeline.detect.overrides import detections_as_set
from pipeline.detect.readiness import Readiness, Verdict
from pipeline.detect.rules import Detection, read_detections
from pipeline.detect.signals import Signal
from pipeline.detect.stored import STATE, TABLES, rows_from_day
from pipeline.detect.suppressions import Suppression, suppression_of
from pipeline.detect.telemetry import verdicts_of
from pipeline.errors import DataError, QuayAuditError
from pipeline.lake.layout import Layout
from pipeline.warehouse.days import DaysBench, days_bench
from pipeline.warehouse.engine import Engine
from pipeline.warehouse.judging import Judge
from pipeline.warehouse.models import Layer, fingerprint, upstream
from pipeline.warehouse.records import Records

JUDGING_LOGIC: Final = 1
"""Rises whenever the same queries would give other signals: what was judged before is then judged anew."""

COMMON_NETWORK_PERFORMERS: Final = 5
"""A network that so many performers use is a place, such as an office: it links nobody with anybody."""

_COMMON_NETWORKS = """
select habit_value
from base_habit_values
where habit = 'network' and performer_count >= $least
"""

ReadinessOf = Callable[[Judge, date, Sequence[Detection]], Sequence[Verdict]]
"""How ready each detection is on the day that the judge is turned to."""


class DetectSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What a run did. `degraded` has, of the days judged, every detection that was not ready."""

    judged_days: list[date]
    unchanged_days: int
    removed_days: list[date]
    signal_count: int
    case_count: int
    degraded: list[Verdict] = []


class _Judged(msgspec.Struct, frozen=True):
    signals: list[tuple[Signal, str | None]]
    cases: list[Case]
    verdicts: list[Verdict]
    problems: list[QuayAuditError]


def detect(
    layout: Layout,
    warehouse: Path,
    *,
    since: date | None = None,
    until: date | None = None,
    added: Sequence[Detection] = (),
    overrides: Mapping[str, Mapping[str, Any]] | None = None,
    suppressions: Sequence[Suppression] = (),
    full: bool = False,
    readiness: ReadinessOf = verdicts_of,
    memory_limit: str = "2GB",
    threads: int | None = None,
    progress: Callable[[int, int, date], None] | None = None,
    sql: Path | None = None,
    engine: Engine | None = None,
) -> DetectSummary:
    """Judge the days of the warehouse, both ends included, as far as what they are judged from has changed.

    Each day is stored whole, in one transaction: a kill at any moment leaves days as they were or as they are now,
    and the next run does the rest. The same lake, settings and suppressions give the same signals and cases.
    `added` are run beside the detections of the folder. `engine` works the queries out elsewhere, to the same end.
    Units: `progress` is told how many days are done, of how many, and which was the last.
    Raises: UsageError where there is no warehouse, where another process has it open, and for settings that no
    detection has; DataError naming a detection that failed, after everything else is judged.
    """
    folder = sql or bundled("sql")
    detections = detections_as_set([*read_detections(folder), *added], overrides or {})
    first, last = since or date.min, until or date.max
    with days_bench(
        layout, warehouse, folder, memory_limit=memory_limit, threads=threads, engine=engine
    ) as days:
        run = _Run(days, detections, suppressions, readiness)
        due = run.days_to_judge(first, last, full=full)
        results = list(run.judge_all(due, progress))
        removed = run.remove_gone()
    if problems := [problem for result in results for problem in result.problems]:
        raise _error_from_problems(problems)
    return _summary(due, run.count_between(first, last) - len(due), removed, results)


class _Run:
    """One run of `detect`."""

    def __init__(
        self,
        days: DaysBench,
        detections: Sequence[Detection],
        suppressions: Sequence[Suppression],
        readiness: ReadinessOf,
    ) -> None:
        self._days = days
        self._detections = detections
        self._suppressions = suppressions
        self._readiness = readiness
        self._records = Records(days.bench, TABLES)
        self._records.prepare()
        self._queries = _hash(
            [JUDGING_LOGIC, CASE_LOGIC, self._models_fingerprint(), list(map(_judging, detections))]
        )
        self._keys = {day: self._key(day, source) for day, source in days.source_keys().items()}

    def days_to_judge(self, since: date, until: date, *, full: bool) -> list[date]:
        """The days whose result may have changed, in order."""
        held = self._records.values(STATE.name, "judged_key")
        return [
            day for day, key in self._keys.items() if since <= day <= until and (full or held.get(day) != key)
        ]

    def count_between(self, since: date, until: date) -> int:
        """How many days there are in all, both ends included."""
        return sum(since <= day <= until for day in self._keys)

    def judge_all(
        self, days: Sequence[date], progress: Callable[[int, int, date], None] | None
    ) -> Iterator[_Judged]:
        """Judge these days one after the other, and tell how far it is."""
        for done, day in enumerate(days, 1):
            yield self.judge(day)
            if progress:
                progress(done, len(days), day)

    def judge(self, day: date) -> _Judged:
        """Judge one day and store it; a day on which a detection failed stays to be judged again."""
        self._days.turn_to(day)
        result = self._judged(day)
        rows = rows_from_day(result.signals, result.cases, result.verdicts)
        if not result.problems:
            state = {
                "judged_key": self._keys[day],
                "signal_count": len(result.signals),
                "case_count": len(result.cases),
            }
            rows[STATE.name] = [{"day": day, **state}]
        self._records.put(day, rows)
        return result

    def remove_gone(self) -> list[date]:
        """Take away the days that the lake no longer has."""
        gone = sorted(self._records.days() - self._keys.keys())
        for day in gone:
            self._records.put(day, {})
        return gone

    def _judged(self, day: date) -> _Judged:
        verdicts = {
            each.detection_id: each for each in self._readiness(self._days.judge, day, self._detections)
        }
        signals: list[tuple[Signal, str | None]] = []
        problems = []
        for detection in self._detections:
            if verdicts[detection.id].readiness is Readiness.BLIND:
                continue
            try:
                found = self._fired(detection, day)
            except QuayAuditError as error:
                problems.append(error)
                verdicts[detection.id] = Verdict(
                    day, detection.id, Readiness.BLIND, (f"it failed: {error.what}",)
                )
                continue
            signals += [(signal, self._suppression_id(signal)) for signal in found]
        counting = [signal for signal, suppression_id in signals if suppression_id is None]
        return _Judged(signals, self._cases(day, counting), list(verdicts.values()), problems)

    def _fired(self, detection: Detection, day: date) -> list[Signal]:
        found = self._days.judge.find(detection.query, detection.reads, detection.params, detection.id)
        return signals_from_found(detection, day, found)

    def _suppression_id(self, signal: Signal) -> str | None:
        suppression = suppression_of(signal, self._suppressions)
        return suppression.suppression_id if suppression else None

    def _cases(self, day: date, signals: Sequence[Signal]) -> list[Case]:
        if not signals:
            return []
        parameters = {"least": COMMON_NETWORK_PERFORMERS}
        common = self._days.judge.find(_COMMON_NETWORKS, ["base_habit_values"], parameters)
        return cases_from_signals(day, signals, frozenset(network for (network,) in common.rows))

    def _models_fingerprint(self) -> str:
        """Of the models that are worked out while judging; stored ones are part of what a day was built from."""
        models = self._days.bench.models
        baselines = [model for model in models if model.layer is Layer.BASELINES]
        return fingerprint([*upstream(models, "int_acts"), *baselines])

    def _key(self, day: date, source: str) -> str:
        """Changes with anything that a signal or a case of the day can show."""
        covering = [each for each in self._suppressions if each.covers_day(day)]
        return _hash([source, self._queries, covering])


def _summary(
    judged: list[date], unchanged: int, removed: list[date], results: Sequence[_Judged]
) -> DetectSummary:
    verdicts = (verdict for result in results for verdict in result.verdicts)
    return DetectSummary(
        judged_days=judged,
        unchanged_days=unchanged,
        removed_days=removed,
        signal_count=sum(len(result.signals) for result in results),
        case_count=sum(len(result.cases) for result in results),
        degraded=[verdict for verdict in verdicts if verdict.readiness is not Readiness.READY],
    )


def _judging(detection: Detection) -> tuple[Any, ...]:
    """What of a detection its signals depend on; neither its advice nor its cases."""
    said = (detection.id, detection.title, detection.family, detection.needs)
    return (*said, detection.query, sorted(detection.params.items()))


def _hash(value: object) -> str:
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).hexdigest()


def _error_from_problems(problems: Sequence[QuayAuditError]) -> DataError:
    first, *others = problems
    more = f" (and {len(others)} more like it)" if others else ""
    return DataError(f"{first.what}{more}", where=first.where, hint=first.hint)
