"""Promises of reading archives: every row, whatever the chunks; a clear end for whatever is no archive."""

import gzip
import io
import json
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DataError, UsageError
from pipeline.extract.archive_files import archive_of_file, chunks_of_archive, distinct, is_archive_file
from pipeline.lake.ledger import Ledger
from pipeline.quay.archive import ROW_LIMIT_CHARACTERS, ArchiveReader, Record, is_archive, raw_line
from pipeline.quay.archive_names import accounts_from_lines, kinds_from_lines
from pipeline.quay.lines import row_from_line
from tests.archives import packed
from tests.test_archive_ingest import ingested

ROW: dict[str, Any] = {
    "kind_id": 30,
    "account_id": 5,
    "performer_id": None,
    "repository_id": 7,
    "datetime": "2026-10-30 10:25:25.999999",
    "ip": "None",
    "metadata_json": {"repo": "web", "tag": "v1"},
}


def records_of(content: bytes, size: int = 1 << 20) -> list[Record]:
    chunks = (content[at : at + size] for at in range(0, len(content), size))
    return list(ArchiveReader(chunks, "a.txt.gz").records())


def test_a_row_is_read_as_quay_wrote_it() -> None:
    (record,) = records_of(json.dumps([ROW]).encode())
    assert record == Record(
        30,
        5,
        None,
        7,
        datetime.fromisoformat("2026-10-30 10:25:25.999999"),
        None,
        {"repo": "web", "tag": "v1"},
        {},
    )
    row = row_from_line(raw_line(record, 3))
    assert (row.occurred_at, row.ip, row.performer_name) == ("2026-10-30T10:25:25", None, None)
    assert json.loads(row.extra or "") == {"kind_id": 30, "account_id": 5, "repository_id": 7, "archive": 3}


any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
any_id = st.integers(0, 2**63 - 1)
any_row = st.fixed_dictionaries(
    {
        "kind_id": any_id,
        "account_id": any_id | st.none(),
        "performer_id": any_id | st.none(),
        "repository_id": any_id | st.none(),
        "datetime": st.datetimes(datetime.fromisoformat("1970-01-01")).map(str),
        "ip": st.sampled_from(["None", "203.0.113.7", "2001:db8::1"]),
        "metadata_json": any_json,
    },
    optional={"random_id": st.text()},
)


@settings(max_examples=60, deadline=None)
@given(st.lists(any_row, max_size=6), st.integers(1, 40), st.booleans())
def test_every_row_comes_out_whatever_the_chunks_and_in_either_form(
    rows: list[dict[str, Any]], size: int, in_lines: bool
) -> None:
    text = "\n".join(map(json.dumps, rows)) if in_lines else json.dumps(rows)
    records = records_of(text.encode(), size)
    told = [
        (r.kind_id, r.account_id, str(r.occurred_at), json.dumps(r.metadata), list(r.rest)) for r in records
    ]
    assert told == [
        (
            row["kind_id"],
            row["account_id"],
            row["datetime"],
            json.dumps(row["metadata_json"]),
            [key for key in row if key == "random_id"],
        )
        for row in rows
    ]
    assert [row_from_line(raw_line(record, 0)).kind for record in records] == [
        f"kind_{r['kind_id']}" for r in rows
    ]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200) | st.text(alphabet='[]{},:"\\u0 \nekind_', max_size=60).map(str.encode))
def test_any_bytes_end_in_rows_or_in_a_data_error(content: bytes) -> None:
    place = "a.txt.gz, line "
    try:
        records = records_of(content, 7)
    except DataError as error:
        place = error.where
    else:
        assert all(isinstance(record, Record) for record in records)
    assert place.startswith("a.txt.gz, line ")


def spoiled(**changes: Any) -> Callable[[], Iterator[bytes]]:
    def content() -> Iterator[bytes]:
        row = {key: value for key, value in (ROW | changes).items() if value is not ...}
        yield json.dumps([ROW, row]).encode()

    return content


@pytest.mark.parametrize(
    ("content", "what", "place"),
    [
        (lambda: [b"[" + json.dumps(ROW).encode() + b",\n\n what?]"], "no JSON", "line 3, entry 2"),
        (lambda: [json.dumps(ROW).encode() + b'\n{"kind_id": oops}\n'], "no JSON", "line 2, entry 2"),
        (lambda: [json.dumps([ROW, ROW]).encode()[:-1]], "cut short: the list", "line 1, entry 3"),
        (lambda: [json.dumps([ROW, ROW]).encode()[:-20]], "cut short in the middle", "line 1, entry 2"),
        (lambda: [b'[{"kind_id": 1, "ip": "\xff'], "no UTF-8", "line 1, entry 1"),
        (lambda: [b'[{"kind_id": ' + b"[" * 100_000], "nested too deeply", "line 1, entry 1"),
        (lambda: [json.dumps([ROW]).encode(), b"]"], "no JSON", "line 1, entry 2"),
        (lambda: [b"<html>not found</html>"], "no JSON", "line 1, entry 1"),
        (spoiled(kind_id=...), "no row of Quay's log", "line 1, entry 2"),
        (spoiled(kind_id=True), "no row of Quay's log", "line 1, entry 2"),
        (spoiled(performer_id=2**63), "no row of Quay's log", "line 1, entry 2"),
        (spoiled(datetime="yesterday"), "no row of Quay's log", "line 1, entry 2"),
        (spoiled(metadata_json=...), "no row of Quay's log", "line 1, entry 2"),
    ],
)
def test_what_is_no_archive_is_named_with_file_line_and_entry(
    content: Callable[[], Iterator[bytes]], what: str, place: str
) -> None:
    with pytest.raises(DataError, match=what) as caught:
        list(ArchiveReader(content(), "a.txt.gz").records())
    assert caught.value.where == f"a.txt.gz, {place}"
    assert "take the archive from Quay's storage again" in caught.value.hint


