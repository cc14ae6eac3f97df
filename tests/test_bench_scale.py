"""The benchmarks of scale and of rivals run, go on where they were left, and see a rival that made something else."""

import json
from pathlib import Path

import duckdb
import pytest

from pipeline.lake.layout import Layout
from pipeline.warehouse.build import build
from tests.benchmarks import bench_scale
from tests.benchmarks.bench_scale import STEPS, measure, table_of
from tests.benchmarks.rivals import duckdb_pipeline
from tests.benchmarks.rivals.check import compared
from tests.benchmarks.rivals.lakes import make_recorded_lake

QUICK = ("build everything", "bytes an event", "day x kind, from the mart", "build one day more (1.1M)")


def test_a_run_measures_what_is_missing_and_nothing_twice(tmp_path: Path) -> None:
    steps = {name: STEPS[name] for name in QUICK}
    found = measure(tmp_path, [2_000_000], (), 0.001, {QUICK[0]: STEPS[QUICK[0]]})
    again = measure(tmp_path, [2_000_000], (), 0.001, steps)["2000"]
    assert again[QUICK[0]] == found["2000"][QUICK[0]]
    assert again.keys() == steps.keys()
    assert again["day x kind, from the mart"]["events"] == 2_000
    assert again["bytes an event"]["events"] > 1
    with duckdb.connect(str(tmp_path / "2000" / "lake" / "warehouse.duckdb"), read_only=True) as connection:
        rows = connection.execute("select day, event_count from build_state order by day").fetchall()
    assert [count for _, count in rows] == [1_000, 1_000, 1_100]
    assert rows[-1][0] == bench_scale.ADDED_DAY


def test_the_table_has_a_row_for_every_step_and_says_how_it_grows() -> None:
    def figures(cpu: float) -> dict[str, object]:
        step = {"cpu_seconds": cpu, "wall_seconds": cpu / 2, "peak_mb": 100}
        sizes = {"entries": 40.0, "events": 30.0, "warehouse": 17.0}
        more = {
            "screens": {"overview": step, "case": step | {"wall_seconds": 9 * cpu}},
            "bytes an event": sizes,
        }
        return {**dict.fromkeys(STEPS, step), **more}

    head, _, *rows = table_of({"1000000": figures(1), "10000000": figures(12.5)})
    assert head == "| | 1,000,000 events | 10,000,000 events | CPU grows |"
    assert len(rows) == len(STEPS)
    assert rows[0] == "| build everything | 1.00 CPU s, 0.5 s, 100 MB | 12.50 CPU s, 6.2 s, 100 MB | x 12.5 |"
    assert "| bytes an event: entries + events + warehouse | 40 + 30 + 17 | 40 + 30 + 17 | |" in rows
    assert any(row.startswith("| slowest screen, by somebody new (case) |") for row in rows)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Layout, Path]:
    """A lake of what a real Quay said and of what was made to harm, built, and what the rival makes of it."""
    folder = tmp_path_factory.mktemp("rivals")
    layout, out = Layout(folder / "lake"), folder / "out"
    make_recorded_lake(layout, most_days=1)
    build(layout, layout.warehouse)
    duckdb_pipeline.make(layout.root, out)
    return layout, out


def test_the_rival_in_duckdb_makes_every_row_that_a_build_makes(recorded: tuple[Layout, Path]) -> None:
    found = compared(*recorded)
    assert {name: each.differing for name, each in found.items() if each.differing} == {}
    assert found["events"].rows > 2_000
    assert found.keys() >= {"mart_credential_habit_daily", "mart_failure_daily", "mart_change_events"}
    assert all(each.rows for each in found.values())


def test_a_rival_that_makes_one_row_less_is_seen(recorded: tuple[Layout, Path]) -> None:
    layout, out = recorded
    with duckdb.connect(str(out / "warehouse.duckdb")) as connection:
        connection.execute("begin; delete from mart_kind_daily where rowid = 0; commit")
    assert compared(layout, out)["mart_kind_daily"].differing == 1


def test_the_figures_of_a_size_are_kept_as_json(tmp_path: Path) -> None:
    steps = {"day": lambda lake: {"cpu_seconds": lake.days}}
    (tmp_path / "3000").mkdir()
    measure(tmp_path, [3_000_000], (), 0.001, steps)
    assert json.loads((tmp_path / "3000" / "figures.json").read_text()) == {"day": {"cpu_seconds": 3}}
    measure(tmp_path, [3_000_000], (), 0.001, {"day": lambda lake: {"cpu_seconds": 9}})
    assert measure(tmp_path, [3_000_000], (), 0.001, steps)["3000"] == {"day": {"cpu_seconds": 3}}
    assert measure(tmp_path, [3_000_000], {"day"}, 0.001, {"day": lambda lake: {"cpu_seconds": 9}})[
        "3000"
    ] == {"day": {"cpu_seconds": 9}}
