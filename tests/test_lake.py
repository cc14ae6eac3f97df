"""Promises of `pipeline.lake`: bytes, order, windows."""

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.reader import lines_of_file, rows_sha256_of
from pipeline.lake.spool import Spool
from pipeline.lake.writer import write_batches, write_entries
from pipeline.quay.scopes import org, repo
from tests.lake_windows import DAY, LINES, line, save_window


@given(seed=st.integers(0, 2**32), limit=st.sampled_from([1, 5_000, 1 << 30]))
def test_any_order_and_any_memory_give_the_same_file(
    seed: int, limit: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("spool")
    shuffled = random.Random(seed).sample(LINES, len(LINES))[:300] + LINES[:10]
    with Spool(folder, limit) as spool, Spool(folder) as other:
        spool.extend(shuffled)
        other.extend(sorted(shuffled))
        assert write_entries(folder / "a.parquet", iter(spool)) == write_entries(
            folder / "b.parquet", iter(other)
        )
    assert (folder / "a.parquet").read_bytes() == (folder / "b.parquet").read_bytes()


def test_multiplicity_is_kept_and_positions_count_from_zero(tmp_path: Path) -> None:
    path = tmp_path / "entries.parquet"
    written = write_entries(path, sorted([line(5), line(5), line(3)]))
    rows = pq.read_table(path).to_pylist()
    assert written.rows == 3
    assert [row["position"] for row in rows] == [0, 1, 2]
    assert [row["occurred_at"].second for row in rows] == [3, 5, 5]


def test_a_file_gives_back_the_lines_it_was_written_from(tmp_path: Path) -> None:
    path = tmp_path / "entries.parquet"
    ordered = sorted([*LINES, line(1, name=None), line(2, name="=cmd|' /C calc'!A0")])
    written = write_entries(path, ordered)
    assert list(lines_of_file(path)) == ordered
    assert rows_sha256_of(path) == written.rows_sha256
    assert sum(written.rows_by_kind.values()) == len(ordered)


def test_a_null_where_there_is_never_one_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    table = pa.table({"kind": ["pull_repo", None], "ip": ["192.0.2.1", None]})
    with pytest.raises(ValueError, match="non-nullable"):
        write_batches(path, table.to_reader(), never_null={"kind"})
    assert not list(tmp_path.iterdir())
    write_batches(path, table.to_reader(), never_null={"scope"})
    assert pq.read_table(path).equals(table)


def test_an_empty_window_has_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "entries.parquet"
    assert write_entries(path, []).rows == 0
    assert pq.read_table(path).num_rows == 0


def test_a_window_that_is_replaced_does_not_count_until_its_state_is_saved(layout: Layout) -> None:
    ledger = Ledger(layout)
    saved = save_window(layout, DAY, LINES)
    assert ledger.window(org("acme"), DAY) == saved
    files = ledger.entries_file(org("acme"), DAY), ledger.state_file(org("acme"), DAY)
    write_entries(files[0], sorted(LINES), voids=files[1])
    assert ledger.window(org("acme"), DAY) is None
    assert ledger.windows() == []


def test_a_window_counts_as_long_as_its_successor_is_not_whole(layout: Layout) -> None:
    ledger = Ledger(layout)
    saved = save_window(layout, DAY, LINES)
    files = ledger.entries_file(org("acme"), DAY), ledger.state_file(org("acme"), DAY)

    def broken() -> Iterator[bytes]:
        yield line(1)
        assert ledger.window(org("acme"), DAY) == saved
        raise RuntimeError("the disk went away")

    with pytest.raises(RuntimeError):
        write_entries(files[0], broken(), voids=files[1])
    assert ledger.window(org("acme"), DAY) == saved
    assert rows_sha256_of(files[0]) == saved.rows_sha256


def test_folders_tell_scope_and_day(layout: Layout) -> None:
    scope = repo("acme", "team/../web")
    assert layout.window_of(layout.window(scope, DAY)) == (scope, DAY)
    assert layout.window(scope, DAY).parent.parent == layout.log_entries


def test_counts_by_kind_are_those_of_the_lines(tmp_path: Path) -> None:
    written = write_entries(tmp_path / "e.parquet", sorted(LINES))
    assert Counter(written.rows_by_kind) == Counter(f"kind_{n % 3}" for n in range(len(LINES)))
