"""Promises of `pipeline.lake`: bytes, order, chain."""

import random
import shutil
from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import DataError
from pipeline.lake.files import write_bytes, written_aside
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger, State, WindowState
from pipeline.lake.reader import lines_of_file, rows_sha256_of
from pipeline.lake.spool import Spool
from pipeline.lake.writer import Written, write_entries
from pipeline.quay.entries import Row, line_from_row
from pipeline.quay.scopes import org, repo

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = date(2026, 11, 20)


def line(second: int, kind: str = "pull_repo", name: str | None = "bob") -> bytes:
    at = f"2026-11-20T10:{second // 60:02d}:{second % 60:02d}"
    return line_from_row(
        Row(at, kind, "203.0.113.1", name, False, None, None, '{"repo":"web","t":"é\\u0000"}', None)
    )


LINES = [line(n % 600, kind=f"kind_{n % 3}") for n in range(2_000)]


def save_window(layout: Layout, day: date, lines: list[bytes], state: State = State.VERIFIED) -> WindowState:
    ledger = Ledger(layout)
    written = write_entries(ledger.open_window(org("acme"), day), sorted(lines))
    window = window_state(written, day, state)
    ledger.save(window)
    return window


def window_state(written: Written, day: date, state: State = State.VERIFIED) -> WindowState:
    return WindowState(
        scope="org/acme",
        day=day,
        state=state,
        routes=["pages"],
        rows=written.rows,
        rows_by_kind=written.rows_by_kind,
        expected_by_kind=written.rows_by_kind,
        missing_by_kind={},
        excess_by_kind={},
        unknown_kinds={},
        unknown_keys={},
        requests=1,
        file_sha256=written.file_sha256,
        rows_sha256=written.rows_sha256,
        fetched_at=NOW,
        server_url="https://quay.example",
        tool_version="0",
        notes=[],
    )


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path / "lake")


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


def test_an_empty_window_has_a_file_too(tmp_path: Path) -> None:
    path = tmp_path / "entries.parquet"
    assert write_entries(path, []).rows == 0
    assert pq.read_table(path).num_rows == 0


def test_a_failed_write_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_bytes(path, b"before")
    with pytest.raises(TypeError), written_aside(path) as aside:
        aside.write_bytes("no bytes")  # type: ignore[arg-type]
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_leftovers_of_dead_processes_are_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "file.1.99999999.aside").write_bytes(b"half")
    write_bytes(tmp_path / "file", b"whole")
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]


def test_a_window_does_not_count_until_its_state_is_saved(layout: Layout) -> None:
    ledger = Ledger(layout)
    saved = save_window(layout, DAY, LINES)
    assert ledger.window(org("acme"), DAY) == saved
    ledger.open_window(org("acme"), DAY)
    assert ledger.window(org("acme"), DAY) is None
    assert ledger.windows() == []


def test_folders_tell_scope_and_day(layout: Layout) -> None:
    scope = repo("acme", "team/../web")
    assert layout.window_of(layout.window(scope, DAY)) == (scope, DAY)
    assert layout.window(scope, DAY).parent.parent == layout.log_entries


def test_a_manifest_names_what_is_new_and_nothing_twice(layout: Layout) -> None:
    ledger = Ledger(layout)
    save_window(layout, DAY, LINES)
    first = ledger.seal(NOW, "0")
    assert first is not None
    assert [(w.scope, w.day) for w in first.windows] == [("org/acme", DAY)]
    assert ledger.seal(NOW, "0") is None
    save_window(layout, date(2026, 11, 21), LINES[:5])
    second = ledger.seal(NOW, "0")
    assert second is not None
    assert [w.day for w in second.windows] == [date(2026, 11, 21)]
    assert second.previous_sha256


def sealed_lake(layout: Layout) -> None:
    for day in (18, 19, 20):
        save_window(layout, date(2026, 11, day), LINES[day:])
        Ledger(layout).seal(NOW, "0")


def test_an_untouched_lake_has_no_findings(layout: Layout) -> None:
    sealed_lake(layout)
    inspection = inspect(layout)
    assert (inspection.manifests, inspection.windows, inspection.unsealed) == (3, 3, 0)
    assert inspection.findings == []


def test_what_no_manifest_names_yet_is_counted(layout: Layout) -> None:
    sealed_lake(layout)
    save_window(layout, date(2026, 11, 21), LINES)
    assert inspect(layout).unsealed == 1


def tamper_edit_rows(layout: Layout) -> None:
    write_entries(layout.window(org("acme"), DAY) / "entries.parquet", sorted(LINES)[1:])


def tamper_cut_file(layout: Layout) -> None:
    file = layout.window(org("acme"), DAY) / "entries.parquet"
    file.write_bytes(file.read_bytes()[:-100])


def tamper_state(layout: Layout) -> None:
    file = layout.window(org("acme"), DAY) / "_window.json"
    file.write_bytes(file.read_bytes().replace(b'"verified"', b'"short"'))


def tamper_remove_file(layout: Layout) -> None:
    (layout.window(org("acme"), DAY) / "entries.parquet").unlink()


def tamper_remove_window(layout: Layout) -> None:
    shutil.rmtree(layout.window(org("acme"), DAY))


def tamper_remove_manifest(layout: Layout) -> None:
    (layout.manifests / "00000002.json").unlink()


def tamper_edit_manifest(layout: Layout) -> None:
    file = layout.manifests / "00000001.json"
    file.write_bytes(file.read_bytes().replace(b'"tool_version": "0"', b'"tool_version": "1"'))


def tamper_swap_manifests(layout: Layout) -> None:
    first, second = layout.manifests / "00000001.json", layout.manifests / "00000002.json"
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])


def tamper_break_manifest(layout: Layout) -> None:
    (layout.manifests / "00000003.json").write_bytes(b"{")


@pytest.mark.parametrize(
    ("tamper", "where"),
    [
        (tamper_edit_rows, "entries.parquet"),
        (tamper_cut_file, "entries.parquet"),
        (tamper_state, "_window.json"),
        (tamper_remove_file, "entries.parquet"),
        (tamper_remove_window, "day=2026-11-20"),
        (tamper_remove_manifest, "00000003.json"),
        (tamper_edit_manifest, "00000002.json"),
        (tamper_swap_manifests, "00000001.json"),
        (tamper_break_manifest, "00000003.json"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_tampering_is_found_and_named(tamper: object, where: str, layout: Layout) -> None:
    sealed_lake(layout)
    assert callable(tamper)
    tamper(layout)
    findings = inspect(layout).findings
    assert findings
    assert any(where in finding.where for finding in findings)


def test_the_same_rows_by_another_writer_are_told_from_other_rows(layout: Layout) -> None:
    sealed_lake(layout)
    file = layout.window(org("acme"), DAY) / "entries.parquet"
    pq.write_table(pq.read_table(file), file, compression="snappy")
    (finding,) = inspect(layout).findings
    assert "another writer wrote the same rows" in finding.what


def test_a_broken_window_state_is_a_data_error_that_names_the_file(layout: Layout) -> None:
    save_window(layout, DAY, LINES)
    (layout.window(org("acme"), DAY) / "_window.json").write_bytes(b"{}")
    with pytest.raises(DataError) as caught:
        Ledger(layout).windows()
    assert caught.value.where.endswith("_window.json")


def test_counts_by_kind_are_those_of_the_lines(tmp_path: Path) -> None:
    written = write_entries(tmp_path / "e.parquet", sorted(LINES))
    assert Counter(written.rows_by_kind) == Counter(f"kind_{n % 3}" for n in range(len(LINES)))
