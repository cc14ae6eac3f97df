"""Every baseline and detection on both engines: the same rows over the detections' own cases, the same cases of a lake."""

from collections.abc import Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from pipeline.bundle import bundled
from pipeline.detect.firing import signals_from_found
from pipeline.detect.rules import Detection, read_detections
from pipeline.detect.run import detect
from pipeline.detect.trial import mount_case, run_case, trial_bench
from pipeline.warehouse.given import GivenBench
from pipeline.warehouse.judging import Found
from pipeline.warehouse.models import Layer, upstream
from pipeline.warehouse.spark.server import Server
from tests.demo_lake import shared_demo
from tests.differences import differences
from tests.sail import sail_engine, sail_session

SQL = bundled("sql")
DETECTIONS = read_detections(SQL)
DAY_OF_THE_DEMO = date(2026, 11, 24)


@pytest.fixture(scope="module")
def engines() -> Iterator[tuple[GivenBench, Server]]:
    with trial_bench(SQL) as bench, sail_session() as server:
        yield bench, server


@pytest.mark.parametrize("detection", DETECTIONS, ids=lambda detection: detection.id)
def test_a_detection_fires_on_both_engines_in_the_same_words(
    engines: tuple[GivenBench, Server], detection: Detection
) -> None:
    bench, server = engines
    example = max(detection.cases, key=lambda case: (len(case.fires), len(case.events)))
    mount_case(bench, detection, example)
    here = run_case(bench, detection, example)
    parameters = {"day": example.day, **detection.params}
    for name in _stored(bench, detection):
        _send(bench, server, name)
    for model in bench.judge.needed(detection.reads, Layer.BASELINES):
        rows = server.rows(model.query, parameters, model.name)
        expected = bench.judge.bench.connection.sql(f"from {model.name}").fetchall()
        if model.name != "base_inventory_changes":  # a case may name rows of it
            assert sorted(_rows(rows), key=repr) == sorted(map(_rounded, expected), key=repr), model.name
        _send(bench, server, model.name)
    table = server.rows(detection.query, parameters, detection.id)
    found = Found(table.column_names, [tuple(row.values()) for row in table.to_pylist()])
    there = signals_from_found(detection, example.day, found)
    assert there == here
    assert bool(there) == bool(example.fires)


def test_detect_finds_the_same_signals_and_cases_on_both_engines(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    demo = shared_demo(tmp_path_factory)
    here, there = tmp_path / "here.duckdb", tmp_path / "there.duckdb"
    for file in (here, there):
        file.write_bytes(demo.warehouse.read_bytes())
    judge = partial(detect, demo, since=DAY_OF_THE_DEMO, until=DAY_OF_THE_DEMO, full=True)
    first = judge(here)
    with sail_engine(demo) as engine:
        second = judge(there, engine=engine)
    assert second == first
    assert second.signal_count > 0
    assert differences(here, there) == {}


def _stored(bench: GivenBench, detection: Detection) -> Iterator[str]:
    """What a query with these reads needs beside baselines: marts, staging and steps, as DuckDB has them."""
    for model in upstream(bench.judge.bench.models, *detection.reads):
        if model.layer in (Layer.STAGING, Layer.INTERMEDIATE, Layer.MARTS):
            yield model.name


def _send(bench: GivenBench, server: Server, name: str) -> None:
    connection = bench.judge.bench.connection
    columns = connection.sql(f"describe from {name}").fetchall()
    # Of sums DuckDB makes whole numbers that no other engine has.
    shown = ", ".join(
        f"cast({column} as bigint) as {column}" if kind == "HUGEINT" else column
        for column, kind, *_ in columns
    )
    server.show_rows(name, connection.sql(f"select {shown} from {name}").to_arrow_table())  # noqa: S608


def _rows(table: Any) -> list[tuple[Any, ...]]:
    return [_rounded(tuple(row.values())) for row in table.to_pylist()]


def _rounded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Sums of fractions differ in their last digit, by the order in which they are added."""
    return tuple(float(f"{value:.12g}") if isinstance(value, float) else value for value in row)
