"""Promises of the questions in `sql/screens`: a head says what is so, and a screen is fast because it reads marts."""

import ast
import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.bundle import bundled
from pipeline.detect.run import detect
from pipeline.detect.stored import TABLES
from pipeline.errors import UsageError
from pipeline.warehouse.reader import Reader
from pipeline.warehouse.screens import Question, read_questions, values_for
from tests.lakes import bring_up_to_date
from tests.sql_trees import tables_in, tree_of
from tests.two_days import DAYS, two_days

QUESTIONS = read_questions(bundled("sql"))
# Whatever is small however many events there are: one row a day and thing, a case, a signal, a row of the inventory.
SMALL_TABLES = re.compile(
    r"mart_\w+|inventory_\w+|cases|signals|case_signals|detection_readiness|detect_state|windows|window_kinds|build_state"
)
# What looks at single events, and why no mart can answer that.
READ_EVENTS = {
    "case_evidence": "the events behind a case, at most 50, by their place",
    "entity_events": "the newest events of one subject, at most as many as are asked for",
}
SCREENS = {
    "shell",
    "overview",
    "cases",
    "case",
    "entity",
    "credentials",
    "registry",
    "coverage",
    "console",
    "reports",
}
TYPED: dict[str, Any] = {"since": DAYS[0], "until": DAYS[-1]}
HEAD = '-- title = "T"\n-- reads = ["mart_kind_daily"]\n--\n-- [columns]\n-- day = "the day"\n'
QUERY = "select day from mart_kind_daily\n"


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    """Reads a warehouse of two days, judged."""
    layout = two_days(tmp_path_factory.mktemp("screens") / "lake")
    bring_up_to_date(layout)
    detect(layout, layout.warehouse, threads=1)
    return Reader(layout, layout.warehouse, TABLES)


def given_to(question: Question) -> dict[str, Any]:
    """A value for each parameter: the two days, and null, which every other one has to bear."""
    return {name: TYPED.get(name) for name in question.head.parameters}


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_head_names_every_table_that_the_question_reads_and_no_other(name: str) -> None:
    assert set(QUESTIONS[name].head.reads) == tables_in(QUESTIONS[name].query)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_reads_what_stays_small_or_a_bounded_part_of_the_events(name: str) -> None:
    large = {table for table in tables_in(QUESTIONS[name].query) if not SMALL_TABLES.fullmatch(table)}
    assert large == ({"events"} if name in READ_EVENTS else set())


@pytest.mark.parametrize("name", READ_EVENTS)
def test_a_look_at_single_events_is_bounded_by_days_and_by_a_number(name: str) -> None:
    query = QUESTIONS[name].query
    root = tree_of(query)["statements"][0]["node"]
    assert "LIMIT_MODIFIER" in {modifier["type"] for modifier in root["modifiers"]}
    assert re.search(r"\bday >= \$since\b", query)
    assert re.search(r"\bday <= \$until\b", query)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_head_names_every_parameter_that_the_question_takes_and_no_other(name: str) -> None:
    with duckdb.connect() as connection:
        (statement,) = connection.extract_statements(QUESTIONS[name].query)
    assert statement.type == duckdb.StatementType.SELECT
    assert statement.named_parameters == set(QUESTIONS[name].head.parameters)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_head_names_every_column_of_the_answer_in_order(name: str, reader: Reader) -> None:
    question = QUESTIONS[name]
    answer = reader.answer(name, given_to(question))
    assert answer.column_names == list(question.head.columns)
    words = [question.head.title, *question.head.columns.values(), *question.head.parameters.values()]
    assert all(each.strip() for each in words)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_names_its_columns_itself(name: str) -> None:
    selected = tree_of(QUESTIONS[name].query)["statements"][0]["node"].get("select_list", [])
    assert "STAR" not in {node["type"] for node in selected}


def test_every_question_belongs_to_a_screen_that_asks_it() -> None:
    trees = [ast.parse(file.read_text()) for file in bundled("app").rglob("*.py")]
    texts = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert {name.partition("_")[0] for name in QUESTIONS} <= SCREENS
    assert QUESTIONS.keys() - texts == set()


def test_values_are_bound_by_name_and_a_missing_one_is_named() -> None:
    question = QUESTIONS["shell_gaps"]
    assert values_for(question, {"since": 1, "until": 2, "more": 3}) == {"since": 1, "until": 2}
    with pytest.raises(UsageError, match="it needs since, until"):
        values_for(question, {})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD.replace("title", "titel"), "titel"),
        (HEAD.replace('-- title = "T"\n', ""), "title"),
        (HEAD.replace('["mart_kind_daily"]', "1"), "reads"),
        (HEAD.replace('-- day = "the day"', "-- day = 1"), "columns"),
        ("-- title = \n", "Invalid"),
        ("select 1\n", "title"),
        ("", "title"),
    ],
)
def test_a_malformed_head_is_refused_by_file(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "screens").mkdir()
    file = tmp_path / "screens" / "overview_x.sql"
    file.write_text(text + QUERY)
    with pytest.raises(UsageError) as refusal:
        read_questions(tmp_path)
    assert complaint in refusal.value.what
    assert refusal.value.where == str(file)
    assert "[columns]" in refusal.value.hint


def test_a_question_is_what_follows_the_head_of_its_file(tmp_path: Path) -> None:
    (tmp_path / "screens").mkdir()
    (tmp_path / "screens" / "overview_x.sql").write_text(f"{HEAD}select day\n-- all\nfrom t\n")
    (tmp_path / "screens" / "other.txt").write_text("no question")
    (question,) = read_questions(tmp_path).values()
    assert (question.name, question.query) == ("overview_x", "select day\n-- all\nfrom t")
    assert (question.head.title, question.head.columns) == ("T", {"day": "the day"})
