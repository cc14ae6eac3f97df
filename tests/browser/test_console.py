"""Promises of the SQL screen: it answers what reads, and refuses in words what writes, reads files or reaches out."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import AppOn, Visit
from tests.browser.visitor import Visitor

REFUSED = {
    "writes a table": "create table evil as select 1",
    "deletes": "delete from cases",
    "drops": "drop table mart_kind_daily",
    "writes a file": "copy (select 1) to 'evil.csv'",
    "writes a file within": "with evil as (copy (select 1) to 'evil.csv') select count(*) from evil",
    "reads a file": "select * from read_csv('/etc/passwd')",
    "reads a file by name": "select * from '/etc/passwd'",
    "reads the environment": "select * from read_text('/proc/self/environ')",
    "reaches the network": "select * from read_parquet('https://192.0.2.7/x.parquet')",
    "loads an extension": "install httpfs",
    "attaches a database": "attach 'evil.duckdb' as evil",
    "changes a setting": "set enable_external_access = true",
    "runs two": "select 1; drop table cases",
    "is no sql": "who did it?",
    "is nothing": "   ",
}
REFUSALS = (
    "a statement of this kind is not run here",
    "part of this statement writes, which is not run here",
    "a query reads tables and views, not what the function",
    "a query reads the warehouse and the lake alone",
    "one statement is run at a time, and this is",
    "the query failed",
    "There is no query",
)


def ask(visitor: Visitor, sql: str) -> None:
    """Type a query and run it."""
    visitor.page.get_by_label("Query").fill(sql)
    visitor.page.get_by_role("button", name="Run").click()
    expect(visitor.page.get_by_role("heading", name="Result")).to_be_visible()
    visitor.settle()


def test_a_question_is_answered_and_kept_in_the_address(app_on: AppOn, visit: Visit) -> None:
    visitor = visit(app_on("demo"))
    visitor.open("sql")
    sql = "select kind, sum(event_count) as events from mart_kind_daily group by kind order by events desc"
    ask(visitor, sql)
    expect(visitor.page.get_by_text("Answered in")).to_be_visible()
    assert visitor.address["sql"] == sql
    visitor.assert_is_well("SQL")


def test_what_does_more_than_read_is_refused_in_words(app_on: AppOn, visit: Visit) -> None:
    app = app_on("demo")
    before = files_below(app.lake)
    visitor = visit(app)
    for what, sql in REFUSED.items():
        visitor.open("sql")
        ask(visitor, sql)
        alert = visitor.page.get_by_role("alert")
        expect(alert).to_have_count(1)
        told = alert.inner_text().replace("\u2060", "")
        assert any(words in told for words in REFUSALS), f"{what}: {told}"
        assert "root:" not in visitor.text, what
        visitor.assert_is_well("SQL")
    assert files_below(app.lake) == before


@pytest.mark.parametrize(
    ("sql", "is_cut"),
    [("select n from range(10000) as r (n)", False), ("select n from range(10001) as r (n)", True)],
)
def test_a_long_answer_is_cut_and_says_so(sql: str, is_cut: bool, app_on: AppOn, visit: Visit) -> None:
    visitor = visit(app_on("demo"))
    visitor.open("sql")
    ask(visitor, sql)
    assert ("The answer is longer" in visitor.text) == is_cut
    assert "10,000 rows; the first 1,000 are shown" in visitor.text


def files_below(lake: Path) -> dict[str, int]:
    """Every file of a lake, with when it was written."""
    return {str(file): file.stat().st_mtime_ns for file in lake.rglob("*") if file.is_file()}
