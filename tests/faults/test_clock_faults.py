"""Promises about clocks: one of ours that jumps between runs neither closes a day too early nor harms what is held."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State
from tests.crashes import FIRST, LAST, NEXT_NOON, NOON, registry
from tests.extracts import extract_all
from tests.faults.test_disk_faults import rows_of
from tests.test_faults import SCOPES


@pytest.mark.parametrize("days", [-4000, -1, 1, 4000])
def test_a_clock_that_jumps_between_runs_changes_no_row_and_closes_no_day(days: int, tmp_path: Path) -> None:
    lake, calm = tmp_path / "lake", tmp_path / "calm"
    for each in (lake, calm):
        extract_all(registry(NOON), each, SCOPES, FIRST, LAST, now=NOON)
    extract_all(registry(NOON), lake, SCOPES, FIRST, LAST, now=NOON + timedelta(days=days))
    assert rows_of(lake) == rows_of(calm)
    assert states_of(lake) == states_of(calm)
    assert State.OPEN in states_of(lake)
    assert inspect(Layout(lake)).findings == []


@pytest.mark.parametrize("days", [-4000, 4000])
def test_once_the_clock_is_right_again_the_next_run_makes_the_lake_that_never_saw_it_jump(
    days: int, tmp_path: Path
) -> None:
    lake, calm = tmp_path / "lake", tmp_path / "calm"
    extract_all(registry(NOON), lake, SCOPES, FIRST, LAST, now=NOON + timedelta(days=days))
    for each in (lake, calm):
        extract_all(registry(NEXT_NOON), each, SCOPES, FIRST, LAST, now=NEXT_NOON)
    assert rows_of(lake) == rows_of(calm)
    assert states_of(lake) == states_of(calm)
    assert inspect(Layout(lake)).findings == []


def states_of(lake: Path) -> list[State]:
    """The states of all windows."""
    return [window.state for window in Ledger(Layout(lake)).windows()]
