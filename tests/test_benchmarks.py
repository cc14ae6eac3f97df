"""Every benchmark runs, and its figures are of what it says. Nothing here looks at how long something took."""

import ast
import json
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.benchmarks import __main__ as runner
from tests.benchmarks import bench_day, bench_extract, bench_pages, bench_repair, bench_warehouse
from tests.benchmarks.history import LAST_DAY, History
from tests.benchmarks.processes import ROOT


def run(*command: str, **variables: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tests.benchmarks", *command],
        cwd=ROOT,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_a_history_has_the_rows_that_its_counts_promise() -> None:
    history = History(rows=3_000, rows_a_day=400)
    assert sum(history.rows_by_day.values()) == 3_000
    assert any(rows == 0 for rows in history.rows_by_day.values())
    for day, rows in history.rows_by_day.items():
        pages = [json.loads(body) for body in history.bodies(day)]
        entries = [entry for page in pages for entry in page["logs"]]
        assert Counter(entry["kind"] for entry in entries) == history.kinds_on(day)
        assert [len(page["logs"]) for page in pages[:-2]] == [20] * max(0, len(pages) - 2)
        assert pages[-1]["logs"] == []
        assert ["next_page" in page for page in pages] == [True] * (len(pages) - 1) + [False]
        times = [entry["datetime"][17:25] for entry in entries]
        assert len(entries) == rows
        assert times == sorted(times, reverse=True)
        assert {entry["datetime"][5:16] for entry in entries} <= {f"{day:%d %b %Y}"}


def test_the_extract_is_verified_within_its_bound_of_requests_and_everybody_read_the_same_rows() -> None:
    figures = bench_extract.measure(rows=300, rounds=1, rows_a_day=60)
    requests = figures["requests_of_an_extract"]
    assert requests["empty_windows"] == 1
    assert requests["pages_of_empty_windows"] == 0
    assert requests["windows_over_the_bound"] == 0
    assert requests["most_pages_beyond_the_rows_of_a_window"] == 1
    assert requests["pages"] == sum(
        -(-rows // 20) + 1 for rows in History(300, 60).rows_by_day.values() if rows
    )
    assert figures["contenders"].keys() == bench_extract.CONTENDERS.keys()
    for contender in figures["contenders"].values():
        assert contender["cpu_seconds"]["min"] > 0
        assert contender["peak_rss_mb"] > 10
    assert figures["parquet_bytes_a_row"] > 1


def test_pages_without_http_give_verified_windows() -> None:
    figures = bench_pages.measure(rows=500, rounds=2, rows_a_day=100)
    assert figures["cpu_seconds_per_million_rows"]["min"] > 0


def test_a_large_day_is_one_window() -> None:
    figures = bench_day.measure(rows=1_000)
    assert figures["pages"] == 51
    assert figures["peak_rss_mb"] > 10


def test_plain_paging_loses_rows_of_whole_seconds_and_repair_wins_some_back() -> None:
    figures = bench_repair.measure(sizes=[200], seeds=2)["by_rows_a_day"]["200"]
    held = {way: found["rows_held_share"] for way, found in figures.items()}
    assert held["plain"] < held["pages"] <= held["deep"] <= held["exports"] == 1
    assert figures["exports"]["windows_verified"] == figures["exports"]["windows"] == 2
    assert figures["plain"]["requests_a_window"] <= 11


def test_a_busy_day_has_bursts_and_office_hours() -> None:
    entries = bench_repair.busy_day(rows=5_000, seed=1)
    assert len(entries) == 5_000
    assert {entry["datetime"][:16] for entry in entries} == {f"{bench_repair.DAY:%a, %d %b %Y}"}
    hours = Counter(int(entry["datetime"][17:19]) for entry in entries)
    assert sum(hours[hour] for hour in range(9, 17)) > 0.5 * len(entries)
    shared = Counter(Counter(entry["datetime"] for entry in entries).values())
    recorded = {1: 3_329, 2: 283, 3: 161, 4: 101}
    assert all(0.6 < shared[rows] / seconds < 1.6 for rows, seconds in recorded.items())


def test_the_warehouse_is_built_whole_then_one_day_then_nothing(tmp_path: Path) -> None:
    figures = bench_warehouse.measure(tmp_path, events=600, days=3, memory_limit="1GB", threads=1)
    assert figures["full_build"]["cpu_seconds"] > 0


def test_the_runner_prints_one_document_with_the_command_that_repeats_it() -> None:
    done = run("pages", BENCH_ROWS="300")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["machine"]["cores"] == os.cpu_count()
    found = document["benchmarks"]["pages"]
    assert found["command"] == "BENCH_ROWS=300 python -m tests.benchmarks.bench_pages"
    assert found["figures"]["rows"] == 300
    assert "cpu_seconds_per_million_rows / median" in done.stderr


def test_the_runner_names_what_there_is_when_asked_for_something_else() -> None:
    done = run("nothing")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no benchmark is called nothing" in done.stderr


@pytest.mark.parametrize("name", runner.names())
def test_every_benchmark_can_be_run_by_itself(name: str) -> None:
    source = (Path(runner.__file__).parent / f"bench_{name}.py").read_text()
    assert f"python -m tests.benchmarks.bench_{name}" in (ast.get_docstring(ast.parse(source)) or "")
    assert 'if __name__ == "__main__":' in source


def test_histories_end_long_ago() -> None:
    assert date(2026, 1, 1) > LAST_DAY


def test_comparing_with_dlt_says_how_to_set_its_environment_up(tmp_path: Path) -> None:
    absent = str(tmp_path / "python")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.bench_dlt", "--python", absent],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert f"{absent} is not there; `make .venv-bench/.made` sets it up" in done.stderr
