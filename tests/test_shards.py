"""Promises of `--shard`: any number of runs, killed or not, give the lake that one run gives."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import UsageError
from pipeline.extract.shards import Shard, shard_from_text
from pipeline.extract.windows import Window, days_between
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.scopes import org, user
from tests.at_once import statuses_of
from tests.commands import quay_audit
from tests.crashes import KILLED, Moment, Order
from tests.extracts import files_of

windows = st.builds(Window, st.builds(org, st.text("abc", min_size=1)) | st.just(user("bob")), st.dates())


@given(window=windows, count=st.integers(1, 50))
def test_every_window_is_held_by_exactly_one_of_any_number_of_shards(window: Window, count: int) -> None:
    assert sum(Shard(number, count).holds(window) for number in range(1, count + 1)) == 1


@given(count=st.integers(1, 999), data=st.data())
def test_a_shard_is_read_as_it_is_written(count: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, count))
    assert shard_from_text(f"{number}/{count}") == Shard(number, count)


@pytest.mark.parametrize("text", ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/4", "a/b", "²/4", "1 /4"])
def test_what_is_no_shard_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        shard_from_text(text)
    assert "2/4" in caught.value.hint


def test_which_window_falls_to_whom_is_the_same_in_every_version() -> None:
    """Runs of two versions may share the work: a change here would leave windows to nobody."""
    days = [Window(org("acme"), day) for day in days_between(date(2026, 11, 1), date(2026, 11, 30))]
    assert (
        "".join(str(n) for day in days for n in range(1, 5) if Shard(n, 4).holds(day))
        == "344423413143122312244423323144"
    )


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lake that one process makes."""
    lake = tmp_path_factory.mktemp("one") / "lake"
    assert statuses_of([Order("extract", str(lake))]) == [0]
    return lake


def shards(lake: Path, moments: dict[int, Moment] | None = None) -> list[Order]:
    """Four runs that share the work; some die at a moment."""
    return [Order("extract", str(lake), (moments or {}).get(n), shard=(n, 4)) for n in range(1, 5)]


def assert_same(lake: Path, one: Path) -> None:
    """The evidence is the same byte for byte, and the chain, however it is cut, names the same."""
    assert evidence_of(lake) == evidence_of(one)
    inspection = inspect(Layout(lake))
    assert (inspection.findings, inspection.unsealed) == ([], 0)
    assert Ledger(Layout(lake)).sealed() == Ledger(Layout(one)).sealed()


def evidence_of(lake: Path) -> dict[str, bytes]:
    """Every file of the windows."""
    return {name: content for name, content in files_of(lake).items() if name.startswith("log_entries/")}


def test_four_shards_at_once_give_the_lake_that_one_process_gives(one: Path, tmp_path: Path) -> None:
    assert statuses_of(shards(tmp_path)) == [0, 0, 0, 0]
    assert_same(tmp_path, one)
    assert 1 <= len(Ledger(Layout(tmp_path)).manifests()) <= 4


DEATHS = {
    "in their rows": Moment("call", "lake/schema.py:table_from_lines"),
    "before their first rows are renamed": Moment("rename", "entries.parquet"),
    "before their first state": Moment("rename", "_window.json"),
    "before their last state": Moment("rename", "_window.json", 2),
    "before their manifest": Moment("call", "lake/ledger.py:seal"),
}


@pytest.mark.parametrize("death", DEATHS)
def test_two_of_four_killed_and_run_again_give_it_too(death: str, one: Path, tmp_path: Path) -> None:
    first = statuses_of(shards(tmp_path, {2: DEATHS[death], 3: DEATHS[death]}))
    assert first == [0, KILLED, KILLED, 0]
    assert inspect(Layout(tmp_path)).findings == []
    assert statuses_of(shards(tmp_path)[1:3]) == [0, 0]
    assert_same(tmp_path, one)


def test_four_processes_that_all_read_everything_are_safe(one: Path, tmp_path: Path) -> None:
    assert statuses_of([Order("extract", str(tmp_path)) for _ in range(4)]) == [0, 0, 0, 0]
    assert_same(tmp_path, one)


def test_the_command_refuses_what_is_no_shard() -> None:
    ended = quay_audit("extract", "--shard", "5/4", "--since", "2026-11-01")
    assert (ended.status, ended.hint) == (2, "write it like 2/4: the second of four")
