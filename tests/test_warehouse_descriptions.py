"""Promises of the words that the warehouse has of its tables: said once, said anew only where they changed."""

from pathlib import Path

import duckdb
import pytest

from pipeline.warehouse.descriptions import Descriptions

COLUMNS = {"day": "the UTC day", "who": "it's the account"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    file = tmp_path / "warehouse.duckdb"
    with attached(file) as connection:
        connection.execute("create table warehouse.main.visits (day date, who varchar)")
        connection.execute("create view warehouse.main.today as select who from warehouse.main.visits")
        descriptions = Descriptions(connection)
        descriptions.put("table", "visits", "Who came", COLUMNS)
        descriptions.put("view", "today", "Who came today", {"who": COLUMNS["who"]})
    return file


def attached(file: Path, how: str = "") -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:")
    connection.execute(f"attach '{file}' as warehouse {how}")
    return connection


def words(file: Path) -> list[tuple[str, str, str]]:
    with attached(file, "(read_only)") as connection:
        return connection.execute(
            """
            select table_name, '', comment from duckdb_tables() where database_name = 'warehouse'
            union all select view_name, '', comment from duckdb_views() where database_name = 'warehouse'
            union all select table_name, column_name, comment from duckdb_columns()
            where database_name = 'warehouse'
            order by all
            """
        ).fetchall()


def test_tables_views_and_their_columns_say_what_they_are(warehouse: Path) -> None:
    assert words(warehouse) == [
        ("today", "", "Who came today"),
        ("today", "who", "it's the account"),
        ("visits", "", "Who came"),
        ("visits", "day", "the UTC day"),
        ("visits", "who", "it's the account"),
    ]


def test_what_is_said_already_is_not_written_again(warehouse: Path) -> None:
    with attached(warehouse, "(read_only)") as connection:
        descriptions = Descriptions(connection)
        descriptions.put("table", "visits", "Who came", COLUMNS)
        descriptions.put("view", "today", "Who came today", {"who": COLUMNS["who"]})
        with pytest.raises(duckdb.Error, match="read-only"):
            descriptions.put("table", "visits", "Who went", COLUMNS)


def test_only_what_changed_is_said_anew(warehouse: Path) -> None:
    before = words(warehouse)
    with attached(warehouse) as connection:
        Descriptions(connection).put("table", "visits", "Who came", COLUMNS | {"day": "the day"})
    assert set(words(warehouse)) - set(before) == {("visits", "day", "the day")}


def test_a_view_made_anew_is_described_anew(warehouse: Path) -> None:
    before = words(warehouse)
    with attached(warehouse) as connection:
        connection.execute(
            "create or replace view warehouse.main.today as select who from warehouse.main.visits"
        )
        Descriptions(connection).put("view", "today", "Who came today", {"who": COLUMNS["who"]})
    assert words(warehouse) == before


def test_it_knows_tables_and_views_by_name(warehouse: Path) -> None:
    with attached(warehouse, "(read_only)") as connection:
        descriptions = Descriptions(connection)
        assert descriptions.has("visits")
        assert descriptions.has("today")
        assert not descriptions.has("tomorrow")
