"""Promises of `pipeline.quay.export_file`: every row of a whole file, nothing of any other."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DataError
from pipeline.quay.entries import lines_from_entries
from pipeline.quay.export_file import ExportReader
from tests.worlds import data_from, exported_rows

EXPORTS = ("corpus/export/tieorg.json.gz", "corpus-mariadb/export/small-2026-11-10.json.gz")


def text_of(name: str) -> bytes:
    """The file as Quay wrote it."""
    document = data_from(name)
    head = {key: value for key, value in document.items() if key != "logs"}
    return file_of(exported_rows(name), **head)


def file_of(rows: list[dict[str, Any]], **head: Any) -> bytes:
    details = head.get(
        "details", {"start_time": "a", "end_time": "b", "namespace": "acme", "repository": None}
    )
    texts = "".join(f"{json.dumps(row)}," for row in rows)
    return (
        f'{{\n      "export_id": "{head.get("export_id", "e-1")}",\n      "details": {json.dumps(details)},\n'
        f'      "logs": [\n    {texts}\n        {{"terminator": true}}]\n      }}'
    ).encode()


def pieces(text: bytes, size: int) -> Iterator[bytes]:
    return (text[at : at + size] for at in range(0, len(text), size))


def lines_of(text: bytes, size: int = 1 << 16) -> Counter[bytes]:
    reader = ExportReader(pieces(text, size), "file.json")
    return Counter(line for batch in reader.batches() for line in batch)


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize("size", [997, 1 << 16, 1 << 26])
def test_chunks_of_any_size_give_every_row(name: str, size: int) -> None:
    assert lines_of(text_of(name), size) == Counter(lines_from_entries(exported_rows(name)))


def test_a_file_says_what_it_is_of() -> None:
    export = ExportReader(pieces(text_of(EXPORTS[1]), 100), "file.json").export
    assert (export.namespace, export.repository) == ("small", None)
    assert export.start_time == "Tue, 10 Nov 2026 00:00:00 -0000"


def test_a_file_without_rows_is_whole() -> None:
    assert lines_of(file_of([])) == Counter()


ROW: dict[str, Any] = {
    "kind": "pull_repo",
    "metadata": {},
    "ip": None,
    "datetime": "Fri, 20 Nov 2026 00:00:00 -0000",
}


def test_what_looks_like_a_border_inside_a_row_is_none() -> None:
    nested = [{"kind": 1}, {"kind": 2}, {"ip": {"terminator": True}}, {"terminator": True}]
    text = '},{"kind": "pull_repo"}, {"terminator": true}]}'
    rows = [ROW | {"metadata": {"config": nested, "text": text, "n": n}} for n in range(30)]
    for size in (50, 1 << 16):
        assert lines_of(file_of(rows), size) == Counter(lines_from_entries(rows))


def test_unknown_keys_and_lone_surrogates_are_kept() -> None:
    rows = [ROW, ROW | {"request_id": "r"}, ROW | {"metadata": {"t": "\ud800"}}]
    assert lines_of(file_of(rows)) == Counter(lines_from_entries(rows))


def test_a_file_made_pretty_is_read_too() -> None:
    document = json.loads(file_of([ROW, ROW]))
    for text in (json.dumps(document, indent=2), json.dumps(document, indent=2, sort_keys=True)):
        if '"logs"' in text.split('"details"')[0]:
            continue
        assert lines_of(text.encode(), 64) == Counter(lines_from_entries([ROW, ROW]))


@settings(max_examples=200)
@given(cut=st.integers(1, 400_000), size=st.sampled_from([4096, 1 << 20]))
def test_a_file_that_is_cut_short_anywhere_is_an_error(cut: int, size: int) -> None:
    text = file_of([ROW | {"metadata": {"n": n}} for n in range(100)]).rstrip()
    with pytest.raises(DataError) as caught:
        lines_of(text[: len(text) - 1 - cut % (len(text) - 1)], size)
    assert caught.value.where == "file.json"


LOCAL_STORAGE = b'\n        {"terminator": true}]\n      }po": "db", "namespace": "acme", "tag": "x"},{"kind": "pull_repo"'


@pytest.mark.parametrize(
    "text",
    [
        LOCAL_STORAGE,
        LOCAL_STORAGE * 5_000,
        b"",
        b"<html>",
        b"{}",
        b'{"export_id": "e", "logs": [{"terminator": true}]}',
        file_of([ROW]) + b"more",
        file_of([{"kind": "x"}]),
        file_of([ROW | {"datetime": "never"}]),
        file_of([5]),  # type: ignore[list-item]
        b" " * 200_000,
    ],
)
def test_a_corrupt_file_is_an_error_that_names_local_storage(text: bytes) -> None:
    with pytest.raises(DataError) as caught:
        lines_of(text)
    assert "local storage" in caught.value.hint
