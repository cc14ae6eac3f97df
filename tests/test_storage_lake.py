"""Promises of lakes in an object store: as whole as in a folder, from any machine, whoever else writes."""

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from itertools import count, cycle
from pathlib import Path

import msgspec
import pytest

from pipeline.demo.faults import with_faults
from pipeline.errors import SettingsError, StoreFailure
from pipeline.extract.options import Options
from pipeline.extract.shards import Shard
from pipeline.lake import storage
from pipeline.lake.files import write_bytes
from pipeline.lake.inspection import inspect
from pipeline.lake.journal import Journal
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.quay.scopes import ALL, org
from tests.commands import ROOT
from tests.crashes import FIRST, LAST, NOON, registry
from tests.extracts import extract_all, files_of
from tests.journal_writers import Word
from tests.lakes import DAY, FETCHED_AT, row, save_window
from tests.s3 import ADDRESS, Store, s3_server, store

__all__ = ["s3_server", "store"]

SCOPES = [ALL, org("acme")]


@contextmanager
def machine(folder: Path, store: Store) -> Iterator[Layout]:
    """The lake as one machine has it while a command runs there."""
    with storage.opened(folder, ADDRESS, store.bucket()):
        yield Layout(folder)


WINDOW = f"log_entries/scope=org%2Facme/day={DAY}"


def test_a_window_is_in_the_bucket_as_it_is_in_the_folder_and_its_state_comes_last(
    store: Store, tmp_path: Path
) -> None:
    with machine(tmp_path / "one", store) as layout:
        save_window(layout, "org/acme", [row(), row()])
        Ledger(layout).seal(FETCHED_AT, "1")
    assert store.held() == [
        f"{WINDOW}/_window.json",
        f"{WINDOW}/entries.parquet",
        "manifests/00000001.json",
    ]
    puts = [path.rpartition("/")[2] for method, path in store.trouble.seen if method == "PUT"]
    assert puts == ["entries.parquet", "_window.json", "00000001.json"]
    for key, content in store.content().items():
        assert (tmp_path / "one" / key).read_bytes() == content


def test_another_machine_sees_states_at_once_and_rows_when_it_reads_them(
    store: Store, tmp_path: Path
) -> None:
    with machine(tmp_path / "one", store) as layout:
        save_window(layout, "org/acme", [row()])
        Ledger(layout).seal(FETCHED_AT, "1")
    with machine(tmp_path / "other", store) as layout:
        entries = Ledger(layout).entries_file(org("acme"), DAY)
        assert Ledger(layout).window(org("acme"), DAY) is not None
        assert not entries.exists()
        assert inspect(layout).findings == []
        assert entries.exists()


