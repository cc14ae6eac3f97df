"""Promises of the two tables: every test that they name is there, and the README shows them as they are."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.commands import ROOT
from tests.faults.table import FAULTS, markdown_from_faults
from tests.faults.threats import THREATS, markdown_from_threats

NAMED = sorted({test for each in (*FAULTS, *THREATS) for test in each.tests})


@cache
def collected_from(file: Path) -> frozenset[str]:
    """The tests that pytest collects from a file: all of ours are functions of a module."""
    tree = ast.parse(file.read_text())
    names = [each.name for each in tree.body if isinstance(each, ast.FunctionDef)]
    return frozenset(name for name in names if name.startswith("test_"))


@pytest.mark.parametrize("test", NAMED)
def test_every_test_that_a_table_names_is_there(test: str) -> None:
    file, name = test.split("::")
    assert name in collected_from(ROOT / "tests" / file)


def test_every_line_names_a_test_and_a_status_that_there_is() -> None:
    assert all(each.tests for each in (*FAULTS, *THREATS))
    alone = {"0", "2", "3", "5", "130", "-"}
    several = {"0 or 4", "3 or 4", "4, then 0", "5, or 0 by pages"}
    assert {each.status for each in FAULTS} <= alone | several


def test_the_readme_shows_both_tables_as_they_are() -> None:
    readme = (ROOT / "README.md").read_text()
    assert markdown_from_faults() in readme
    assert markdown_from_threats() in readme
