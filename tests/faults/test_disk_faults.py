"""Promises about a disk that is full or closed: it is said in two lines, and what the lake held is still there."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from tests.crashes import FIRST, LAST, NEXT_NOON, NOON, ROOT, registry
from tests.extracts import extract_all, files_of
from tests.test_faults import SCOPES, entries_of


def ended_on(lake: Path, room: str) -> dict[str, Any]:
    """How an extract ended that the disk had so much room for."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.disks", str(lake), room],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(done.stdout))


@pytest.mark.parametrize("room", [0, 700, 2000])
def test_a_full_disk_is_told_in_two_lines_and_the_next_run_goes_on(room: int, tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    extract_all(registry(NOON), lake, SCOPES, FIRST, LAST, now=NOON)
    before = inspect(Layout(lake))
    ended = ended_on(lake, str(room))
    assert ended["status"] == 2
    assert "cannot be written: File too large" in ended["error"]
    assert "make room there" in ended["hint"]
    after = inspect(Layout(lake))
    assert (after.findings, after.windows) == ([], before.windows)
    extract_all(registry(NEXT_NOON), lake, SCOPES, FIRST, LAST, now=NEXT_NOON)
    extract_all(registry(NEXT_NOON), tmp_path / "calm", SCOPES, FIRST, LAST, now=NEXT_NOON)
    assert rows_of(lake) == rows_of(tmp_path / "calm")


def test_a_lake_that_may_only_be_read_stays_as_it_is_and_is_still_verified(tmp_path: Path) -> None:
    lake = tmp_path / "lake"
    extract_all(registry(NOON), lake, SCOPES, FIRST, LAST, now=NOON)
    before = files_of(lake)
    let_nobody_write(lake)
    try:
        ended = ended_on(lake, "closed")
        assert inspect(Layout(lake)).findings == []
    finally:
        let_nobody_write(lake, but_us=True)
    assert ended["status"] == 2
    assert "cannot be written: Permission denied" in ended["error"]
    assert "this account may write there" in ended["hint"]
    assert files_of(lake) == before


def let_nobody_write(lake: Path, *, but_us: bool = False) -> None:
    """Close a lake to writing, and open what stands above it to reading."""
    lake.parent.chmod(0o755)
    for path in [lake, *lake.rglob("*")]:
        path.chmod((0o755 if but_us else 0o555) if path.is_dir() else (0o644 if but_us else 0o444))


def rows_of(lake: Path) -> dict[str, bytes]:
    """The files of entries alone: states say when a window was read."""
    return {name: content for name, content in entries_of(lake).items() if name.endswith(".parquet")}
