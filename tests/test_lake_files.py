"""Promises of `pipeline.lake.files`: whole or not there, whoever was killed, whatever the disk says."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.lake.files import write_bytes, written_aside


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"before")
    with pytest.raises(TypeError), written_aside(path) as aside:
        aside.write_bytes("no bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("process", [99_999_999, os.getpid()], ids=["gone", "our own"])
def test_leftovers_of_dead_processes_are_cleared_away_whatever_their_number(
    process: int, tmp_path: Path
) -> None:
    (tmp_path / f"file.1.{process}.aside").write_bytes(b"half")
    write_bytes(tmp_path / "file", b"whole")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_what_another_writer_is_at_is_no_leftover(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with written_aside(path) as aside:
        aside.write_bytes(b"theirs")
        with ThreadPoolExecutor(1) as other:
            other.submit(write_bytes, path, b"ours").result()
        assert path.read_bytes() == b"ours"
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("place", ["file/below", "x" * 300])
def test_a_place_that_takes_no_file_is_told_in_two_lines(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"in the way")
    with pytest.raises(UsageError) as caught:
        write_bytes(tmp_path / place, b"")
    assert caught.value.what.startswith("cannot be written: ")
    assert caught.value.where.endswith(place)
    assert caught.value.hint
