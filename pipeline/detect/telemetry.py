"""What the lake shows of how much Quay logs, read from the baselines of the day that a judge is turned to."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from pipeline.detect.readiness import DayWindow, InventoryReach, Telemetry, Verdict, verdict_on
from pipeline.detect.rules import Detection
from pipeline.warehouse.judging import Judge

_KINDS: Final = """
select kind from base_kinds_seen
union
select kind from mart_kind_daily where day = $day
"""
_WINDOWS: Final = "select scope, state, missing_count from base_day_windows order by scope"
_REGISTRY: Final = "select first_day, top_network, top_network_share, is_network_trusted from base_registry"
_INVENTORY: Final = """
select table_name, snapshot_date, days_away, list_count, read_count
from base_inventory_reach
order by table_name
"""
# A namespace that is expected to log this much on such a weekday does not fall silent by chance.
_SILENT: Final = """
with expected as (
    select
        namespace_name,
        sum(expected_count) as event_count
    from base_namespace_kinds
    group by namespace_name
),

heard as (
    select distinct habit_value as namespace_name
    from mart_credential_habit_daily
    where
        day = $day
        and habit = 'namespace'
)

select expected.namespace_name
from expected
left join heard on expected.namespace_name = heard.namespace_name
where
    heard.namespace_name is null
    and expected.event_count >= $least
order by expected.namespace_name
"""
_LEAST_EXPECTED: Final = 20


def verdicts_of(judge: Judge, day: date, detections: Sequence[Detection]) -> list[Verdict]:
    """How ready each detection is on the day that the judge is turned to."""
    telemetry = telemetry_of(judge, day)
    return [verdict_on(detection, telemetry) for detection in detections]


def telemetry_of(judge: Judge, day: date) -> Telemetry:
    """The facts that readiness is judged by."""
    registry = next(_rows(judge, _REGISTRY, "base_registry"), (None, None, None, None))
    first_day, top_network, top_network_share, is_network_trusted = registry
    return Telemetry(
        day=day,
        first_day=first_day,
        kinds=frozenset(kind for (kind,) in _rows(judge, _KINDS, "base_kinds_seen", "mart_kind_daily")),
        windows=[DayWindow(*row) for row in _rows(judge, _WINDOWS, "base_day_windows")],
        top_network=top_network,
        top_network_share=top_network_share,
        is_network_trusted=is_network_trusted,
        inventory={
            table: InventoryReach(*reach)
            for table, *reach in _rows(judge, _INVENTORY, "base_inventory_reach")
        },
        silent_namespaces=[name for (name,) in _silent(judge)],
    )


def _silent(judge: Judge) -> Iterator[tuple[Any, ...]]:
    reads = ("base_namespace_kinds", "mart_credential_habit_daily")
    yield from judge.find(_SILENT, reads, {"least": _LEAST_EXPECTED}).rows


def _rows(judge: Judge, query: str, *reads: str) -> Iterator[tuple[Any, ...]]:
    yield from judge.find(query, reads, {}).rows
