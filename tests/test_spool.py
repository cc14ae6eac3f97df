"""Promises of `pipeline.lake.spool`: sorted, whole, within its memory, whatever comes in whatever order."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lake.spool import Spool
from pipeline.quay.lines import Row, line_from_row


def line(second: int, name: str) -> bytes:
    at = f"2026-11-20T10:{second // 60:02d}:{second % 60:02d}"
    return line_from_row(Row(at, "pull_repo", None, name, False, None, None, "{}", None))


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def as_pages_come(lines: list[bytes], dice: Random) -> list[bytes]:
    return sorted(lines, reverse=True)


def as_exports_come(lines: list[bytes], dice: Random) -> list[bytes]:
    return sorted(lines, key=lambda each: (each[:34], dice.random()))


def anyhow(lines: list[bytes], dice: Random) -> list[bytes]:
    return dice.sample(lines, len(lines))


@given(
    seed=st.integers(0, 2**32),
    rows=st.integers(0, 300),
    seconds=st.sampled_from([1, 2, 7, 600]),
    limit=st.sampled_from([1, 300, 3_000, 20_000, 1 << 30]),
    order=st.sampled_from([as_pages_come, as_exports_come, anyhow]),
)
def test_lines_come_back_sorted_and_as_often_as_they_went_in(
    seed: int,
    rows: int,
    seconds: int,
    limit: int,
    order: Callable[[list[bytes], Random], list[bytes]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    dice = Random(seed)
    lines = [line(dice.randrange(seconds), dice.choice("abc")) for _ in range(rows)]
    with Spool(tmp_path_factory.mktemp("spool"), limit) as spool:
        came = order(lines, dice)
        for start in range(0, rows, 20):
            spool.extend(came[start : start + 20])
        assert len(spool) == rows
        assert list(spool) == sorted(lines)
        assert list(spool) == sorted(lines)


def test_two_readers_of_one_spool_do_not_disturb_each_other(tmp_path: Path) -> None:
    lines = [line(n, "bob") for n in range(600)]
    with Spool(tmp_path, 10_000) as spool:
        spool.extend(reversed(lines))
        assert list(zip(spool, spool, strict=True)) == list(zip(lines, lines, strict=True))


def test_a_spool_takes_one_open_file_however_much_it_holds(tmp_path: Path) -> None:
    before = open_files()
    with Spool(tmp_path, 2_000) as spool:
        spool.extend(line(n, "bob") for n in range(600))
        assert sum(1 for _ in spool) == 600
        assert open_files() == before + 1
    assert open_files() == before
