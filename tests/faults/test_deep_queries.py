"""Promises about queries that are nested deeply: they are refused in words."""

from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.lake.layout import Layout
from pipeline.warehouse.query import asked
from tests.lakes import bring_up_to_date, row, save_window


@pytest.mark.parametrize(
    "sql",
    [
        f"select {'1 + ' * 900}1",
        f"select {'not ' * 900}true",
        f"select {'(select ' * 480}1{')' * 480}",
        f"select {'(select ' * 2000}1{')' * 2000}",
    ],
    ids=["sum", "not", "selects", "more selects"],
)
def test_a_query_that_is_nested_too_deeply_is_refused_in_words(sql: str, tmp_path: Path) -> None:
    layout = Layout(tmp_path / "lake")
    save_window(layout, "all", [row()])
    bring_up_to_date(layout)
    with pytest.raises(UsageError) as caught, asked(layout, layout.warehouse, sql) as answer:
        list(answer.rows())
    assert caught.value.hint
