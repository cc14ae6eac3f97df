"""Our queries in Spark's words, by their syntax trees: the files in `sql/` stay the one source.

A rule is a function from a node to what stands for it, or None; its module says which node it is for. sqlglot does what
needs no rule. Nothing of Quay's is ever part of a query: values are bound, here as there.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel, SqlglotError

from pipeline.errors import UsageError
from pipeline.warehouse.spark import documents, times, values

Rule = Callable[[exp.Expr], exp.Expr | None]

RULES: Mapping[type[exp.Expr], Rule] = {**values.RULES, **times.RULES, **documents.RULES}
"""By the node that they are for; each knows what DuckDB means by it."""


class SparkQuery(NamedTuple):
    """A query as Spark reads it; `parameters` are those that it names, as `:name`."""

    text: str
    parameters: frozenset[str]


@lru_cache(maxsize=512)
def spark_from_duckdb(query: str) -> SparkQuery:
    """What gives the same rows on Spark as `query` on DuckDB, where `subset` finds nothing in it to refuse.

    Raises: UsageError for what cannot be said in Spark's words.
    """
    try:
        tree = translated(sqlglot.parse_one(query, read="duckdb"))
        text = tree.sql("spark", comments=False, unsupported_level=ErrorLevel.RAISE)
    except (SqlglotError, ValueError) as error:
        raise UsageError(f"the query has no words in Spark: {' '.join(str(error).split())}") from error
    return SparkQuery(text, frozenset(node.name for node in tree.find_all(exp.Placeholder)))


def translated(tree: exp.Expr) -> exp.Expr:
    """The tree with every rule applied, the inner nodes first."""
    for select in tree.find_all(exp.Select):
        _qualify(select)
    root = exp.Paren(this=tree)  # so that the outermost node has a place to be replaced in
    for node in reversed(list(tree.walk())):
        rule = RULES.get(type(node))
        changed = rule(node) if rule else None
        if changed is not None:
            node.replace(changed)
    done: exp.Expr = root.this
    return done


def _qualify(select: exp.Select) -> None:
    """Say whose a column is, where something shown has its name as well: Sail would take that for it."""
    shown = {each.alias for each in select.expressions if isinstance(each, exp.Alias)}
    source = select.args.get("from_")
    if source is None or select.args.get("joins") or not source.this.alias_or_name:
        return
    having = select.args.get("having")
    counted = list(having.find_all(exp.AggFunc)) if having else []
    for expression in (*select.expressions, *counted):
        for column in expression.find_all(exp.Column):
            if column.name in shown and not column.table and column.parent_select is select:
                column.set("table", exp.to_identifier(source.this.alias_or_name))