def test_what_is_here_follows_what_others_do(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as layout:
        save_window(layout, "org/acme", [row()])
    with machine(tmp_path / "other", store) as layout:
        assert inspect(layout).findings == []
        save_window(layout, "org/acme", [row(), row()])
        (layout.root / "nightly").mkdir()
        (layout.root / "nightly" / "lock").touch()
    with machine(tmp_path / "one", store) as layout:
        window = Ledger(layout).window(org("acme"), DAY)
        assert window is not None
        assert window.rows == 2
        assert inspect(layout).findings == []
        storage.remove(Ledger(layout).state_file(org("acme"), DAY))
    with machine(tmp_path / "other", store) as layout:
        assert Ledger(layout).windows() == []
        assert (layout.root / "nightly" / "lock").exists()


def test_only_what_changed_is_fetched(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as layout:
        for day in range(1, 6):
            save_window(layout, "org/acme", [row()], day=date(2026, 11, day))
    store.trouble.seen.clear()
    with machine(tmp_path / "one", store):
        assert len(store.trouble.seen) == 1  # the list
    with machine(tmp_path / "other", store):
        save_window(Layout(tmp_path / "other"), "org/acme", [row(), row()], day=date(2026, 11, 3))
    store.trouble.seen.clear()
    with machine(tmp_path / "one", store):
        assert len(store.trouble.seen) == 3  # the list, the state, and the rows that were here


def test_two_machines_never_write_the_same_number_of_the_chain(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        save_window(one, "org/acme", [row()])
        assert Ledger(one).seal(FETCHED_AT, "1")
        save_window(other, "org/beta", [row()])
        assert Ledger(other).seal(FETCHED_AT, "1")
        assert Ledger(one).seal(FETCHED_AT, "1") is None
        assert Ledger(one).manifests() == Ledger(other).manifests()
        assert [link.sequence for link in Ledger(one).manifests()] == [1, 2]
        assert inspect(one).findings == inspect(other).findings == []


def test_two_machines_write_one_journal(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        journals = [Journal(layout.triage) for layout in (one, other)]
        assert [journals[n % 2].append(Word(str(n))) for n in range(6)] == [1, 2, 3, 4, 5, 6]
    with machine(tmp_path / "third", store) as layout:
        words = [msgspec.json.decode(entry.record)["word"] for entry in Journal(layout.triage).entries()]
        assert words == [str(n) for n in range(6)]


def test_a_machine_that_is_behind_does_not_seal_an_old_state_over_a_new_one(
    store: Store, tmp_path: Path
) -> None:
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        save_window(one, "org/acme", [row()])
        storage.refresh(other.root)
        save_window(other, "org/acme", [row(), row()])
        Ledger(other).seal(FETCHED_AT, "1")
        assert Ledger(one).seal(FETCHED_AT, "1") is None
        assert Ledger(one).sealed()["org/acme", DAY].rows == 2


def test_a_state_never_describes_the_rows_of_another_machine(store: Store, tmp_path: Path) -> None:
    """The other puts its rows after ours and before our state: ours go there again, and the pair is whole."""
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        done: list[str] = []

        def meanwhile(method: str, path: str) -> str | None:
            if method == "PUT" and path.endswith("_window.json") and not done:
                done.append(path)
                save_window(other, "org/acme", [row(), row()])
            return None

        store.trouble.words = meanwhile
        save_window(one, "org/acme", [row()])
        store.trouble.words = lambda method, path: None
    with machine(tmp_path / "third", store) as layout:
        window = Ledger(layout).window(org("acme"), DAY)
        assert window is not None
        assert window.rows == 1
        Ledger(layout).seal(FETCHED_AT, "1")
        assert inspect(layout).findings == []


def test_who_writes_a_window_sees_before_what_another_machine_wrote(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as one, machine(tmp_path / "other", store) as other:
        save_window(other, "org/acme", [row(), row()])
        ledger = Ledger(one)
        assert ledger.window(org("acme"), DAY) is None
        with ledger.writing(org("acme"), DAY):
            assert ledger.window(org("acme"), DAY) is not None


def test_a_store_that_fails_in_mid_run_ends_the_run_and_the_next_one_goes_on(
    store: Store, tmp_path: Path
) -> None:
    def read(lake: Path) -> None:
        extract_all(registry(NOON), lake, SCOPES, FIRST, LAST, now=NOON)

    read(tmp_path / "folder")
    puts = count(1)

    def down_after_a_while(method: str, path: str) -> str | None:
        return "503" if method == "PUT" and next(puts) > 7 else None

    store.trouble.words = down_after_a_while
    with machine(tmp_path / "one", store) as layout, pytest.raises(StoreFailure) as caught:
        read(layout.root)
    assert "503" in caught.value.what
    store.trouble.words = lambda method, path: None
    with machine(tmp_path / "other", store) as layout:
        assert 0 < len(Ledger(layout).windows()) < 8
        assert inspect(layout).findings == []
        read(layout.root)
    there, expected = store.content(), files_of(tmp_path / "folder")
    assert there.keys() == expected.keys()
    evidence = [name for name in expected if name.startswith("log_entries/")]
    assert [there[name] for name in evidence] == [expected[name] for name in evidence]


@pytest.mark.parametrize("shards", [1, 3])
def test_every_request_that_fails_once_changes_nothing(shards: int, store: Store, tmp_path: Path) -> None:
    """Every one to the store, and a fifth of those to Quay besides."""
    extract_all(registry(NOON), tmp_path / "folder", SCOPES, FIRST, LAST, now=NOON)
    asked: Counter[tuple[str, str]] = Counter()
    words = cycle(["503", "reset", "lost"])

    def once(method: str, path: str) -> str | None:
        asked[method, path] += 1
        return next(words) if asked[method, path] == 1 else None

    store.trouble.words = once
    for n in range(1, shards + 1):
        quay, options = with_faults(registry(NOON), 0.2, n), Options(shard=Shard(n, shards))
        with machine(tmp_path / str(n), store) as layout:
            extract_all(quay, layout.root, SCOPES, FIRST, LAST, options=options, now=NOON, tries=6)
    there, expected = store.content(), files_of(tmp_path / "folder")
    assert {name: there[name] for name in expected if name.startswith("log_entries/")} == {
        name: expected[name] for name in expected if name.startswith("log_entries/")
    }
    assert (
        Ledger(Layout(store.lay(tmp_path / "laid"))).sealed() == Ledger(Layout(tmp_path / "folder")).sealed()
    )


def test_a_folder_says_itself_that_it_mirrors(store: Store, tmp_path: Path) -> None:
    """The dashboard is a process of its own, and is told only the folder."""
    with machine(tmp_path / "one", store):
        pass
    write_bytes(tmp_path / "one" / "triage" / "00000001.json", b"{}")
    assert store.held() == ["triage/00000001.json"]
    storage._open.pop(tmp_path / "one").close()


def test_what_lies_beside_the_lake_or_is_hidden_stays_on_this_machine(store: Store, tmp_path: Path) -> None:
    with machine(tmp_path / "one", store) as layout:
        for file in (layout.warehouse, layout.staging / "spool", layout.manifests / ".lock"):
            write_bytes(file, b"ours")
    assert store.held() == []


def test_a_folder_that_is_something_else_is_never_made_a_mirror(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="not empty"), machine(tmp_path, store):
        pass
    with machine(tmp_path / "one", store):
        pass
    other = ADDRESS._replace(prefix="another")
    bucket = store.bucket(other)
    with (
        pytest.raises(SettingsError, match=r"mirrors s3://audit/lakes/one"),
        storage.opened(tmp_path / "one", other, bucket),
    ):
        pass
    bucket.close()


def test_a_lake_in_a_folder_imports_nothing_for_object_stores(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from pipeline.lake.files import write_bytes, remove\n"
    code += "write_bytes(Path(sys.argv[1]), b''); remove(Path(sys.argv[1]))\n"
    code += "sys.exit(bool({'s3fs', 'botocore', 'sqlite3', 'pipeline.lake.mirror'} & sys.modules.keys()))"
    assert (
        subprocess.run([sys.executable, "-c", code, tmp_path / "file"], cwd=ROOT, check=False).returncode == 0
    )
