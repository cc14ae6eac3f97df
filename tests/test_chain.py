"""Promises of the chain of manifests: tampering is found, and named."""

import shutil
from datetime import date

import pyarrow.parquet as pq
import pytest

from pipeline.errors import DataError
from pipeline.lake.inspection import inspect
from pipeline.lake.layout import Layout
from pipeline.lake.ledger import Ledger
from pipeline.lake.writer import write_entries
from pipeline.quay.scopes import org
from tests.lake_windows import DAY, LINES, NOW, save_window


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
