"""Whether both engines read a query alike, by its syntax tree rather than by its words: what is refused, and where."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError

from pipeline.warehouse.models import Layer
from pipeline.warehouse.spark.refusals import REFUSED, Refusal

FOLDERS = (*Layer, "detections")
"""Below `sql`; questions of the screens, the desk and the reports are asked of the warehouse, which DuckDB keeps."""

_COMMENT = "--"


class Complaint(NamedTuple):
    """A refused construct where it was found; `line` counts from 1 within the query."""

    line: int
    refusal: Refusal


def lines_about(folder: Path) -> Iterator[str]:
    """What is refused in the queries below a folder `sql`, a line each: `file:line: what: why; instead: ...`."""
    for file in sorted(file for each in FOLDERS for file in (folder / each).glob("*.sql")):
        lines = file.read_text(encoding="utf-8").splitlines()
        head = next((at for at, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
        # Below a detection's query stand its cases, as comments.
        for line, refusal in complaints_about("\n".join(lines[head:])):
            yield f"{file}:{head + line}: {refusal.what}: {refusal.why}; instead: {refusal.instead}"


def complaints_about(query: str) -> list[Complaint]:
    """Every refused construct of a query, in the order of its lines; text that is no SQL is one as well."""
    try:
        tree = sqlglot.parse_one(query, read="duckdb")
    except ParseError as error:
        line = error.errors[0].get("line") if error.errors else None
        what = Refusal("what sqlglot cannot read", "it has no tree to be looked at", "plainer words", bool)
        return [Complaint(line or 1, what)]
    found = {
        (query.count("\n", 0, _start_of(node, query)) + 1, refusal.what): refusal
        for node, refusal in _refused_nodes(tree)
    }
    return [Complaint(line, found[line, what]) for line, what in sorted(found)]


def _refused_nodes(tree: exp.Expr) -> Iterator[tuple[exp.Expr, Refusal]]:
    for node in tree.walk():
        refusal = next((each for each in REFUSED if each.finds(node)), None)
        if refusal:
            yield node, refusal


def _start_of(node: exp.Expr, query: str) -> int:
    """Where a node begins, in letters. sqlglot keeps the places of names and literals (and of lines loses count).

    What has neither begins with the word after all that stands before it.
    """
    if inner := _starts_in(node):
        return min(inner)
    if node.parent is None:
        return 0
    before: list[int] = []
    for sibling in node.parent.iter_expressions():
        if sibling is node:
            break
        before += _starts_in(sibling)
    if not before:
        return _start_of(node.parent, query)
    words = sqlglot.tokenize(query, read="duckdb")
    return next((word.start for word in words if word.start > max(before)), 0)


def _starts_in(node: exp.Expr) -> list[int]:
    return [int(each.meta["start"]) for each in node.walk() if "start" in each.meta]
