"""Promises of `capacity`: it agrees with what was measured, and with itself at every size."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.capacity import capacity
from pipeline.extract import capacity_words, measured
from pipeline.extract.capacity import (
    Registry,
    build_a_day,
    build_a_day_on_spark,
    build_all,
    capacity_of,
    detect_a_day,
    read_by_exports,
    read_by_pages,
)

AT_LEAST, AT_MOST = 0.85, 2.5
"""A plan may be too large by far: days differ, and what repeats costs half. Too small it may hardly be."""

MILLION = 1_000_000
ONE_LOG = Registry(MILLION, namespaces=1)


class Run(NamedTuple):
    """Something that was measured on two shared cores, and what a plan says of it."""

    what: str
    figure: float
    planned: Callable[[], float]


def million(**known: int) -> Registry:
    return replace(ONE_LOG, **known)


RUNS = [
    Run("bench_routes: a million rows by pages, CPU s of Quay", 15_013, lambda: read_by_pages(ONE_LOG)[2]),
    Run("bench_routes: a million rows by exports, CPU s of Quay", 354, lambda: read_by_exports(ONE_LOG)[2]),
    Run(
        "bench_routes: 100,000 rows by exports, seconds",
        95.2,
        lambda: read_by_exports(million(events_per_day=100_000)).hours * 3_600,
    ),
    Run(
        "bench_routes: 100,000 rows by pages, seconds",
        756,
        lambda: read_by_pages(million(events_per_day=100_000)).hours * 3_600,
    ),
    Run("bench_extract: a million rows by pages, CPU s", 29.6, lambda: read_by_pages(ONE_LOG).cpu_seconds),
    Run("bench_routes: 100,000 rows by pages, CPU s", 5.2, lambda: read_by_pages(ONE_LOG).cpu_seconds / 10),
    Run(
        "bench_routes: 100,000 rows by exports, CPU s", 1.8, lambda: read_by_exports(ONE_LOG).cpu_seconds / 10
    ),
    Run("bench_scale: a build of a day of a million, CPU s", 4.9, lambda: build_a_day(ONE_LOG).cpu_seconds),
    Run(
        "bench_scale: a day of 1.1 million more, CPU s",
        5.5,
        lambda: build_a_day(million(events_per_day=1_100_000)).cpu_seconds,
    ),
    Run("bench_warehouse: three recorded days of 200,000, CPU s", 5.0, lambda: build_all(600_000, 3)),
    Run("bench_scale: ten days of a million, CPU s", 28.9, lambda: build_all(10 * MILLION, 10)),
    Run("bench_scale: a hundred days of a million, CPU s", 287, lambda: build_all(100 * MILLION, 100)),
    Run("bench_rivals: a day of five million, CPU s", 21.3, lambda: build_all(5 * MILLION, 1)),
    Run("61 recorded days of 660, CPU s", 9.4, lambda: build_all(40_595, 61)),
    Run("bench_engines: a million on Sail, CPU s", 45.5, lambda: build_a_day_on_spark(ONE_LOG).cpu_seconds),
    Run(
        "bench_scale: a day of a million judged, ninety-nine before it, CPU s",
        17.7,
        lambda: detect_a_day(ONE_LOG).cpu_seconds,
    ),
    Run(
        "bench_scale: a day of a million judged, none before it, CPU s",
        6.8,
        lambda: detect_a_day(ONE_LOG).cpu_seconds,
    ),
    Run(
        "bench_scale: a day of a million judged, nine before it, CPU s",
        12.6,
        lambda: detect_a_day(ONE_LOG).cpu_seconds,
    ),
    Run(
        "bench_detect: the same with every query that needs an inventory, CPU s",
        17.4,
        lambda: detect_a_day(ONE_LOG).cpu_seconds,
    ),
    Run(
        "bench_data: a day of 111,000 judged, CPU s",
        9.2,
        lambda: detect_a_day(million(events_per_day=111_000)).cpu_seconds,
    ),
    Run("bench_export: a million to OCSF, CPU s", 26.9, lambda: measured.EXPORT_EVENTS_CPU.value),
    Run("bench_scale: bytes of an entry", 19.3, lambda: measured.ENTRIES.value),
    Run("bench_warehouse: bytes of a recorded entry", 40.3, lambda: measured.ENTRIES.value),
    Run("bench_scale: bytes of an event", 14.2, lambda: measured.EVENTS.value),
    Run("bench_warehouse: bytes of a recorded event", 35.0, lambda: measured.EVENTS.value),
    Run("bench_scale: bytes of the warehouse an event", 8.7, lambda: measured.WAREHOUSE.value),
    Run("bench_warehouse: the same of recorded events", 17.5, lambda: measured.WAREHOUSE.value),
    Run("bench_scale: bytes of memory of a build, a day of a million", 1.19e9, lambda: measured.MEMORY.value),
    Run("bytes of memory of a build, a day of five million", 2.64e9, lambda: measured.MEMORY.value),
    Run(
        "bytes on disk that a day of five million spills", 0.73e9, lambda: 5 * MILLION * measured.SPILL.value
    ),
]

registries = st.builds(
    Registry,
    events_per_day=st.integers(1, 2_000 * MILLION),
    namespaces=st.integers(1, 5_000),
    retention_days=st.integers(1, 3_650),
    server_cores=st.integers(1, 64),
    export_workers=st.integers(1, 16),
    cores=st.integers(1, 64),
)


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run.what)
def test_a_plan_agrees_with_what_was_measured(run: Run) -> None:
    assert AT_LEAST <= run.planned() / run.figure <= AT_MOST


@given(registries)
def test_a_registry_at_a_limit_uses_it_up(registry: Registry) -> None:
    for limit in capacity_of(registry).limits:
        if limit.events_per_day > 100:
            there = capacity_of(replace(registry, events_per_day=limit.events_per_day))
            (load,) = (each.load for each in there.limits if each.name == limit.name)
            assert load == pytest.approx(1, rel=0.02)


@given(registries, st.integers(2, 9))
def test_more_events_take_more_of_everything(registry: Registry, times: int) -> None:
    less, more = (
        capacity_of(replace(registry, events_per_day=registry.events_per_day * n)) for n in (1, times)
    )
    for one, other in zip(less.work, more.work, strict=True):
        assert other.cpu_seconds > one.cpu_seconds
        assert other.hours >= one.hours
    for few, many in zip(less.storage[:-1], more.storage[:-1], strict=True):
        assert many.kept_bytes == pytest.approx(times * few.kept_bytes)


@given(registries)
def test_the_limits_come_nearest_first_and_each_says_what_to_do(registry: Registry) -> None:
    limits = capacity_of(registry).limits
    assert [each.events_per_day for each in limits] == sorted(each.events_per_day for each in limits)
    assert all(each.then for each in limits)


def test_more_of_a_machine_moves_its_limit_away() -> None:
    def full_at(name: str, **known: int) -> int:
        (limit,) = (each for each in capacity_of(million(**known)).limits if each.name == name)
        return limit.events_per_day

    assert full_at("Quay's CPU, read by pages", server_cores=8) > 3 * full_at("Quay's CPU, read by pages")
    name = "Quay's export workers, in a night"
    assert full_at(name, export_workers=2) == pytest.approx(2 * full_at(name))
    assert full_at("one warehouse file", retention_days=73) == pytest.approx(
        5 * full_at("one warehouse file")
    )
    assert full_at("one build, in a night", cores=4) == pytest.approx(
        2 * full_at("one build, in a night"), rel=0.01
    )


def test_the_command_says_what_the_plan_is() -> None:
    words = ["--events-per-day", "5000000", "--namespaces", "40", "--server-cores", "8", "--cores", "4"]
    plan = capacity_of(Registry(5 * MILLION, namespaces=40, server_cores=8, cores=4))
    told = json.loads(CliRunner().invoke(capacity, [*words, "--json"]).stdout)
    assert told["limits"] == [each._asdict() for each in plan.limits]
    assert told["work"] == [each._asdict() for each in plan.work]
    shown = CliRunner().invoke(capacity, words)
    assert shown.exit_code == 0
    for limit in plan.limits:
        assert limit.then in shown.stdout


@pytest.mark.parametrize("words", [[], ["--events-per-day", "0"], ["--events-per-day", "many"]])
def test_a_size_that_is_none_is_refused(words: list[str]) -> None:
    assert CliRunner().invoke(capacity, words).exit_code != 0


def test_sizes_and_times_are_written_for_people() -> None:
    assert [capacity_words.size(n) for n in (0, 999, 41e6, 9.995e11, 3.1e12)] == [
        "0 B",
        "999 B",
        "41 MB",
        "1 TB",
        "3.1 TB",
    ]
    assert [capacity_words.hours(n / 3_600) for n in (7, 99, 120, 5_400, 7_200, 360_000)] == [
        "7 s",
        "99 s",
        "2 min",
        "90 min",
        "2.0 h",
        "100 h",
    ]


def test_the_tables_have_a_line_for_every_piece_and_for_every_figure() -> None:
    plan = capacity_of(ONE_LOG)
    assert len(list(capacity_words.table())) == 3 + len(plan.work) + len(plan.storage)
    assert len(list(capacity_words.limits())) == 2 + len(plan.limits)
    assert len(list(capacity_words.figures())) == 2 + len(measured.FIGURES) > 15