def test_a_line_without_an_end_is_given_up_before_it_fills_the_memory() -> None:
    given_up = []

    def endless() -> Iterator[bytes]:
        yield b'[{"kind_id": 1, "ip": "'
        for number in range(1_000):
            given_up.append(number)
            yield b"x" * (1 << 20)

    with pytest.raises(DataError, match="more than 4 MiB"):
        list(ArchiveReader(endless(), "a.txt.gz").records())
    assert len(given_up) << 20 <= ROW_LIMIT_CHARACTERS + (2 << 20)


def damaged(content: bytes) -> bytes:
    return content[:40] + bytes([content[40] ^ 0xFF]) + content[41:]


def bomb() -> bytes:
    """A megabyte or so that unpacks to a thousand times that."""
    packer = zlib.compressobj(9, wbits=31)
    spaces = b" " * (1 << 20)
    return b"".join([packer.compress(b"["), *(packer.compress(spaces) for _ in range(300)), packer.flush()])


def ten_megabytes() -> bytes:
    return packed([ROW, ROW | {"metadata_json": {"tag": "x" * (10 << 20)}}])


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (lambda: packed([ROW])[:-9], "cut short"),
        (lambda: damaged(packed([ROW])), "damaged|JSON|UTF-8"),
        (lambda: packed([ROW]) + b"more", "damaged"),
        (bomb, "more than 100 times its size"),
        (ten_megabytes, "entry of more than 4 MiB"),
    ],
)
def test_a_damaged_file_among_good_ones_stores_nothing(
    content: Callable[[], bytes], what: str, tmp_path: Path
) -> None:
    good, bad = tmp_path / "1-1-logentry3.txt.gz", tmp_path / "2-9-logentry3.txt.gz"
    good.write_bytes(packed([ROW]))
    bad.write_bytes(content())
    with pytest.raises(DataError, match=what) as caught:
        ingested([good, bad], tmp_path / "lake")
    assert str(bad) in caught.value.where
    from pipeline.lake.layout import Layout

    assert Ledger(Layout(tmp_path / "lake")).windows() == []
    assert not [path for path in (tmp_path / "lake").rglob("*") if path.is_file()]


def test_archives_that_were_put_together_are_read_to_their_end(tmp_path: Path) -> None:
    content = io.BytesIO(packed([ROW, ROW]) + packed([ROW]))
    assert len(records_of(b"".join(chunks_of_archive(content, "a")))) == 3


def test_archives_are_told_from_exports_by_their_content(tmp_path: Path) -> None:
    assert is_archive(b'[{"kind_id": 1')
    assert is_archive(b'{"ip": "None"')
    assert is_archive(b"[]")
    assert not is_archive(b'{"export_id": "e", "details": {')
    file = tmp_path / "whatever"
    for content, expected in (
        (packed([ROW]), True),
        (json.dumps([ROW]).encode(), True),
        (gzip.compress(b'{"export_id": 1'), False),
        (b"PK", False),
    ):
        file.write_bytes(content)
        assert is_archive_file(file) is expected


def test_archives_that_share_rows_without_one_holding_the_other_are_refused(tmp_path: Path) -> None:
    for name in ("1-50-logentry3.txt.gz", "40-90-logentry3.txt.gz", "10-20-logentry2.txt.gz"):
        (tmp_path / name).write_bytes(packed([ROW | {"ip": name}]))
    files = [archive_of_file(file) for file in sorted(tmp_path.iterdir())]
    with pytest.raises(DataError, match=r"shares rows with 1-50-logentry3.txt.gz") as caught:
        distinct(files)
    assert "one after the other" in caught.value.hint
    assert [each.name for each in distinct(files[:2])] == ["10-20-logentry2.txt.gz", "1-50-logentry3.txt.gz"]


def test_tables_of_names_are_read_as_the_database_writes_them() -> None:
    assert kinds_from_lines(["id,name", "1,pull_repo", "2,push_repo"], "k") == {
        1: "pull_repo",
        2: "push_repo",
    }
    accounts = accounts_from_lines(
        ["id,username,organization,robot", "1,acme,t,f", "2,acme+ci,f,t", "3,bob,0,0"], "a"
    )
    assert [tuple(account) for account in accounts.values()] == [
        ("acme", "org"),
        ("acme+ci", "robot"),
        ("bob", "user"),
    ]
    for lines in (["id,nome", "1,x"], ["id,name", "one,x"], ["id,name", "1"]):
        with pytest.raises(UsageError, match="no such table") as caught:
            kinds_from_lines(lines, "kinds.csv")
        assert caught.value.where == "kinds.csv, line 2"
