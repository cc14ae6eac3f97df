"""Promises of `sql/reports`: a head says what is so, each section is there, and a new one is a new file."""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bundle import bundled
from pipeline.errors import UsageError
from pipeline.reports.frameworks import FRAMEWORKS
from pipeline.reports.sections import read_sections
from pipeline.reports.sentences import sentence_from
from tests.sql_trees import tables_in

SECTIONS = read_sections(bundled("sql"))
FILES = {file.stem: file for section in SECTIONS for file in section.populations}
FIGURE = re.compile(r"\{(\w+)")
PARAMETER = re.compile(r"\$([a-z][a-z_]*)")
# Where several events are looked at one by one, which stays bounded as they are counted.
READ_EVENTS = {"k_daily", "m_readings"}
NOT_PORTABLE = re.compile(
    r"\b(group by all|order by all|qualify|unnest|asof|lateral|exclude|columns\s*\()|->|::|\{\{|\bmacro\b",
    re.IGNORECASE,
)
HEAD = (
    '-- title = "T"\n-- reads = ["windows"]\n-- empty = "none"\n--\n-- [section]\n-- name = "x"\n-- title = "X"\n'
    '-- question = "Q?"\n-- [section.controls]\n-- soc2 = ["CC7.2"]\n--\n-- [columns]\n-- day = ["Day", "day", "the day"]\n'
)
QUERY = "select day from windows\n"


@pytest.mark.parametrize("name", FILES)
def test_a_head_names_every_table_that_the_query_reads_and_no_other(name: str) -> None:
    assert set(FILES[name].head.reads) == tables_in(FILES[name].query)


@pytest.mark.parametrize("name", FILES)
def test_a_head_names_every_parameter_of_the_query_and_no_other(name: str) -> None:
    assert set(FILES[name].head.parameters) == set(PARAMETER.findall(FILES[name].query))


@pytest.mark.parametrize("name", FILES)
def test_a_query_is_one_select_in_the_portable_subset_with_an_order_of_its_own(name: str) -> None:
    query = FILES[name].query
    with duckdb.connect() as connection:
        (statement,) = connection.extract_statements(query)
    assert statement.type == duckdb.StatementType.SELECT
    assert not NOT_PORTABLE.search(re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", query))
    assert re.search(r"\norder by\b[^()]*$", query)


@pytest.mark.parametrize("name", FILES)
def test_events_are_read_one_by_one_only_to_be_counted(name: str) -> None:
    assert ("events" in FILES[name].head.reads) == (name in READ_EVENTS)


@pytest.mark.parametrize("name", FILES)
def test_sentences_name_figures_and_columns_that_there_are(name: str) -> None:
    head = FILES[name].head
    for saying in [*head.statements, *head.exceptions]:
        known = set(head.figures) | (set(head.columns) if saying.each is not None else set())
        assert set(FIGURE.findall(saying.says)) <= known


def test_the_sections_are_those_that_auditors_ask_for_each_with_a_question_and_limits() -> None:
    assert [section.letter for section in SECTIONS] == list("ABCDEFGHIJKLM")
    assert all(section.head.question.endswith("?") and section.head.limits for section in SECTIONS)
    assert len({section.head.name for section in SECTIONS}) == len(SECTIONS)


def test_every_framework_has_sections_and_every_section_supports_the_three_most_asked_for() -> None:
    held = {framework for section in SECTIONS for framework in section.head.controls}
    assert held == FRAMEWORKS.keys()
    assert all({"soc2", "pci", "iso27001", "nist"} <= section.head.controls.keys() for section in SECTIONS)


def test_a_section_never_says_that_a_control_is_met() -> None:
    said = " ".join((bundled("sql") / "reports" / f"{name}.sql").read_text() for name in FILES)
    assert not re.search(r"\bcompl(?:y|ies|iant|iance)\b", said, re.IGNORECASE)


def test_a_new_population_is_a_new_file_and_comes_after_the_one_that_leads(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "z_leading.sql").write_text(HEAD + QUERY)
    without = re.sub(r"-- \[section\].*?--\n", "", HEAD, flags=re.DOTALL)
    (folder / "z_added.sql").write_text(without + QUERY)
    (section,) = read_sections(tmp_path)
    assert section.letter == "Z"
    assert [file.name for file in section.populations] == ["leading", "added"]


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("z_x", HEAD.replace("title", "titel", 1), "titel"),
        ("z_x", HEAD.replace('"day", "the day"', '"date", "the day"'), "date"),
        ("z_x", HEAD.replace("soc2", "soc9"), "soc9 is no framework"),
        (
            "z_x",
            HEAD.replace("-- empty", '-- statements = [{says = "{n}", when = "n"}]\n-- empty'),
            "n is no",
        ),
        ("z_x", HEAD.replace("-- empty", "-- exceptions = [{says = '', each = {a = 1}}]\n-- empty"), "each"),
        (
            "z_x",
            HEAD.replace("-- empty", "-- exceptions = [{says = '', each = {a = ''}}]\n-- empty"),
            "a is no",
        ),
        ("zz", HEAD, "called by a letter"),
        ("z_x", re.sub(r"-- \[section\].*?--\n", "", HEAD, flags=re.DOTALL), "0 files lead section Z"),
    ],
)
def test_a_malformed_head_is_refused_by_name(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / f"{name}.sql").write_text(text + QUERY)
    with pytest.raises(UsageError, match=re.escape(complaint)):
        read_sections(tmp_path)


def test_a_head_without_a_query_is_refused(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "z_x.sql").write_text(HEAD)
    with pytest.raises(UsageError, match="no query"):
        read_sections(tmp_path)


# Sentences ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "values", "sentence"),
    [
        ("{n:window is|windows are} short", {"n": 0}, "No windows are short"),
        ("{n:window is|windows are} short", {"n": 1}, "1 window is short"),
        ("{n:window is|windows are} short", {"n": 1234}, "1,234 windows are short"),
        ("of {n:day|days}", {"n": 0}, "of no days"),
        ("{name} left", {"name": "no body"}, "no body left"),
        ("{name} left", {"name": None}, "not known left"),
        ("it is {well}", {"well": True}, "it is yes"),
    ],
)
def test_a_sentence_fits_its_words_to_the_figures(
    template: str, values: dict[str, Any], sentence: str
) -> None:
    assert sentence_from(template, values) == sentence


@given(st.text())
def test_no_text_of_a_value_is_read_as_a_template(text: str) -> None:
    assert sentence_from("<{name}>", {"name": text, "secret": "hidden"}) == f"<{text}>"


def test_columns_have_a_heading_and_a_meaning() -> None:
    for file in FILES.values():
        assert all(column.heading and column.meaning for column in file.columns)
        assert len({column.heading for column in file.columns}) == len(file.columns)
