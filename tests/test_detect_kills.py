"""Promises about kill -9 while days are judged: the next run leaves the warehouse as it would have been."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.detect.stored import TABLES
from pipeline.lake.layout import Layout
from tests.crashes import KILLED, Shooter
from tests.detecting import SWEEP, sql_folder, sweeping_lake
from tests.lakes import Built
from tests.undisturbed import moments_of, tallied

KILLS = 12
NAMES = [table.name for table in TABLES]


@pytest.fixture(scope="module")
def shooter() -> Iterator[Shooter]:
    with Shooter() as shooter:
        yield shooter


@pytest.mark.slow
def test_a_run_killed_at_random_moments_is_made_good_by_the_next(shooter: Shooter, tmp_path: Path) -> None:
    built = Built(Layout(tmp_path / "built"))
    sweeping_lake(built)
    whole = Built(Layout(shutil.copytree(built.layout.root, tmp_path / "whole" / "lake")))
    sql_folder(tmp_path / "whole" / "sql", qd91_sweep=SWEEP)
    lines = tallied(shooter, "detect", whole.layout.root)
    for number, moment in enumerate(moments_of(lines, "detect", KILLS)):
        lake = shutil.copytree(built.layout.root, tmp_path / str(number) / "lake")
        sql_folder(lake.with_name("sql"), qd91_sweep=SWEEP)
        assert shooter.run("detect", lake, moment) in (KILLED, 0), moment
        assert shooter.run("detect", lake) == 0
        assert Built(Layout(lake)).tables(*NAMES) == whole.tables(*NAMES), moment
