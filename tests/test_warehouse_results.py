"""Promises of answers as text: nothing lost, nothing that a spreadsheet or a terminal would run."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import duckdb
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.lake.layout import Layout
from pipeline.warehouse.query import Answer, asked
from pipeline.warehouse.results import csv_chunks, json_chunks, ndjson_chunks, text_of, write_parquet
from tests.lakes import bring_up_to_date, row, save_window

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0", "＝1"]
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=20)


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def answer_to(connection: duckdb.DuckDBPyConnection, sql: str, **parameters: Any) -> Answer:
    return Answer(connection, sql, parameters, None)


def whole(
    chunks: Callable[[Answer], Iterator[str]], connection: duckdb.DuckDBPyConnection, sql: str, **values: Any
) -> str:
    return "".join(chunks(answer_to(connection, sql, **values)))


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@settings(max_examples=30)
@given(st.lists(st.tuples(TEXT, st.integers(-(2**60), 2**60)), min_size=1, max_size=5))
def test_csv_gives_back_every_text_and_number(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[str, int]]
) -> None:
    texts, numbers = [list(column) for column in zip(*rows, strict=True)]
    sql = "select unnest($texts) as t, unnest($numbers) as n"
    header, *body = cells(whole(csv_chunks, connection, sql, texts=texts, numbers=numbers))
    assert header == ["t", "n"]
    assert [(text.removeprefix("'"), int(n)) for text, n in body] == [
        (text.removeprefix("'"), n) for text, n in rows
    ]


@pytest.mark.parametrize("formula", FORMULAS)
def test_csv_disarms_text_that_a_spreadsheet_would_run(
    connection: duckdb.DuckDBPyConnection, formula: str
) -> None:
    _, (cell,) = cells(whole(csv_chunks, connection, "select $text as t", text=formula))
    assert cell == f"'{formula}"


def test_csv_disarms_the_names_of_columns_too(connection: duckdb.DuckDBPyConnection) -> None:
    assert cells(whole(csv_chunks, connection, 'select 1 as "=1+1"'))[0] == ["'=1+1"]


def test_csv_leaves_negative_numbers_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "select -5 as i, -1.5::double as d, -2.25::decimal(5, 2) as e"
    assert cells(whole(csv_chunks, connection, sql))[1] == ["-5", "-1.5", "-2.25"]


def test_csv_ends_lines_and_quotes_as_the_standard_says(connection: duckdb.DuckDBPyConnection) -> None:
    sql = """select 'a,"b' as "x y", null as n, true as b, 'two' || chr(10) || 'lines' as l"""
    assert whole(csv_chunks, connection, sql) == 'x y,n,b,l\r\n"a,""b",,true,"two\nlines"\r\n'


@settings(max_examples=30)
@given(st.lists(TEXT, max_size=5))
def test_json_gives_back_every_text_in_ascii(connection: duckdb.DuckDBPyConnection, texts: list[str]) -> None:
    sql = "select unnest($texts::varchar[]) as t"
    array, lines = (whole(chunks, connection, sql, texts=texts) for chunks in (json_chunks, ndjson_chunks))
    assert [each["t"] for each in json.loads(array)] == texts
    assert [json.loads(line)["t"] for line in lines.splitlines()] == texts
    assert array.isascii()
    assert not any(character < " " for character in array.replace("\n", ""))


def test_json_keeps_numbers_exact_and_writes_times_as_iso(connection: duckdb.DuckDBPyConnection) -> None:
    sql = """
        select
            170141183460469231731687303715884105727::hugeint as huge,
            1.50::decimal(5, 2) as money,
            1.00::decimal(5, 2) as whole,
            0.1234567890123456789::decimal(38, 19) as fine,
            'nan'::double as nan,
            timestamp '2026-11-20 10:00:00' as at,
            date '2026-11-20' as day,
            [1, null] as list,
            {'a': date '2026-11-20'} as struct,
            map {1: 'x'} as map,
            null as nothing,
            '\\x00\\xff'::blob as bytes,
            interval 90 second as span
    """
    (found,) = json.loads(whole(json_chunks, connection, sql))
    assert found == {
        "huge": 170141183460469231731687303715884105727,
        "money": 1.5,
        "whole": 1,
        "fine": "0.1234567890123456789",
        "nan": "nan",
        "at": "2026-11-20T10:00:00",
        "day": "2026-11-20",
        "list": [1, None],
        "struct": {"a": "2026-11-20"},
        "map": {"1": "x"},
        "nothing": None,
        "bytes": "00ff",
        "span": 90.0,
    }


def test_json_of_no_rows_is_an_empty_array_and_of_two_has_one_comma(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    assert whole(json_chunks, connection, "select 1 as a where false") == "[]\n"
    assert whole(ndjson_chunks, connection, "select 1 as a where false") == ""
    assert whole(json_chunks, connection, "select unnest([1, 2]) as a") == '[\n{"a":1},\n{"a":2}\n]\n'


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (date(2026, 11, 20), "2026-11-20"),
        (datetime(2026, 11, 20, 10), "2026-11-20T10:00:00"),  # noqa: DTZ001 (as the engine gives it)
        (b"\x00\xff", "00ff"),
        ({"a": [1]}, '{"a":[1]}'),
        (Decimal("1.50"), "1.50"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
    ],
)
def test_a_value_in_a_cell_is_plain_text(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_parquet_holds_the_answer_with_its_types(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    save_window(layout, "org/acme", [row(at=f"10:00:{n:02d}") for n in range(3)])
    bring_up_to_date(layout)
    file = tmp_path / "answer.parquet"
    sql = "select occurred_at, kind, count(*) as n, 1 as n from events group by all order by all"
    with asked(layout, layout.warehouse, sql, row_limit=2) as answer:
        write_parquet(answer, file)
    table = pq.read_table(file)
    assert table.column_names == ["occurred_at", "kind", "n", "n_1"]
    assert table.to_pylist()[1] == {
        "occurred_at": datetime(2026, 11, 20, 10, 0, 1),  # noqa: DTZ001 (as the engine gives it)
        "kind": "pull_repo",
        "n": 1,
        "n_1": 1,
    }
    assert table.num_rows == 2
