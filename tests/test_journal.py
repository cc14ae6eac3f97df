"""Promises of `pipeline.lake.journal`: nothing that was written down is lost, changed or written over."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from pipeline.errors import DataError, UsageError
from pipeline.lake.journal import Entry, Journal
from tests.commands import ROOT
from tests.journal_writers import Word


def words(journal: Journal) -> list[str]:
    """What the journal holds, oldest first."""
    return [msgspec.json.decode(entry.record)["word"] for entry in journal.entries()]


def written(folder: Path, count: int = 3) -> Journal:
    """A journal with so many entries."""
    journal = Journal(folder)
    for n in range(1, count + 1):
        assert journal.append(Word(f"word {n}")) == n
    return journal


def refusal(journal: Journal) -> DataError:
    """How a damaged journal is refused; it says what to do."""
    with pytest.raises(DataError) as caught:
        journal.entries()
    assert "backup" in caught.value.hint
    return caught.value


def test_entries_come_back_in_the_order_in_which_they_were_written(tmp_path: Path) -> None:
    journal = written(tmp_path / "new")
    assert words(journal) == ["word 1", "word 2", "word 3"]
    assert [entry.sequence for entry in journal.entries()] == [1, 2, 3]
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        f"0000000{n}.json" for n in (1, 2, 3)
    ]


def test_no_journal_is_an_empty_one(tmp_path: Path) -> None:
    assert Journal(tmp_path / "none").entries() == []


def test_the_same_records_give_the_same_bytes(tmp_path: Path) -> None:
    one, other = written(tmp_path / "one"), written(tmp_path / "other")
    for n in (1, 2, 3):
        assert one.file_of(n).read_bytes() == other.file_of(n).read_bytes()


def test_writers_at_once_all_land_each_under_a_number_of_its_own(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: Journal(tmp_path).append(Word(f"word {n}")), range(40)))
    assert sorted(numbers) == list(range(1, 41))
    assert sorted(words(Journal(tmp_path))) == sorted(f"word {n}" for n in range(40))


def test_processes_at_once_all_land(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.journal_writers", str(tmp_path), "15"]
    writers = [subprocess.Popen(command, cwd=ROOT) for _ in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert len(words(Journal(tmp_path))) == 45
    assert not list(tmp_path.glob(".*"))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"sequence": 2}', b"\xff"])
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes) -> None:
    journal = written(tmp_path)
    journal.file_of(2).write_bytes(content)
    assert refusal(journal).where == str(journal.file_of(2))


def test_a_missing_entry_is_named(tmp_path: Path) -> None:
    journal = written(tmp_path)
    journal.file_of(2).unlink()
    assert refusal(journal).where == str(journal.file_of(2))
    with pytest.raises(DataError, match="missing"):
        journal.append(Word("more"))


def test_a_changed_entry_is_noticed_by_the_one_after_it(tmp_path: Path) -> None:
    journal = written(tmp_path)
    file = journal.file_of(2)
    file.write_bytes(file.read_bytes().replace(b"word 2", b"word X"))
    assert refusal(journal).where == str(journal.file_of(3))


def test_swapped_entries_are_noticed(tmp_path: Path) -> None:
    journal = written(tmp_path)
    one, other = journal.file_of(2).read_bytes(), journal.file_of(3).read_bytes()
    journal.file_of(2).write_bytes(other)
    journal.file_of(3).write_bytes(one)
    assert refusal(journal).where == str(journal.file_of(2))


def test_other_files_in_the_folder_are_no_entries(tmp_path: Path) -> None:
    journal = written(tmp_path)
    (tmp_path / "00000002 (copy).json").write_text("{}")
    (tmp_path / "README").write_text("hello")
    assert len(journal.entries()) == 3


def test_what_a_killed_writer_left_goes_and_what_a_living_one_holds_stays(tmp_path: Path) -> None:
    (tmp_path / ".1.1.0.aside").write_text("half")
    journal = written(tmp_path, 1)
    assert not list(tmp_path.glob(".*"))
    with journal._aside(b"held") as aside:
        journal.append(Word("more"))
        assert aside.exists()


def test_a_folder_whose_place_is_taken_by_a_file_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        written(tmp_path / "taken")


def test_a_killed_writer_loses_nothing_that_was_said_to_be_written(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.journal_writers", str(tmp_path), "kill"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    moments = msgspec.json.decode(told.stdout, type=dict[str, list[str]])
    assert len(moments) >= 3
    for folder, said in moments.items():
        journal = Journal(tmp_path / folder)
        held = words(journal)
        assert held[: len(said)] == said
        assert len(held) <= len(said) + 1
        assert journal.append(Word("after")) == len(held) + 1
        assert words(journal) == [*held, "after"]
        assert not list((tmp_path / folder).glob(".*"))


def test_an_entry_names_the_hash_of_the_one_before(tmp_path: Path) -> None:
    first, second, _ = written(tmp_path).entries()
    assert first == Entry(1, None, first.record)
    assert second.previous_sha256 is not None
