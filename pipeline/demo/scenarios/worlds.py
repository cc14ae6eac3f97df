"""A registry's acts taken through the whole product: entries, lake, events, models, detections, cases."""

import hashlib
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import msgspec

from pipeline.demo.scenarios.acts import Act, write_lake
from pipeline.demo.scenarios.protocol import Finding
from pipeline.detect.cases import Case, cases_from_signals
from pipeline.detect.run import COMMON_NETWORK_PERFORMERS, detect
from pipeline.detect.signals import Signal
from pipeline.detect.stored import read_cases, read_signals
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.warehouse.build import build
from pipeline.warehouse.query import asked

Inventories = Mapping[date, Mapping[str, Sequence[msgspec.Struct]]]

HISTORY: Final = timedelta(days=28)
_MEMORY: Final = "1GB"
_NETWORKS: Final = """
select distinct
    day,
    habit_value,
    performer_name
from mart_credential_habit_daily
where habit = 'network' and performer_name is not null
"""


@dataclass(frozen=True)
class World:
    """A lake on disk and its warehouse. `sql` has the queries: one copy, whatever is edited during a run."""

    layout: Layout
    sql: Path

    @property
    def warehouse(self) -> Path:
        """The warehouse's file."""
        return self.layout.warehouse

    @classmethod
    def founded(
        cls,
        folder: Path,
        sql: Path,
        acts: Iterable[Act],
        days: Sequence[date],
        inventories: Inventories | None = None,
    ) -> "World":
        """A new lake of those acts, with its events and models, not judged yet."""
        world = cls(Layout(folder), sql)
        write_lake(acts, world.layout, days, inventories)
        world._build()
        return world

    def changed(
        self,
        folder: Path,
        before: Iterable[Act],
        after: Sequence[Act],
        inventories: Inventories | None = None,
    ) -> "World":
        """The same lake at another place, with other acts: only days that differ are written and built.

        `inventories` take the place of those of the same days.

        Files of the lake are never changed in place, so both share those of the other days.
        """
        shutil.copytree(self.layout.root, folder, copy_function=_shared_unless_warehouse)
        world = World(Layout(folder), self.sql)
        days = _days_that_differ(before, after)
        write_lake((act for act in after if act.at.date() in days), world.layout, sorted(days), inventories)
        world._build()
        return world

    def judge(self, since: date, until: date) -> None:
        """Run the detections over these days, both included."""
        detect(
            self.layout,
            self.warehouse,
            since=since,
            until=until,
            memory_limit=_MEMORY,
            threads=1,
            sql=self.sql,
        )

    def entry_count(self) -> int:
        """How many entries its log has."""
        return sum(window.rows for window in Ledger(self.layout).windows())

    def cases(self, since: date, until: date) -> list[Case]:
        """The cases of these days."""
        return read_cases(self.warehouse, since, until)

    def signals(self, since: date, until: date) -> list[Signal]:
        """The signals of these days that count."""
        return [
            signal for signal, suppression in read_signals(self.warehouse, since, until) if not suppression
        ]

    def common_networks(self, days: Sequence[date]) -> dict[date, frozenset[str]]:
        """The networks that so many performers used in the weeks before that they link nobody, by day."""
        with asked(self.layout, self.warehouse, _NETWORKS) as answer:
            met = [(day, network, performer) for day, network, performer in answer.rows()]
        return {day: _common(met, day) for day in days}

    def _build(self) -> None:
        build(self.layout, self.warehouse, memory_limit=_MEMORY, threads=1, sql=self.sql)


def digest_of_cases(cases: Sequence[Case]) -> str:
    """Changes with any byte that a person could see of any case."""
    return hashlib.sha256(msgspec.json.encode(cases, order="sorted")).hexdigest()


def cases_without(
    detection_id: str | None, signals: Iterable[Signal], common: Mapping[date, frozenset[str]]
) -> list[Case]:
    """The cases that the same signals make when one detection is left out; None leaves out nothing."""
    by_day: defaultdict[date, list[Signal]] = defaultdict(list)
    for signal in signals:
        if signal.detection_id != detection_id:
            by_day[signal.day].append(signal)
    return [case for day in sorted(by_day) for case in cases_from_signals(day, by_day[day], common[day])]


def finding_from_case(case: Case) -> Finding:
    """A case as what it asks people to look at: under every name that it or one of its signals gives."""
    names = set(case.subjects)
    for part in case.signals:
        names |= _names_of(part.signal)
    return Finding(case.day, case.score, case.case_id, frozenset(names), case.is_collective)


def _names_of(signal: Signal) -> set[str]:
    names = {signal.subject}
    if signal.credential:
        names.add(signal.credential)
    if performer := signal.performer_name:
        names.add(f"robot:{performer}" if "+" in performer else f"user:{performer}")
    if signal.network:
        names.add(f"network:{signal.network.removeprefix('network:')}")
    if signal.repository:
        names.add(f"repository:{signal.repository.removeprefix('repository:')}")
    return names


def _common(met: Iterable[tuple[date, str, str]], day: date) -> frozenset[str]:
    performers: defaultdict[str, set[str]] = defaultdict(set)
    for each, network, performer in met:
        if day - HISTORY <= each < day:
            performers[network].add(performer)
    return frozenset(
        network for network, names in performers.items() if len(names) >= COMMON_NETWORK_PERFORMERS
    )


def _days_that_differ(before: Iterable[Act], after: Iterable[Act]) -> set[date]:
    """Days whose acts are not the same, or not in the same order."""
    rest, now = _by_day(before), _by_day(after)
    return {day for day in rest.keys() | now.keys() if rest.get(day) != now.get(day)}


def _by_day(acts: Iterable[Act]) -> dict[date, list[Act]]:
    by_day: defaultdict[date, list[Act]] = defaultdict(list)
    for act in acts:
        by_day[act.at.date()].append(act)
    return dict(by_day)


def _shared_unless_warehouse(source: str, target: str) -> str:
    if Path(source).suffix in (".duckdb", ".wal"):
        return shutil.copy2(source, target)
    os.link(source, target)
    return target
